"""Putting right what was recorded wrongly: the old fact is voided and the right one takes its place, both in sight."""

import datetime

from django.db import transaction

from enquiries.models import Activity, PhoneCall
from enquiries.not_yet.check_ins import plan_check_ins
from enquiries.services import lock_enquiry, record_activity
from hub.errors import Refused

# What may be put right of each kind, beside its day and time. What has a page of its own for changing it (a call-back,
# a booked visit, the details) is changed there; what a council recorded it corrects in its portal.
CORRECTABLE: dict[str, tuple[str, ...]] = {
    "attempt": ("outcome", "note", "until"),
    "conversation": ("channel", "note", "next_by", "until"),
    "initial_visit": ("note",),
    "training_completed": ("note",),
    "eoi_submitted": ("note",),
    "eoi_returned": ("note",),
    "eoi_authorised": ("note",),
    "hold_started": ("until", "note"),
    "hold_ended": ("note",),
    "closed": ("reason", "note"),
    "reopened": ("note",),
    "note": ("note",),
    "task_done": ("note",),
    "buddy_introduced": ("note",),
}
# Carried over from the fact that is put right, where the form does not ask.
_KEPT = ("note", "reason", "outcome", "until", "next_by", "channel", "authority", "about")


@transaction.atomic
def correct_activity(
    *,
    activity: Activity,
    by,
    why: str,
    version: int | None = None,
    occurred_at: datetime.datetime | None = None,
    **details,
) -> Activity:
    """Void a fact and record it as it should have been, in one transaction; gives the new one.

    The new one is asked of the journey table as it stood when the fact was recorded, by the same rights and date rules
    as ever; the state follows from what then stands. A conversation at a visit moves with the visit. Refuses a fact
    that somebody voided or put right meanwhile, and what would move an enquiry that stands with a council.
    """
    enquiry = activity.enquiry.stands_for
    locked = lock_enquiry(enquiry.pk)
    # Read again under the lock: what was seen on the page may be voided by now.
    wrong = Activity.objects.select_related("enquiry", "recorded_by").get(pk=activity.pk)
    if wrong.kind not in CORRECTABLE or not wrong.may_be_voided_by(by):
        since = wrong.voided_by.who if wrong.is_voided else ""
        raise Refused(f"{since} voided this entry already. Look again." if since else _NOT_YOURS.format(wrong.label))
    before, council = locked.standing, locked.held_by
    right = _replace(wrong, by=by, why=why, version=version, occurred_at=occurred_at, **details)
    for spoken in wrong.answers.not_voided().filter(kind="conversation"):
        _replace(spoken, by=by, why=why, occurred_at=right.occurred_at, about=right)
    enquiry.refresh_from_db()
    if council is not None and by.is_hub_staff and enquiry.standing != before:
        raise Refused(f"“{wrong.label}” cannot be changed while the enquiry stands with {council}.")
    return right


_NOT_YOURS = "“{}” cannot be corrected by you."


def _replace(wrong: Activity, *, by, why: str, version: int | None = None, occurred_at, **details) -> Activity:
    enquiry = wrong.enquiry.stands_for
    numbers = _wrong_numbers(wrong)
    record_activity(enquiry=enquiry, kind="voided", by=by, version=version, voids=wrong, note=why)
    fields = {name: getattr(wrong, name) for name in _KEPT} | details
    moment = occurred_at or wrong.occurred_at
    right = record_activity(enquiry=enquiry, kind=wrong.kind, by=by, occurred_at=moment, replaces=wrong, **fields)
    if right.kind == "hold_started":
        plan_check_ins(right)
    if right.outcome == "wrong_number":
        wrong.enquiry.applicants.filter(phone__in=numbers).update(phone_wrong_on=right.occurred_on)
    # What was answered on the script of the call stands, and is read with the entry that counts.
    PhoneCall.objects.filter(fact=wrong).update(fact=right)
    return right


def _wrong_numbers(attempt: Activity) -> list[str]:
    """The numbers that an attempt found to be wrong."""
    if attempt.outcome != "wrong_number":
        return []
    return list(attempt.enquiry.applicants.filter(phone_wrong_on=attempt.occurred_on).values_list("phone", flat=True))
