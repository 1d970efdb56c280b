"""Letting other systems in, and shutting them out again."""

import datetime
import hashlib
import secrets
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.api.models import ApiAnswer, ApiToken
from hub.api.scopes import OF_A_COUNCIL, OF_THE_HUB, SCOPES
from hub.errors import Refused
from hub.people.models import User
from hub.people.roles import Role
from hub.places.models import Authority
from hub.working_time import today

LONGEST_DAYS = 400  # a year, and the weeks in which a supplier puts the next one in its place
ANSWERS_KEPT = datetime.timedelta(days=30)
_PREFIX = "fhub_"  # so that whoever finds one, a scanner of secrets too, knows what it is


def sha256_of(secret: str) -> str:
    """What we keep of a secret. It is long and random: a slow hash would add nothing, an index finds this one."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(
    *,
    name: str,
    scopes: list[str],
    days: int,
    authority: Authority | None = None,
    by=None,
    form_key: uuid.UUID | None = None,
) -> tuple[ApiToken, str]:
    """A new token for another system, of an authority or (None) of the hub itself; gives the row and the secret.

    The secret is said this once: only its hash is kept. Raises `Refused` where it would open nothing we know, would
    last longer than `LONGEST_DAYS`, would be the hub's for what only councils do or a council's for what only the hub
    does, would be for an authority that is no member today, or where the form that `form_key` is of has given its
    token before.
    """
    if not name.strip():
        raise Refused("Say which system will use the token.")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise Refused(f"A token needs at least one of: {', '.join(SCOPES)}.")
    if authority is None and OF_A_COUNCIL & set(scopes):
        raise Refused("Only a council’s token can be for its referrals or its figures. Say whose it is.")
    if authority is not None and OF_THE_HUB & set(scopes):
        raise Refused("Feeds are about all councils: a token for them is the hub’s own.")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"A token lasts from 1 to {LONGEST_DAYS} days.")
    if authority is not None and not Authority.objects.members_on(today()).filter(pk=authority.pk).exists():
        raise Refused(f"{authority} is not a member of the hub.")
    secret = _PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken(
        name=name.strip(),
        authority=authority,
        acts_as=_system_of(authority, name.strip()),
        scopes=sorted(set(scopes)),
        token_sha256=sha256_of(secret),
        ends_with=secret[-4:],
        made_at=now,
        made_by=by,
        expires_at=now + datetime.timedelta(days=days),
        form_key=form_key,
    )
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError as fault:
        before = ApiToken.objects.filter(form_key=form_key).first() if form_key else None
        if before is None:
            raise
        raise Refused(
            f"{before} was issued and shown already: a token is shown once. If nobody copied it, revoke it and issue "
            "another."
        ) from fault
    return token, secret


def _system_of(authority: Authority | None, name: str) -> User | None:
    """Who stands on the record for what is done with a token of the authority; can never sign in."""
    if authority is None:
        return None
    address = f"{uuid.uuid4().hex}@system.invalid"
    return User.objects.create_user(
        address,
        None,
        name=f"{name}, {authority}"[:150],
        role=Role.AUTHORITY_WORKER,
        authority=authority,
        is_system=True,
    )


@transaction.atomic
def revoke_token(*, token: ApiToken, by=None) -> ApiToken:
    """Shut it out at once and for good. `Refused` where that was done before."""
    done = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    token.refresh_from_db()
    if not done:
        raise Refused(f"{token} is revoked already.")
    return token


def forget_old_answers(*, now: datetime.datetime | None = None) -> int:
    """Forget what was answered to keys that nobody sends again; gives how many."""
    forgotten, _each = ApiAnswer.objects.filter(at__lt=(now or timezone.now()) - ANSWERS_KEPT).delete()
    return forgotten
