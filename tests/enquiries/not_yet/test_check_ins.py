"""Whoever said “not yet” is asked as they agreed: on the day, half way if that is long, and only while it holds."""

import datetime

import pytest
from django.urls import reverse

from enquiries.casework.corrections import correct_activity
from enquiries.letters.nudges import send_due_nudges
from enquiries.models import Consent, Nudge, SafeContact
from enquiries.not_yet.check_ins import plan_check_ins
from enquiries.not_yet.services import end_hold, start_hold
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import Message
from tests.conftest import moment
from tests.enquiries.not_yet.conftest import THE_DAY, UNTIL

HALF_WAY = moment("2027-03-16 11:00")


def sent() -> list[str]:
    return list(Message.objects.filter(template__startswith="not_yet").values_list("template", flat=True))


def test_a_long_hold_has_one_half_way_and_one_on_its_day(enquiry, hold, clock):
    fact = hold(enquiry)
    assert (fact.reason, enquiry.on_hold, enquiry.clock) == ("room", True, "hold")
    assert sorted(Nudge.objects.values_list("key", flat=True)) == [f"not_yet:{fact.pk}:day", f"not_yet:{fact.pk}:half"]
    assert Nudge.objects.filter(at=THE_DAY - datetime.timedelta(hours=1)).exists()
    for day, so_far in ((HALF_WAY, 1), (HALF_WAY, 1), (THE_DAY, 2), (THE_DAY, 2)):
        clock.move_to(day)
        send_due_nudges()
        assert len(sent()) == so_far


def test_a_short_hold_has_one(enquiry, hold):
    hold(enquiry, until=datetime.date(2027, 2, 2))
    assert Nudge.objects.get().at == moment("2027-02-02 10:00")


def test_the_yes_is_in_the_ledger_with_the_words_and_its_end(enquiry, hold, worker):
    hold(enquiry)
    consent = enquiry.ledger.get(purpose=Consent.Purpose.ASK_AGAIN)
    assert consent.given and consent.expires_on == datetime.date(2028, 7, 13) and consent.recorded_by == worker
    assert "Yes, you may ask me again" in consent.wording


@pytest.mark.parametrize("may_ask", [False, None])
def test_without_a_yes_nothing_is_planned_and_staff_ask(enquiry, hold, clock, may_ask):
    hold(enquiry, may_ask=may_ask)
    clock.move_to(THE_DAY)
    assert send_due_nudges() == 0 and not Nudge.objects.exists()
    enquiry.refresh_from_db()
    assert (enquiry.clock, enquiry.due_in_words[:9]) == ("hold", "Ask again")


STOPS = {
    "a reply": lambda enquiry, worker: record_activity(
        enquiry=enquiry, kind="message_received", by=None, channel="email", note="Hello"
    ),
    "the end of the hold": lambda enquiry, worker: end_hold(enquiry=enquiry, by=worker),
    "withdrawal": lambda enquiry, worker: record_activity(
        enquiry=enquiry, kind="closed", by=None, recorder="enquirer", reason="timing"
    ),
    "consent taken back": lambda enquiry, worker: Consent.objects.create(
        enquiry=enquiry, purpose="ask_again", given=False, wording="No", channel="web"
    ),
    "an unsafe way": lambda enquiry, worker: SafeContact.objects.update_or_create(
        enquiry=enquiry, defaults={"by_email": False}
    ),
}


@pytest.mark.parametrize("what", STOPS)
def test_it_stops_by_itself(enquiry, hold, clock, worker, what):
    hold(enquiry)
    STOPS[what](enquiry, worker)
    clock.move_to(THE_DAY)
    assert send_due_nudges() == 0 and sent() == []
    assert all(one.state == "skipped" and one.why for one in Nudge.objects.all())


def test_a_consent_that_has_run_out_by_then_counts_no_more(enquiry, hold, clock):
    hold(enquiry)
    Consent.objects.create(
        enquiry=enquiry, purpose="ask_again", given=True, wording="Yes", channel="web",
        expires_on=datetime.date(2027, 7, 13),
    )  # fmt: skip
    clock.move_to(THE_DAY)
    assert send_due_nudges() == 0
    assert "not agreed to it, or no longer" in Nudge.objects.get(key__endswith=":day").why


def test_by_text_where_email_is_not_safe(enquiry, hold, clock, settings):
    settings.HUB_DEMO = True  # so that texts have a way out
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_email": False, "by_text": True})
    hold(enquiry)
    clock.move_to(THE_DAY)
    assert send_due_nudges() == 1 and sent() == ["not_yet_check_in_text"]


def test_another_day_calls_the_former_ones_off(enquiry, hold, clock, worker):
    first = hold(enquiry)
    end_hold(enquiry=enquiry, by=worker)
    hold(enquiry, until=datetime.date(2027, 9, 1))
    assert {one.state for one in Nudge.objects.filter(key__contains=f":{first.pk}:")} == {"skipped"}
    assert Nudge.objects.planned().count() == 2


def test_a_corrected_day_moves_them(enquiry, hold, worker):
    wrong = hold(enquiry)
    correct_activity(activity=wrong, by=worker, why="September", until=datetime.date(2027, 9, 1))
    planned = Nudge.objects.planned().get(key__endswith=":day")
    assert planned.at == moment("2027-09-01 10:00")


def test_planned_twice_is_once(enquiry, hold):
    fact = hold(enquiry)
    for nudge in Nudge.objects.all():
        assert nudge.state == "planned"
    plan_check_ins(fact)
    assert Nudge.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"until": datetime.date(2026, 11, 17)}, "in the future"),
        ({"reason": ""}, "Select why"),
        ({"reason": "x"}, "why"),
    ],
)
def test_refused(enquiry, worker, given, said):
    with pytest.raises(Refused, match=said):
        start_hold(**{"enquiry": enquiry, "by": worker, "until": UNTIL, "reason": "room", "may_ask": True, **given})
    assert not enquiry.facts.filter(kind="hold_started").exists() and not Nudge.objects.exists()


def test_staff_say_why_and_whether_they_were_asked(enquiry, sign_in, worker):
    page, client = reverse("hold", args=[enquiry.reference]), sign_in(worker)
    typed = {"version": enquiry.version, "until_day": "13", "until_month": "7", "until_year": "2027"}
    html = client.post(page, typed).content.decode()
    assert "Select why not yet" in html and "Select whether we may ask them again" in html
    late = client.post(page, {**typed, "until_year": "2025", "reason": "room", "may_ask": "no"}).content.decode()
    assert "There is a problem" in late
    client.post(page, {**typed, "reason": "room", "may_ask": "not_asked"})
    enquiry.refresh_from_db()
    assert enquiry.on_hold and not enquiry.ledger.filter(purpose="ask_again").exists()
