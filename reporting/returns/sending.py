"""A signed return goes out as a link, never as an attachment: to a list of people outside the hub.

Whoever has an account that may see it signs in. For the others the link opens the files of that one version, for a
while, until it is withdrawn; its token is kept as a hash, and each opening is noted.
"""

import datetime
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from enquiries.own_page.links import hash_of
from hub.audit import AccessLog, log_access
from hub.current import current
from hub.errors import Refused
from hub.messages.sealed import HIDDEN, new_seed, secret_of
from hub.messages.services import queue_message
from hub.models import User
from reporting.returns.drafting import must_hold
from reporting.returns.files import FORMATS, File, file_of
from reporting.returns.models import Recipient, Return, ReturnLink

OPENS_FOR = datetime.timedelta(days=30)
# Two presses of one button are one sending.
NOT_AGAIN_WITHIN = datetime.timedelta(minutes=10)


@transaction.atomic
def add_recipient(*, name: str, email: str, by: User) -> Recipient:
    """Put somebody on the list of those who get signed returns. Refused where the address is on it already."""
    must_hold(by, "sign_return")
    address = email.strip().lower()
    if Recipient.objects.current().filter(email=address).exists():
        raise Refused(f"{address} is on the list already.")
    return Recipient.objects.create(name=name.strip(), email=address, added_by=by)


@transaction.atomic
def remove_recipient(*, recipient: Recipient, by: User) -> None:
    """Take somebody off the list: from now on none of their links opens."""
    must_hold(by, "sign_return")
    now = timezone.now()
    Recipient.objects.current().filter(pk=recipient.pk).update(removed_at=now, removed_by=by)
    ReturnLink.objects.filter(recipient=recipient, revoked_at=None).update(revoked_at=now, revoked_by=by)


@transaction.atomic
def send_return(*, ret: Return, to: list[Recipient], by: User) -> int:
    """Put one email with a link in the outbox for each recipient; gives how many.

    A link of the same return that they had before opens no longer. Whoever was sent one in the last minutes is passed
    over. Refused for a draft, and where nobody was chosen.
    """
    must_hold(by, "sign_return")
    if not ret.is_signed:
        raise Refused("Only a signed return can be sent.")
    if not to:
        raise Refused("Select who is to get the return.")
    # Two at once: the second finds the links of the first.
    chosen = Recipient.objects.current().select_for_update().filter(pk__in=[one.pk for one in to])
    return sum(_send(ret, recipient, by) for recipient in chosen.order_by("pk"))


def _send(ret: Return, recipient: Recipient, by: User) -> bool:
    now = timezone.now()
    before = ReturnLink.objects.filter(ret=ret, recipient=recipient, revoked_at=None)
    if before.filter(sent_at__gt=now - NOT_AGAIN_WITHIN).exists():
        return False
    before.update(revoked_at=now, revoked_by=by)
    signs_in = _has_account(recipient)
    # Who signs in gets no token: the one that is kept was never told to anybody.
    seed = "" if signs_in else new_seed()
    token = secret_of(seed) if seed else secrets.token_urlsafe(32)
    link = ReturnLink.objects.create(
        ret=ret, recipient=recipient, token_sha256=hash_of(token), sent_by=by, sent_at=now, expires_at=now + OPENS_FOR
    )
    path = reverse("return_page", args=[ret.period]) if signs_in else reverse("return_shared", args=[HIDDEN])
    queue_message(
        template="return_sent",
        to=recipient.email,
        context={
            "recipient": recipient,
            "ret": ret,
            "link": settings.BASE_URL + path,
            "signs_in": signs_in,
            "until": link.expires_at,
            "hub": current().hub,
        },
        reference=f"return-{ret.slug}",
        key=f"return_sent:{link.pk}",
        by=by,
        seed=seed,
    )
    return True


def _has_account(recipient: Recipient) -> bool:
    found = User.objects.active().filter(email__iexact=recipient.email).first()
    return found is not None and found.can("see_small_numbers")


@transaction.atomic
def revoke_link(*, link: ReturnLink, by: User) -> None:
    """From now on the link opens nothing."""
    must_hold(by, "sign_return")
    ReturnLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)


def link_of(token: str) -> ReturnLink | None:
    """The link that this token opens, while it does; else None."""
    good = ReturnLink.objects.good(timezone.now()).select_related("ret", "recipient")
    return good.filter(token_sha256=hash_of(token)).first()


def open_link(link: ReturnLink) -> None:
    """Note that somebody looked at what the link opens."""
    log_access(by_link=link.label, action="return_opened", reference=_reference(link.ret))


def export_by_link(link: ReturnLink, form: str) -> File:
    """A file of the signed return that the link opens. Every export is logged (brief.md 28)."""
    file = file_of(link.ret, form)
    log_access(by_link=link.label, action="return_exported", reference=_reference(link.ret, form))
    return file


def _reference(ret: Return, form: str = "") -> str:
    return f"{ret.slug} v{ret.version} {form}".strip()


@dataclass(frozen=True)
class Sent:
    """One sending of a return, and what is known of its link."""

    link: ReturnLink
    openings: int
    last_opened_at: datetime.datetime | None
    state: str

    @property
    def is_open(self) -> bool:
        return self.state == "Opens"


def sendings_of(ret: Return) -> list[Sent]:
    """To whom this version was sent, the latest first, with how often each link was used."""
    links = list(ReturnLink.objects.filter(ret=ret).select_related("recipient", "sent_by"))
    # The log is long, and found by what was looked at: who looked has no index.
    opened = [_reference(ret, form) for form in ("", *FORMATS)] if links else []
    looks = AccessLog.objects.filter(reference__in=opened, by_link__in=[link.label for link in links])
    by_link: dict[str, list[datetime.datetime]] = {}
    for label, at in looks.values_list("by_link", "at"):
        by_link.setdefault(label, []).append(at)
    now = timezone.now()
    return [
        Sent(link, len(times := by_link.get(link.label, [])), max(times, default=None), _state_of(link, now))
        for link in links
    ]


def _state_of(link: ReturnLink, now: datetime.datetime) -> str:
    if link.revoked_at or link.recipient.removed_at:
        return "Withdrawn"
    return "Opens" if link.expires_at > now else "Run out"
