"""Asked for, sent, returned, authorised: whose turn it is, and who is told."""

import datetime

import pytest
from django.core import mail

from enquiries.duplicates.merging import merge_enquiries
from enquiries.eoi.sections import Expression
from enquiries.eoi.services import SENT_ALREADY, invite_to_eoi, return_eoi, submit_eoi
from enquiries.letters.nudges import why_it_no_longer_holds
from enquiries.models import Nudge
from enquiries.services import record_activity
from hub.errors import Refused
from hub.messages.services import send_due_messages
from tests.enquiries.eoi.filled import fill_in_all, fill_in_part


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch")


@pytest.fixture
def submitted(enquiry):
    fill_in_all(enquiry)
    submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    return enquiry


def letters() -> list[str]:
    mail.outbox.clear()
    send_due_messages()
    ours = [one for one in mail.outbox if not one.subject.startswith("Thank you for asking")]
    return [f"{one.subject} {one.body}" for one in ours]


def test_asking_makes_it_their_turn_and_reminds_once(enquiry, worker):
    assert not Expression(enquiry).shown_to_them
    invite_to_eoi(enquiry=enquiry, by=worker, body="Dear both, {{own_page}}")
    assert (enquiry.stage, enquiry.turn) == ("in_touch", "household")
    [letter] = letters()
    assert "Dear both, http" in letter and "/journey/" in letter
    assert Expression(enquiry).shown_to_them
    invite_to_eoi(enquiry=enquiry, by=worker)
    assert list(Nudge.objects.order_by("pk").values_list("state", flat=True)) == ["skipped", "planned"]
    fill_in_all(enquiry)
    submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    nudge = Nudge.objects.get(state="planned")
    assert why_it_no_longer_holds(nudge, enquiry, nudge.at)


def test_nobody_is_asked_by_email_who_must_not_be(make_enquiry, worker):
    enquiry = make_enquiry("in_touch", safe_contact={"by_email": False})
    with pytest.raises(Refused, match="asked us not to email"):
        invite_to_eoi(enquiry=enquiry, by=worker)
    assert not enquiry.facts.filter(kind="eoi_invited").exists() and not Nudge.objects.exists()


def test_it_goes_only_when_every_part_is_complete(enquiry):
    fill_in_all(enquiry)
    fill_in_part(enquiry, "home", bedrooms="")
    with pytest.raises(Refused, match="Your home"):
        submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    fill_in_part(enquiry, "home")
    fact = submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    assert (fact.recorder, fact.recorded_by) == ("enquirer", None)
    assert (enquiry.stage, enquiry.turn) == ("eoi", "hub")
    with pytest.raises(Refused, match=SENT_ALREADY):
        submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")


def test_staff_submit_what_was_filled_in_on_the_telephone(enquiry, worker):
    for part in Expression(enquiry).parts:
        changes = {"channel": "phone"} if part.key == "checks" else {}
        fill_in_part(enquiry, part.key, by=worker, recorder="person", **changes)
    submit_eoi(enquiry=enquiry, by=worker)
    assert enquiry.stage == "eoi" and not Expression(enquiry).filled_in_by_them


def test_who_asked_us_to_wait_says_so_first(enquiry, worker):
    fill_in_all(enquiry)
    record_activity(enquiry=enquiry, kind="hold_started", by=worker, until=datetime.date(2027, 1, 11))
    with pytest.raises(Refused, match="asked us to wait"):
        submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")


def test_returned_the_parts_are_marked_and_they_are_told(submitted, manager):
    return_eoi(
        enquiry=submitted, by=manager, missing={"home": "The landlord’s answer", "work-2": "Hours"}, note="Nearly"
    )
    assert (submitted.stage, submitted.turn) == ("in_touch", "household")
    assert submitted.facts.get(kind="eoi_returned").note == (
        "Nearly\nYour home: The landlord’s answer\nWork and time: Tom: Hours"
    )
    [letter] = letters()
    assert "something is still missing" in letter and "landlord" not in letter
    expression = Expression(submitted)
    assert [part.key for part in expression.lacking] == ["home", "work-2"]
    assert expression.part("home").status == "To be completed"
    with pytest.raises(Refused, match="still to be completed: Your home"):
        submit_eoi(enquiry=submitted, by=None, recorder="enquirer")
    fill_in_part(submitted, "home", bedrooms="")
    assert Expression(submitted).part("home").is_returned  # half-filled it stays marked
    fill_in_part(submitted, "home", permission="yes")
    fill_in_part(submitted, "work-2")
    submit_eoi(enquiry=submitted, by=None, recorder="enquirer")
    record_activity(enquiry=submitted, kind="eoi_authorised", by=manager)
    assert submitted.stage == "ready"


def test_what_came_on_paper_is_returned_to_its_owner(make_enquiry, manager):
    enquiry = make_enquiry("eoi")
    return_eoi(enquiry=enquiry, by=manager, note="The second page")
    assert (enquiry.stage, enquiry.turn) == ("in_touch", "hub") and letters() == []


def test_a_merged_household_has_one_form(make_enquiry, worker):
    first, second = make_enquiry("in_touch"), make_enquiry("in_touch")
    fill_in_part(first, "pets")
    fill_in_part(second, "pets", which="A cat")
    fill_in_part(second, "home")
    fill_in_part(second, "work-1")
    fill_in_part(second, "work-2")
    second.applicants.filter(position=1).update(first_name="Zoë")
    merge_enquiries(survivor=first, absorbed=second, by=worker)
    first.refresh_from_db()
    expression = Expression(first)
    assert expression.part("pets").answers["which"] == "A cat" and expression.part("home").is_complete
    assert expression.part("work-2").is_complete and expression.part("work-1").held is None  # of somebody else
    fill_in_part(first, "home", bedrooms="4")
    assert first.eoi_sections.get(code="home").answers["bedrooms"] == 4
    assert second.eoi_sections.get(code="home").answers["bedrooms"] == 3


def test_what_a_merged_household_must_complete_is_marked_where_it_goes_on(make_enquiry, worker, manager):
    first, second = make_enquiry("in_touch"), make_enquiry("in_touch")
    fill_in_all(first)
    fill_in_part(second, "pets", which="A cat")
    merge_enquiries(survivor=first, absorbed=second, by=worker)
    first.refresh_from_db()
    submit_eoi(enquiry=first, by=None, recorder="enquirer")
    return_eoi(enquiry=first, by=manager, missing={"pets": "How old is the cat?"})
    pets = Expression(first).part("pets")
    assert pets.is_returned and pets.answers["which"] == "A cat" and pets.held.recorder == "enquirer"
