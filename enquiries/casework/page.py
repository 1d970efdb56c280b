"""What every page of one enquiry is given: the record, for those who may see it, and what all its tabs show."""

from django.shortcuts import get_object_or_404

from enquiries.casework.actions import ACTION, allowed_actions, grouped, next_steps, whose_turn
from enquiries.casework.presence import look_in
from enquiries.casework.tabs import tabs_of
from enquiries.closing.last_try import is_tried_enough
from enquiries.councils.placing import placing_of
from enquiries.duplicates.shown import merges_of, notices_of
from enquiries.models import Enquiry
from enquiries.state import named_worker
from enquiries.visits.services import booked_visit
from hub.audit import log_access

HANDED_OVER = ("handover_sent", "handover_accepted", "handover_declined", "handover_returned", "handover_withdrawn")
FETCHED = ("authority", "held_by", "owner", "residence", "chosen_authority", "not_authority", "safe_contact")


def open_record(request, reference: str) -> Enquiry:
    """The enquiry, if this person may see it (else 404); looking at it is noted, and who else has it open is told."""
    seen = Enquiry.objects.visible_to(request.user).with_next_try().select_related(*FETCHED, "merged_into")
    enquiry = get_object_or_404(seen.prefetch_related("applicants"), reference=reference)
    enquiry.also_here = look_in(enquiry=enquiry, user=request.user)
    if request.method == "GET":
        log_access(by=request.user, action="enquiry_read", reference=enquiry.reference)
    return enquiry


def page_of(request, record: Enquiry, tab: str) -> dict:
    """What templates/casework/enquiry_page.html shows around a tab; `tab` is the URL name of the page."""
    steps = next_steps(record, request.user)
    main = {step.href for step in steps}
    allowed = allowed_actions(record, request.user)
    return {
        "enquiry": record,
        "household": {"notices": notices_of(record), "merges": merges_of(record)},
        "tabs": tabs_of(record, tab),
        "steps": steps,
        "tried_enough": is_tried_enough(record),
        "whose_turn": whose_turn(record),
        "at_the_council": _named_by_the_council(record),
        "placing": placing_of(record, request.user),
        "others": [
            (title, [(action.title, action.url(record)) for action in some])
            for title, some in grouped([action for action in allowed if action.url(record) not in main])
        ],
        "visit": booked_visit(record) if record.is_open and record.clock != "visit" else None,
        "allowed": {action.name: action.url(record) for action in allowed},
        "right_number": ACTION["number_right"].url(record) if ACTION["people"] in allowed else "",
        "change_told": ACTION["told"].url(record) if ACTION["told"].allowed(record, request.user) else "",
    }


def _named_by_the_council(record: Enquiry) -> str:
    """Who of the council looks after them; asked of the database only where a council holds them."""
    if record.held_by is None:
        return ""
    return named_worker(record.facts.not_voided().filter(kind__in=["worker_named", *HANDED_OVER]))
