import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hub.errors import Refused
from hub.models import Authority, Hub, Membership
from hub.places.england import AUTHORITIES, authority_of
from hub.places.services import set_up_hub

SINCE = datetime.date(2023, 9, 1)


def test_every_authority_and_every_district():
    assert len(AUTHORITIES) == 153
    assert AUTHORITIES["E08000037"] == ("Gateshead", "North East")
    assert authority_of("E08000020") == "E08000037"  # Gateshead's code until 2013
    assert authority_of("E07000004") == "E06000060"  # Aylesbury Vale, now Buckinghamshire
    assert authority_of("E10000003") == "E10000003"
    assert authority_of("W06000001") == ""


def test_sets_the_hub_up_once(db):
    out = StringIO()
    arguments = ["set_up_hub", "--name", "Fostering  Together", "--members", "E08000037, e08000021", "--from"]
    call_command(*arguments, "2023-09-01", stdout=out)
    call_command(*arguments, "2023-09-01", stdout=out)
    assert out.getvalue() == (
        "Fostering Together is set up.\nFostering Together was set up already; nothing changed.\n"
    )
    assert Hub.objects.get().name == "Fostering Together"
    assert Authority.objects.count() == 153
    assert {m.authority.gss_code: m.starts_on for m in Membership.objects.all()} == {
        "E08000037": SINCE, "E08000021": SINCE,
    }  # fmt: skip


def test_members_from_today_where_not_said(db):
    set_up_hub(name="Hub", members=["E08000037"])
    assert set_up_hub(name="Hub", members=["E08000037"])[1] is False


@pytest.mark.parametrize(
    ("name", "members", "says"),
    [
        ("Hub", "E08000020", "use E08000037, Gateshead"),
        ("Hub", "E08000037,W06000001", "W06000001"),
        ("Hub", " , ", "at least one"),
        (" ", "E08000037", "needs a name"),
    ],
)
def test_refuses_what_is_not_a_hub(db, name, members, says):
    with pytest.raises(CommandError, match=says):
        call_command("set_up_hub", "--name", name, "--members", members)
    assert not Hub.objects.exists() and not Authority.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Another"},
        {"members": ["E08000021"]},
        {"members": ["E08000037", "E08000021"]},
        {"since": datetime.date(2024, 1, 1)},
    ],
)
def test_refuses_another_hub_in_the_same_database(db, other):
    first = {"name": "Hub", "members": ["E08000037"], "since": SINCE}
    set_up_hub(**first)
    with pytest.raises(Refused, match="already has a hub"):
        set_up_hub(**{**first, **other})
    assert Membership.objects.count() == 1
