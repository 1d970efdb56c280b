"""Links by which people choose their password: sent, used once. Only the hash of the latest is kept, and its secret is
made while the email is sent (hub/messages/sealed.py): it is in no log, in no table and in no copy of either."""

import datetime
import hashlib

from django.db import transaction
from django.utils import timezone

from hub.current import current
from hub.messages.sealed import HIDDEN, new_seed, secret_of
from hub.messages.services import queue_message
from hub.people.models import User
from hub.working_time import local_date

GOOD_FOR = datetime.timedelta(days=7)


def send_invitation(*, person: User, by: User | None) -> None:
    """Put a link to choose a password in the outbox, in the caller's transaction; an earlier one is over with it."""
    seed, now = new_seed(), timezone.now()
    person.invited_at, person.invitation_sha256 = now, hash_of(secret_of(seed))
    person.save(update_fields=["invited_at", "invitation_sha256"])
    queue_message(
        template="account_invitation",
        to=person.email,
        context={
            "person": person,
            "by": by,
            "hub": current().hub,
            "secret": HIDDEN,
            "last_day": local_date(now + GOOD_FOR),
        },
        reference=person.account_reference,
        key=f"account_invitation:{person.pk}:{person.invitation_sha256[:16]}",
        by=by,
        seed=seed,
    )


def invited_by(token: str) -> User | None:
    """Who was sent this link, while it is good: not used, not replaced, not older than `GOOD_FOR`."""
    good = User.objects.active().filter(invited_at__gt=timezone.now() - GOOD_FOR)
    return good.filter(invitation_sha256=hash_of(token)).first()


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> User | None:
    """Set the password that they chose and use the link up. None where it is not good (any more)."""
    found = invited_by(token)
    person = User.objects.select_for_update().get(pk=found.pk) if found else None
    if person is None or person.invitation_sha256 != hash_of(token) or not person.is_active:
        return None
    person.set_password(password)
    person.invitation_sha256 = ""
    person.save(update_fields=["password", "invitation_sha256"])
    return person


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
