"""What the council is sent: the agreed data set, after a published JSON Schema, and what it still lacks."""

import datetime
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jsonschema
from django.utils import timezone

from enquiries.eoi.sections import Expression
from enquiries.journey import INTERESTS, KINDS, SOURCES
from enquiries.models import Consent, Enquiry
from enquiries.state import in_order, not_voided
from handover.models import Agreement
from handover.parts import ALWAYS, PARTS
from hub.compiled import Compiled
from hub.errors import Refused
from hub.models import Authority, Hub
from hub.working_time import LONDON, local_date, today

# 1.0 had no expression of interest; from 1.2 on a package holds only the parts that the agreement names.
SCHEMA_VERSION = "1.2"
EARLIER_SCHEMAS = ("1.1", "1.0")
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


def fault_of(package: dict) -> str:
    """Where a package breaks the schema that it names, as "applicants/0/phone", and never what stands there; empty
    where it follows it."""
    fault = jsonschema.exceptions.best_match(_validator(package["schema"]).iter_errors(package))
    return "" if fault is None else "/".join(map(str, fault.absolute_path)) or "its parts"


@cache
def _validator(version: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(package_schema(version), format_checker=jsonschema.FormatChecker())


def agreement_with(authority: Authority, day: datetime.date | None = None) -> Agreement | None:
    """The agreement under which something may be sent to the authority on the day; today where none is named."""
    return next(iter(_AGREEMENT(authority.pk, day or today())), None)


_AGREEMENT = Compiled(
    lambda authority, day: Agreement.objects.current(day).filter(authority=authority), int, datetime.date
)


def build_package(enquiry: Enquiry, authority: Authority, *, reference: str = "", sent_at=None) -> dict:
    """The package for the authority: who sends what to whom under which agreement, and the data set."""
    hub = Hub.objects.first()
    day = local_date(sent_at) if sent_at else today()
    agreement = agreement_with(authority, day)
    record = data_set(enquiry, authority, day)
    return {
        "schema": SCHEMA_VERSION,
        "handover": {
            "reference": reference or enquiry.reference,
            "sent_at": (sent_at or timezone.now()).astimezone(LONDON).isoformat(timespec="seconds"),
            "sent_by": hub.name if hub else "",
            "sent_to": _place(authority),
            "agreement": agreement.version if agreement else "",
            "shares": list(record),
        },
        **record,
    }


def frozen_package(enquiry: Enquiry, authority: Authority, *, reference: str, sent_at) -> dict:
    """The package to keep and send, which follows its published schema. `Refused` where it does not: then the record
    holds what our forms would not have taken."""
    package = build_package(enquiry, authority, reference=reference, sent_at=sent_at)
    if fault := fault_of(package):
        raise Refused(
            f"{enquiry.reference} cannot be sent: what it says under {fault} is not as agreed. Correct it first."
        )
    return package


def data_set(enquiry: Enquiry, authority: Authority, day: datetime.date | None = None) -> dict:
    """The agreed data set as it stands: exactly what the authority may see. None of it is a note by staff.

    It holds the parts that the agreement of the day (today's) names, in the order of the record, and no others. Where
    no agreement holds any more, those remain without which nobody can be reached safely.
    """
    agreement = agreement_with(authority, day)
    named = ALWAYS if agreement is None else ALWAYS | set(agreement.shares)
    return {part: _MADE[part](enquiry, authority) for part in PARTS if part in named}


def canonical_json(package: dict) -> bytes:
    """One way to write a package, so that one content has one hash: sorted keys, UTF-8, no spaces."""
    return json.dumps(package, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def package_hash(package: dict) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(package)).hexdigest()


def _enquiry(enquiry: Enquiry, authority: Authority) -> dict:
    """Why a person chose a council is told to that council alone: the reason may be somebody at another."""
    chosen = enquiry.chosen_authority
    return {
        "reference": enquiry.reference,
        "received_on": local_date(enquiry.first_received_at).isoformat(),
        "channel": enquiry.channel,
        "heard_from": _heard_from(enquiry.source),
        "postcode": enquiry.postcode,
        "residence": _place(enquiry.residence),
        "chosen_council": _place(chosen),
        "chosen_why": enquiry.chosen_why if chosen is not None and chosen.pk == authority.pk else "",
        "interests": interests_of(enquiry),
        "spare_room": enquiry.spare_room or None,
    }


def _heard_from(source: str) -> str | None:
    """An imported one may be a word of its own: it counts as "other" (measures.md, M04)."""
    return (source if source in SOURCES else "other") if source else None


def _applicants(enquiry: Enquiry, _authority: Authority) -> list[dict]:
    said = ("first_name", "last_name", "email", "phone")
    return [{name: getattr(applicant, name) for name in said} for applicant in enquiry.applicants.all()]


def interests_of(enquiry: Enquiry) -> list[dict]:
    """The kinds of fostering they are interested in: code and words."""
    return [{"code": code, "label": INTERESTS.get(code) or in_words(code)} for code in enquiry.interests]


def in_words(code: str) -> str:
    """A code in plain words: "short_term" gives "Short term"."""
    return code.replace("_", " ").strip().capitalize()


def _place(authority: Authority | None) -> dict | None:
    return {"name": authority.name, "gss_code": authority.gss_code} if authority else None


def _expression(enquiry: Enquiry, _authority: Authority) -> list[dict]:
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


def _safe_contact(enquiry: Enquiry, _authority: Authority) -> dict:
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


def _consent(enquiry: Enquiry, _authority: Authority) -> dict | None:
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


def _facts(enquiry: Enquiry, _authority: Authority) -> list[dict]:
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


# Of each part of handover/parts.py how it is made: a part without a row here cannot be sent.
_MADE: dict[str, Callable[[Enquiry, Authority], dict | list | None]] = {
    "enquiry": _enquiry,
    "applicants": _applicants,
    "expression_of_interest": _expression,
    "safe_contact": _safe_contact,
    "consent": _consent,
    "facts": _facts,
}
