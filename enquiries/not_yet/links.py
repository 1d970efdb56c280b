"""The link of a check-in: what it opens, and what is done with it, once."""

import datetime

from django.utils import timezone

from enquiries.models import ComeBackLink, Enquiry
from enquiries.own_page.links import hash_of
from enquiries.reach import is_safe
from hub.errors import Refused
from hub.messages.models import Message

GOOD_FOR = datetime.timedelta(days=60)
STILL_OPEN_FOR = datetime.timedelta(hours=1)  # after it was used: to choose when to be rung


def make_link(*, enquiry: Enquiry, message: Message, token: str) -> ComeBackLink:
    """Keep the link that a message carries, in the caller's transaction. `Refused` for whoever is not on hold."""
    hold = enquiry.facts.not_voided().filter(kind="hold_started").newest_first().first()
    if not enquiry.on_hold or hold is None:
        raise Refused("They are not on hold, so there is nothing to come back from.")
    now = timezone.now()
    return ComeBackLink.objects.create(
        enquiry=enquiry, hold=hold, message=message, token_sha256=hash_of(token), made_at=now, expires_at=now + GOOD_FOR
    )


def link_of(token: str) -> ComeBackLink | None:
    """The link with this token, used or not, while it has not run out, the way it came is still safe for them, and
    nothing else was agreed since; else None."""
    found = ComeBackLink.objects.filter(token_sha256=hash_of(token), expires_at__gt=timezone.now())
    link = found.select_related("enquiry__merged_into", "message").first()
    if link is None or not is_safe(link.enquiry.stands_for, link.message.channel):
        return None
    return link if link.used_at or _still_asks(link) else None


def may_still_choose(link: ComeBackLink) -> bool:
    """Whether whoever has just come back with it may choose a time for our call."""
    recent = link.used_at is not None and timezone.now() < link.used_at + STILL_OPEN_FOR
    return recent and link.chose == ComeBackLink.Choice.BACK and link.enquiry.stands_for.may_be_rung


def _still_asks(link: ComeBackLink) -> bool:
    home = link.enquiry.stands_for
    latest = home.facts.not_voided().filter(kind="hold_started").newest_first().first()
    return home.on_hold and latest is not None and latest.pk == link.hold_id
