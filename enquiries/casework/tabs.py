"""The tabs of one enquiry, in one place: pages of other parts of the product are known by their address only."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from enquiries.models import Document, Enquiry, Task


@dataclass(frozen=True)
class Tab:
    text: str
    name: str  # of the URL, which takes the reference
    count: Callable[[Enquiry], int] | None = None  # where a number tells something: one query


TABS = (
    Tab("Timeline", "enquiry"),
    Tab("Details", "enquiry_details"),
    Tab("Messages", "enquiry_messages"),
    Tab("Tasks", "enquiry_tasks", lambda enquiry: Task.objects.of(enquiry).open().count()),
    Tab("Documents", "enquiry_documents", lambda enquiry: Document.objects.of(enquiry).kept().count()),
    Tab("Expression of interest", "eoi"),
    Tab("Handover", "handover_prepare"),
)


def tabs_of(enquiry: Enquiry, here: str) -> list[dict]:
    """For components/sub_navigation.html; `here` is the URL name of the page being shown."""
    return [
        {
            "text": tab.text,
            "href": reverse(tab.name, args=[enquiry.reference]),
            "active": tab.name == here,
            "count": tab.count(enquiry) if tab.count else None,
        }
        for tab in TABS
    ]
