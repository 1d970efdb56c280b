"""A call with a household that we have: outcome first, on the script, every answer kept as it is typed."""

import re

import pytest
import time_machine
from django.urls import reverse

from enquiries.casework.corrections import correct_activity
from enquiries.intake.services import Person
from enquiries.models import Enquiry, PhoneCall, SafeContact
from enquiries.reach import may_reach
from enquiries.services import record_activity, void_activity
from hub.current import current
from tests.conftest import moment

pytestmark = pytest.mark.django_db
NOW = moment("2026-03-05 10:30")  # a Thursday
REACHED = {"outcome": "reached", "agreed": "A visit next week", "channel": "phone", "next_by": "us",
           "on_day": "5", "on_month": "3", "on_year": "2026", "at": "10:20"}  # fmt: skip


@pytest.fixture(autouse=True)
def at(directory):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def enquiry(make_enquiry, hub):
    return make_enquiry(applicants=[Person("Amina", phone="+447700900555")], spare_room="", postcode="")


@pytest.fixture
def staff(sign_in, worker):
    return sign_in(worker)


def url(enquiry: Enquiry, save: bool = False) -> str:
    return reverse("log_call_save" if save else "log_call", args=[enquiry.reference])


def log(staff, enquiry: Enquiry, **typed):
    """Pressing Save with what was typed."""
    enquiry.refresh_from_db()
    return staff.post(url(enquiry), {"version": enquiry.version, **typed})


def keep(staff, enquiry: Enquiry, window: str = "one", seen: int = 0, **typed) -> dict:
    return staff.post(url(enquiry, save=True), {"window": window, "seen": seen, "turn": 1, **typed}).json()


def facts(enquiry: Enquiry) -> list[str]:
    return sorted(fact.kind for fact in enquiry.facts.exclude(kind__in=["received", "routed", "message_sent"]))


def test_looking_at_the_page_begins_no_call(staff, enquiry):
    page = staff.get(url(enquiry)).content.decode()
    assert "What happened?" in page and "Home and spare room" in page and "We hold: Amina" in page
    assert not PhoneCall.objects.exists()


def test_what_was_said_on_the_script_fills_the_record(staff, enquiry):
    answer = log(staff, enquiry, **REACHED, spare_room="yes", last_name="Khalid", own_household="Two cats")
    assert answer.status_code == 302
    enquiry.refresh_from_db()
    call = PhoneCall.objects.get()
    assert (enquiry.spare_room, enquiry.names, enquiry.stage) == ("yes", "Amina Khalid", "in_touch")
    assert call.state == "filed" and call.fact.note == "A visit next week"
    assert call.fact.occurred_at == moment("2026-03-05 10:20")
    assert "Two cats" in staff.get(reverse("enquiry", args=[enquiry.reference])).content.decode()


def test_what_they_promised_waits_on_them(staff, enquiry):
    log(staff, enquiry, **{**REACHED, "next_by": "them"}, until_day="12", until_month="3", until_year="2026")
    enquiry.refresh_from_db()
    assert enquiry.turn == "household" and enquiry.due_at == moment("2026-03-12 17:00")


def test_each_answer_is_kept_as_it_is_typed_and_shown_again(staff, enquiry):
    said = keep(staff, enquiry, agreed="They will measure the roo")
    assert said["saved"] == "10:30" and "their postcode" in said["missing"]
    keep(staff, enquiry, outcome="reached", on_day="4")
    page = staff.get(url(enquiry)).content.decode()
    assert "They will measure the roo" in page and "There is a problem" not in page
    assert PhoneCall.objects.get().typed["on_day"] == ["4"] and facts(enquiry) == []


def test_an_answer_of_another_window_is_not_written_over(staff, enquiry):
    keep(staff, enquiry, window="one", agreed="Said in one window")
    answer = log(staff, enquiry, **REACHED, window="two", seen=0)
    page = answer.content.decode()
    assert "Changed in another window" in page and "A visit next week" in page and facts(enquiry) == []
    kept = PhoneCall.objects.get()
    again = log(staff, enquiry, **REACHED, window="two", seen=kept.version)
    assert again.status_code == 302 and facts(enquiry) == ["conversation"]


def test_not_reached_is_one_choice_and_keeps_no_answer(staff, enquiry):
    keep(staff, enquiry, own_household="Typed before it rang out")
    assert log(staff, enquiry, outcome="no_answer", own_household="Typed").status_code == 302
    assert facts(enquiry) == ["attempt"]
    call = PhoneCall.objects.get()
    assert call.state == "dropped" and call.answers == {}


def test_a_bad_answer_on_the_script_is_shown_where_it_was_typed(staff, enquiry):
    page = log(staff, enquiry, **REACHED, email="amina-at-home").content.decode()
    assert "There is a problem" in page and "amina-at-home" in page and "A visit next week" in page
    assert facts(enquiry) == [] and 'details class="hub-fold" open' in page
    assert log(staff, enquiry, outcome="no_answer", email="amina-at-home").status_code == 302


def test_a_stale_save_files_nothing_and_keeps_what_was_typed(staff, enquiry, manager):
    seen = enquiry.version
    record_activity(enquiry=enquiry, kind="note", by=manager, note="Moving house")
    answer = staff.post(url(enquiry), {"version": seen, **REACHED, "spare_room": "yes"})
    page = answer.content.decode()
    assert f"{manager.name} recorded “Note”" in page and "A visit next week" in page
    enquiry.refresh_from_db()
    assert enquiry.spare_room == "" and facts(enquiry) == ["note"]
    assert PhoneCall.objects.get().is_open


def test_attempts_are_counted_to_the_most_that_there_should_be(staff, enquiry):
    most = current().hub.most_attempts
    for number in range(1, most + 1):
        assert f"This is attempt {number} of {most}" in staff.get(url(enquiry)).content.decode()
        log(staff, enquiry, outcome="no_answer")
    enquiry.refresh_from_db()
    assert enquiry.stage == "new" and enquiry.attempts == most


def test_an_enquiry_that_is_closed_takes_no_call(staff, make_enquiry):
    closed = make_enquiry("closed")
    assert log(staff, closed, outcome="no_answer").status_code == 200
    assert "cannot be recorded" in log(staff, closed, outcome="no_answer").content.decode()
    assert facts(closed).count("attempt") == 0


def test_only_hub_staff_keep_answers(enquiry, sign_in, gateshead_worker, worker):
    assert sign_in(gateshead_worker).post(url(enquiry, save=True), {}).status_code == 403
    assert sign_in(worker).get(url(enquiry, save=True)).status_code == 405


def test_what_keeps_them_safe_is_added_to_and_not_written_over(staff, enquiry):
    SafeContact.objects.filter(enquiry=enquiry).update(notes="He must not know of it", adjustments="Large print")
    log(staff, enquiry, **REACHED, notes="Ring the work number", adjustments="large print")
    safe = SafeContact.objects.get(enquiry=enquiry)
    assert safe.notes == "He must not know of it\nRing the work number" and safe.adjustments == "Large print"


def test_whoever_is_rung_back_within_the_minute_has_been_answered(staff, enquiry, at):
    at.move_to(moment("2026-03-05 10:30:20"))
    record_activity(enquiry=enquiry, kind="called_us", by=None, outcome="missed")
    at.move_to(moment("2026-03-05 10:30:40"))
    log(staff, enquiry, **{**REACHED, "at": "10:30"})
    enquiry.refresh_from_db()
    assert (enquiry.clock, enquiry.last_contact_at) == ("follow_up", moment("2026-03-05 10:30:20"))
    at.move_to(moment("2026-03-05 10:35"))
    log(staff, enquiry, **{**REACHED, "at": "10:36"})
    assert facts(enquiry).count("conversation") == 1  # a time to come is none at which we spoke


def test_the_ledger_says_how_they_told_us(staff, enquiry):
    log(staff, enquiry, **{**REACHED, "channel": "in_person"}, share="yes")
    assert enquiry.ledger.filter(purpose="share_with_authority").first().channel == "in_person"


def test_a_call_that_was_begun_yesterday_is_of_yesterday_and_says_so(staff, enquiry, at, sign_in, worker):
    keep(staff, enquiry, agreed="They will measure the room")
    assert "You began this call" not in staff.get(url(enquiry)).content.decode()
    at.move_to(moment("2026-03-06 09:00"))
    page = sign_in(worker).get(url(enquiry)).content.decode()
    assert "You began this call on Thursday 5 March at 10:30" in page and '<details class="govuk-details" open>' in page
    assert re.search(r'name="on_day"[^>]*value="5"', page) and re.search(r'name="at"[^>]*value="10:30"', page)


def test_not_yet_without_a_day_is_three_months_and_says_so(staff, enquiry):
    assert "we ask again in three months, on 5 June 2026" in staff.get(url(enquiry)).content.decode()
    page = staff.post(
        url(enquiry), {"version": enquiry.version, **REACHED, "timing": "not_yet"}, follow=True
    ).content.decode()
    enquiry.refresh_from_db()
    assert (enquiry.on_hold, str(enquiry.hold_until)) == (True, "2026-06-05")
    assert "Not yet: we ask again on 5 June 2026." in page


def test_not_yet_waits_for_the_day_that_was_agreed_and_a_later_word_moves_it(staff, enquiry):
    log(staff, enquiry, **REACHED, timing="not_yet", until_day="3", until_month="4", until_year="2026")
    enquiry.refresh_from_db()
    assert str(enquiry.hold_until) == "2026-04-03"
    log(staff, enquiry, **REACHED, timing="not_yet")
    enquiry.refresh_from_db()
    assert str(enquiry.hold_until) == "2026-04-03"  # as it was agreed
    log(staff, enquiry, **REACHED, not_before_day="1", not_before_month="9", not_before_year="2026")
    enquiry.refresh_from_db()
    assert str(enquiry.hold_until) == "2026-09-01" and enquiry.on_hold


def test_whoever_could_not_talk_freely_is_guarded_from_then_on(staff, enquiry):
    SafeContact.objects.filter(enquiry=enquiry).update(notes="Ring the work number")
    log(staff, enquiry, **REACHED, safe_now="no")
    page = staff.get(url(enquiry)).content.decode()
    assert "Could not talk freely when we rang on 5 March 2026: ask first whether they can" in page
    assert "Ring the work number" in page
    log(staff, enquiry, **REACHED, safe_now="yes")
    assert SafeContact.objects.get(enquiry=enquiry).notes.count("Could not talk freely") == 1


def test_what_they_said_otherwise_is_noted_or_put_in_the_record(staff, enquiry, worker):
    log(staff, enquiry, **REACHED, spare_room="yes", postcode="NE8 1AA")
    otherwise = {"spare_room": "no", "phone": "07700 900556", "first_name": "Aminah"}
    log(staff, enquiry, **REACHED, **otherwise)
    enquiry.refresh_from_db()
    assert enquiry.spare_room == "yes" and enquiry.names == "Amina"
    assert "This time they said" in enquiry.facts.filter(kind="conversation").newest_first().first().note
    log(staff, enquiry, **REACHED, **otherwise, replace="on")
    enquiry = Enquiry.objects.get(pk=enquiry.pk)
    person = enquiry.applicants.get()
    assert (enquiry.spare_room, person.first_name, person.phone) == ("no", "Aminah", "+447700900556")
    notes = {fact.note: fact.recorded_by for fact in enquiry.facts.filter(kind="details_changed")}
    assert notes["Changed, as they said on the telephone: spare room"] == worker
    assert any(note.startswith("Changed: ") and "phone" in note for note in notes)
    assert "This time they said" not in PhoneCall.objects.order_by("-pk").first().fact.note


def test_where_nothing_is_held_nothing_can_be_replaced(staff, make_enquiry):
    bare = make_enquiry(applicants=[Person(phone="+447700900557")], spare_room="", postcode="", source="", consents={})
    bare.applicants.update(phone="")
    assert "in place of what we hold" not in staff.get(url(bare)).content.decode()


class TestWrongNumber:
    @pytest.fixture
    def couple(self, make_enquiry, hub):
        people = [Person("Amina", phone="+447700900555"), Person("Tom", phone="+447700900556")]
        return make_enquiry("in_touch", applicants=people)

    def wrong(self, staff, couple, number="+447700900555"):
        return log(staff, couple, outcome="wrong_number", number=number, wrong_number="A shop answered")

    def test_it_is_struck_through_and_the_other_one_is_rung(self, staff, couple):
        assert self.wrong(staff, couple).status_code == 302
        page = staff.get(reverse("enquiry", args=[couple.reference])).content.decode()
        assert "Wrong number on 5 March" in page and 'href="tel:+447700900555"' not in page
        assert 'href="tel:+447700900556"' in page and "It is right after all" in page
        couple = Enquiry.objects.get(pk=couple.pk)
        assert may_reach(couple, "phone").address == "+447700900556" and couple.may_be_rung
        SafeContact.objects.filter(enquiry=couple).update(by_text=True)
        assert may_reach(couple, "text").address == "+447700900556"

    def test_which_of_two_must_be_said(self, staff, couple):
        page = self.wrong(staff, couple, number="").content.decode()
        assert "Select the number that is wrong" in page and "A shop answered" in page
        assert couple.applicants.filter(phone_wrong_on__isnull=False).count() == 0

    def test_with_no_number_left_nobody_is_told_to_ring(self, staff, enquiry):
        log(staff, enquiry, outcome="wrong_number", wrong_number="A shop answered")
        enquiry = Enquiry.objects.get(pk=enquiry.pk)
        assert not enquiry.may_be_rung and not may_reach(enquiry, "phone")
        log(staff, enquiry, **REACHED, phone="07700 900557")
        person = enquiry.applicants.get()
        assert (person.phone, person.phone_wrong_on) == ("+447700900557", None)

    def test_right_after_all(self, staff, couple):
        self.wrong(staff, couple)
        page = reverse("number_right", args=[couple.reference])
        assert "07700 900555" in staff.get(page).content.decode()
        couple.refresh_from_db()
        typed = {"version": couple.version, "number": "+447700900555"}
        assert staff.post(page, {**typed, "number": "+447700900556"}).status_code == 200
        assert staff.post(page, typed).status_code == 302
        assert couple.applicants.filter(phone_wrong_on__isnull=False).count() == 0
        couple.refresh_from_db()
        assert staff.post(page, {**typed, "version": couple.version}).status_code == 200  # twice

    def test_a_mistake_that_is_voided_or_put_right_marks_nothing(self, staff, couple, worker):
        self.wrong(staff, couple)
        attempt = couple.facts.get(kind="attempt")
        noted = correct_activity(activity=attempt, by=worker, why="Slip", note="A bakery answered")
        assert couple.applicants.get(position=1).phone_wrong_on == noted.occurred_on
        void_activity(activity=noted, by=worker, note="It was another household")
        assert couple.applicants.get(position=1).phone_wrong_on is None


def test_a_corrected_call_keeps_what_was_answered_on_the_script(staff, enquiry, worker):
    log(staff, enquiry, **REACHED, own_household="Two cats")
    fact = enquiry.facts.get(kind="conversation")
    right = correct_activity(activity=fact, by=worker, why="Slip", note="A visit in two weeks")
    assert PhoneCall.objects.get().fact == right
    assert "Two cats" in staff.get(reverse("enquiry", args=[enquiry.reference])).content.decode()
