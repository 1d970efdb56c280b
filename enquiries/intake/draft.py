"""An enquiry while it is being written: in the server's session, nothing of it in the browser."""

import uuid

from django.http import QueryDict
from django.utils import timezone

from enquiries.campaigns.arrival import arrival_of, campaign_of
from enquiries.intake import wording
from enquiries.intake.services import Intake, Person
from enquiries.intake.steps import Answers, Route, Step, route_through
from enquiries.models import Consent, Enquiry

DRAFT, SENT = "enquiry_draft", "enquiry_sent"


class Draft:
    """The answers so far. Its id is the idempotency key: however often it is sent, it is one enquiry."""

    def __init__(self, session):
        self.session = session
        kept = session.get(DRAFT) or {}
        if kept.get("id") == self.sent.get("draft"):
            # A page saved its answers while another sent them; that draft is over.
            kept = {}
        self.id: str = kept.get("id") or f"web-{uuid.uuid4().hex}"
        self._kept: dict[str, dict[str, list[str]]] = kept.get("answers", {})

    @property
    def sent(self) -> dict:
        """What the confirmation shows of the enquiry last sent from this browser."""
        return self.session.get(SENT) or {}

    @property
    def is_empty(self) -> bool:
        return not self._kept

    def given(self, step: Step) -> QueryDict | None:
        """What was typed on that page, as a form takes it."""
        return _as_data(self._kept[step.name]) if step.name in self._kept else None

    def route(self) -> Route:
        return route_through({name: _as_data(values) for name, values in self._kept.items()})

    def keep(self, step: Step, form) -> None:
        """Keep what was typed on a page that was found good; pages that depend on it are asked again if it changed."""
        typed = {name: form.data.getlist(name) for name in form.fields}
        if typed != self._kept.get(step.name):
            for name in step.resets:
                self._kept.pop(name, None)
        self._kept[step.name] = typed
        self.session[DRAFT] = {"id": self.id, "answers": self._kept}

    def close(self, enquiry: Enquiry, answers: Answers) -> None:
        """Empty the draft and remember, for the confirmation, what happens now."""
        self.session.pop(DRAFT, None)
        self.session[SENT] = {
            "draft": self.id,
            "reference": enquiry.reference,
            "due_at": enquiry.due_at.isoformat() if enquiry.due_at else "",
            "rings": "phone" in answers["ways"],
            "emailed": bool(answers["email"]) and "email" in answers["ways"],
        }

    def intake(self, answers: Answers) -> Intake:
        """What the one way in takes, from the answers on the route finally taken."""
        people = [Person(answers["first_name"], answers["last_name"], answers["email"], answers["phone"])]
        if answers["household"] == "two":
            people.append(Person(answers["second_first_name"], answers["second_last_name"]))
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
            spare_room=answers["spare_room"],
            interests=answers["interests"],
            message=answers["message"],
            safe_contact=_safe_contact(answers),
            consents=_consents(answers),
        )


def _as_data(values: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, several in values.items():
        data.setlist(name, several)
    return data


def _safe_contact(answers: Answers) -> dict:
    """The rules they set. A way for which they gave no address keeps its default: they ruled nothing out."""
    ways = answers["ways"]
    rules = {"by_text": "text" in ways, "language": answers["language"], "notes": answers["notes"]}
    if answers["phone"]:
        rules["by_phone"] = "phone" in ways
    if answers["email"]:
        rules["by_email"] = "email" in ways
    if "phone" in ways:
        rules["when"] = answers["when"]
        rules["leave_message"] = answers["leave_message"] == "yes"
        rules["say_who"] = answers["say_who"] == "yes"
    return rules


def _consents(answers: Answers) -> dict[str, tuple[bool, str]]:
    return {
        Consent.Purpose.SHARE: (answers["share"] == "yes", wording.share_wording(answers["share"])),
        Consent.Purpose.KEEP_IN_TOUCH: (answers["keep_in_touch"], wording.KEEP_IN_TOUCH),
    }
