"""What Today shows: the queue, filters and order chosen, remembered for the person, with counts and one page of rows.

The address holds all of it: whoever opens somebody's link sees that list.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from enquiries.casework.actions import steps_of_the_stage
from enquiries.casework.filters import WorkListFilter
from enquiries.casework.orders import MOST_PRESSING, ORDERS, Cursor, Order, Page, page_of
from enquiries.casework.own_lists import note_look, remember_list
from enquiries.casework.queues import QUEUE, Group, Queue, Viewer, count_narrowed, queues_of, shown
from enquiries.inbox.waiting import waiting_for
from enquiries.models import Enquiry, EnquiryQuerySet, OwnList, Today

NAMED = ("queue", *WorkListFilter.base_filters)
# The columns of the table, in their order; those without an order cannot be sorted by.
_COLUMNS = (
    ("", "Who"), ("due", "Due"), ("contact", "Last contact"), ("received", "Received"), ("stage", "Stage"),
    ("owner", "Owner"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    enquiry: Enquiry
    step: object | None


class WorkList:
    """The list for one request; `enquiries` are those that the person may see."""

    def __init__(self, request, enquiries: EnquiryQuerySet, *, now: datetime.datetime):
        self.remembered = Today.objects.seen_by(request.user)
        self.viewer = Viewer(request.user, now, self.remembered.news_since(now))
        self.is_named = any(name in request.GET for name in NAMED)
        # Without anything in the address, what this person looked at last.
        self.asked = request.GET if self.is_named else QueryDict(self.remembered.asked)
        self.filters = WorkListFilter(self.asked, enquiries, viewer=self.viewer)
        self.after = Cursor.read(request.GET.get("after", ""))
        self.chosen = self.filters.chosen

    @cached_property
    def queues(self) -> list[Queue]:
        return queues_of(self.viewer.user)

    @cached_property
    def counts(self) -> dict[str, int]:
        return count_narrowed(self.filters.qs, self.viewer, self.queues, self._queue_asked_for)

    @property
    def _queue_asked_for(self) -> Queue | None:
        code = self.asked.get("queue", "")
        return next((queue for queue in self.queues if queue.code == code), None)

    @cached_property
    def queue(self) -> Queue:
        """The one asked for; else one's own work, and where there is none, what waits on the hub."""
        return self._queue_asked_for or (QUEUE["mine"] if self.counts["mine"] else QUEUE["us"])

    @property
    def order(self) -> Order:
        return ORDERS[self.chosen["sort"][0]] if "sort" in self.chosen else MOST_PRESSING

    @property
    def enquiries(self) -> EnquiryQuerySet:
        """Everybody in the list, on whichever page."""
        return self.queue.choose(self.filters.qs, self.viewer)

    @cached_property
    def page(self) -> Page:
        return page_of(self.enquiries, now=self.viewer.now, order=self.order, after=self.after)

    @cached_property
    def rows(self) -> list[Row]:
        return rows_of(self.page.rows, self.viewer.user)

    def address(self, **changes) -> str:
        """Today as it is shown here, but for what changes; a change to nothing takes that away."""
        return address(**{"queue": self.queue.code, **self.chosen, **changes})

    @property
    def in_words(self) -> str:
        """'Waiting on us: Gateshead, late'."""
        filtered = ", ".join(tag["text"] for one in self.tags for tag in one["tags"])
        return f"{self.queue.label}: {filtered}" if filtered else self.queue.label

    @property
    def here(self) -> str:
        return self.address()

    @property
    def asked_again(self) -> str:
        """What leads here again."""
        return self.here.partition("?")[2]

    @property
    def following(self) -> str:
        return self.address(after=str(self.page.following)) if self.page.following else ""

    @property
    def first(self) -> str:
        return self.address() if self.after else ""

    @property
    def clear(self) -> str:
        return address(queue=self.queue.code, sort=self.chosen.get("sort"))

    @property
    def groups(self) -> list[dict]:
        """The queues under their headings. What needs no care today is left out."""
        entries = {group: [self._entry(queue) for queue in self.queues if queue.group == group] for group in Group}
        entries[Group.CARE] = [
            entry for entry in [*_of_the_inbox(self.viewer.user), *entries[Group.CARE]]
            if entry["number"] != 0 or entry["active"]
        ]  # fmt: skip
        return [{"label": group.value, "items": items} for group, items in entries.items() if items]

    def _entry(self, queue: Queue) -> dict:
        number = self.counts.get(queue.code)
        return {
            "text": queue.label, "href": self.address(queue=queue.code), "active": queue == self.queue,
            "number": number, "count": shown(number), "late": queue.late and number,
        }  # fmt: skip

    @property
    def columns(self) -> list[dict]:
        """The heads of the table: a link sorts by the column, and once more the other way round."""
        return [self._column(code, label) for code, label in _COLUMNS]

    def _column(self, code: str, label: str) -> dict:
        if not code:
            return {"label": label}
        active = self.order.code == code
        turned = ORDERS[f"-{code}"] if active and not self.order.descending else ORDERS[code]
        return {
            "label": label, "href": self.address(sort="" if turned == MOST_PRESSING else turned.name),
            "sorted": ("descending" if self.order.descending else "ascending") if active else "none",
            "turned": turned.in_words,
        }  # fmt: skip

    @property
    def tags(self) -> list[dict]:
        """Each chosen filter with its values, and the address that takes one of them away."""
        return [
            {"label": one["label"], "tags": [
                {"text": tag["text"], "href": self.address(**{one["name"]: _without(self.chosen[one["name"]], tag)})}
                for tag in one["tags"]
            ]}
            for one in self.filters.in_words()
        ]  # fmt: skip

    @property
    def own_lists(self) -> list[dict]:
        mine = OwnList.objects.filter(person=self.viewer.user)
        return [
            {"list": one, "href": f"{reverse('today')}?{one.asked}", "active": one.asked == self.asked_again}
            for one in mine
        ]  # fmt: skip


def work_list(request, enquiries: EnquiryQuerySet, *, now: datetime.datetime) -> WorkList:
    """The list for this request, which the person's Today remembers."""
    work = WorkList(request, enquiries, now=now)
    if work.is_named and work.asked_again != work.remembered.asked:
        remember_list(person=request.user, asked=work.asked_again)
    if work.queue.code == "news":
        note_look(person=request.user, now=now)
    return work


def rows_of(enquiries: list[Enquiry], user) -> list[Row]:
    """Each enquiry with the step that its due phrase leads to, where this person may do it."""
    return [Row(enquiry, next(iter(steps_of_the_stage(enquiry, user)), None)) for enquiry in enquiries]


def address(**chosen) -> str:
    """Today with this queue, these filters and this order."""
    return f"{reverse('today')}?{urlencode({name: value for name, value in chosen.items() if value}, doseq=True)}"


def plain_columns() -> list[dict]:
    """The heads of the table where it has an order of its own."""
    return [{"label": label} for _code, label in _COLUMNS]


def as_asked(text: str) -> str:
    """Of what an address asks, what Today knows."""
    asked = QueryDict(text)
    return address(**{name: asked.getlist(name) for name in NAMED if name in asked}).partition("?")[2]


def _without(values: list[str], tag: dict) -> list[str]:
    return [value for value in values if value != tag["value"]]


def _of_the_inbox(user) -> list[dict]:
    """What waits in the inbox, with the way there."""
    if not user.can("judge_inbox"):
        return []
    waiting = waiting_for(user).counts()
    words = {"unread": "Inbox, unread", "held": "Held to be judged"}
    return [
        {"text": text, "href": reverse("inbox"), "active": False, "number": waiting[name],
         "count": shown(waiting[name]), "late": False}
        for name, text in words.items()
    ]  # fmt: skip
