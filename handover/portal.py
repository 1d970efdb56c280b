"""What the portal's pages list: an authority's referrals in three groups, and the milestones of one.

Every list is bounded, and pages begin where the last one ended: an authority may have been sent 100,000.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from enquiries.models import Activity, Enquiry
from enquiries.models.plain_letters import plain_words
from handover.milestones import MILESTONES, is_theirs, next_milestone, recorded, still_to_come
from handover.models import Handover, HandoverQuerySet
from handover.preview import Preview, preview_of
from hub.models import User
from hub.working_time import today, working_time

A_PAGE = 50
COUNTED_TO = 1000  # beyond it a page says "more than"
MOST_WORDS = 4


@dataclass(frozen=True)
class New:
    handover: Handover
    preview: Preview
    late: bool


@dataclass(frozen=True)
class WithUs:
    handover: Handover
    next_step: str
    late: bool


@dataclass(frozen=True)
class Asked:
    """Which of those with the authority somebody wants to see."""

    worker: str = ""  # "me", "nobody", or somebody's id
    stage: str = ""
    find: str = ""

    def __bool__(self) -> bool:
        return bool(self.worker or self.stage or self.find)


@dataclass(frozen=True)
class Cursor:
    """Where the page before ended: those with a due time come first, in its order, then those without."""

    due_at: datetime.datetime | None
    enquiry: int

    def __str__(self) -> str:
        return f"{self.due_at.timestamp() * 1_000_000:.0f}~{self.enquiry}" if self.due_at else f"~{self.enquiry}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of an address; None for one that makes no sense, which then shows the first page."""
        stamp, _, enquiry = text.partition("~")
        try:
            second, rest = divmod(int(stamp), 1_000_000) if stamp else (0, 0)
            due = datetime.datetime.fromtimestamp(second, datetime.UTC).replace(microsecond=rest) if stamp else None
            cursor = cls(due, int(enquiry))
        except (ValueError, OverflowError, OSError):
            return None
        return cursor if 0 <= cursor.enquiry < 2**63 else None


def new_referrals(handovers: HandoverQuerySet) -> dict:
    """Those that wait for an answer, the longest waiting first; no more than a page: answered, others move up."""
    calendar, now = working_time(), timezone.now()
    new = [
        New(handover, preview_of(handover, calendar), handover.enquiry.is_overdue(now))
        for handover in handovers.with_preview().unanswered().order_by("sent_at", "pk")[: A_PAGE + 1]
    ]
    return {"new": new[:A_PAGE], "more_new": len(new) > A_PAGE, "a_page": A_PAGE}


def ended_referrals(handovers: HandoverQuerySet) -> dict:
    """What ended this month, the last first, no more than a page.

    What was given back is listed without its enquiry, which is not theirs to read any more.
    """
    ended = handovers.ended_since(today().replace(day=1)).select_related("authority", "worker")
    ended = list(ended.prefetch_related("enquiry__applicants")[: A_PAGE + 1])
    return {"ended": ended[:A_PAGE], "more_ended": len(ended) > A_PAGE}


def referrals_with_us(handovers: HandoverQuerySet, *, user: User, asked: Asked, after: Cursor | None) -> dict:
    """A page of those whom the authority has accepted and not ended, by what is due next."""
    # Said of the enquiry too, or the database walks all that were ever sent to them.
    theirs = handovers.with_authority().filter(enquiry__held_by=user.authority_id)
    chosen = _chosen(theirs, user=user, asked=asked)
    now = timezone.now()
    keys = _keys(chosen, after)
    by_pk = handovers.with_enquiry().in_bulk([pk for pk, *_ in keys[:A_PAGE]])
    rows = [_row(by_pk[pk], now) for pk, *_ in keys[:A_PAGE] if pk in by_pk]
    following = Cursor(*keys[A_PAGE - 1][1:]) if len(keys) > A_PAGE else None
    count = chosen.order_by()[: COUNTED_TO + 1].count() if after or following else len(rows)
    return {"with_us": rows, "following": following, "with_us_count": count, "counted_to": COUNTED_TO}


def exactly(handovers: HandoverQuerySet, typed: str) -> Handover | None:
    """The one whose reference this is, whatever became of it; so that one that ended is found again too."""
    return handovers.filter(reference=typed.strip().upper()).first() if typed.strip() else None


def milestone_steps(enquiry: Enquiry, done: dict[str, Activity], user: User) -> list[dict]:
    """Each milestone with its fact or none, whether it is done, now or later, and whether it is theirs to correct."""
    comes_next, coming = next_milestone(enquiry, done), still_to_come(enquiry, done)
    steps = []
    for kind, label in MILESTONES.items():
        if kind in done:
            fact = done[kind]
            steps.append({"kind": kind, "label": label, "fact": fact, "state": "done", "theirs": is_theirs(fact, user)})
        elif kind in coming:
            steps.append({"kind": kind, "label": label, "state": "now" if kind == comes_next else "next"})
    return steps


def _chosen(handovers: HandoverQuerySet, *, user: User, asked: Asked) -> HandoverQuerySet:
    if asked.worker == "nobody":
        handovers = handovers.filter(worker__isnull=True)
    elif asked.worker:
        handovers = handovers.filter(worker=user.pk if asked.worker == "me" else int(asked.worker))
    if asked.stage:
        handovers = handovers.filter(enquiry__stage=asked.stage)
    return _found(handovers, asked.find)


def _found(handovers: HandoverQuerySet, typed: str) -> HandoverQuerySet:
    """Those whose reference begins like this, or one of whose people has names that begin like each word."""
    words = plain_words(typed)[:MOST_WORDS]
    if not typed.strip():
        return handovers
    named = handovers if words else handovers.none()
    for word in words:
        named = named.filter(enquiry__name_words__word__startswith=word)
    by_reference = Q(reference__startswith=typed.strip().upper())
    return handovers.filter(by_reference | Q(pk__in=named.values("pk")))


def _keys(handovers: HandoverQuerySet, after: Cursor | None) -> list[tuple]:
    """(id, due time, enquiry) of a page and one more: first those with a due time, then those without."""
    dated, others = handovers.filter(enquiry__due_at__isnull=False), handovers.filter(enquiry__due_at__isnull=True)
    keys: list[tuple] = []
    if after is None or after.due_at is not None:
        if after is not None:
            # In two steps, so that the index is entered at the moment and only its ties are looked through.
            seen = Q(enquiry__due_at=after.due_at, enquiry__lte=after.enquiry)
            dated = dated.filter(enquiry__due_at__gte=after.due_at).exclude(seen)
        keys = list(_key(dated.order_by("enquiry__due_at", "enquiry_id")))
    if len(keys) <= A_PAGE:
        if after is not None and after.due_at is None:
            others = others.filter(enquiry__gt=after.enquiry)
        keys += _key(others.order_by("enquiry__due_at", "enquiry_id"))
    return keys[: A_PAGE + 1]


def _key(handovers: HandoverQuerySet):
    return handovers.values_list("pk", "enquiry__due_at", "enquiry_id")[: A_PAGE + 1]


def _row(handover: Handover, now) -> WithUs:
    kind = next_milestone(handover.enquiry, recorded(handover.enquiry))
    return WithUs(handover, MILESTONES.get(kind, ""), handover.enquiry.is_overdue(now))
