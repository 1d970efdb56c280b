"""What is planned is sent once at most, in proper hours, and only if it still holds when its time has come."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from enquiries.letters import nudges
from enquiries.letters.nudges import (
    RULES,
    call_off_nudge,
    call_off_nudges,
    plan_nudge,
    proper_hours,
    send_due_nudges,
    send_nudge_now,
)
from enquiries.models import Activity, Enquiry, Nudge, SafeContact
from enquiries.services import lock_enquiry, record_activity
from hub.errors import Refused
from hub.models import Heartbeat, Message
from hub.working_time import today
from tests.conftest import moment
from tests.factories import someone

NOW = moment("2026-11-17 10:00")  # a Tuesday


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def enquiry(clock, make_enquiry):
    enquiry = make_enquiry("in_touch")
    Message.objects.all().delete()
    clock.shift(60)
    return enquiry


def plan(enquiry, kind="reminder", template="gentle_reminder", key="k", days=3, **more) -> Nudge:
    at = timezone.now() + datetime.timedelta(days=days)
    return plan_nudge(enquiry=enquiry, kind=kind, at=at, template=template, key=key, **more)


def sent() -> list[str]:
    return list(Message.objects.values_list("template", flat=True))


def why(nudge: Nudge) -> str:
    nudge.refresh_from_db()
    assert nudge.state == "skipped" and nudge.decided_at
    return nudge.why


def test_not_before_its_time_then_once(enquiry, clock):
    nudge = plan(enquiry)
    assert send_due_nudges() == 0 and sent() == []
    clock.shift(datetime.timedelta(days=3))
    assert send_due_nudges() == 1
    assert send_due_nudges() == 0 and sent() == ["gentle_reminder"]
    nudge.refresh_from_db()
    assert (nudge.state, nudge.message) == ("sent", Message.objects.get())
    assert Heartbeat.objects.filter(job="send_due_nudges").exists()
    assert enquiry.facts.filter(kind="message_sent", recorded_by=None).count() >= 1


def test_the_same_key_is_the_same_nudge(enquiry):
    assert plan(enquiry) == plan(enquiry) and Nudge.objects.count() == 1


def happened(kind, by=True, **details):
    def record(enquiry):
        person = someone("hub_worker") if by else None
        recorder = "person" if by else "enquirer"
        record_activity(enquiry=enquiry, kind=kind, by=person, recorder=recorder, **details)

    return record


def handed_over(enquiry):
    from tests.factories import MOVES_TO

    for stage in ("eoi", "ready", "handed_over"):
        for kind, role, details in MOVES_TO[stage]:
            details = {**details, "authority": enquiry.authority} if details else {}
            record_activity(enquiry=enquiry, kind=kind, by=someone(role), **details)


def emailing_is_unsafe(enquiry):
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_email": False})


# What happens after it was planned, and the words that say why it is not sent.
CALLED_OFF = [
    (happened("message_received", by=False, channel="email", note="Hello"), "They wrote to us"),
    (happened("message_received", by=False, channel="other", note="STOP", outcome="stop"), "They wrote to us"),
    (happened("conversation", channel="phone"), "Spoke with them"),
    (happened("called_us", by=False, outcome="missed"), "They rang us"),
    (happened("closed", by=False, reason="no_reason"), "“Closed”"),
    (happened("hold_started", until=today() + datetime.timedelta(days=4000), reason="work"), "on hold now"),
    (handed_over, "“Handed over”"),
    (emailing_is_unsafe, "asked us not to email"),
]


def test_whatever_makes_it_a_nuisance_calls_it_off_and_says_why(clock, make_enquiry):
    wrong = []
    for number, (happens, said) in enumerate(CALLED_OFF):
        enquiry = make_enquiry("in_touch")
        clock.shift(60)
        nudge = plan(enquiry, key=f"k{number}", days=1)
        clock.shift(60)
        happens(enquiry)
        send_nudge_now(nudge.pk, now=nudge.at)
        nudge.refresh_from_db()
        if nudge.state != "skipped" or said not in nudge.why:
            wrong.append((said, nudge.state, nudge.why))
    assert wrong == [] and not Message.objects.filter(template="gentle_reminder").exists()


def test_what_was_said_before_it_was_planned_calls_nothing_off(enquiry, clock):
    happened("message_received", by=False, channel="email", note="Hello")(enquiry)
    clock.shift(60)
    plan(enquiry)
    clock.shift(datetime.timedelta(days=3))
    assert send_due_nudges() == 1


def test_a_voided_fact_never_happened(enquiry, clock):
    plan(enquiry)
    clock.shift(60)
    happened("conversation", channel="phone")(enquiry)
    from enquiries.services import void_activity

    void_activity(activity=Activity.objects.latest("pk"), by=someone("hub_worker"), note="Somebody else’s")
    clock.shift(datetime.timedelta(days=3))
    assert send_due_nudges() == 1


def test_after_its_time_it_comes_too_late(enquiry, clock):
    nudge = plan(enquiry, good_until=timezone.now() + datetime.timedelta(days=4))
    clock.shift(datetime.timedelta(days=5))
    assert send_due_nudges() == 0 and why(nudge) == "Its time had passed."


@pytest.mark.parametrize(
    ("at", "any_day", "then"),
    [
        ("2026-11-17 10:00", False, "2026-11-17 10:00"),
        ("2026-11-17 08:59", False, "2026-11-17 09:00"),
        ("2026-11-17 20:00", False, "2026-11-18 09:00"),
        ("2026-11-20 21:00", False, "2026-11-23 09:00"),  # Friday night: Monday
        ("2026-11-21 10:00", False, "2026-11-23 09:00"),
        ("2026-11-21 10:00", True, "2026-11-21 10:00"),
        ("2026-11-21 23:00", True, "2026-11-22 09:00"),
        ("2026-12-24 20:30", False, "2026-12-29 09:00"),  # Christmas
        ("2026-03-28 21:00", True, "2026-03-29 09:00"),  # the clocks change
    ],
)
def test_nobody_is_written_to_at_night_or_when_nobody_can_answer(hub, at, any_day, then):
    assert proper_hours(moment(at), any_day=any_day) == moment(then)


def test_at_night_it_waits_for_the_morning(enquiry, clock):
    nudge = plan(enquiry)
    clock.move_to(moment("2026-11-20 22:00"))
    assert send_due_nudges() == 0
    nudge.refresh_from_db()
    assert (nudge.state, nudge.next_try_at) == ("planned", moment("2026-11-23 09:00"))
    clock.move_to(moment("2026-11-23 09:00"))
    assert send_due_nudges() == 1


def test_staff_and_other_parts_of_the_product_may_call_it_off(enquiry, worker):
    by_hand, one, other = (plan(enquiry, kind, key=kind) for kind in ("reminder", "visit", "event"))
    call_off_nudge(nudge=by_hand, by=worker)
    assert why(by_hand) == "Called off by Ruth Worker" and by_hand.called_off_by == worker
    with pytest.raises(Refused, match="sent or called off meanwhile"):
        call_off_nudge(nudge=by_hand, by=worker)
    assert call_off_nudges(enquiry=enquiry, kinds=["visit"], why="The visit is off") == 1
    assert why(one) == "The visit is off"
    other.refresh_from_db()
    assert other.state == "planned" and call_off_nudges(enquiry=enquiry) == 1


def test_one_that_breaks_stops_no_other_and_is_tried_again(enquiry, clock, monkeypatch):
    broken, good = plan(enquiry, key="a"), plan(enquiry, key="b")
    really = nudges.send_template

    def breaks(**given):
        if given["key"] == "nudge:a":
            really(**given)  # it dies after the message was made, before the nudge is decided
            raise RuntimeError
        return really(**given)

    monkeypatch.setattr(nudges, "send_template", breaks)
    clock.shift(datetime.timedelta(days=3))
    assert send_due_nudges() == 1
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == ("planned", "sent")
    assert Message.objects.count() == 1  # the message of the one that died went with it
    monkeypatch.setattr(nudges, "send_template", really)
    clock.shift(nudges.TRY_AGAIN)
    assert send_due_nudges() == 1 and Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_it_once(make_enquiry, monkeypatch):
    """The first is held between its claim and sending; the second leaves it alone."""
    with time_machine.travel(NOW, tick=True):
        enquiry = make_enquiry("in_touch")
        nudge = plan(enquiry, days=0)
        sending, go_on, really = threading.Event(), threading.Event(), nudges.send_template

        def hold(**given):
            sending.set()
            assert go_on.wait(10)
            return really(**given)

        monkeypatch.setattr(nudges, "send_template", hold)

        def first():
            try:
                send_nudge_now(nudge.pk)
            finally:
                connection.close()

        worker = threading.Thread(target=first)
        worker.start()
        assert sending.wait(10)
        assert send_nudge_now(nudge.pk) is False
        go_on.set()
        worker.join(10)
        assert Message.objects.filter(template="gentle_reminder").count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_somebody_writes_to_the_enquiry_it_waits_for_the_next_sweep(make_enquiry):
    """Who calls it off holds the enquiry and wants the nudge: held the other way round, the two would never end."""
    with time_machine.travel(NOW, tick=True):
        nudge = plan(make_enquiry("in_touch"), days=0)
        said = []

        def sweep():
            try:
                said.append(send_nudge_now(nudge.pk))
            finally:
                connection.close()

        with transaction.atomic():
            lock_enquiry(nudge.enquiry_id)
            other = threading.Thread(target=sweep)
            other.start()
            other.join(5)
            assert said == [False]
        assert send_nudge_now(nudge.pk) is True


def test_a_kind_must_be_in_the_table(enquiry):
    with pytest.raises(AssertionError):
        plan(enquiry, kind="chain_letter")
    assert all(rule.stages and rule.label for rule in RULES.values())


def test_a_merged_household_is_written_to_once_and_where_it_goes_on(make_enquiry, clock, worker):
    from enquiries.duplicates.merging import merge_enquiries

    kept, absorbed = make_enquiry("in_touch"), make_enquiry("in_touch")
    nudge = plan(absorbed)
    clock.shift(60)
    merge_enquiries(survivor=kept, absorbed=absorbed, by=worker)
    assert list(Nudge.objects.of(Enquiry.objects.get(pk=kept.pk))) == [nudge]
    clock.shift(datetime.timedelta(days=3))
    assert send_nudge_now(nudge.pk)
    assert Message.objects.get(template="gentle_reminder").reference == kept.reference
