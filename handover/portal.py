"""What the portal's pages list: an authority's referrals in three groups, and the milestones of one."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils import timezone

from enquiries.models import Activity, Enquiry
from handover.milestones import MILESTONES, is_theirs, next_milestone, recorded, still_to_come
from handover.models import Handover, HandoverQuerySet
from handover.preview import Preview, preview_of
from hub.models import User
from hub.working_time import today, working_time

A_PAGE = 50


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


def referral_groups(handovers: HandoverQuerySet, *, page: str | None = None) -> dict:
    """New (longest waiting first), with us (most pressing first, in pages), and ended this month.

    Of the first and the last no more than a page is shown: new ones move up as they are answered.
    """
    calendar, now = working_time(), timezone.now()
    new = [
        New(handover, preview_of(handover, calendar), handover.enquiry.is_overdue(now))
        for handover in handovers.with_enquiry().unanswered().order_by("sent_at", "pk")[: A_PAGE + 1]
    ]
    # What was given back is listed without its enquiry, which is not theirs to read any more.
    ended = handovers.ended_since(today().replace(day=1)).select_related("authority")
    ended = list(ended.prefetch_related("enquiry__applicants")[: A_PAGE + 1])
    with_us = Paginator(handovers.with_enquiry().with_authority(), A_PAGE).get_page(page)
    return {
        "new": new[:A_PAGE],
        "more_new": len(new) > A_PAGE,
        "with_us": [_with_us(handover, now) for handover in with_us],
        "with_us_count": with_us.paginator.count,
        "ended": ended[:A_PAGE],
        "more_ended": len(ended) > A_PAGE,
        "a_page": A_PAGE,
        **_addresses(with_us),
    }


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


def _with_us(handover: Handover, now) -> WithUs:
    kind = next_milestone(handover.enquiry, recorded(handover.enquiry))
    return WithUs(handover, MILESTONES.get(kind, ""), handover.enquiry.is_overdue(now))


def _addresses(page: Page) -> dict:
    return {
        "newer": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "older": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
