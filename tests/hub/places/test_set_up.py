import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from hub.errors import Refused
from hub.models import Authority, Hub, Membership, NeighbourHub
from hub.places.england import AUTHORITIES, authority_of
from hub.places.neighbours import HUBS
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


def test_the_other_hubs_come_with_it_and_stay_as_they_are_mended(db):
    set_up_hub(name="Hub", members=["E08000037", "E08000021"])
    hubs = NeighbourHub.objects
    assert not hubs.filter(name="Foster with North East").exists()  # that is us
    assert hubs.count() == len(HUBS) - 1
    assert hubs.get(authorities__gss_code="E06000063").name == "Foster with Us"
    assert set(hubs.values_list("telephone", "email", "website")) == {("", "", "")}
    mended = hubs.get(name="Foster4")
    mended.telephone = "01632 960555"
    mended.save()
    mended.authorities.clear()
    set_up_hub(name="Hub", members=["E08000037", "E08000021"])
    mended.refresh_from_db()
    assert (mended.telephone, mended.authorities.count(), hubs.count()) == ("01632 960555", 0, len(HUBS) - 1)


def test_every_council_of_another_hub_is_one_of_england_and_of_one_hub():
    codes = [code for codes in HUBS.values() for code in codes.split()]
    assert len(codes) == len(set(codes)) == 84
    assert set(codes) <= AUTHORITIES.keys()


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


@pytest.fixture
def configure(hub):
    """configure("--telephone", …) runs the command and gives the hub as it then is."""

    def run(*arguments):
        call_command("configure_hub", *arguments, stdout=StringIO())
        return Hub.objects.get()

    return run


def test_says_how_the_hub_is_reached_and_changes_only_that(configure, worker, hub):
    configured = configure("--telephone", "01632 960123", "--email", "hello@example.org", "--opens-at", "08:30")
    assert (configured.telephone, configured.email) == ("01632 960123", "hello@example.org")
    assert (configured.opens_at, configured.closes_at) == (datetime.time(8, 30), hub.closes_at)
    configured = configure("--unallocated-owner", "Ruth.Worker@example.org")
    assert configured.unallocated_owner == worker
    assert configured.telephone == "01632 960123"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Say what to change"),
        (["--unallocated-owner", "nobody@example.org"], "run add_person first"),
        (["--unallocated-owner", "owen.data@example.org"], "no hub worker or manager"),
        (["--telephone", "ring us"], "not a telephone number"),
        (["--email", "hello"], "not an email address"),
        (["--closes-at", "08:00"], "later than it opens"),
    ],
)
def test_refuses_what_cannot_be_right(configure, data_officer, hub, arguments, says):
    with pytest.raises(CommandError, match=says):
        configure(*arguments)
    unchanged = Hub.objects.get()
    assert (unchanged.telephone, unchanged.unallocated_owner) == (hub.telephone, None)


def test_there_must_be_a_hub(db):
    with pytest.raises(CommandError, match="run set_up_hub first"):
        call_command("configure_hub", "--telephone", "01632 960123")


def test_without_a_council_and_without_an_owner_it_is_on_today_all_the_same(hub, make_enquiry, sign_in, worker):
    assert hub.unallocated_owner is None
    enquiry = make_enquiry("new", postcode="LS1 1AA")
    page = sign_in(worker).get(reverse("today"), {"queue": "unallocated"})
    assert [row.enquiry for row in page.context["work"].rows] == [enquiry]
