"""What buddies and households are told of each other by email. A buddy's emails name nobody: the page behind their link
does, to whom it may."""

import datetime

from django.utils import timezone

from enquiries.letters.outbox import write_to_household
from enquiries.models import BuddyLink, Match
from enquiries.own_page.links import hash_of
from hub.current import current
from hub.messages.sealed import HIDDEN, new_seed, secret_of
from hub.messages.services import queue_message

# A link in an email lasts so long; each email brings a new one, and the end of the match ends them all.
LASTS = datetime.timedelta(days=60)


def tell_buddy(match: Match, news: str, *, by=None, again: bool = False) -> BuddyLink:
    """An email with a link of its own: they are asked ("asked"), they said yes ("accepted"), a gentle reminder
    ("reminder"), it has ended ("ended"). The same news is one email, but for `again`: to another address."""
    seed = new_seed()
    link = BuddyLink.objects.create(
        match=match, token_sha256=hash_of(secret_of(seed)), expires_at=timezone.now() + LASTS
    )
    queue_message(
        template="buddy_news",
        to=match.buddy.email,
        context={
            "buddy": match.buddy,
            "council": match.household.authority,
            "hub": current().hub,
            "news": news,
            "secret": HIDDEN,
        },
        reference=match.household.reference,
        key=f"buddy:{news}:{match.pk}{f':{link.pk}' if again else ''}",
        seed=seed,
        by=by,
    )
    return link


def tell_household(match: Match) -> bool:
    """That a buddy will be in touch: their first name, and how."""
    return write_to_household(
        enquiry=match.household,
        template="buddy_coming",
        context={"buddy": match.buddy, "by_phone": match.reach_by == Match.ReachBy.PHONE},
        about=f"Told that {match.buddy.first_name}, a buddy, is in touch",
        key=f"buddy:{match.pk}",
    )
