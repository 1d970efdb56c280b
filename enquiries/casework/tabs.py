"""The tabs of one enquiry, in one place: pages of other parts of the product are known by their address only."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet, Value
from django.urls import reverse

from enquiries.models import Document, Enquiry, Task


@dataclass(frozen=True)
class Tab:
    text: str
    name: str  # of the URL, which takes the reference
    counted: Callable[[Enquiry], QuerySet] | None = None  # where their number tells something


TABS = (
    Tab("Timeline", "enquiry"),
    Tab("Details", "enquiry_details"),
    Tab("Messages", "enquiry_messages"),
    Tab("Tasks", "enquiry_tasks", lambda enquiry: Task.objects.of(enquiry).open()),
    Tab("Documents", "enquiry_documents", lambda enquiry: Document.objects.of(enquiry).kept()),
    Tab("Expression of interest", "eoi"),
    Tab("Handover", "handover_prepare"),
)


def tabs_of(enquiry: Enquiry, here: str) -> list[dict]:
    """For components/sub_navigation.html; `here` is the URL name of the page being shown."""
    counts = _counts(enquiry)
    return [
        {
            "text": tab.text,
            "href": reverse(tab.name, args=[enquiry.reference]),
            "active": tab.name == here,
            "count": counts[tab.name] if tab.counted else None,
        }
        for tab in TABS
    ]


def _counts(enquiry: Enquiry) -> Counter[str]:
    """All in one query, by tab; of one enquiry there are few of anything."""
    each = [
        tab.counted(enquiry).order_by().annotate(tab=Value(tab.name)).values_list("tab", flat=True)
        for tab in TABS
        if tab.counted
    ]
    return Counter(each[0].union(*each[1:], all=True))
