"""The form beside the script, and what a call is filed as."""

import datetime
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from enquiries.callbacks.services import slots_on_offer
from enquiries.campaigns.arrival import campaign_of
from enquiries.intake.origins import Came
from enquiries.intake.services import Intake, Person
from enquiries.models import Consent, Enquiry, PhoneCall
from enquiries.routing import route
from enquiries.telephone import fields
from enquiries.telephone.script import CONSENTS, questions_of, read_aloud, spoken
from hub.current import current
from hub.design.forms import DesignForm, Look
from hub.working_time import local_date, today

LONGEST_ANSWER = 10_000  # kept as it is typed, even where the form will ask to shorten it
_YES_OR_NO = {"leave_message": "leave_message", "say_who": "say_who"}
REPLACE = "replace"
_AS_SAID = ("when", "language", "adjustments", "notes")
# What a good record has, as it is said where it is not there yet.
WANTED = {
    "first_name": "their name",
    "postcode": "their postcode",
    "spare_room": "whether they have a spare bedroom",
    "share": "whether we may share their details with a council",
}


def parts_of(call: PhoneCall) -> list[dict]:
    """The script that the call was begun with."""
    return call.script.parts if call.script else []


@dataclass(frozen=True)
class Filing:
    """A call as it is filed: what they told us as any way in has it, and what was agreed."""

    intake: Intake
    agreed: str = ""
    until: datetime.date | None = None
    callback_at: datetime.datetime | None = None
    hold_until: datetime.date | None = None
    replaces: bool = False  # what they said otherwise than we hold takes its place
    next_by: str = ""
    channel: str = "phone"
    at: datetime.datetime | None = None  # None: when the call was begun
    missing: list[str] = field(default_factory=list)

    @property
    def says_who(self) -> bool:
        """Whether there is anything by which to know or reach them."""
        return any(any(vars(person).values()) for person in self.intake.applicants)


class OnScript(DesignForm):
    """A form that asks the questions of the script that its call was begun with."""

    call: PhoneCall

    def ask(self, call: PhoneCall, held: dict[str, str]) -> None:
        """Give the form a field for each question; one that it has already is its own."""
        self.call, self.parts, self.held = call, parts_of(call), held
        self.questions = questions_of(self.parts)
        own = {question["name"]: question for question in self.questions if question["name"] not in self.fields}
        self.looks = {**self.looks, **{name: fields.look_for(question) for name, question in own.items()}}
        slots, councils = slots_on_offer(), current().members_on(today())
        for name, question in own.items():
            self.fields[name] = fields.field_for(self._with_what_we_hold(question), slots=slots, councils=councils)
        if held:
            self.fields[REPLACE] = forms.BooleanField(
                label="Put it in the record in place of what we hold", required=False,
                help_text="Where they told you something else than we hold. Without a tick it is only noted.",
            )  # fmt: skip
            self.looks = {**self.looks, REPLACE: Look(small=True)}

    def _with_what_we_hold(self, question: dict) -> dict:
        held = self.held.get(question["name"])
        return {**question, "hint": f"We hold: {held}. {question['hint']}".strip()} if held else question

    @property
    def sections(self) -> list[dict]:
        """Each part of the script with the fields of its questions."""
        return [
            {
                "title": part["title"],
                "say": spoken(part["say"], me=self.call.by.name),
                "fields": [self[question["name"]] for question in part["questions"]],
            }
            for part in self.parts
        ]

    def said(self, name: str):
        """A good answer; "" where it was not given, not good, or is not asked in this script."""
        return getattr(self, "cleaned_data", {}).get(name) or ""

    @property
    def council_found(self) -> str:
        """Which council the postcode leads to, in words."""
        return council_of(self.said("postcode"))

    def missing(self) -> list[str]:
        """What is still to be asked, in words; what we hold of them already is not."""
        wanted = [words for name, words in WANTED.items() if not self.said(name) and name not in self.held]
        reachable = self.said("phone") or self.said("email") or "phone" in self.held
        return wanted if reachable else [*wanted, "how to reach them"]

    def filing(self) -> Filing:
        """What was typed and is good, ready to be filed."""
        return Filing(
            intake=self._intake(),
            agreed=self.said("agreed"),
            until=self.said("until") or None,
            callback_at=self._callback(),
            hold_until=self._hold_until(),
            replaces=bool(self.said(REPLACE)),
            missing=self.missing(),
        )

    def _intake(self) -> Intake:
        # Of a household we know the number that they ring from today is nothing to keep; nor one that was taken out.
        number = "" if self.call.enquiry_id or self.call.typed.get("phone") == [] else self.call.number
        first, second = (
            Person(
                first_name=self.said(f"{other}first_name"),
                last_name=self.said(f"{other}last_name"),
                email="" if other else self.said("email"),
                phone="" if other else self.said("phone") or number,
            )
            for other in ("", "second_")
        )
        came = Came(dialled=self.call.dialled)
        council, never = (self._council(name) for name in ("council", "not_council"))
        return Intake(
            channel="phone",
            received_at=self.call.started_at,
            applicants=[first, second] if any(vars(second).values()) else [first],
            came=came,
            campaign=campaign_of(came),
            chosen_authority=council,
            not_authority=never,
            safe_contact=self._safe_contact(),
            consents=self._consents(),
            interests=self.said("interests") or [],
            **{name: self.said(name) for name in ("postcode", "source", "situation", "age", "timing", "spare_room")},
            message=self.said("message"),
        )

    def _council(self, name: str):
        return current().authorities.get(self.said(name))

    def _callback(self) -> datetime.datetime | None:
        said = self.said("callback")
        return datetime.datetime.fromisoformat(said) if said else None

    def _hold_until(self) -> datetime.date | None:
        """The day to ask again: theirs, else that of the next step that was agreed, else the usual one."""
        if self.said("timing") == "now":
            return None
        if self.said("not_before") or self.said("timing") != "not_yet":
            return self.said("not_before") or None
        if self.call.enquiry and self.call.enquiry.on_hold:
            return None  # as it was agreed
        agreed = self.said("until")
        return agreed if agreed and agreed > today() else fields.usual_hold()

    def _safe_contact(self) -> dict:
        """Only the rules that were asked for: what was not said rules nothing out."""
        rules = {name: self.said(name) for name in _AS_SAID if self.said(name)}
        if self.said("safe_now") == "no":
            rules["notes"] = "\n".join(filter(None, [not_freely(self.call), rules.get("notes", "")]))
        rules |= {rule: self.said(name) == "yes" for name, rule in _YES_OR_NO.items() if self.said(name)}
        if ways := self.said("ways"):
            rules |= {f"by_{way}": way in ways for way in fields.WAYS}
        if "language" in rules:
            rules["interpreter"] = True
        return rules

    def _consents(self) -> dict[str, tuple[bool, str]]:
        """Each answer with the words that were read aloud, as they stand in the version of this call."""
        return {
            purpose: (
                self.said(name) == "yes",
                read_aloud(self.parts, name, fields.CHOICES[name][self.said(name)]),
            )
            for name, purpose in CONSENTS.items()
            if self.said(name)
        }


def not_freely(call: PhoneCall) -> str:
    """What is kept where they could not talk freely: whoever rings next must know it before they dial."""
    day = local_date(call.started_at) if call.pk else today()
    return f"Could not talk freely when we rang on {date_format(day, 'j F Y')}: ask first whether they can"


class CallForm(OnScript):
    """A call on the telephone screen: the questions of the script, and nothing else."""

    mark_optional = False

    def __init__(self, call: PhoneCall, *, data: QueryDict | None = None, held: dict[str, str] | None = None):
        super().__init__(as_data({**call.first_values, **call.typed}) if data is None else data)
        self.ask(call, held or {})


def hold_said(enquiry: Enquiry, filing: Filing) -> str:
    """What came of “not yet”, in a sentence for whoever filed the call; "" where they did not say so."""
    if not filing.hold_until or enquiry.hold_until != filing.hold_until:
        return ""
    return f" Not yet: we ask again on {date_format(filing.hold_until, 'j F Y')}."


def still_to_ask(form: OnScript) -> str:
    """What a good record has and this one has not, in a sentence; nothing of it is needed to file the call."""
    missing = form.missing()
    if missing:
        return f"Not asked yet: {', '.join(missing)}. You can file the call without."
    return "The record has what it needs. Whatever else you learn makes it better."


def as_data(typed: dict[str, list[str]]) -> QueryDict:
    """Kept answers as a form takes them."""
    data = QueryDict(mutable=True)
    for name, several in typed.items():
        data.setlist(name, several)
    return data


def typed_in(call: PhoneCall, posted: QueryDict) -> dict[str, list[str]]:
    """What a whole page of the call brought: every answer it has a place for, left out ones as empty."""
    names = [name for question in questions_of(parts_of(call)) for name in fields.input_names(question)]
    names += [REPLACE] if call.enquiry_id else []
    return {name: posted.getlist(name) for name in names if name in posted or name not in call.first_values}


def asked_by_input(call: PhoneCall, names: list[str]) -> list[str]:
    """The questions that the inputs of a page belong to, in the words and the order of the script."""
    return [
        question["ask"]
        for question in questions_of(parts_of(call))
        if any(name in names for name in fields.input_names(question))
    ]


def council_of(postcode: str) -> str:
    """'Gateshead, one of our councils', or what else the postcode leads to; "" without one."""
    if not postcode:
        return ""
    found = route(postcode=postcode)
    if found.rule == "residence":
        return f"{found.residence}, one of our councils."
    if found.residence is not None:
        return f"{found.residence}, which is not one of our councils. Take the enquiry: somebody refers them on."
    return "The directory does not know it. Check it with them; the enquiry can be filed all the same."


def answers_of(call: PhoneCall) -> list[tuple[str, str]]:
    """Each question that was answered on a call, with the answer, in the words of the script that it used."""
    rows = [(question["ask"], fields.in_words(question, call.typed)) for question in questions_of(parts_of(call))]
    return [(ask, answer) for ask, answer in rows if answer]


def what_we_hold(enquiry) -> dict[str, str]:
    """By question, what a household has told us before, so that it is not asked again."""
    people = list(enquiry.applicants.all())
    first = people[0] if people else None
    second = next((person for person in people if person.position == 2), None)
    held = {
        "first_name": first.first_name if first else "",
        "last_name": first.last_name if first else "",
        "phone": first.phone_shown if first and first.phone_to_ring else "",
        "email": first.email if first else "",
        "second_first_name": second.first_name if second else "",
        "second_last_name": second.last_name if second else "",
        "postcode": enquiry.postcode,
        "spare_room": enquiry.get_spare_room_display(),
        "interests": enquiry.interests_in_words,
        "situation": enquiry.get_situation_display(),
        "age": enquiry.get_age_display(),
        "source": enquiry.get_source_display(),
        "council": str(enquiry.chosen_authority or ""),
        "share": _said_of_sharing(enquiry),
    }
    return {name: value for name, value in held.items() if value}


def _said_of_sharing(enquiry) -> str:
    consent = enquiry.ledger.filter(purpose=Consent.Purpose.SHARE).first()
    return ("yes" if consent.given else "no") if consent else ""
