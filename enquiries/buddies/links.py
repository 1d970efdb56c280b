"""What a buddy's link opens; and the sweep that sees to matches in which nothing happens."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from enquiries.buddies.services import end_unanswered
from enquiries.buddies.telling import tell_buddy
from enquiries.journey import Stage
from enquiries.models import BuddyLink, Match, SafeContact
from enquiries.own_page.links import hash_of
from enquiries.reach import may_reach
from hub.sweep import alone, while_time_lasts

REMINDED_AFTER = datetime.timedelta(days=7)
ANSWERED_WITHIN = datetime.timedelta(days=14)


def match_of(token: str) -> Match | None:
    """The match that this link opens, while it lasts and the household goes on; else None."""
    link = BuddyLink.objects.good(timezone.now()).filter(token_sha256=hash_of(token)).first()
    if link is None:
        return None
    known = Match.objects.select_related("enquiry__merged_into", "buddy", "applicant", "enquiry__authority")
    match = known.get(pk=link.match_id)
    return None if match.household.stage == Stage.CLOSED else match


def shown_to(match: Match) -> dict[str, object]:
    """All that a buddy who has accepted may see: a first name, the one way of reaching them, and how that is safe.
    What is safe is asked each time: it may have changed since. What staff wrote beside the rules (`ask_first`) they
    hear from us, as far as they need it: the household agreed to no more."""
    applicant, household = match.applicant, match.household
    by_phone = match.reach_by == Match.ReachBy.PHONE
    may = may_reach(household, match.reach_by)
    safe = SafeContact.objects.filter(enquiry=household).first() or SafeContact()
    return {
        "first_name": applicant.first_name or "The person who enquired",
        "phone": applicant.phone_to_ring if may and by_phone else "",
        "email": applicant.email if may and not by_phone else "",
        "rules": safe.chosen_rules,
        "ask_first": bool(safe.notes.strip() or safe.adjustments.strip()),
    }


def see_to_buddies() -> int:
    """Remind, once, each buddy who has had no contact for a week; give up on who has not answered in two, and find
    another. Gives for how many something was done."""
    with alone("see_to_buddies") as ours:
        if not ours:
            return 0
        now = timezone.now()
        quiet = Match.objects.filter(
            state=Match.State.ACCEPTED, accepted_at__lt=now - REMINDED_AFTER, last_spoke_on=None, reminded_at=None
        )
        silent = Match.objects.filter(state=Match.State.ASKED, asked_at__lt=now - ANSWERED_WITHIN)
        # Where two were merged, it is the one under which the household goes on that has ended.
        ended = Q(enquiry__stage=Stage.CLOSED, enquiry__merged_into=None) | Q(enquiry__merged_into__stage=Stage.CLOSED)
        closed = Match.objects.open().filter(ended)
        jobs = [(remind, one) for one in quiet] + [(end_unanswered, one) for one in (*silent, *closed)]
        return sum(job(match) for job, match in while_time_lasts(jobs))


@transaction.atomic
def remind(match: Match) -> bool:
    """A gentle reminder, once: a conditional update claims it, in one transaction with the email."""
    unclaimed = Match.objects.filter(pk=match.pk, state=Match.State.ACCEPTED, reminded_at=None, last_spoke_on=None)
    if match.household.stage == Stage.CLOSED or not unclaimed.update(reminded_at=timezone.now()):
        return False
    tell_buddy(match, "reminder")
    return True
