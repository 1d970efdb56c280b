"""A council's referrals as its system lists them: in pages that begin where the last one ended.

Read as plain values, because systems ask often: two queries however long the page is. Nobody is named in it
(docs/decisions/0028).
"""

import base64
import binascii
import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from handover.api.serializers import A_PAGE, WAITING
from handover.models import Handover, HandoverQuerySet
from hub.api.problems import Problem
from hub.compiled import Compiled
from hub.models import User
from hub.prepared import prepared
from hub.working_time import LONDON, WorkingTime, local_date, today, working_time

# What asks "new since" by its own clock, while we are still writing, would miss something: so it is told to ask again
# for a little that it has seen.
OVERLAP = datetime.timedelta(minutes=1)
_CURSOR = re.compile(r"([NC]) (\d{1,19}) (\S{1,40})", re.ASCII)
OWN = (
    "pk",
    "authority_id",
    "reference",
    "state",
    "sent_at",
    "opened_at",
    "answered_at",
    "ended_on",
    "reason",
    "changed_at",
)
_OF_THE_ENQUIRY = (
    "enquiry__reference",
    "enquiry__stage",
    "enquiry__on_hold",
    "enquiry__due_at",
    "enquiry__decision",
    "enquiry__closed_reason",
    "enquiry__held_by_id",
    "enquiry__postcode",
    "enquiry__interests",
    "enquiry__spare_room",
    "enquiry__residence__name",
    "enquiry__safe_contact__when",
)
# In the order of the names above. Written out: to work it out anew for each call takes longer than to answer it.
_ENQUIRIES = """
    SELECT sent.id, enquiry.reference, enquiry.stage, enquiry.on_hold, enquiry.due_at, enquiry.decision,
        enquiry.closed_reason, enquiry.held_by_id, enquiry.postcode, enquiry.interests, enquiry.spare_room,
        residence.name, safe_contact.when,
        (SELECT count(*) FROM enquiries_applicant AS applicant WHERE applicant.enquiry_id = enquiry.id),
        -- `Enquiry.first_received_at`: the earlier of two that were merged.
        least(enquiry.received_at, (
            SELECT min(other.received_at) FROM enquiries_enquiry AS other WHERE other.merged_into_id = enquiry.id
        ))
    FROM handover_handover AS sent
    JOIN enquiries_enquiry AS enquiry ON enquiry.id = sent.enquiry_id
    LEFT JOIN hub_authority AS residence ON residence.id = enquiry.residence_id
    LEFT JOIN enquiries_safecontact AS safe_contact ON safe_contact.enquiry_id = enquiry.id
    WHERE sent.id = ANY(%s::bigint[])
"""


@dataclass(frozen=True)
class Place:
    """Where a page ended: the order that was asked for, and the last row's moment and key in it."""

    order: str
    at: datetime.datetime
    pk: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.order} {self.pk} {self.at.isoformat()}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, cursor: str, order: str) -> "Place":
        """The place that a cursor of ours names. Raises a 422 where it is none of ours, or of another order."""
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
            found = _CURSOR.fullmatch(text)
            place = cls(found[1], datetime.datetime.fromisoformat(found[3]), int(found[2])) if found else None
        except (binascii.Error, UnicodeError, ValueError):
            place = None
        if place is None or place.order != order or place.at.tzinfo is None or place.pk >= 2**63:
            said = "This cursor is not from an answer to the same question. Begin again without one."
            raise Problem(422, said, errors=[("/cursor", said)])
        return place


NEWEST, CHANGED = "N", "C"
_COLUMNS = {NEWEST: "sent_at", CHANGED: "changed_at"}


def page_of(
    user: User,
    *,
    state: str = "",
    updated_since: datetime.datetime | None = None,
    cursor: str | None = None,
    limit: int = A_PAGE,
) -> tuple[list[dict[str, Any]], str]:
    """One page, and the cursor of the next, "" where this is the last. The newest first; of those `updated_since`
    whatever changed first comes first, so that whoever follows misses nothing that changes meanwhile."""
    order = NEWEST if updated_since is None else CHANGED
    place = Place.read(cursor, order) if cursor else None
    asked = {"since": updated_since, **({"at": place.at, "pk": place.pk} if place else {})}
    query = _page(state, order, place is not None, limit)
    rows: list[dict] = list(query(council_of(user), *(value for value in asked.values() if value is not None)))
    following = str(Place(order, rows[limit - 1][_COLUMNS[order]], rows[limit - 1]["pk"])) if len(rows) > limit else ""
    return listed(rows[:limit]), following


def council_of(user: User) -> int:
    """Whose referrals the user of a council's system finds. Raises a 404 for anybody else."""
    if not user.is_authority_staff or user.authority_id is None:
        raise Problem(404, "Nothing was sent to you.")
    return user.authority_id


def theirs(authority: int) -> HandoverQuerySet:
    """What was sent to the council, as its staff see it; for a query that is worked out once for all councils."""
    return Handover.objects.visible_to(User(role="authority_worker", authority_id=authority)).order_by()


@lru_cache(maxsize=500)
def _page(state: str, order: str, placed: bool, limit: int) -> Compiled:
    """The query of a page: of the council, the moment since when (where it is asked for), and the place where the page
    before ended (where there was one)."""
    column, since = _COLUMNS[order], order == CHANGED

    def build(authority: int, *values) -> QuerySet[Handover, dict[str, Any]]:
        asked = theirs(authority)
        if state:
            asked = asked.unanswered() if state == WAITING else asked.filter(state=state)
        if since:
            asked = asked.filter(changed_at__gte=values[0])
        if placed:
            asked = _after(asked, column, order, *values[-2:])
        by = (f"-{column}", "-pk") if order == NEWEST else (column, "pk")
        return asked.order_by(*by).values(*OWN)[: limit + 1]

    moments = (datetime.datetime,) if since else ()
    return Compiled(build, int, *moments, *((datetime.datetime, int) if placed else ()))


def _after(handovers: HandoverQuerySet, column: str, order: str, at: datetime.datetime, pk: int) -> HandoverQuerySet:
    beyond = "lt" if order == NEWEST else "gt"
    # The first says nothing new, and lets the index be entered there.
    return handovers.filter(
        Q(**{f"{column}__{beyond}": at}) | Q(**{column: at, f"pk__{beyond}": pk}),
        **{f"{column}__{beyond}e": at},
    )


def listed(rows: list[dict]) -> list[dict[str, Any]]:
    """The rows, which were found by what is visible to them, as a council may know them: before accepting a preview,
    afterwards a summary, of one given back neither; nobody's name."""
    # Asked apart: of one given back the database shows no enquiry, and it is listed all the same.
    shown = [row["pk"] for row in rows if row["state"] not in Handover.GIVEN_BACK]
    with prepared() as cursor:
        cursor.execute(_ENQUIRIES, [shown])
        names = (*_OF_THE_ENQUIRY, "people", "first_received_at")
        enquiries = {pk: dict(zip(names, values, strict=True)) for pk, *values in cursor.fetchall()}
    calendar = working_time()
    return [_one(row, enquiries.get(row["pk"]), calendar) for row in rows]


def listed_from(handover: Handover) -> dict[str, Any]:
    """The same of one that was fetched with its enquiry (`with_enquiry`): nothing more is asked."""
    row = {name: getattr(handover, name) for name in OWN}
    enquiry: dict[str, Any] = {
        "people": len(handover.enquiry.applicants.all()),
        "first_received_at": handover.enquiry.first_received_at,
    }
    for name in _OF_THE_ENQUIRY:
        value: Any = handover
        for step in name.split("__"):
            value = getattr(value, step, None)
        enquiry[name] = value
    return _one(row, enquiry, working_time())


def _one(row: dict, enquiry: dict | None, calendar: WorkingTime) -> dict[str, Any]:
    waits = row["state"] in Handover.UNANSWERED_STATES
    accepted = enquiry is not None and enquiry["enquiry__held_by_id"] == row["authority_id"] and not waits
    return {
        "reference": row["reference"],
        "state": row["state"],
        "sent_at": in_london(row["sent_at"]),
        "opened_at": in_london(row["opened_at"]),
        "answered_at": in_london(row["answered_at"]),
        "ended_on": row["ended_on"] and row["ended_on"].isoformat(),
        "reason": row["reason"] or None,
        "updated_at": in_london(row["changed_at"]),
        "answer_by": in_london(enquiry["enquiry__due_at"]) if enquiry and waits else None,
        "preview": _preview(row, enquiry, calendar) if enquiry and waits else None,
        "summary": _summary(enquiry) if enquiry and accepted else None,
    }


def _preview(row: dict, enquiry: dict, calendar: WorkingTime) -> dict[str, Any]:
    """As in handover/preview.py, in codes: an area of some thousands of homes, counts and dates."""
    outward = enquiry["enquiry__postcode"].rpartition(" ")[0]
    return {
        "area": ", ".join(filter(None, [outward, enquiry["enquiry__residence__name"]])) or None,
        "applicants": enquiry["people"],
        "interests": enquiry["enquiry__interests"],
        "spare_room": enquiry["enquiry__spare_room"] or None,
        "best_time": enquiry["enquiry__safe_contact__when"],
        "days_since_enquiry": (today() - local_date(enquiry["first_received_at"])).days,
        "working_days_waiting": calendar.working_days_after(calendar.day_zero(row["sent_at"]), today()),
    }


def _summary(enquiry: dict) -> dict[str, Any]:
    return {
        "enquiry": enquiry["enquiry__reference"],
        "stage": enquiry["enquiry__stage"],
        "on_hold": enquiry["enquiry__on_hold"],
        "due_at": in_london(enquiry["enquiry__due_at"]),
        "decision": enquiry["enquiry__decision"] or None,
        "closed_reason": enquiry["enquiry__closed_reason"] or None,
    }


def in_london(moment: datetime.datetime | None) -> str | None:
    """ISO 8601 with the offset that holds there and then."""
    return moment.astimezone(LONDON).isoformat(timespec="milliseconds") if moment else None


def as_at() -> str:
    """What to send as `updated_since` next time."""
    return in_london(timezone.now() - OVERLAP) or ""
