"""The same household asking again: what it says this time is added to what we hold, and no rule gets looser."""

from typing import TYPE_CHECKING

from enquiries import journey
from enquiries.models import Consent, Enquiry, SafeContact
from enquiries.services import reroute_enquiry
from hub.messages.services import cancel_messages_to_household

if TYPE_CHECKING:
    from enquiries.intake.services import Intake

_MAY = {
    "by_phone": "ring them",
    "by_text": "send text messages",
    "by_email": "email them",
    "leave_message": "leave a message",
    "say_who": "say who is calling",
}
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


def said_this_time(enquiry: Enquiry, intake: "Intake") -> str:
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
    said += [
        f"{Consent.Purpose(purpose).label}: they said {'yes' if given else 'no'}."
        for purpose, (given, _) in intake.consents.items()
    ]
    if intake.not_authority and intake.not_authority != enquiry.not_authority:
        said.append(f"{intake.not_authority} must not get to know of it.")
    return "\n\n".join(part for part in (intake.how, *said, intake.message) if part).strip()


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
    if rules := [rule for rule in SafeContact(**intake.safe_contact).rules if rule not in held.rules]:
        said.append(f"To reach them safely: {'. '.join(rules)}.")
    if looser := [words for name, words in _MAY.items() if intake.safe_contact.get(name) and not getattr(held, name)]:
        words = " and ".join(looser)
        said.append(f"Now they say that we may {words}. What they said before stands until you change it with them.")
    return said


def keep_stricter_rules(enquiry: Enquiry, intake: "Intake") -> None:
    """Add this time's rules for reaching them where they are stricter; a council that must not know is kept too."""
    safe, said = _held(enquiry), intake.safe_contact
    before = dict(vars(safe))
    for name in _MAY:
        setattr(safe, name, getattr(safe, name) and said.get(name, True))
    safe.interpreter = safe.interpreter or said.get("interpreter", False)
    safe.language = safe.language or said.get("language", "")
    if safe.when == SafeContact.When.ANY:
        safe.when = said.get("when", safe.when)
    for name in ("adjustments", "notes"):
        if (words := said.get(name, "").strip()) and words not in getattr(safe, name):
            setattr(safe, name, f"{getattr(safe, name)}\n{words}".strip())
    if vars(safe) != before:
        safe.save()
    if before["by_email"] and not safe.by_email:
        cancel_messages_to_household(*enquiry.references)
    _keep_from(enquiry, intake)


def _keep_from(enquiry: Enquiry, intake: "Intake") -> None:
    if intake.not_authority is None or enquiry.not_authority is not None:
        return
    enquiry.not_authority, enquiry.not_why = intake.not_authority, intake.not_why
    enquiry.save(update_fields=["not_authority", "not_why"])
    if enquiry.stage in journey.HUB_STAGES:
        reroute_enquiry(enquiry=enquiry)


def _held(enquiry: Enquiry) -> SafeContact:
    return getattr(enquiry, "safe_contact", None) or SafeContact(enquiry=enquiry)
