"""A place for a call is taken while the call is still to be made, and no longer."""

import pytest

from enquiries.callbacks.services import book_callback, cancel_callback, promise_callback, slots_on_offer
from enquiries.casework.services import log_call
from enquiries.duplicates.merging import merge_enquiries, undo_merge
from enquiries.models import CallbackSlot
from enquiries.services import record_activity, void_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(directory):
    return slots_on_offer()[0].starts_at


@pytest.fixture
def second(directory):
    return slots_on_offer()[1].starts_at


def taken(at) -> int:
    return CallbackSlot.objects.get(starts_at=at).taken


@pytest.fixture
def booked(make_enquiry, first):
    enquiry = make_enquiry("new")
    book_callback(enquiry=enquiry, starts_at=first)
    assert taken(first) == 1
    return enquiry


def test_given_back_when_we_speak_with_them_before(booked, first, worker):
    log_call(enquiry=booked, by=worker, outcome="no_answer")
    assert taken(first) == 1
    log_call(enquiry=booked, by=worker, outcome="reached")
    assert booked.callback_at is None and taken(first) == 0


def test_taken_again_where_the_conversation_was_entered_by_mistake(booked, first, worker, make_enquiry):
    log_call(enquiry=booked, by=worker, outcome="reached")
    for _ in range(CallbackSlot.objects.get().capacity):
        book_callback(enquiry=make_enquiry("new"), starts_at=first)
    void_activity(activity=booked.facts.get(kind="conversation"), by=worker, note="Somebody else")
    slot = CallbackSlot.objects.get()
    assert slot.taken == slot.capacity == 3  # the promise stands, and nobody else is promised that time
    assert first not in {slot.starts_at for slot in slots_on_offer()}


def test_given_back_when_staff_close_it_and_taken_again_when_it_is_reopened(booked, first, worker):
    record_activity(enquiry=booked, kind="closed", by=worker, reason="work")
    assert taken(first) == 0
    record_activity(enquiry=booked, kind="reopened", by=worker, note="They rang")
    assert booked.callback_at == first and taken(first) == 1


def test_given_back_when_the_booking_was_a_mistake(booked, first, worker):
    void_activity(activity=booked.facts.get(kind="callback_booked"), by=worker, note="Another household")
    assert taken(first) == 0


def test_moved_and_cancelled(booked, first, second):
    book_callback(enquiry=booked, starts_at=second)
    assert (taken(first), taken(second)) == (0, 1)
    cancel_callback(enquiry=booked)
    assert (taken(first), taken(second)) == (0, 0)


def test_what_the_product_promises_takes_none(booked, first, make_enquiry):
    promise_callback(enquiry=make_enquiry("new"), at=first)
    record_activity(enquiry=booked, kind="callback_cancelled", by=None, recorder="enquirer")
    assert taken(first) == 0


def test_of_two_calls_of_one_household_the_later_booking_counts_and_undoing_puts_back_both(
    booked, first, second, make_enquiry, worker
):
    other = make_enquiry("new")
    book_callback(enquiry=other, starts_at=second)
    merge = merge_enquiries(survivor=booked, absorbed=other, by=worker)
    booked.refresh_from_db()
    assert booked.callback_at == second and (taken(first), taken(second)) == (0, 1)
    undo_merge(merge=merge, by=worker)
    booked.refresh_from_db()
    other.refresh_from_db()
    assert (booked.callback_at, other.callback_at) == (first, second)
    assert (taken(first), taken(second)) == (1, 1)
