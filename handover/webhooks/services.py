"""Endpoints of an authority's systems, and what is told to them. The rows are written with what happened; a worker
sends them (deliveries.py)."""

import datetime
import hashlib
import json
import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from handover.webhooks.addresses import NotAllowed, target_of
from handover.webhooks.models import EVENTS, PING, Delivery, Endpoint
from handover.webhooks.secrets import hash_of, new_secret
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.messages.services import tell
from hub.models import ApiToken, Authority, User

MOST = 5  # endpoints of one authority: every event is sent to each
BOTH_COUNT = datetime.timedelta(hours=24)  # after a rotation, for whoever looks after the system to put the new one in
State = Endpoint.State


@transaction.atomic
def tell_authority(
    *, authority: Authority, kind: str, about: dict, key: str = "", at: datetime.datetime | None = None
) -> list[Delivery]:
    """Tell the authority's systems of an event, in the caller's transaction; gives what was written for them.

    `about` goes out as it is, so that it holds reference and links and nothing personal (`about_handover`). The same
    `key` twice is one event. Those who paused get it when they go on. `at` is when it happened: now, but for the demo.
    """
    listening = Endpoint.objects.of(authority.pk).filter(events__contains=[kind])
    return [made for endpoint in listening if (made := _write(endpoint, kind, about, key, at))]


def about_handover(reference: str) -> dict:
    """What an event says of a referral: which it is, and where the rest may be read by those who may."""
    return {
        "reference": reference,
        "page": f"{settings.BASE_URL}{reverse('referral', args=[reference])}",
        "api": f"{settings.BASE_URL}{reverse('api_handover', args=[reference])}",
    }


def _write(
    endpoint: Endpoint, kind: str, about: dict, key: str, at: datetime.datetime | None = None
) -> Delivery | None:
    at = at or timezone.now()
    body = {"type": kind, "timestamp": at.isoformat(timespec="seconds"), "data": about}
    event_id = f"msg_{hashlib.sha256(f'{kind}:{key}'.encode()).hexdigest()[:32] if key else uuid.uuid4().hex}"
    made, is_new = Delivery.objects.get_or_create(
        endpoint=endpoint,
        event_id=event_id,
        defaults={
            "kind": kind,
            "body": json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
            "made_at": at,
            "next_try_at": at,
        },
    )
    if not is_new:
        return None
    _tell_the_worker(made)
    return made


def _tell_the_worker(delivery: Delivery) -> None:
    from handover.tasks import deliver

    transaction.on_commit(lambda: tell(deliver, delivery.pk), robust=True)


@in_place_of_the_hub
@transaction.atomic
def add_endpoint(*, by: User, url: str, events: list[str]) -> tuple[Endpoint, str]:
    """An endpoint of the person's own authority, and its secret, which is said this once.

    `Refused` where the address may not be sent to by its form, is there already, or there are `MOST` of them.
    """
    authority = _authority_of(by)
    if not events or set(events) - set(EVENTS):
        raise Refused("Select what the system is to be told.")
    try:
        target_of(url)
    except NotAllowed as why:
        raise Refused(str(why)) from why
    Authority.objects.select_for_update(of=("self",), no_key=True).get(
        pk=authority.pk
    )  # so that two at once do not make six
    theirs = Endpoint.objects.of(authority.pk)
    if theirs.filter(url=url).exists():
        raise Refused("This address is told already. Remove it first, or change the other one.")
    if theirs.count() >= MOST:
        raise Refused(f"You have {MOST} addresses. Remove one that is no longer used.")
    seed, secret = new_secret()
    endpoint = Endpoint.objects.create(
        authority=authority,
        url=url,
        events=[event for event in EVENTS if event in events],
        seed=seed,
        secret_sha256=hash_of(secret),
        made_by=by,
    )
    return endpoint, secret


@in_place_of_the_hub
@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, by: User) -> tuple[Endpoint, str]:
    """A new secret, said this once. For `BOTH_COUNT` everything is signed with the one before too."""
    current = _theirs(endpoint, by)
    if current.signs_with_both:
        raise Refused("The secret was changed less than a day ago. Change it again when the one before has run out.")
    seed, secret = new_secret()
    current.seed_before, current.secret_before_sha256 = current.seed, current.secret_sha256
    current.before_until = timezone.now() + BOTH_COUNT
    current.seed, current.secret_sha256 = seed, hash_of(secret)
    current.save(update_fields=["seed", "secret_sha256", "seed_before", "secret_before_sha256", "before_until"])
    return current, secret


@in_place_of_the_hub
@transaction.atomic
def pause_endpoint(*, endpoint: Endpoint, by: User) -> Endpoint:
    """Send nothing for now; what happens meanwhile waits."""
    current = _theirs(endpoint, by)
    if current.state != State.ACTIVE:
        raise Refused(f"It is not on: {current.get_state_display().lower()}.")
    current.state = State.PAUSED
    current.save(update_fields=["state"])
    return current


@in_place_of_the_hub
@transaction.atomic
def resume_endpoint(*, endpoint: Endpoint, by: User) -> Endpoint:
    """Put on again what was paused or switched off; what waited has all its tries before it."""
    current = _theirs(endpoint, by)
    if current.state not in (State.PAUSED, State.DISABLED):
        raise Refused("It is on already.")
    current.state, current.why, current.failing_since = State.ACTIVE, "", None
    current.save(update_fields=["state", "why", "failing_since"])
    waiting = Delivery.objects.filter(endpoint=current, state=Delivery.State.WAITING)
    waiting.update(tries=0, next_try_at=timezone.now())
    first = waiting.order_by("pk").first()
    if first is not None:
        _tell_the_worker(first)  # the sweep has the others within seconds
    return current


@in_place_of_the_hub
@transaction.atomic
def remove_endpoint(*, endpoint: Endpoint, by: User) -> Endpoint:
    """Tell this address nothing more. What was told to it stays on record; what waits is given up."""
    current = _theirs(endpoint, by)
    current.state = State.REMOVED
    current.save(update_fields=["state"])
    Delivery.objects.filter(endpoint=current, state=Delivery.State.WAITING).update(state=Delivery.State.GIVEN_UP)
    return current


@in_place_of_the_hub
@transaction.atomic
def send_test(*, endpoint: Endpoint, by: User) -> Delivery:
    """A ping, by the same way as everything else. `Refused` where nothing is sent at present."""
    current = _theirs(endpoint, by)
    if current.state != State.ACTIVE:
        raise Refused("It is not on. Put it on first.")
    made = _write(current, PING, {}, "")
    assert made is not None  # without a key every event is a new one
    return made


@in_place_of_the_hub
@transaction.atomic
def send_again(*, delivery: Delivery, by: User) -> Delivery:
    """Send a delivery again, whatever became of it, with the same event id and body and all its tries before it."""
    endpoint = _theirs(delivery.endpoint, by)
    if endpoint.state != State.ACTIVE:
        raise Refused("The address is not on. Put it on first.")
    current = Delivery.objects.select_for_update().get(pk=delivery.pk)
    current.state, current.tries, current.next_try_at = Delivery.State.WAITING, 0, timezone.now()
    current.save(update_fields=["state", "tries", "next_try_at"])
    _tell_the_worker(current)
    return current


@in_place_of_the_hub
@transaction.atomic
def issue_own_token(*, by: User, **details) -> tuple[ApiToken, str]:
    """A token for a system of the person's own authority (hub/api/services.py), and its secret, said this once."""
    from hub.api.services import issue_token

    return issue_token(authority=_authority_of(by), by=by, **details)


@in_place_of_the_hub
@transaction.atomic
def revoke_own_token(*, token: ApiToken, by: User) -> ApiToken:
    """Shut a token of the person's own authority out at once and for good."""
    from hub.api.services import revoke_token

    if token.authority_id is None or token.authority_id != _authority_of(by).pk:
        raise Refused("This token is not yours.")
    return revoke_token(token=token, by=by)


def _authority_of(by: User) -> Authority:
    if by.authority is None or not by.can("manage_connections"):
        raise Refused("Only the lead of the council's team may do this.")
    return by.authority


def _theirs(endpoint: Endpoint, by: User) -> Endpoint:
    """The endpoint as it is now, locked, if it is this person's to change."""
    authority = _authority_of(by)
    current = (
        Endpoint.objects.of(authority.pk).select_for_update(of=("self",), no_key=True).filter(pk=endpoint.pk).first()
    )
    if current is None:
        raise Refused("This address is not there any more.")
    return current
