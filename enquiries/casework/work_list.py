"""What Today shows: the queue and filters chosen, remembered for the person, with counts, rows and the next page."""

import datetime
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from enquiries.casework.actions import next_steps
from enquiries.casework.forms import FilterForm
from enquiries.casework.pressing import Cursor, page_of
from enquiries.casework.queues import QUEUE, Queue, count_queues, queues_of
from enquiries.models import Enquiry, EnquiryQuerySet

REMEMBERED = ("queue", "owner", "council")


@dataclass(frozen=True)
class Row:
    enquiry: Enquiry
    step: object | None


@dataclass
class WorkList:
    queue: Queue
    filters: FilterForm
    queues: list[dict]
    rows: list[Row]
    following: str = ""
    first: str = ""
    chosen: list[dict] = field(default_factory=list)
    clear: str = ""


def work_list(request, enquiries: EnquiryQuerySet, *, now: datetime.datetime) -> WorkList:
    """The list for this request; `enquiries` are those the person may see."""
    asked = _asked(request)
    filters = FilterForm(asked)
    chosen = {name: filters.cleaned_data.get(name, "") for name in REMEMBERED} if filters.is_valid() else {}
    filtered = _filtered(enquiries, chosen)
    counts = count_queues(filtered, user=request.user, now=now)
    queue = _queue(chosen.get("queue", ""), counts)
    cursor = Cursor.read(request.GET.get("after", ""))
    page = page_of(queue.choose(filtered, request.user, now), now=now, after=cursor)
    here = {**chosen, "queue": queue.code}
    return WorkList(
        queue=queue,
        filters=FilterForm(here),
        queues=[
            {
                "text": other.label, "href": address(**{**here, "queue": other.code}), "active": other == queue,
                "count": counts[other.code], "late": other.late,
            }
            for other in queues_of(request.user)
        ],
        rows=rows_of(page.rows, request.user),
        following=address(**here, after=str(page.following)) if page.following else "",
        first=address(**here) if cursor else "",
        chosen=_chosen(filters, here),
        clear=address(queue=queue.code),
    )  # fmt: skip


def rows_of(enquiries: list[Enquiry], user) -> list[Row]:
    """Each enquiry with the step that its due phrase leads to, where this person may do it."""
    return [Row(enquiry, next(iter(next_steps(enquiry, user)), None)) for enquiry in enquiries]


def address(**chosen) -> str:
    """Today with this queue and these filters."""
    return f"{reverse('today')}?{urlencode({name: value for name, value in chosen.items() if value})}"


def _asked(request) -> dict:
    """What the address asks for; without anything, what this person looked at last."""
    if any(name in request.GET for name in REMEMBERED):
        request.session["today"] = {name: request.GET.get(name, "") for name in REMEMBERED}
    return request.session.get("today", {})


def _filtered(enquiries: EnquiryQuerySet, chosen: dict) -> EnquiryQuerySet:
    if chosen.get("owner") == FilterForm.NOBODY:
        enquiries = enquiries.filter(owner__isnull=True)
    elif chosen.get("owner"):
        enquiries = enquiries.filter(owner_id=chosen["owner"])
    return enquiries.filter(authority__gss_code=chosen["council"]) if chosen.get("council") else enquiries


def _queue(code: str, counts: dict[str, int]) -> Queue:
    """The one asked for; else one's own work, and where there is none, what waits on the hub."""
    if code in counts:
        return QUEUE[code]
    return QUEUE["mine"] if counts["mine"] else QUEUE["us"]


def _chosen(filters: FilterForm, here: dict) -> list[dict]:
    """Each filter that is set, with the address that takes it away."""
    return [
        {"text": filters.in_words(name, here[name]), "href": address(**{**here, name: ""})}
        for name in ("owner", "council")
        if here.get(name)
    ]
