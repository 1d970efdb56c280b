"""The same household asking again: what it says this time is added to what we hold, and no rule gets looser.

Whoever knows somebody's name and number can ask in their name. Where nobody vouches for them a booked call, a hold and
the rules for reaching the household stay as they are: what was said is there for staff, who decide.
"""

import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from enquiries import journey
from enquiries.callbacks.services import book_callback
from enquiries.intake.times import time_in_words
from enquiries.letters.outbox import call_back_unsafe
from enquiries.models import Activity, Consent, Enquiry, SafeContact
from enquiries.services import lock_enquiry, record_activity, reroute_enquiry
from hub.spoken_dates import day_in_words
from hub.working_time import today

if TYPE_CHECKING:
    from enquiries.intake.services import Intake

_MAY = {
    "by_phone": "ring them",
    "by_text": "send text messages",
    "by_email": "email them",
    "leave_message": "leave a message",
    "say_who": "say who is calling",
}
IN_THEIR_WORDS = ("adjustments", "notes")  # rules that are written, not chosen
_SPARE_ROOM = {"yes": "yes", "no": "no", "not_yet": "not yet"}
# Answers of which an enquiry keeps one: what is asked about, and the words of each answer.
_ANSWERS: dict[str, tuple[str, dict[str, str]]] = {
    "situation": ("what brings them", journey.SITUATIONS),
    "age": ("age", journey.AGES),
    "timing": ("when", journey.TIMINGS),
    "spare_room": ("spare bedroom", _SPARE_ROOM),
    "interests": ("interests", journey.INTERESTS),
    "source": ("how they heard of us", journey.SOURCES),
}


def answer_in_words(name: str, value: str | list[str]) -> str:
    """An answer as staff read it: 'spare bedroom: not yet'; what they wrote themselves as it is."""
    asked, words = _ANSWERS.get(name, ("", {}))
    said = ", ".join(words.get(one, one) for one in (value if isinstance(value, list) else [value]))
    return f"{asked}: {said}" if asked else said


def is_vouched_for(intake: "Intake", by) -> bool:
    """Whether staff took it down, or a council that they asked: a public form believes any name and number."""
    return by is not None or intake.through is not None


def another_call(enquiry: Enquiry, intake: "Intake") -> datetime.datetime | None:
    """The time at which they would like to be rung, where a call is booked for another: staff may move it."""
    booked = enquiry.callback_at
    return intake.callback_at if booked and booked != intake.callback_at else None


@transaction.atomic
def choose_call(
    *, enquiry: Enquiry, starts_at: datetime.datetime, key: str, booked: datetime.datetime | None
) -> Activity:
    """The time that whoever sent the form with the key chooses after sending. What they booked with it (`booked`)
    they may move; a call that the household has from elsewhere stays, and their wish is noted. `Refused` as booking.
    """
    locked = lock_enquiry(enquiry.pk)
    joined = locked.facts.filter(kind="asked_again", idempotency_key=key).first()
    if joined is None or locked.callback_at is None or _booked_since(locked, joined, booked):
        return book_callback(enquiry=enquiry, starts_at=starts_at)
    wish = _wishes(locked).filter(due=starts_at, pk__gte=joined.pk).first()
    return wish or record_activity(
        enquiry=enquiry, kind="asked_again", by=None, recorder="enquirer", channel="web", due=starts_at,
        note=_would_like(locked, starts_at),
    )  # fmt: skip


def _booked_since(enquiry: Enquiry, joined: Activity, booked: datetime.datetime | None) -> bool:
    calls = enquiry.facts.not_voided().filter(kind="callback_booked", due=enquiry.callback_at, pk__gt=joined.pk)
    return enquiry.callback_at == booked and calls.exists()


def wished_for(enquiry: Enquiry, at: datetime.datetime) -> bool:
    """Whether they asked to be rung then, beside a call that is booked for another time."""
    return _wishes(enquiry).filter(due=at).exists()


def _wishes(enquiry: Enquiry):
    return enquiry.facts.not_voided().filter(kind="asked_again")


def _would_like(enquiry: Enquiry, at: datetime.datetime) -> str:
    stays = f"What is booked, {time_in_words(enquiry.callback_at)}, stays" if enquiry.callback_at else "Nothing moves"
    return f"They would like to be rung on {time_in_words(at)}. {stays} until you change it with them."


def said_this_time(enquiry: Enquiry, intake: "Intake", *, vouched: bool = True) -> str:
    """What differs from what we hold, so that whoever rings knows it. To be asked before anything is added."""
    people = list(enquiry.applicants.all())
    held = {value for person in people for value in (person.email.lower(), person.phone) if value}
    given = [value for person in intake.applicants for value in (person.email, person.phone) if value]
    new = [value for value in given if value.lower() not in held]
    named = {str(person).casefold() for person in people}
    names = [f"{person.first_name} {person.last_name}".strip() for person in intake.applicants]
    new = [name for name in names if name and name.casefold() not in named] + new
    if intake.postcode and intake.postcode != enquiry.postcode:
        new.append(intake.postcode)
    said = [f"This time they gave: {', '.join(dict.fromkeys(new))}."] if new else []
    if intake.reference:
        said.append(f"They were given the reference {intake.reference}.")
    if answers := _answers_this_time(enquiry, intake):
        said.append(f"This time they said: {'; '.join(answers)}.")
    said += _rules_this_time(enquiry, intake)
    if not vouched:
        said += _left_to_staff(enquiry, intake)
    said += [
        f"{Consent.Purpose(purpose).label}: they said {'yes' if given else 'no'}."
        for purpose, (given, _) in intake.consents.items()
    ]
    if intake.not_authority and intake.not_authority != enquiry.not_authority:
        said.append(f"{intake.not_authority} must not get to know of it.")
    return "\n\n".join(part for part in (intake.how, *said, intake.message) if part).strip()


def _left_to_staff(enquiry: Enquiry, intake: "Intake") -> list[str]:
    """What they asked for that nobody but staff does for them, in words."""
    said = []
    if intake.not_before:
        said.append(f"They say “not yet”: ask again {day_in_words(intake.not_before, today())}. No hold was begun.")
    if at := another_call(enquiry, intake):
        said.append(_would_like(enquiry, at))
    return said


def _answers_this_time(enquiry: Enquiry, intake: "Intake") -> list[str]:
    answers = [
        answer_in_words(name, value)
        for name in _ANSWERS
        if (value := getattr(intake, name)) and value != getattr(enquiry, name)
    ]
    if intake.chosen_authority and intake.chosen_authority != enquiry.chosen_authority:
        why = f" ({intake.chosen_why})" if intake.chosen_why else ""
        answers.append(f"they would like to foster for {intake.chosen_authority}{why}")
    return answers


def _rules_this_time(enquiry: Enquiry, intake: "Intake") -> list[str]:
    held = _held(enquiry)
    said = []
    if rules := _other_rules(held, intake):
        said.append(f"To reach them safely: {'. '.join(rules)}.")
    if looser := [words for name, words in _MAY.items() if intake.safe_contact.get(name) and not getattr(held, name)]:
        words = " and ".join(looser)
        said.append(f"Now they say that we may {words}. What they said before stands until you change it with them.")
    return said


def note_rules(enquiry: Enquiry, intake: "Intake") -> None:
    """Put this time’s rules, where they differ, beside those we keep: read wherever staff dial, and theirs to set."""
    safe = _held(enquiry)
    if rules := _other_rules(safe, intake):
        words = f"Somebody who asked again online gave other rules. Check with them: {'. '.join(rules)}."
        if words not in safe.notes:
            safe.notes = f"{safe.notes}\n{words}".strip()
            safe.save()


def keep_stricter_rules(enquiry: Enquiry, intake: "Intake") -> None:
    """Add this time's rules for reaching them where they are stricter."""
    safe, said = _held(enquiry), intake.safe_contact
    before = dict(vars(safe))
    for name in _MAY:
        setattr(safe, name, getattr(safe, name) and said.get(name, True))
    safe.interpreter = safe.interpreter or said.get("interpreter", False)
    safe.language = safe.language or said.get("language", "")
    if safe.when == SafeContact.When.ANY:
        safe.when = said.get("when", safe.when)
    for name in IN_THEIR_WORDS:
        setattr(safe, name, said_too(getattr(safe, name), said.get(name, "")))
    if vars(safe) != before:
        safe.save()
        call_back_unsafe(enquiry)


def said_too(held: str, words: str) -> str:
    """What we hold, and each line that they say now once: a rule that keeps somebody safe is not written over."""
    known = {line.strip().casefold() for line in held.splitlines()}
    new = [line.strip() for line in words.splitlines() if line.strip() and line.strip().casefold() not in known]
    return "\n".join([held, *new]).strip()


def keep_from_council(enquiry: Enquiry, intake: "Intake") -> None:
    """Keep a council that must not know, whoever said so: what it has learnt nobody can take back."""
    if intake.not_authority is None or enquiry.not_authority is not None:
        return
    enquiry.not_authority, enquiry.not_why = intake.not_authority, intake.not_why
    enquiry.save(update_fields=["not_authority", "not_why"])
    if enquiry.stage in journey.HUB_STAGES:
        reroute_enquiry(enquiry=enquiry)


def _other_rules(held: SafeContact, intake: "Intake") -> list[str]:
    return [rule for rule in SafeContact(**intake.safe_contact).rules if rule not in held.rules]


def _held(enquiry: Enquiry) -> SafeContact:
    return getattr(enquiry, "safe_contact", None) or SafeContact(enquiry=enquiry)
