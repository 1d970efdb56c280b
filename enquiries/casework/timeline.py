"""The timeline of one enquiry, page by page, whole or by kind: contacts, moves, messages, notes and tasks, changes."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from enquiries.casework.corrections import CORRECTABLE
from enquiries.journey import KINDS
from enquiries.models import Activity, ActivityQuerySet, Enquiry
from enquiries.telephone.taking import answers_of

PAGE_SIZE = 40

_CONTACTS = frozenset(kind for kind, rule in KINDS.items() if rule.contact) | {
    "attempt", "called_us", "asked_again", "callback_booked", "callback_cancelled", "visit_booked", "visit_cancelled",
    "event_booked", "event_cancelled", "buddy_introduced", "buddy_spoke", "feedback",
}  # fmt: skip
_MESSAGES = frozenset({"message_sent", "message_received", "written", "eoi_invited"})
_NOTES = frozenset({"note", "task_done", "document_added", "document_removed"})
_CHANGES = frozenset({"details_changed", "assigned", "routed", "parked"})
_ALL = frozenset(KINDS) - {"voided"}
SHOWN: dict[str, tuple[str, frozenset[str]]] = {
    "": ("All", _ALL),
    "contacts": ("Calls and contacts", _CONTACTS),
    "moves": ("Moves", _ALL - _CONTACTS - _MESSAGES - _NOTES - _CHANGES),
    "messages": ("Messages", _MESSAGES),
    "notes": ("Notes, tasks, documents", _NOTES),
    "changes": ("Changes", _CHANGES),
}
_WITH = (
    "recorded_by", "visitor", "authority", "enquiry", "into", "voided_by__recorded_by", "call__script",
    "replaces__voided_by", "replaced_by",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One fact as the timeline shows it to somebody."""

    fact: Activity
    on_script: list
    may_void: bool
    may_correct: bool
    corrects: str = ""  # where the entry stands that this one takes the place of
    corrected_by: str = ""

    @property
    def id(self) -> str:
        return f"fact-{self.fact.pk}"


def timeline(enquiry: Enquiry, user, *, show: str = "", start: str = "") -> dict:
    """Its facts, newest first, of the kinds asked for (all, where that says nothing), from the fact `start` on."""
    show = show if show in SHOWN else ""
    facts: ActivityQuerySet = enquiry.facts.exclude(kind="voided")
    counts = dict(facts.order_by().values_list("kind").annotate(Count("pk")))
    first = facts.filter(pk=start).first() if start.isdecimal() and len(start) < 19 else None
    chosen = facts.filter(kind__in=SHOWN[show][1])
    if first is not None:
        # Said in two steps so that the index is entered at its moment.
        chosen = chosen.filter(occurred_at__lte=first.occurred_at)
        chosen = chosen.exclude(occurred_at=first.occurred_at, pk__gt=first.pk)
    rows = list(chosen.newest_first().select_related(*_WITH)[: PAGE_SIZE + 1])
    following = rows[PAGE_SIZE].pk if len(rows) > PAGE_SIZE else None
    return {
        "entries": [_entry(fact, enquiry, user) for fact in rows[:PAGE_SIZE]],
        "newest": _address(enquiry, show=show) if first is not None else "",
        "older": _address(enquiry, show=show, start=following) if following else "",
        "filters": [
            {
                "text": text, "href": _address(enquiry, show=code), "active": code == show,
                "count": sum(number for kind, number in counts.items() if kind in kinds),
            }
            for code, (text, kinds) in SHOWN.items()
        ],
    }  # fmt: skip


def _entry(fact: Activity, enquiry: Enquiry, user) -> Entry:
    may_void = fact.may_be_voided_by(user)
    return Entry(
        fact=fact,
        on_script=answers_of(fact.call) if hasattr(fact, "call") else [],
        may_void=may_void,
        may_correct=may_void and fact.kind in CORRECTABLE,
        corrects=_address(enquiry, start=fact.replaces_id) if fact.replaces_id else "",
        corrected_by=_address(enquiry, start=fact.replaced_by.pk) if hasattr(fact, "replaced_by") else "",
    )


def _address(enquiry: Enquiry, *, show: str = "", start: int | None = None) -> str:
    """The timeline from that fact on; the fact itself is the target of the link."""
    asked = {name: value for name, value in (("show", show), ("start", start)) if value}
    target = f"#fact-{start}" if start and not show else ""
    address = reverse("enquiry", args=[enquiry.reference])
    return f"{address}{'?' + urlencode(asked) if asked else ''}{target}"
