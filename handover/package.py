"""What the council is sent: the agreed data set, after a published JSON Schema, and what it still lacks."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import timezone

from enquiries.eoi.sections import Expression
from enquiries.journey import INTERESTS, KINDS, Stage
from enquiries.models import Consent, Enquiry
from enquiries.state import in_order, not_voided
from handover.models import Agreement
from hub.models import Authority, Hub
from hub.working_time import LONDON, local_date, today

SCHEMA_VERSION = "1.1"  # 1.0 had no expression of interest
_SCHEMAS = Path(__file__).parent / "schemas"

# Dates only, of what happened with the person. Staff's notes of what was said stay at the hub.
FACTS = (
    "received",
    "conversation",
    "event_attended",
    "training_completed",
    "initial_visit",
    "eoi_submitted",
    "eoi_authorised",
)


@cache
def package_schema(version: str = SCHEMA_VERSION) -> dict:
    """The JSON Schema (draft 2020-12) that every package of the version satisfies; all are published in the portal."""
    return json.loads((_SCHEMAS / f"handover-{version}.json").read_text(encoding="utf-8"))


def build_package(enquiry: Enquiry, authority: Authority, *, reference: str = "", sent_at=None) -> dict:
    """The package for the authority: who sends what to whom under which agreement, and the data set."""
    hub = Hub.objects.first()
    agreement = Agreement.objects.current(today()).filter(authority=authority).first()
    return {
        "schema": SCHEMA_VERSION,
        "handover": {
            "reference": reference or enquiry.reference,
            "sent_at": (sent_at or timezone.now()).astimezone(LONDON).isoformat(timespec="seconds"),
            "sent_by": hub.name if hub else "",
            "sent_to": _place(authority),
            "agreement": agreement.version if agreement else "",
        },
        **data_set(enquiry, authority),
    }


def data_set(enquiry: Enquiry, authority: Authority) -> dict:
    """The agreed data set as it stands: exactly what the authority may see. None of it is a note by staff.

    Why a person chose a council is told to that council alone: the reason may be somebody at another.
    """
    chosen = enquiry.chosen_authority
    return {
        "enquiry": {
            "reference": enquiry.reference,
            "received_on": local_date(enquiry.first_received_at).isoformat(),
            "channel": enquiry.channel,
            "heard_from": enquiry.source or None,
            "postcode": enquiry.postcode,
            "residence": _place(enquiry.residence),
            "chosen_council": _place(chosen),
            "chosen_why": enquiry.chosen_why if chosen is not None and chosen.pk == authority.pk else "",
            "interests": interests_of(enquiry),
            "spare_room": enquiry.spare_room or None,
        },
        "applicants": [
            {
                "first_name": applicant.first_name,
                "last_name": applicant.last_name,
                "email": applicant.email,
                "phone": applicant.phone,
            }
            for applicant in enquiry.applicants.all()
        ],
        "expression_of_interest": _expression(enquiry),
        "safe_contact": _safe_contact(enquiry),
        "consent": _consent(enquiry),
        "facts": _facts(enquiry),
    }


def canonical_json(package: dict) -> bytes:
    """One way to write a package, so that one content has one hash: sorted keys, UTF-8, no spaces."""
    return json.dumps(package, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def package_hash(package: dict) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(package)).hexdigest()


def interests_of(enquiry: Enquiry) -> list[dict]:
    """The kinds of fostering they are interested in: code and words."""
    return [{"code": code, "label": INTERESTS.get(code) or in_words(code)} for code in enquiry.interests]


def in_words(code: str) -> str:
    """A code in plain words: "short_term" gives "Short term"."""
    return code.replace("_", " ").strip().capitalize()


def _place(authority: Authority | None) -> dict | None:
    return {"name": authority.name, "gss_code": authority.gss_code} if authority else None


def _expression(enquiry: Enquiry) -> list[dict]:
    """The parts that were filled in, each with its questions and answers; empty where it came on paper."""
    return [
        {
            "code": part.section.code,
            "title": part.full_title,
            "applicant": part.position or None,
            "answers": [
                {"code": one.code, "question": one.question, "answer": one.answer, "value": one.value}
                for one in part.said
            ],
        }
        for part in Expression(enquiry).parts
        if part.said
    ]


def _safe_contact(enquiry: Enquiry) -> dict:
    safe = getattr(enquiry, "safe_contact", None)
    if safe is None:
        return {"by_phone": True, "by_text": False, "by_email": True, "when": "any", "rules": []}
    return {
        "by_phone": safe.by_phone,
        "by_text": safe.by_text,
        "by_email": safe.by_email,
        "when": safe.when,
        "rules": safe.rules,
    }


def share_consent(enquiry: Enquiry) -> Consent | None:
    """The latest word on sharing with a council: it counts, whatever was said before."""
    entries = [entry for entry in enquiry.ledger if entry.purpose == Consent.Purpose.SHARE]
    return max(entries, key=lambda entry: (entry.at, entry.pk), default=None)


def _consent(enquiry: Enquiry) -> dict | None:
    consent = share_consent(enquiry)
    if consent is None:
        return None
    return {
        "purpose": consent.purpose,
        "given": consent.given,
        "wording": consent.wording,
        "channel": consent.channel,
        "at": consent.at.astimezone(LONDON).isoformat(timespec="seconds"),
    }


def _facts(enquiry: Enquiry) -> list[dict]:
    return [
        {
            "kind": fact.kind,
            "label": KINDS[fact.kind].label,
            "on": local_date(fact.occurred_at).isoformat(),
            "how": fact.channel_label or in_words(fact.channel),
        }
        for fact in in_order(not_voided(enquiry.facts))
        if fact.kind in FACTS
    ]


@dataclass(frozen=True)
class Requirement:
    """One thing that a handover needs: whether it is there, what to do if not, and the page that mends it."""

    code: str
    title: str
    met: bool
    gap: str
    url_name: str = ""


def requirements(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    """Everything that a handover to the authority needs, met or not, in the order of the page."""
    return [*_rules_of_sending(enquiry, authority), *_parts_of_the_data_set(enquiry)]


def missing_from(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    """What is still missing before the enquiry may be sent to the authority; empty when it may."""
    return [requirement for requirement in requirements(enquiry, authority) if not requirement.met]


def _rules_of_sending(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    member = authority is not None and Authority.objects.members_on(today()).filter(pk=authority.pk).exists()
    consent = share_consent(enquiry)
    refused = consent is not None and not consent.given
    return [
        Requirement(
            "eoi", "Expression of interest authorised", enquiry.stage == Stage.READY, _why_not_ready(enquiry), "enquiry"
        ),
        Requirement("hold", "Not on hold", not enquiry.on_hold, "They said “not yet”. End the hold first.", "end_hold"),
        Requirement(
            "authority", "A council to send to", member, "Choose a council that is a member of the hub.", "allocate"
        ),
        *_not_kept_from(enquiry, authority),
        *_agreement(authority),
        Requirement(
            "consent",
            "Consent to share with a council",
            consent is not None and consent.given,
            "They said no to sharing. Ask again, and record what they say."
            if refused
            else "Ask whether we may share their details with a council, and record what they say.",
            "consent",
        ),
    ]


def _not_kept_from(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    """Said only where there is a council that must not know."""
    if authority is None or enquiry.not_authority_id is None:
        return []
    gap = f"{authority} must not get to know of them: {enquiry.not_why}. Choose another council."
    may_know = enquiry.not_authority_id != authority.pk
    return [Requirement("may_know", f"{authority} may get to know of them", may_know, gap, "keep_from_council")]


def _agreement(authority: Authority | None) -> list[Requirement]:
    if authority is None:
        return []
    agreed = Agreement.objects.current(today()).filter(authority=authority).exists()
    gap = f"There is no current agreement with {authority}. Ask your administrator to record it."
    return [Requirement("agreement", f"Data-sharing agreement with {authority}", agreed, gap)]


def _parts_of_the_data_set(enquiry: Enquiry) -> list[Requirement]:
    applicants = list(enquiry.applicants.all())
    first = applicants[0] if applicants else None
    # Some people have one name only.
    named = first is not None and bool(first.first_name or first.last_name)
    reachable = any(applicant.email or applicant.phone for applicant in applicants)
    placed = bool(enquiry.postcode) or enquiry.chosen_authority_id is not None
    return [
        Requirement("name", "Name", named, "Add the first applicant’s name.", "people"),
        Requirement("contact", "A way to reach them", reachable, "Add an email address or telephone number.", "people"),
        Requirement("place", "Where they live", placed, "Add their postcode, or the council they chose.", "people"),
    ]


def _why_not_ready(enquiry: Enquiry) -> str:
    waiting = {
        Stage.NEW: "Nobody has spoken with them yet.",
        Stage.IN_TOUCH: "The expression of interest has not been submitted.",
        Stage.EOI: "The expression of interest waits for a manager to authorise it.",
        Stage.CLOSED: "The enquiry is closed.",
    }
    return waiting.get(Stage(enquiry.stage), "The enquiry is already with a council.")
