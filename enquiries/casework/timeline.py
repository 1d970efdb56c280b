"""The timeline of one enquiry, whole or by kind: contacts, moves of the journey, messages."""

from urllib.parse import urlencode

from django.urls import reverse

from enquiries.journey import KINDS
from enquiries.models import Enquiry
from enquiries.telephone.taking import answers_of

_CONTACTS = frozenset(kind for kind, rule in KINDS.items() if rule.contact or kind == "attempt")
# The table's own order: ranks from that of "assigned" on are the hub's own facts, which move nothing.
_MOVES = frozenset(kind for kind, rule in KINDS.items() if rule.rank < KINDS["assigned"].rank) - _CONTACTS - {"routed"}
SHOWN: dict[str, tuple[str, frozenset[str]]] = {
    "": ("All", frozenset(KINDS)),
    "contacts": ("Contacts", _CONTACTS),
    "moves": ("Moves", _MOVES),
    "messages": ("Messages", frozenset({"message_sent", "message_received"})),
}


def timeline(enquiry: Enquiry, user, show: str) -> dict:
    """Its facts, newest first, of the kinds asked for (all, where that says nothing), and the links to the others."""
    facts = enquiry.facts.exclude(kind="voided").newest_first()
    around = ("recorded_by", "authority", "enquiry", "into", "voided_by__recorded_by", "call__script")
    facts = list(facts.select_related(*around))
    show = show if show in SHOWN else ""
    shown = [fact for fact in facts if fact.kind in SHOWN[show][1]]
    for fact in shown:
        fact.on_script = answers_of(fact.call) if hasattr(fact, "call") else []
    return {
        "facts": shown,
        "voidable": {fact.pk for fact in shown if fact.may_be_voided_by(user)},
        "filters": [
            {
                "text": text, "href": _address(enquiry, code), "active": code == show,
                "count": sum(fact.kind in kinds for fact in facts),
            }
            for code, (text, kinds) in SHOWN.items()
        ],
    }  # fmt: skip


def _address(enquiry: Enquiry, code: str) -> str:
    address = reverse("enquiry", args=[enquiry.reference])
    return f"{address}?{urlencode({'show': code})}" if code else address
