"""One referral as a council's system reads it: the preview, which opens it, or the whole record after accepting."""

import re
from typing import Any

from enquiries.models import Activity
from handover.api.belongings import fetch_belongings
from handover.api.listing import OWN, council_of, listed, listed_from, theirs
from handover.milestones import ENDED, MILESTONES, facts_of, is_theirs
from handover.models import Handover
from handover.package import data_set
from handover.services import open_handover
from hub.api.problems import Problem
from hub.compiled import Compiled
from hub.models import User
from hub.working_time import local_date

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,16}", re.ASCII)
# What a system answers with, and the activity that the journey table is asked about.
ANSWERS = {"accept": "handover_accepted", "decline": "handover_declined", "return": "handover_returned"}


_ALONE = Compiled(
    lambda authority, reference: (
        theirs(authority).filter(reference=reference).select_related("authority").defer("package")
    ),
    int,
    str,
)
_WITH_ENQUIRY = Compiled(
    lambda authority, reference: (
        theirs(authority).filter(reference=reference).select_related("authority", "enquiry").defer("package")
    ),
    int,
    str,
)
_WHOLE = Compiled(
    lambda authority, reference: (
        theirs(authority)
        .filter(reference=reference)
        .select_related("authority", "enquiry__residence", "enquiry__chosen_authority", "enquiry__safe_contact")
    ),
    int,
    str,
)


def handover_of(user: User, reference: str) -> Handover:
    """One sent to the user's council. Raises a 404 for all others, whether or not there are such."""
    found = _found(_ALONE, user, reference)
    if found is None:
        raise Problem(404, "Nothing with this reference was sent to your council.")
    return found


def with_enquiry(user: User, reference: str) -> Handover | None:
    """The same with its enquiry; None where there is none, or where it was given back."""
    return _found(_WITH_ENQUIRY, user, reference)


def _found(query: Compiled[Handover], user: User, reference: str) -> Handover | None:
    return next(iter(query(council_of(user), reference)), None) if _REFERENCE.fullmatch(reference) else None


def _whole(user: User, reference: str) -> Handover | None:
    found = _found(_WHOLE, user, reference)
    if found is not None:
        fetch_belongings(found.enquiry)
    return found


def record_of(user: User, reference: str) -> tuple[dict[str, Any], str]:
    """What the council may read of it now, and what is to be noted in the log ("" where nobody's data are shown)."""
    # Mostly it is with them. Of one given back, be it while we look, the database shows no enquiry: nothing is found.
    found = _whole(user, reference)
    if found is not None and found.is_unanswered and found.opened_at is None:
        open_handover(handover=found, by=user)
        found = _whole(user, reference)
    if found is None or found.is_given_back:
        return {**_listed(user, handover_of(user, reference)), **_NOT_SHOWN}, ""
    shown = listed_from(found)
    allowed = allowed_now(found, user)
    if not found.shows_full_record:
        return {**shown, **_NOT_SHOWN, **allowed}, "preview_referral"
    return {**shown, **_record(found, user), **allowed}, "read_referral"


_NOT_SHOWN: dict[str, Any] = {
    "pdf": None,
    "package_sha256": None,
    "package": None,
    "record": None,
    "milestones": [],
    "allowed_answers": [],
    "allowed_milestones": [],
}


def _listed(user: User, handover: Handover) -> dict[str, Any]:
    found = Handover.objects.visible_to(user).filter(pk=handover.pk)
    return listed(list(found.order_by().values(*OWN)))[0]


def _record(handover: Handover, user: User) -> dict[str, Any]:
    return {
        "pdf": "ready" if handover.pdf else "being_made" if handover.package else None,
        "package_sha256": handover.package_sha256 or None,
        "package": handover.package or None,
        "record": data_set(handover.enquiry, handover.authority),
        "milestones": milestones_of(handover, user),
    }


def milestones_of(handover: Handover, user: User) -> list[dict[str, Any]]:
    """The dates that stand, in the order of the journey."""
    kinds = {*MILESTONES, ENDED}
    return [milestone_as_told(fact, user) for fact in facts_of(handover.enquiry) if fact.kind in kinds]


def milestone_as_told(fact: Activity, user: User) -> dict[str, Any]:
    return {
        "id": fact.pk,
        "kind": fact.kind,
        "occurred_on": local_date(fact.occurred_at).isoformat(),
        "outcome": fact.outcome or None if fact.kind == "decided" else None,
        "places": fact.places,
        "reason": fact.reason or None if fact.kind == ENDED else None,
        "yours": is_theirs(fact, user),
    }


def allowed_now(handover: Handover, user: User) -> dict[str, list[str]]:
    """What the journey table allows them here and now, without what is recorded already."""
    enquiry = handover.enquiry
    if handover.is_unanswered:
        answers = [verb for verb, kind in ANSWERS.items() if enquiry.may(kind, user)]
        return {"allowed_answers": answers, "allowed_milestones": []}
    if not handover.shows_full_record:
        return {"allowed_answers": [], "allowed_milestones": []}
    done = {fact.kind for fact in facts_of(enquiry)}
    kinds = [kind for kind in MILESTONES if kind not in done and _may(enquiry, kind, user)]
    return {"allowed_answers": [], "allowed_milestones": [*kinds, *([ENDED] if enquiry.may(ENDED, user) else [])]}


def _may(enquiry, kind: str, user: User) -> bool:
    # Of a decision the table has two rows, and asks which it is.
    return any(enquiry.may(kind, user, outcome=outcome) for outcome in ("", "approved", "not_approved"))
