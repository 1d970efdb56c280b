"""What a merge would do, worked out before it is done: the page shows it, and the service carries out the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from enquiries.duplicates.candidates import household_of
from enquiries.duplicates.scoring import compare, people_matched
from enquiries.journey import AUTHORITY_STAGES, STAGES, Stage
from enquiries.models import Applicant, Booking, Enquiry, SafeContact
from enquiries.reach import ways_closed_by
from enquiries.services import standard_days_from_database
from enquiries.state import State, state_of
from hub.messages.models import Message
from hub.models import Authority, User
from hub.working_time import working_time

# Filled on the survivor where it has nothing: those of a line belong together.
_FILLED = (
    ("postcode",), ("source",), ("campaign",), ("chosen_authority_id", "chosen_why"), ("not_authority_id", "not_why"),
    ("owner_id",), ("situation",), ("age",), ("timing",), ("spare_room",), ("message",),
)  # fmt: skip
_OF_A_PERSON = ("first_name", "last_name", "email", "phone", "born_on")
_WAYS = ("by_phone", "by_text", "by_email", "leave_message", "say_who")
_IN_WORDS = {
    "chosen_authority_id": "council they chose", "not_authority_id": "council that must not know",
    "by_phone": "may be rung", "by_text": "may be sent a text message", "by_email": "may be sent an email",
    "leave_message": "a message may be left", "say_who": "we may say who is calling", "when": "when to ring",
    "born_on": "date of birth", "phone": "telephone", "owner_id": "owner",
    "lines": "postal address",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One field of the survivor that the merge sets. `of` is the record: enquiry, safe_contact, postal_address or an
    applicant."""

    of: str
    name: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        whose = {"applicant 1": "First person’s ", "applicant 2": "Second person’s "}.get(self.of, "")
        words = _IN_WORDS.get(self.name, self.name.replace("_", " "))
        return f"{whose}{words}" if whose else words[:1].upper() + words[1:]

    @property
    def after_in_words(self) -> str:
        return _said(self.name, self.after)

    @property
    def before_in_words(self) -> str:
        return _said(self.name, self.before)


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("authority_id") and value:
        return str(Authority.objects.get(pk=value))
    if name == "owner_id" and value:
        return User.objects.get(pk=value).name
    if isinstance(value, list):
        return ", ".join(str(one).replace("_", " ") for one in value)
    if name == "lines":
        return ", ".join(str(value).splitlines())
    if name == "when":
        return SafeContact.When(value).label
    return str(value).replace("_", " ") if value and name != "email" else str(value or "")


@dataclass
class Plan:
    """Which of the two goes on and why, what it becomes, and what stands in the way."""

    survivor: Enquiry
    absorbed: Enquiry
    why: str
    may_swap: bool
    changes: list[Change] = field(default_factory=list)
    second_person: Applicant | None = None  # added to the survivor, where there is room
    stays_behind: list[str] = field(default_factory=list)  # readable on the merged record only
    state: State | None = None
    refusal: str = ""

    @property
    def stage_label(self) -> str:
        return STAGES[Stage(self.state.stage)].label if self.state else ""

    @property
    def moves(self) -> list[tuple[str, int]]:
        """What of the absorbed one the survivor shows from then on, counted."""
        absorbed = self.absorbed
        bookings = Booking.objects.filter(enquiry=absorbed)
        counted = (
            ("Entries on the timeline", absorbed.facts.exclude(kind="voided").count()),
            ("Consents", absorbed.ledger.count()),
            ("Messages", Message.objects.filter(reference__in=absorbed.references).count()),
            ("Bookings of events", bookings.count()),
            ("Call-backs booked", 1 if absorbed.callback_at else 0),
        )
        return [(label, number) for label, number in counted if number]

    @property
    def owner(self) -> User | None:
        """Whose desk the household is on then: nobody's where neither has an owner."""
        return self.survivor.owner or self.absorbed.owner

    @property
    def called_back_instead(self) -> bool:
        """Both are to be rung at different times: the call that was booked last is made."""
        ours, theirs = self.survivor.callback_at, self.absorbed.callback_at
        return bool(ours and theirs and ours != theirs and self.state and self.state.callback_at)

    @property
    def letters_called_back(self) -> int:
        """Messages to them that wait to be sent, and never are: by a way that either enquiry rules out."""
        safe = _safe(self.survivor) or SafeContact()
        after = {name: getattr(safe, name) for name in _WAYS}
        after |= {change.name: change.after for change in self.changes if change.name in _WAYS}
        closed = ways_closed_by(SafeContact(**after))
        theirs = [*self.survivor.references, *self.absorbed.references]
        return Message.objects.waiting().filter(reference__in=theirs, to_household=True, channel__in=closed).count()

    @property
    def booked_twice(self) -> list[str]:
        """Events for which both have places: they keep both, until somebody gives one back."""
        ours = Booking.objects.of(self.survivor).to_come()
        theirs = Booking.objects.of(self.absorbed).to_come().filter(event__in=ours.values("event"))
        return [booking.event.title for booking in theirs.select_related("event")]


def make_plan(one: Enquiry, other: Enquiry, *, survivor: Enquiry | None = None) -> Plan:
    """The plan for two enquiries; `survivor` is staff's choice, obeyed where they have one."""
    proposed, why = _who_goes_on(one, other)
    goes_on = survivor if survivor is not None and survivor.pk in (one.pk, other.pk) else proposed
    absorbed = other if goes_on.pk == one.pk else one
    may_swap = not _is_with_council(one) and not _is_with_council(other)
    why = why if goes_on.pk == proposed.pk else "You chose it."
    plan = Plan(survivor=goes_on, absorbed=absorbed, why=why, may_swap=may_swap)
    plan.refusal = _why_not(plan)
    if plan.refusal:
        return plan
    plan.changes = [*_gaps(plan), *_people(plan), *_post(plan), *_stricter(plan)]
    left_open = {way: getattr(goes_on.safe_contact, way) for way in _WAYS[:3]} if _safe(goes_on) else {}
    left_open |= {change.name: change.after for change in plan.changes if change.name in _WAYS[:3]}
    if left_open and not any(left_open.values()):
        plan.refusal = (
            "Together their rules would leave no way to reach them. Change how to reach them safely on one of the two"
            " first."
        )
    plan.state = state_of(
        [*goes_on.facts, *absorbed.facts], calendar=working_time(), standard_days=standard_days_from_database()
    )
    return plan


def _is_with_council(enquiry: Enquiry) -> bool:
    return enquiry.held_by_id is not None or enquiry.stage in AUTHORITY_STAGES


def _who_goes_on(one: Enquiry, other: Enquiry) -> tuple[Enquiry, str]:
    """Whichever stands with a council; else the one further on; else the one that was received first."""
    if _is_with_council(one) != _is_with_council(other):
        held = one if _is_with_council(one) else other
        return held, f"It stands with {held.held_by or 'a council'}."
    order = list(STAGES)
    if one.stage != other.stage:
        return max(one, other, key=lambda enquiry: order.index(Stage(enquiry.stage))), "It is further on."
    return min(one, other, key=lambda enquiry: (enquiry.first_received_at, enquiry.pk)), "It was received first."


def _why_not(plan: Plan) -> str:
    survivor, absorbed = plan.survivor, plan.absorbed
    if survivor.pk == absorbed.pk:
        return "That is one and the same enquiry."
    for one in (survivor, absorbed):
        if one.merged_into is not None:
            return f"{one.reference} was merged into {one.merged_into.reference} already."
        if not one.is_open:
            state = one.get_stage_display().lower()
            return f"{one.reference} is {state}. Only enquiries that are open can be merged."
    if _is_with_council(survivor) and _is_with_council(absorbed):
        return (
            f"{survivor.reference} stands with {survivor.held_by or 'a council'} and {absorbed.reference} with"
            f" {absorbed.held_by or 'a council'}. They can be merged once one of the two has been given back."
        )
    if _is_with_council(absorbed):
        return f"{absorbed.reference} stands with {absorbed.held_by or 'a council'}, so it is the one that goes on."
    return _would_tell_a_council(survivor, absorbed)


def _would_tell_a_council(survivor: Enquiry, absorbed: Enquiry) -> str:
    """No merge lets a council know that must not, and none forgets that it must not: an enquiry keeps one away."""
    never, other = absorbed.not_authority, survivor.not_authority
    if never is not None and never == survivor.held_by:
        return (
            f"{survivor.reference} stands with {never}, which must not get to know of {absorbed.reference}:"
            f" {absorbed.not_why}. Tell your manager."
        )
    if never is not None and other is not None and never != other:
        return (
            f"{other} must not get to know of {survivor.reference}, and {never} not of {absorbed.reference}. One"
            " enquiry can be kept from one council only, so leave them two."
        )
    return ""


def _gaps(plan: Plan) -> Iterator[Change]:
    for names in _FILLED:
        ours, theirs = getattr(plan.survivor, names[0]), getattr(plan.absorbed, names[0])
        if theirs and not ours:
            for name in names:
                yield Change("enquiry", name, getattr(plan.survivor, name), getattr(plan.absorbed, name))
        elif theirs and theirs != ours and names[0] in ("postcode", "message", "chosen_authority_id"):
            plan.stays_behind.append(f"{_IN_WORDS.get(names[0], names[0]).capitalize()}: {_said(names[0], theirs)}")
    more = [code for code in plan.absorbed.interests if code not in plan.survivor.interests]
    if more:
        yield Change("enquiry", "interests", plan.survivor.interests, [*plan.survivor.interests, *more])


def _people(plan: Plan) -> Iterator[Change]:
    ours, theirs = list(plan.survivor.applicants.all()), list(plan.absorbed.applicants.all())
    matched = people_matched(household_of(plan.survivor), household_of(plan.absorbed))
    for mine, other in matched:
        here, there = ours[mine], theirs[other]
        for name in _OF_A_PERSON:
            value = getattr(there, name)
            if value and not getattr(here, name):
                yield Change(f"applicant {here.position}", name, getattr(here, name), value)
            elif value and str(value).lower() != str(getattr(here, name)).lower():
                plan.stays_behind.append(f"{_IN_WORDS.get(name, name).replace('_', ' ').capitalize()}: {value}")
    for number, person in enumerate(theirs):
        if number in {other for _mine, other in matched} or not any(getattr(person, name) for name in _OF_A_PERSON):
            continue
        if len(ours) < 2 and plan.second_person is None:
            plan.second_person = person
        else:
            plan.stays_behind.append(f"Person: {person}")


def _post(plan: Plan) -> Iterator[Change]:
    ours, theirs = (getattr(one, "postal_address", None) for one in (plan.survivor, plan.absorbed))
    if theirs and not ours:
        yield Change("postal_address", "lines", "", theirs.lines)
    elif theirs and ours and theirs.lines != ours.lines:
        plan.stays_behind.append(f"Postal address: {_said('lines', theirs.lines)}")


def _safe(enquiry: Enquiry) -> SafeContact | None:
    return getattr(enquiry, "safe_contact", None)


def _stricter(plan: Plan) -> Iterator[Change]:
    """What either of the two rules out is ruled out; what both say besides is kept in words."""
    ours, theirs = _safe(plan.survivor) or SafeContact(), _safe(plan.absorbed) or SafeContact()
    after: dict[str, Any] = {name: getattr(ours, name) and getattr(theirs, name) for name in _WAYS}
    after["interpreter"] = ours.interpreter or theirs.interpreter
    after["language"] = ours.language or theirs.language
    after["when"] = theirs.when if ours.when == SafeContact.When.ANY else ours.when
    said = []
    if theirs.when not in (after["when"], SafeContact.When.ANY):
        said.append(f"{theirs.get_when_display()} only, they said another time")
    if theirs.language and theirs.language.lower() != after["language"].lower():
        said.append(f"Language: {theirs.language}")
    for name in ("adjustments", "notes"):
        words = [getattr(ours, name).strip(), getattr(theirs, name).strip(), *(said if name == "notes" else [])]
        after[name] = "\n".join(dict.fromkeys(word for word in words if word))
    for name, value in after.items():
        if value != getattr(ours, name):
            yield Change("safe_contact", name, getattr(ours, name), value)


def likeness_of(one: Enquiry, other: Enquiry):
    """What speaks for the two being one household, and what against."""
    return compare(household_of(one), household_of(other))
