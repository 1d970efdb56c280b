"""What a call adds to an enquiry that we have already: gaps are filled, nothing is replaced, what differs is said."""

from enquiries import journey
from enquiries.casework.services import change_people, change_safe_contact, choose_authority, record_consent
from enquiries.intake.again import IN_THEIR_WORDS, answer_in_words, said_too
from enquiries.intake.services import Intake, Person
from enquiries.models import Enquiry, SafeContact
from enquiries.services import lock_enquiry, record_activity, reroute_enquiry

_PERSON = ("first_name", "last_name", "email", "phone")
_FIELDS = ("source", "situation", "age", "timing", "spare_room", "interests", "message")


def add_to_enquiry(
    enquiry: Enquiry, intake: Intake, *, by, joined: bool = False, channel: str = "phone", replaces: bool = False
) -> str:
    """Fill in what we did not know of the household and give, in words, what they told us otherwise this time.

    How to reach them safely, and their consents, are as they said last, by the `channel` on which they said it; what
    they asked for in their own words is added to. Where the one way in has `joined` them to the enquiry, it has kept
    both. With `replaces` what they told us otherwise takes the place of what we held, as staff decided; a council that
    must not get to know of it stays all the same. In the caller's transaction.
    """
    differs = _people_and_place(enquiry, intake, by, replaces)
    differs += _what_they_said(enquiry, intake, by, replaces)
    if joined:
        return ""  # `asked_again` says it
    if intake.safe_contact:
        change_safe_contact(enquiry=enquiry, by=by, **_with_what_we_hold(enquiry, intake.safe_contact))
    for purpose, (given, wording) in intake.consents.items():
        record_consent(enquiry=enquiry, by=by, purpose=purpose, given=given, wording=wording, channel=channel)
    return f"This time they said: {'; '.join(differs)}." if differs else ""


def _with_what_we_hold(enquiry: Enquiry, rules: dict) -> dict:
    held = SafeContact.objects.filter(enquiry=enquiry).first() or SafeContact()
    return {**rules, **{name: said_too(getattr(held, name), rules[name]) for name in IN_THEIR_WORDS if name in rules}}


def _people_and_place(enquiry: Enquiry, intake: Intake, by, replaces: bool) -> list[str]:
    held = {person.position: person for person in enquiry.applicants.all()}
    people, differs = [], []
    for position, given in enumerate(intake.applicants, start=1):
        known = held.get(position)
        first, then = (given, known) if replaces else (known, given)
        values = {name: getattr(first, name, "") or getattr(then, name, "") for name in _PERSON}
        if known and known.phone_wrong_on and given.phone:
            values["phone"] = given.phone
        differs += [
            str(getattr(given, name))
            for name in _PERSON
            if getattr(given, name) and values[name].lower() != getattr(given, name).lower()
        ]
        people.append(Person(**values, born_on=getattr(known, "born_on", None)))
    people += [Person.of(held[position]) for position in sorted(held) if position > len(people)]
    postcode = intake.postcode or enquiry.postcode if replaces else enquiry.postcode or intake.postcode
    if intake.postcode and intake.postcode != postcode:
        differs.append(intake.postcode)
    change_people(enquiry=enquiry, by=by, people=people, postcode=postcode)
    return differs


def _what_they_said(enquiry: Enquiry, intake: Intake, by, replaces: bool) -> list[str]:
    locked, filled, changed, differs = lock_enquiry(enquiry.pk), [], [], []
    for name in _FIELDS:
        given, known = getattr(intake, name), getattr(locked, name)
        if given and not known:
            setattr(locked, name, given)
            filled.append(name)
        elif given and given != known and replaces:
            setattr(locked, name, given)
            changed.append(name)
        elif given and given != known:
            differs.append(answer_in_words(name, given))
    if intake.not_authority and locked.not_authority is None:
        locked.not_authority = intake.not_authority
        filled.append("not_authority")
    elif intake.not_authority and intake.not_authority != locked.not_authority:
        differs.append(f"{intake.not_authority} must not get to know of it")
    locked.save(update_fields=[*filled, *changed])
    for said, names in (("Filled in", filled), ("Changed, as they said on the telephone", changed)):
        if names:
            called = ", ".join(name.replace("_", " ") for name in names)
            record_activity(enquiry=enquiry, kind="details_changed", by=by, note=f"{said}: {called}")
    if "not_authority" in filled and locked.stage in journey.HUB_STAGES:
        reroute_enquiry(enquiry=enquiry)
    chosen = intake.chosen_authority
    free = locked.stage in journey.HUB_STAGES and (locked.chosen_authority is None or replaces)
    if chosen and chosen != locked.chosen_authority and (not free or chosen == locked.not_authority):
        differs.append(f"they would like to foster for {chosen}")
    elif chosen and free:
        choose_authority(enquiry=enquiry, by=by, authority=chosen, why="They said so on the telephone.")
    enquiry.refresh_from_db()
    return differs
