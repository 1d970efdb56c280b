"""An enquiry while it is being written: in the server's session, nothing of it in the browser."""

import datetime
import uuid
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from enquiries.campaigns.arrival import arrival_of, campaign_of
from enquiries.intake import wording
from enquiries.intake.forms.base import StepForm
from enquiries.intake.forms.brings import is_for_later
from enquiries.intake.kept import as_json, from_json
from enquiries.intake.known import Known
from enquiries.intake.promise import promise_of
from enquiries.intake.services import Intake, Person
from enquiries.intake.steps import Answers, Route, Step, route_through
from enquiries.models import Consent, Enquiry

DRAFT, SENT = "enquiry_draft", "enquiry_sent"
# As long as the session itself at most (SESSION_COOKIE_AGE): whoever uses the device next finds nothing of it.
KEPT_FOR = datetime.timedelta(hours=12)


class Draft:
    """The answers so far. Its id is the idempotency key: however often it is sent, it is one enquiry."""

    def __init__(self, session):
        self.session = session
        self.known = Known()
        kept = session.get(DRAFT) or {}
        if kept.get("id") == self.sent.get("draft"):
            # A page saved its answers while another sent them; that draft is over.
            kept = {}
        self.has_expired = bool(kept) and _is_over(kept.get("at", ""))
        if self.has_expired:
            kept = {}
        self.id: str = kept.get("id") or f"web-{uuid.uuid4().hex}"
        self._began: str = kept.get("began") or timezone.now().isoformat()
        self._kept: dict[str, dict[str, list[str]]] = kept.get("answers", {})
        self._checked: dict | None = kept.get("checked")

    @property
    def sent(self) -> dict:
        """What the confirmation shows of the enquiry last sent from this browser."""
        return self.session.get(SENT) or {}

    @property
    def booked_at(self) -> datetime.datetime | None:
        """The time of the call that was booked from this browser; of what was booked elsewhere it learns nothing."""
        booked = self.sent.get("booked")
        return datetime.datetime.fromisoformat(booked) if booked else None

    @property
    def has_stopped(self) -> bool:
        """Whether the last draft of this browser ended by stepping aside (enquiries/intake/apart.py)."""
        return "stepped_aside" in self.session

    @property
    def started_at(self) -> datetime.datetime:
        """When the first of its answers was given."""
        return datetime.datetime.fromisoformat(self._began)

    @property
    def is_empty(self) -> bool:
        return not self._kept

    def route(self) -> Route:
        return route_through({name: _as_data(values) for name, values in self._kept.items()}, self.known)

    def keep(self, step: Step, form: StepForm) -> None:
        """Keep what was typed on a page that was found good; pages that depend on it are asked again if it changed."""
        data: Any = form.data  # as the page posted it
        typed = {name: data.getlist(name) for name in form.inputs}
        if typed != self._kept.get(step.name):
            for name in step.resets:
                self._kept.pop(name, None)
        self._kept[step.name] = typed
        self.session[DRAFT] = {
            "id": self.id,
            "began": self._began,
            "at": timezone.now().isoformat(),
            "answers": self._kept,
        }

    def show(self, answers: Answers) -> None:
        """They are being shown all their answers: what they now look at is what will be sent, and need not be worked
        out again while they wait. Any answer that is changed (`keep`) makes this void."""
        self.session[DRAFT] = {**self.session[DRAFT], "checked": as_json(self.intake(answers))}

    def checked(self) -> Intake | None:
        """What they were shown, as received now; None where they have not looked at it as it stands, or the time that
        they chose for a call has gone since: then they may choose again before it is sent."""
        if not self._checked:
            return None
        intake = replace(from_json(self._checked), received_at=timezone.now())
        return intake if intake.callback_at is None or self.known.is_on_offer(intake.callback_at) else None

    def drop(self) -> None:
        self.session.pop(DRAFT, None)

    def left_behind(self, form: StepForm) -> dict:
        """What is counted of somebody who stops on the page: why, for which council, by which campaign."""
        answers = form.answers
        council = answers.get("chosen_authority") or self.known.place(answers.get("postcode", "")).residence
        return {"why": form.why, "authority": council, "campaign": campaign_of(arrival_of(self.session))}

    def close(self, intake: Intake, *, reference: str, enquiry: Enquiry | None) -> None:
        """Empty the draft and remember, for the confirmation, what happens now; no enquiry where it is judged first."""
        self.drop()
        promise = promise_of(intake, enquiry)
        self.session[SENT] = {
            "draft": self.id,
            "reference": reference,
            "due_at": promise.ring_by.isoformat(),
            "rings": intake.safe_contact.get("by_phone", False),
            "emailed": intake.safe_contact.get("by_email", False),
            "booked": promise.booked_at.isoformat() if promise.booked_at else "",
            "taken": promise.taken,
            "ask_on": promise.ask_on.isoformat() if promise.ask_on else "",
            "then": promise.then,
            "young": promise.young,
            "council": enquiry.authority.gss_code if enquiry and enquiry.authority else "",
        }

    def now_booked(self, starts_at: datetime.datetime) -> None:
        """The confirmation tells of the time chosen since."""
        self.session[SENT] = {**self.sent, "booked": starts_at.isoformat(), "taken": False, "ask_on": ""}

    def intake(self, answers: Answers) -> Intake:
        """What the one way in takes, from the answers on the route finally taken."""
        people = [Person(answers["first_name"], answers["last_name"], answers["email"], answers["phone"])]
        if answers["household"] == "two":
            both = (answers["second_first_name"], answers["second_last_name"])
            people.append(Person(*both, answers["second_email"], answers["second_phone"]))
        came = arrival_of(self.session)
        return Intake(
            channel="web",
            received_at=timezone.now(),
            applicants=people,
            postcode=answers["postcode"],
            source="" if answers["source"] == "not_known" else answers["source"],
            came=came,
            campaign=campaign_of(came),
            chosen_authority=answers["chosen_authority"],
            chosen_why=answers["why"],
            not_authority=answers["not_authority"],
            not_why=answers["not_why"],
            situation=answers["situation"],
            age=answers["age"],
            timing="not_yet" if is_for_later(answers) else answers.get("timing", "now"),
            not_before=answers.get("ask_on"),
            spare_room=answers["spare_room"],
            interests=answers["interests"],
            message=answers["message"],
            safe_contact=_safe_contact(answers),
            consents=_consents(answers),
            callback_at=answers.get("callback_at"),
        )


def _is_over(kept_at: str) -> bool:
    return not kept_at or timezone.now() - datetime.datetime.fromisoformat(kept_at) >= KEPT_FOR


def _as_data(values: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, several in values.items():
        data.setlist(name, several)
    return data


def _safe_contact(answers: Answers) -> dict:
    """The rules they set. A way for which they gave no address keeps its default: they ruled nothing out."""
    ways = answers["ways"]
    rules = {name: answers[name] for name in ("language", "interpreter", "adjustments", "notes")}
    if answers["phone"]:
        rules |= {"by_phone": "phone" in ways, "by_text": "text" in ways}
    if answers["email"]:
        rules["by_email"] = "email" in ways
    if "phone" in ways:
        rules["when"] = answers["when"]
        rules["leave_message"] = answers["leave_message"] == "yes"
        rules["say_who"] = answers["say_who"] == "yes"
    return rules


def _consents(answers: Answers) -> dict[str, tuple[bool, str]]:
    """What they were asked, and the answers: whoever was not asked has no entry."""
    said: dict[str, tuple[bool, str]] = {}
    if "share" in answers:
        said[Consent.Purpose.SHARE] = (answers["share"] == "yes", wording.share_wording(answers["share"]))
    if is_for_later(answers):
        said[Consent.Purpose.ASK_AGAIN] = (True, wording.ask_again_wording(answers["may_ask"]))
    elif "keep_in_touch" in answers:
        said[Consent.Purpose.KEEP_IN_TOUCH] = (answers["keep_in_touch"], wording.KEEP_IN_TOUCH)
    if "research" in answers:
        said[Consent.Purpose.RESEARCH] = (answers["research"], wording.RESEARCH)
    return said
