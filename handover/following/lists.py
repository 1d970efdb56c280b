"""“With the councils”: one table of what somebody of the hub has to see to, counted in one query."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from enquiries import journey
from enquiries.casework.queues import count_of, shown
from enquiries.councils.wishes import KIND as CHANGE
from enquiries.models import Enquiry
from handover.asking.models import CouncilCheck
from handover.following.figures import CouncilFigures, figures
from handover.following.models import COUNCIL_FACTS
from handover.following.page import FROM_THE_LISTS
from handover.models import Handover, HandoverQuerySet
from hub.current import held_still
from hub.models import Authority, User
from hub.working_time import local_date

A_PAGE = 50


@dataclass(frozen=True)
class List:
    code: str
    label: str
    about: str
    empty: str
    choose: Callable[[HandoverQuerySet], HandoverQuerySet]
    order: tuple[str, ...]
    late: bool = False


LISTS = (
    List(
        "silent", "Late to answer", "The time to answer has passed. Ask the council; it may still answer.",
        "Every council has answered in time, or has time left.", HandoverQuerySet.silent, ("sent_at", "pk"), late=True,
    ),
    List(
        "not_heard", "Nobody has been in touch", "So they say. Ask the council, then write down what you found out.",
        "Nobody who answered us says that the council has not been in touch.", HandoverQuerySet.not_heard,
        ("check_with_them__answered_at", "pk"), late=True,
    ),
    List(
        "differ", "Council says otherwise", "What they say and what the council recorded do not agree.",
        "Nobody contradicts a council’s record.", HandoverQuerySet.contradicted,
        ("check_with_them__answered_at", "pk"), late=True,
    ),
    List(
        "change", "Want another council", "Transfer them, or talk with them about why not.",
        "Nobody waits for another council.", HandoverQuerySet.change_asked, ("enquiry__due_at", "pk"),
    ),
    List(
        "back", "Came back this week", "Declined or returned in the last seven days, and on whose desk it is.",
        "Nothing was declined or returned in the last seven days.", HandoverQuerySet.came_back, ("-ended_on", "-pk"),
    ),
)  # fmt: skip
LIST = {one.code: one for one in LISTS}


@dataclass(frozen=True)
class Row:
    """One handover, with why it is here in words, and the one thing to do."""

    handover: Handover
    why: str
    note: str  # what they or the council said besides
    asked: str  # who asked the council last
    action: str
    href: str

    @property
    def heard_href(self) -> str:
        """Where to write down what they say, while a council has their details."""
        open_still = self.handover.state in Handover.OPEN_STATES
        return _page("handover_heard", self.handover.reference) if open_still else ""


@dataclass(frozen=True)
class Shown:
    chosen: List
    items: list[dict]  # for components/queue_list.html
    rows: list[Row]
    newer: str
    older: str
    figures: CouncilFigures


def lists_of(user: User, asked) -> Shown:
    """The list asked for, the count of each, and the figures; a constant number of queries."""
    with held_still():
        return _shown(user, asked)


def _shown(user: User, asked) -> Shown:
    handovers = Handover.objects.visible_to(user)
    chosen = LIST.get(asked.get("list", ""), LISTS[0])
    counts = (
        User.objects.filter(pk=user.pk).values(**{one.code: count_of(one.choose(handovers)) for one in LISTS}).get()
    )
    page = _page_number(asked.get("page", ""))
    found = list(
        chosen.choose(handovers).with_what_was_told().order_by(*chosen.order)[(page - 1) * A_PAGE :][: A_PAGE + 1]
    )
    return Shown(
        chosen=chosen,
        items=[_item(one, counts[one.code], chosen) for one in LISTS],
        rows=[_row(chosen, handover) for handover in found[:A_PAGE]],
        newer=_address(chosen, page - 1) if page > 1 else "",
        older=_address(chosen, page + 1) if len(found) > A_PAGE else "",
        figures=figures(handovers),
    )


def _page_number(text: str) -> int:
    """From 1; of what is no such number, or further than there is anything, the first."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def wish_of(enquiry: Enquiry) -> Authority | None:
    """The council that they named when they last asked for another."""
    fact = enquiry.facts.not_voided().filter(kind=CHANGE).select_related("authority").newest_first().first()
    return fact.authority if fact else None


def _item(one: List, count: int, chosen: List) -> dict:
    late = one.late and count > 0
    return {"text": one.label, "href": _address(one), "active": one is chosen, "count": shown(count), "late": late}


def _address(one: List, page: int = 1) -> str:
    return f"{reverse('with_councils')}?list={one.code}{f'&page={page}' if page > 1 else ''}"


def _page(name: str, reference: str) -> str:
    return f"{reverse(name, args=[reference])}?from={FROM_THE_LISTS}"


def _row(chosen: List, handover: Handover) -> Row:
    why, note, action, href = _IN_WORDS[chosen.code](handover)
    last = _prefetched(handover.sent_fact).times_asked[-1:]
    asked = f"{last[0].who} asked, {last[0].ago}" if last else ""
    return Row(handover, why, note, asked, action, href)


def _silent_row(handover: Handover):
    why = f"Answer was due {_day(handover.answer_due_at)}, {'opened' if handover.opened_at else 'not opened'}"
    return why, "", "Ask the council", _page("handover_chase", handover.reference)


def _heard_row(handover: Handover):
    check: CouncilCheck = handover.check_with_them
    said = f"They said {check.answer} on {_day(check.answered_at)}"
    return said, check.comment, "Settle", _page("handover_settle", handover.reference)


def _differs_row(handover: Handover):
    said, comment, action, href = _heard_row(handover)
    return f"{said}; {says_otherwise(handover)}", comment, action, href


def _change_row(handover: Handover):
    facts = [fact for fact in _prefetched(handover.enquiry).told_facts if fact.kind == CHANGE]
    fact = facts[-1]
    wish = f", for {fact.authority}" if fact.authority else ""
    why = f"Asked on {_day(fact.occurred_at)}{wish}"
    if handover.is_given_back:
        return why, fact.note, "Send", reverse("handover_prepare", args=[handover.enquiry.reference])
    if handover.enquiry.stage in (journey.Stage.APPLICATION, journey.Stage.ASSESSMENT):
        return why, fact.note, "Ring them", reverse("log_call", args=[handover.enquiry.reference])
    return why, fact.note, "Transfer", _page("handover_transfer", handover.reference)


def _back_row(handover: Handover):
    why = f"{handover.get_state_display()} on {_day(handover.answered_at)}: {handover.get_reason_display().lower()}"
    ready = handover.enquiry.stage == journey.Stage.READY
    action = "Send it again" if ready else "Look at it"
    return why, handover.note, action, reverse("handover_prepare", args=[handover.enquiry.reference])


_IN_WORDS: dict[str, Callable[[Handover], tuple[str, str, str, str]]] = {
    "silent": _silent_row,
    "not_heard": _heard_row,
    "differ": _differs_row,
    "change": _change_row,
    "back": _back_row,
}


def says_otherwise(handover: Handover) -> str:
    """Where the council's own record contradicts what they say, in words."""
    check, council = handover.check_with_them, handover.authority
    if check.answer == "yes":
        return f"{council} has not even opened the referral"
    said_on = local_date(check.answered_at or timezone.now())
    for fact in _prefetched(handover.enquiry).told_facts:
        if fact.kind in COUNCIL_FACTS and fact.occurred_at >= handover.sent_at and fact.occurred_on <= said_on:
            return f"{council} recorded “{fact.label}” on {_day(fact.occurred_at)}"
    return ""


def _prefetched(row) -> Any:
    """With what `with_what_was_told` has added to it."""
    return row


def _day(moment: datetime.datetime | None) -> str:
    return f"{local_date(moment):%-d %B %Y}" if moment else ""
