"""Every write to an expression of interest. The enquiry's row is locked first, so that two at once take turns."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.casework.services import record_consent
from enquiries.casework.told import change_told
from enquiries.eoi.sections import Expression, Part
from enquiries.eoi.wording import checks_wording
from enquiries.journey import Stage
from enquiries.letters.nudges import call_off_nudges, plan_nudge
from enquiries.letters.services import may_write, send_template
from enquiries.models import Activity, Consent, Enquiry, EoiSection
from enquiries.models.letters import Purpose
from enquiries.services import lock_enquiry, record_activity
from hub.errors import Refused
from hub.working_time import LONDON, local_date, working_time

THEM = "enquirer"
REMIND_AFTER = datetime.timedelta(days=7)
SENT_ALREADY = "It has been sent already. There is nothing more to do."


@transaction.atomic
def save_part(
    *, enquiry: Enquiry, key: str, answers: dict[str, Any], complete: bool, version: int, by,
    recorder: str = "person", channel: str = "",
) -> EoiSection:  # fmt: skip
    """Keep the sound answers of one part, complete or half-filled. `version` is the part's that was seen.

    `Refused`, with nothing saved, where somebody else has saved it since, or where it may not be changed any more. The
    same answers twice are one. What they say to checks goes to the ledger too, with the words and the `channel`.
    """
    locked = _lock(enquiry)
    expression = Expression(locked)
    _refuse_unless_open(expression, by, recorder)
    part = _part(expression, key)
    if part.version != version:
        if part.held is not None and part.held.answers == answers and part.held.complete == complete:
            return part.held
        raise Refused(_changed_meanwhile(part.held))
    row = _row_of(part)
    agreed = part.section.code == "checks" and answers.get("agree") != part.answers.get("agree")
    row.answers, row.complete, row.version = answers, complete, part.version + 1
    row.missing = "" if complete else row.missing
    row.saved_at, row.saved_by, row.recorder = timezone.now(), by, recorder
    row.save()
    _write_back(part, answers, by, recorder)
    if agreed and "agree" in answers:
        _keep_in_ledger(locked, answers["agree"], by, recorder, channel)
    enquiry.refresh_from_db(fields=["version"])
    return row


@transaction.atomic
def submit_eoi(*, enquiry: Enquiry, by, recorder: str = "person") -> Activity:
    """Submit the form as it stands now; `Refused`, naming what is missing, until every part that is needed is complete.

    Two at the same moment take turns, and the second reads that it has been sent.
    """
    locked = _lock(enquiry)
    expression = Expression(locked)
    if locked.stage == Stage.EOI:
        raise Refused(SENT_ALREADY)
    if locked.on_hold and recorder == THEM:
        raise Refused("You asked us to wait. Say on your page that you would like to go on now, and send it then.")
    if expression.lacking:
        names = ", ".join(part.full_title for part in expression.lacking)
        raise Refused(f"Some parts are still to be completed: {names}.")
    who = "Filled in and sent on their own page" if recorder == THEM else "Filled in on the form"
    return record_activity(enquiry=enquiry, kind="eoi_submitted", by=by, recorder=recorder, note=who)


@transaction.atomic
def invite_to_eoi(*, enquiry: Enquiry, by, body: str = "", remind: bool = True, version: int | None = None) -> Activity:
    """Ask them by email to fill it in on their own page; from now on it is their turn. Again is a reminder.

    `body` are the words as staff changed them. With `remind` they are reminded once, a week later, unless anything has
    come of it by then. `Refused` where we may not email them.
    """
    fact = record_activity(enquiry=enquiry, kind="eoi_invited", by=by, version=version)
    send_template(enquiry=enquiry, template="eoi_invitation", by=by, body=body, key=str(fact.pk))
    call_off_nudges(enquiry=enquiry, kinds=["reminder"], why="They were asked again", by=by)
    if remind:
        at = working_time().end_of_day(local_date(fact.occurred_at) + REMIND_AFTER) - datetime.timedelta(hours=2)
        plan_nudge(enquiry=enquiry, kind="reminder", at=at, template="eoi_reminder", key=f"eoi:{fact.pk}")
    enquiry.refresh_from_db(fields=["version"])
    return fact


@transaction.atomic
def return_eoi(
    *, enquiry: Enquiry, by, version: int | None = None, note: str = "", missing: dict[str, str] | None = None
) -> Activity:
    """Return it to be completed. `missing` says by part what is lacking; those parts are marked, for us and for them.

    Where the people filled in any of it themselves, and may be emailed, they are told and it is their turn; else the
    owner follows up.
    """
    missing = missing or {}
    expression = Expression(_lock(enquiry))
    parts = {key: _part(expression, key) for key in missing}
    said = [note, *(f"{part.full_title}: {missing[key]}" for key, part in parts.items())]
    theirs = expression.filled_in_by_them and bool(may_write(enquiry, "email", Purpose.SERVICE))
    fact = record_activity(
        enquiry=enquiry, kind="eoi_returned", by=by, version=version, note="\n".join(filter(None, said)),
        next_by="them" if theirs else "",
    )  # fmt: skip
    for key, part in parts.items():
        row = _row_of(part)
        if part.held is None:
            row.saved_by, row.recorder = by, "person"
        row.missing, row.version = missing[key], part.version + 1
        row.save()
    if theirs:
        send_template(enquiry=enquiry, template="eoi_returned", by=by, key=str(fact.pk))
    return fact


def _lock(enquiry: Enquiry) -> Enquiry:
    """Where the household goes on, locked."""
    return lock_enquiry(enquiry.merged_into_id or enquiry.pk)


def _part(expression: Expression, key: str) -> Part:
    part = expression.part(key)
    if part is None:
        raise Refused("There is no such part of the form.")
    return part


def _refuse_unless_open(expression: Expression, by, recorder: str) -> None:
    stage = expression.enquiry.stage
    if recorder == THEM and not expression.may_be_filled_in_by_them:
        if stage == Stage.EOI:
            raise Refused(
                "You have sent it to us, so it cannot be changed now. Ring us or write to us, and we see to it."
            )
        raise Refused("It cannot be changed any more. Ring us or write to us, and we see to it.")
    if recorder != THEM and not expression.may_be_filled_in_by(by):
        raise Refused("It was submitted. A manager can return it, or correct it.")


def _row_of(part: Part) -> EoiSection:
    """The household's own row of the part: what was read of a merged enquiry stays as it is there."""
    if part.held is not None and part.held.enquiry_id == part.enquiry.pk:
        return part.held
    own = EoiSection.objects.filter(enquiry=part.enquiry, code=part.section.code, position=part.position).first()
    row = own or EoiSection(enquiry=part.enquiry, code=part.section.code, position=part.position)
    if part.held is not None:
        row.answers, row.complete = part.held.answers, part.held.complete
        row.saved_by, row.recorder = part.held.saved_by, part.held.recorder
        row.saved_at = part.held.saved_at + datetime.timedelta(microseconds=1)  # of two, the latest is read
    return row


def _write_back(part: Part, answers: dict[str, Any], by, recorder: str) -> None:
    """What the enquiry holds too is the same there, so that nobody reads two answers; its timeline says what was."""
    said = {name: answers[name] for name in part.section.form.writes_back if name in answers}
    if said:
        change_told(enquiry=part.enquiry, by=by, recorder=recorder, **said)


def _keep_in_ledger(enquiry: Enquiry, answer: str, by, recorder: str, channel: str) -> None:
    record_consent(
        enquiry=enquiry, by=by, recorder=recorder, purpose=Consent.Purpose.CHECKS, given=answer == "yes",
        wording=checks_wording(answer), channel=channel or "web",
    )  # fmt: skip


def _changed_meanwhile(held: EoiSection | None) -> str:
    if held is None:
        return "This part has changed since you opened it. What you typed stands below: look at it, and save again."
    at = held.saved_at.astimezone(LONDON)
    who = held.saved_by.name if held.saved_by is not None else "Somebody"
    return (
        f"{who} saved this part on {date_format(at, 'j F')} at {at:%H:%M}, while you had it open. What you typed "
        "stands below, and above it what was saved. Nothing is lost: make it right, and save again."
    )
