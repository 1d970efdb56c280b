import datetime

import pytest
import time_machine
from django.core.management import call_command

from enquiries.casework.queues import QUEUES, Viewer, count_queues
from enquiries.casework.services import choose_authority
from enquiries.councils.placing import hint_for, placing_of
from enquiries.councils.services import (
    differences,
    find_council_again,
    keep_from_council,
    letter_of_referral,
    park_enquiry,
    refer_elsewhere,
    reroute_differing,
    suggested_hub,
)
from enquiries.models import Enquiry
from handover.requirements import missing_from
from handover.services import send_handover
from hub.errors import Refused
from hub.models import Membership, Message, NeighbourHub, Postcode
from hub.working_time import today
from tests.conftest import moment
from tests.factories import make_enquiry as make

pytestmark = pytest.mark.usefixtures("directory")
SOON = datetime.timedelta(days=10)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(moment("2026-03-05 10:30")) as clock:
        yield clock


@pytest.fixture
def unplaced():
    """Lives in Leeds, which is none of ours."""
    return make(postcode="LS1 1AA")


@pytest.fixture
def leeds_hub(authorities):
    hub = NeighbourHub.objects.create(name="Foster in Yorkshire", telephone="01632 960555")
    hub.authorities.add(authorities["Leeds"])
    return hub


def queues(user) -> tuple[int, int]:
    now = moment("2026-03-05 11:00")
    counts = count_queues(Enquiry.objects.all(), Viewer(user, now, news_since=now), QUEUES)
    return counts["unallocated"], counts["parked"]


def test_found_again_nothing_has_changed(worker):
    said = find_council_again(enquiry=make(), by=worker)
    assert said.startswith("Nothing has changed: Gateshead.") and "ONSPD November 2025" in said


def test_found_again_something_has(worker, newcastle):
    enquiry = make()
    Postcode.objects.filter(pk="NE81AA").update(authority_code="E08000021")
    assert find_council_again(enquiry=enquiry, by=worker).startswith("Now Newcastle upon Tyne, before Gateshead.")
    assert enquiry.authority_id == newcastle.pk
    assert "Ruth Worker asked for it" in enquiry.activities.get(kind="routed").note


def test_nothing_is_found_again_after_the_handover(worker):
    with pytest.raises(Refused, match="after the handover"):
        find_council_again(enquiry=make("handed_over"), by=worker)


def test_after_a_new_directory_those_still_with_us_are_named_and_found_again(worker, gateshead, newcastle, capsys):
    ours, gone, other = make("ready"), make("handed_over"), make(postcode="SR1 1AA")
    Postcode.objects.filter(pk="NE81AA").update(authority_code="E08000021")
    assert [one.enquiry for one in differences(Enquiry.objects.all())] == [ours]
    call_command("reroute", "--dry-run")
    assert f"{ours.reference}: Gateshead → Newcastle upon Tyne" in capsys.readouterr().out
    ours.refresh_from_db()
    assert ours.authority == gateshead
    call_command("reroute")
    out = capsys.readouterr().out
    assert out.startswith("1 enquiries would") and f"{ours.reference}: Now Newcastle upon Tyne" in out
    for enquiry in (ours, gone, other):
        enquiry.refresh_from_db()
    assert (ours.authority, gone.authority, str(other.authority)) == (newcastle, gateshead, "Sunderland")
    assert reroute_differing(enquiries=Enquiry.objects.all()) == []


def test_when_a_council_leaves(gateshead):
    enquiry = make()
    Membership.objects.filter(authority=gateshead).update(ends_on=datetime.date(2026, 1, 31))
    (result,) = reroute_differing(enquiries=Enquiry.objects.all())
    assert "Now no council, before Gateshead" in result.result
    enquiry.refresh_from_db()
    assert enquiry.authority is None and enquiry in Enquiry.objects.unallocated()


def test_one_that_is_handed_over_meanwhile_stops_no_other(monkeypatch, gateshead, worker):
    first, second = make("ready"), make()
    Postcode.objects.filter(pk="NE81AA").update(authority_code="E08000021")
    found = list(differences(Enquiry.objects.all()))
    monkeypatch.setattr("enquiries.councils.services.differences", lambda _enquiries: found)
    Enquiry.objects.filter(pk=first.pk).update(stage="handed_over")
    refused, done = reroute_differing(enquiries=Enquiry.objects.all())
    assert (refused.reference, done.reference) == (first.reference, second.reference)
    assert "after the handover" in refused.result and "Now Newcastle" in done.result


def test_put_aside_until_the_day_and_no_longer(unplaced, worker, frozen):
    assert queues(worker) == (1, 0)
    due = unplaced.due_at
    park_enquiry(enquiry=unplaced, by=worker, until=today() + SOON, note="They are moving")
    assert queues(worker) == (0, 1)
    assert unplaced.due_at == due and unplaced in Enquiry.objects.waiting_on("hub")
    frozen.move_to(moment("2026-03-15 09:00"))
    assert queues(worker) == (1, 0)


def test_no_longer_put_aside_once_its_council_is_chosen(unplaced, worker, gateshead):
    park_enquiry(enquiry=unplaced, by=worker, until=today() + SOON, note="They are moving")
    choose_authority(enquiry=unplaced, by=worker, authority=gateshead, why="Work")
    unplaced.refresh_from_db()
    assert unplaced.parked_until is None and queues(worker) == (0, 0)


@pytest.mark.parametrize("days", [0, -1, 93])
def test_not_put_aside_for_ever_or_into_the_past(unplaced, worker, days):
    with pytest.raises(Refused, match="next three months"):
        park_enquiry(enquiry=unplaced, by=worker, until=today() + datetime.timedelta(days=days), note="x")


def test_one_with_a_council_is_neither_put_aside_nor_referred(worker, leeds_hub):
    enquiry = make()
    with pytest.raises(Refused, match="has a council"):
        park_enquiry(enquiry=enquiry, by=worker, until=today() + SOON, note="x")
    with pytest.raises(Refused, match="has a council"):
        refer_elsewhere(enquiry=enquiry, by=worker, to=leeds_hub)


def test_referred_elsewhere(unplaced, worker, leeds_hub):
    Message.objects.all().delete()
    assert suggested_hub(unplaced) == leeds_hub
    letter = letter_of_referral(enquiry=unplaced, to=leeds_hub)
    assert refer_elsewhere(enquiry=unplaced, by=worker, to=leeds_hub, note="Keen") is True
    assert (unplaced.stage, unplaced.closed_reason) == ("closed", "out_of_area")
    note = unplaced.activities.get(kind="closed").note
    assert note == "Referred to Foster in Yorkshire. They were written how to reach it.\n\nKeen"
    message = Message.objects.get()
    assert f"{message.subject}\n\n{message.body.strip()}" == letter
    assert "01632 960555" in message.body and "Leeds" in message.body and "Keen" not in message.body
    assert unplaced.names.split()[0] not in message.subject and message.to_household


def test_nothing_is_written_where_they_may_not_be_emailed(worker, leeds_hub):
    enquiry = make(postcode="LS1 1AA", safe_contact={"by_email": False})
    assert letter_of_referral(enquiry=enquiry, to=leeds_hub) == ""
    assert refer_elsewhere(enquiry=enquiry, by=worker, to=leeds_hub) is False
    assert "tell them another way" in enquiry.activities.get(kind="closed").note
    assert not Message.objects.filter(template="referred_elsewhere").exists()


def test_no_telephone_is_invented(unplaced, authorities):
    letter = letter_of_referral(enquiry=unplaced, to=NeighbourHub.objects.create(name="Elsewhere"))
    assert 'Look for "Elsewhere"' in letter and "Telephone:" not in letter


def test_referred_twice_it_is_refused(unplaced, worker, leeds_hub):
    version = unplaced.version
    refer_elsewhere(enquiry=unplaced, by=worker, to=leeds_hub, version=version)
    with pytest.raises(Refused):
        refer_elsewhere(enquiry=unplaced, by=worker, to=leeds_hub, version=version)
    assert Message.objects.filter(template="referred_elsewhere").count() == 1


def test_a_council_that_must_not_know_is_not_found_chosen_or_sent_to(worker, gateshead, newcastle):
    enquiry = make("ready")
    keep_from_council(enquiry=enquiry, by=worker, authority=gateshead, why="Her sister works there")
    assert enquiry.authority is None and enquiry.routing.first().rule == "conflict"
    with pytest.raises(Refused, match="Her sister works there"):
        choose_authority(enquiry=enquiry, by=worker, authority=gateshead, why="Near")
    assert "may_know" in [need.code for need in missing_from(enquiry, gateshead)]
    assert "may_know" not in [need.code for need in missing_from(enquiry, newcastle)]
    with pytest.raises(Refused, match="must not get to know"):
        send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    keep_from_council(enquiry=enquiry, by=worker, authority=None)
    assert (enquiry.authority, enquiry.not_authority, enquiry.not_why) == (gateshead, None, "")


def test_the_council_that_holds_them_knows_already(worker, gateshead):
    enquiry = make("with_authority")
    with pytest.raises(Refused, match="has the enquiry already"):
        keep_from_council(enquiry=enquiry, by=worker, authority=gateshead, why="Her sister")
    with pytest.raises(Refused, match="Say why"):
        keep_from_council(enquiry=make(), by=worker, authority=gateshead)


def put(*postcodes: str, code: str) -> None:
    Postcode.objects.bulk_create(Postcode(postcode=postcode, authority_code=code) for postcode in postcodes)


def test_a_hint_decides_nothing(worker):
    enquiry = make(postcode="NE65 9ZZ")
    assert hint_for(enquiry) == ""
    put("NE650AA", "NE650AB", "NE650AD", code="E08000037")
    assert hint_for(enquiry) == "All postcodes of NE65 that we know are in Gateshead."
    put("NE659AA", code="E08000021")
    put("NE65AA", "NE66AA", code="E08000024")  # of NE6, another place altogether
    assert hint_for(enquiry) == "NE65 is mostly Gateshead, with some of Newcastle upon Tyne."
    put("NE651AA", "NE652AA", code="E08000021")
    assert hint_for(enquiry) == "NE65 is shared by Newcastle upon Tyne and Gateshead."
    assert find_council_again(enquiry=enquiry, by=worker).startswith("Nothing has changed: no council found")


def test_what_is_offered_for_one_without_a_council(unplaced, worker, cluster_lead, leeds_hub):
    placing = placing_of(unplaced, worker)
    assert [step.text for step in placing.steps] == [
        "Refer them to Foster in Yorkshire", "Choose the council", "Put aside",
    ]  # fmt: skip
    assert "which is not one of our councils" in placing.why
    assert placing_of(make(), worker) is None
    assert placing_of(unplaced, cluster_lead) is None
