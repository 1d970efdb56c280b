"""A package as CSV: one header row and one row, for whoever types or reads it into another system.

Columns have the same names and order for every referral; those of a part that the agreement does not name are left out
(docs/api.md). Words and dates are as the page says them, dates as 2026-11-20.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator

from enquiries.eoi.sections import SECTIONS, Section
from handover.package import FACTS
from handover.parts import PARTS
from handover.templatetags.package import channel_words, how_words, room_words, source_words, when_words
from hub.contact import format_phone
from hub.spreadsheets import as_text

Cells = dict[str, str]
MOST_APPLICANTS = 2


def package_csv(package: dict) -> bytes:
    """The row under its header, as UTF-8 that spreadsheets recognise; nothing in it runs as a formula."""
    cells = {**_handover(package["handover"])}
    for part in PARTS:
        if part in package:
            cells |= _OF_PART[part](package[part])
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(cells)
    writer.writerow(map(as_text, cells.values()))
    return file.getvalue().encode("utf-8-sig")


def _handover(handover: dict) -> Cells:
    return {
        "handover_reference": handover["reference"],
        "sent_on": handover["sent_at"][:10],
        "sent_by": handover["sent_by"],
        "sent_to": handover["sent_to"]["name"],
        "agreement": handover["agreement"],
    }


def _enquiry(enquiry: dict) -> Cells:
    residence, chosen = enquiry["residence"] or {}, enquiry["chosen_council"] or {}
    return {
        "enquiry_reference": enquiry["reference"],
        "received_on": enquiry["received_on"],
        "channel": channel_words(enquiry["channel"]),
        "how_they_heard": source_words(enquiry["heard_from"]),
        "postcode": enquiry["postcode"],
        "residence": residence.get("name", ""),
        "residence_gss_code": residence.get("gss_code", ""),
        "chosen_council": chosen.get("name", ""),
        "chosen_council_gss_code": chosen.get("gss_code", ""),
        "chosen_why": enquiry["chosen_why"],
        "interests": "; ".join(interest["label"] for interest in enquiry["interests"]),
        "spare_room": room_words(enquiry["spare_room"]),
    }


def _applicants(applicants: list[dict]) -> Cells:
    people = [*applicants, *[{}] * (MOST_APPLICANTS - len(applicants))]
    cells = {}
    for number, person in enumerate(people, start=1):
        shown = {**person, "phone": format_phone(person["phone"]) if person.get("phone") else ""}
        for name in ("first_name", "last_name", "email", "phone"):
            cells[f"applicant_{number}_{name}"] = shown.get(name, "")
    return cells


def _expression(parts: list[dict]) -> Cells:
    """A column for each question that the form has today, answered or not; what is told several times is one cell."""
    told: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        for one in part["answers"]:
            told[_column(part["code"], part["applicant"], one["code"])].append(one["answer"])
    cells = dict.fromkeys(_questions(), "")
    return cells | {name: "; ".join(answers) for name, answers in told.items()}


def _questions() -> Iterator[str]:
    for section in SECTIONS:
        for applicant in range(1, MOST_APPLICANTS + 1) if section.each else (None,):
            for code in _codes(section):
                yield _column(section.code, applicant, code)


def _codes(section: Section) -> list[str]:
    rows = [section.form.rows.name] if section.form.rows else []
    return [name for name in section.form.base_fields if name not in section.form.not_kept] + rows


_ROWS = {section.code: section.form.rows.name for section in SECTIONS if section.form.rows}


def _column(section: str, applicant: int | None, code: str) -> str:
    stem, _, number = code.rpartition("_")
    if number.isdigit() and stem == _ROWS.get(section):
        code = stem
    return "_".join(filter(None, ["expression", section, str(applicant or ""), code]))


def _safe_contact(safe: dict) -> Cells:
    return {
        "may_ring": _yes_no(safe["by_phone"]),
        "may_text": _yes_no(safe["by_text"]),
        "may_email": _yes_no(safe["by_email"]),
        "best_time": when_words(safe["when"]),
        "contact_rules": "; ".join(safe["rules"]),
    }


def _yes_no(given: bool) -> str:
    return "Yes" if given else "No"


def _consent(consent: dict | None) -> Cells:
    said = consent or {"given": False, "at": "", "channel": "", "wording": ""}
    return {
        "consent_given": _yes_no(said["given"]),
        "consent_on": said["at"][:10],
        "consent_how": how_words(said["channel"]),
        "consent_wording": said["wording"],
    }


def _facts(facts: list[dict]) -> Cells:
    """The days of each kind; several are told apart by a semicolon."""
    return {f"fact_{kind}_on": "; ".join(fact["on"] for fact in facts if fact["kind"] == kind) for kind in FACTS}


_OF_PART: dict[str, Callable[..., Cells]] = {
    "enquiry": _enquiry,
    "applicants": _applicants,
    "expression_of_interest": _expression,
    "safe_contact": _safe_contact,
    "consent": _consent,
    "facts": _facts,
}
