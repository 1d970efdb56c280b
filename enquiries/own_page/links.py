"""Links that let people into their own page: asked for, sent, used once."""

import datetime
import hashlib

from django.db import transaction
from django.utils import timezone

from enquiries.models import Applicant, Enquiry, LinkRequest, SignInLink
from enquiries.own_page.households import applicant_with, enquiries_of
from enquiries.reach import is_safe
from hub import throttle
from hub.current import current
from hub.messages.sealed import HIDDEN, new_seed, secret_of
from hub.messages.services import queue_message, tell
from hub.sweep import alone, while_time_lasts

GOOD_FOR = datetime.timedelta(hours=1)
KEPT_FOR = datetime.timedelta(days=1)  # after it has run out, so that a fault can be understood
AT_ONCE = (3, datetime.timedelta(minutes=15))
IN_A_DAY = (10, datetime.timedelta(days=1))


def ask_for_link(*, address: str) -> None:
    """Somebody would like a link: the same few statements, and the same time, whether we know the address or not.

    The worker looks the address up and sends. Counted by address, never by internet address; over the limit nothing
    is sent, and nobody can tell.
    """
    if not all(throttle.allowed(f"own_page_{per}", address, limit, per) for limit, per in (AT_ONCE, IN_A_DAY)):
        return
    with transaction.atomic():
        asked = LinkRequest.objects.create(address=address)
        transaction.on_commit(lambda: _tell_worker(asked.pk), robust=True)


def _tell_worker(asked: int) -> None:
    from enquiries.jobs import answer_link_request as task

    tell(task, asked)


@transaction.atomic
def answer_link_request(*, asked: int) -> SignInLink | None:
    """Send the link that was asked for, where we know the address and may write to it; the request goes either way.

    Safe to call twice or from two workers: only one finds the request.
    """
    request = LinkRequest.objects.select_for_update(skip_locked=True).filter(pk=asked).first()
    if request is None:
        return None
    request.delete()
    theirs = enquiries_of(request.address)
    applicant = applicant_with(request.address, theirs[0]) if theirs else None
    if applicant is None:
        return None
    return send_link(enquiry=theirs[0], applicant=applicant, address=applicant.email, template="sign_in_link")


def answer_link_requests() -> int:
    """The sweep that finds what nobody told the worker; forgets links long over. Gives how many it answered."""
    with alone("answer_link_requests") as ours:
        if not ours:
            return 0
        SignInLink.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR).delete()
        waiting = list(LinkRequest.objects.values_list("pk", flat=True)[:200])
        for asked in while_time_lasts(waiting):
            answer_link_request(asked=asked)
        return len(waiting)


def send_link(
    *, enquiry: Enquiry, applicant: Applicant, address: str, template: str, purpose: str = SignInLink.Purpose.SIGN_IN
) -> SignInLink:
    """Make a link, keep the hash of its token, and put the email in the outbox without the token, in the caller's
    transaction. Nothing of it is on the timeline: whoever asks for links must not disturb those who work there."""
    seed, now = new_seed(), timezone.now()
    link = SignInLink.objects.create(
        token_sha256=hash_of(secret_of(seed)),
        purpose=purpose,
        enquiry=enquiry,
        applicant=applicant,
        address=address,
        made_at=now,
        expires_at=now + GOOD_FOR,
    )
    queue_message(
        template=template,
        to=address,
        context={"enquiry": enquiry, "applicant": applicant, "hub": current().hub, "secret": HIDDEN},
        reference=enquiry.reference,
        key=f"{template}:{link.pk}",
        to_household=True,
        seed=seed,
    )
    return link


def link_of(token: str) -> SignInLink | None:
    """The link with this token while it is good, whose address is still theirs and still safe; else None."""
    link = SignInLink.objects.good(timezone.now()).filter(token_sha256=hash_of(token)).first()
    if link is None:
        return None
    if link.purpose == link.Purpose.NEW_ADDRESS:  # nobody's yet: it may be the first that they have
        return link if is_safe(link.enquiry.stands_for, "email") else None
    return link if enquiries_of(link.address) else None


def use_link(*, token: str) -> SignInLink | None:
    """Use the link up, once: one conditional update, so that of two at once only one gets in. None where it is not
    good (any more)."""
    link = link_of(token)
    now = timezone.now()
    if link is None or not SignInLink.objects.good(now).filter(pk=link.pk).update(used_at=now):
        return None
    return link


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
