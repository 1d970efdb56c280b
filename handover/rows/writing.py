"""The spreadsheet of dates that a council takes away: one row for each referral that is with it."""

import csv
import io

from enquiries.journey import CLOSED_REASONS
from handover.milestones import ENDED, MILESTONES, next_milestone, recorded
from handover.models import Handover
from handover.rows.reading import WIDE
from hub.models import User
from hub.spreadsheets import as_text
from hub.working_time import local_date


def write_sheet(user: User, ids: list[int]) -> bytes:
    """The rows of these handovers, every one of them, as CSV with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow(WIDE.values())
    found = Handover.objects.visible_to(user).with_enquiry().in_bulk(ids)
    for pk in ids:
        cells = _row(found[pk]) if pk in found else {}
        sheet.writerow([as_text(str(cells.get(column, ""))) for column in WIDE])
    return text.getvalue().encode("utf-8-sig")


def _row(handover: Handover) -> dict[str, object]:
    if not handover.shows_full_record:  # it was given back between the choice and the writing
        return {"reference": handover.reference, "stage": handover.status_for_council}
    enquiry = handover.enquiry
    facts = recorded(enquiry)
    cells: dict[str, object] = {
        "reference": handover.reference,
        "names": enquiry.names,
        "stage": handover.stage_for_council,
        "next": MILESTONES.get(next_milestone(enquiry, facts), ""),
    }
    cells |= {kind: f"{local_date(fact.occurred_at):%d/%m/%Y}" for kind, fact in facts.items()}
    if decided := facts.get("decided"):
        cells |= {"outcome": decided.outcome_label, "places": decided.places or ""}
    if ended := facts.get(ENDED):
        reason = CLOSED_REASONS.get(ended.reason)
        cells["reason"] = reason.label if reason else ended.reason
    return cells
