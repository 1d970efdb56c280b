"""Delivering what was written: claimed by a conditional update, tried for three days, given up in words."""

import datetime

import structlog
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from handover.webhooks import sending
from handover.webhooks.models import Attempt, Delivery, Endpoint
from handover.webhooks.secrets import KeyWasChanged, secret_of
from handover.webhooks.sending import Answer
from hub.messages.services import queue_message
from hub.models import Hub, User
from hub.people.roles import Role
from hub.sweep import alone, while_time_lasts
from hub.working_time import local_date

log = structlog.get_logger(__name__)

# Longer than a try may last: a worker that dies while sending leaves the delivery to the next sweep.
CLAIM = datetime.timedelta(minutes=2)
# After each try in vain, as Standard Webhooks has it: three days, and a few hours.
RETRIES_AFTER = [
    datetime.timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
]
FAILING_FOR_LONG = datetime.timedelta(days=3)


def deliver_now(delivery_id: int, *, now: datetime.datetime | None = None) -> Answer | None:
    """Try one delivery that is due; safe to call twice or from two workers: only one claims it. None when not ours.

    No transaction is open while we wait for the other side. A worker that dies after sending and before noting it
    sends once more later, with the same event id: receivers keep one of the two.
    """
    now = now or timezone.now()
    delivery = Delivery.objects.due(now).select_related("endpoint__authority").filter(pk=delivery_id).first()
    if delivery is None or delivery.endpoint.state != Endpoint.State.ACTIVE:
        return None
    claimed = Delivery.objects.due(now).filter(pk=delivery_id)
    if not claimed.update(tries=F("tries") + 1, next_try_at=now + CLAIM):
        return None
    delivery.tries += 1
    answer = _try(delivery)
    _note(delivery, answer)
    event = "webhook_delivered" if answer.went else "webhook_not_delivered"
    log.info(event, delivery=delivery.pk, attempts=delivery.tries, status=answer.status, fault=answer.fault)
    return answer


def _try(delivery: Delivery) -> Answer:
    try:
        secrets = _secrets_of(delivery.endpoint)
    except KeyWasChanged:
        return Answer(None, 0, "The hub's key was changed, and the secret with it: change the secret, then send again.")
    return sending.send(
        url=delivery.endpoint.url, event_id=delivery.event_id, body=delivery.body, secrets=secrets
    )  # fmt: skip


def _secrets_of(endpoint: Endpoint) -> list[str]:
    secrets = [secret_of(endpoint.seed, endpoint.secret_sha256)]
    if endpoint.signs_with_both:
        secrets.append(secret_of(endpoint.seed_before, endpoint.secret_before_sha256))
    return secrets


@transaction.atomic
def _note(delivery: Delivery, answer: Answer) -> None:
    now = timezone.now()
    # One after the other: two deliveries that fail at once must not each switch it off.
    endpoint = (
        Endpoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("authority")
        .get(pk=delivery.endpoint_id)
    )
    Attempt.objects.create(
        delivery=delivery, at=now, status=answer.status, milliseconds=answer.milliseconds, fault=answer.fault
    )
    if answer.went:
        _went(delivery, endpoint, now)
    else:
        _did_not(delivery, endpoint, answer, now)


def _went(delivery: Delivery, endpoint: Endpoint, now: datetime.datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DELIVERED, delivered_at=now)
    if endpoint.failing_since:
        endpoint.failing_since = None
        endpoint.save(update_fields=["failing_since"])


def _did_not(delivery: Delivery, endpoint: Endpoint, answer: Answer, now: datetime.datetime) -> None:
    # Put again by hand meanwhile, or removed: then what we know of it is old.
    ours = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, tries=delivery.tries)
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.save(update_fields=["failing_since"])
    last = answer.is_gone or delivery.tries > len(RETRIES_AFTER)
    if not last:
        ours.update(next_try_at=now + RETRIES_AFTER[delivery.tries - 1])
        return
    ours.update(state=Delivery.State.GIVEN_UP)
    if answer.is_gone:
        _switch_off(endpoint, "It answered 410: it wants to be told nothing more.")
    elif now - endpoint.failing_since >= FAILING_FOR_LONG:
        _switch_off(endpoint, f"It could not be reached for three days. The last time: {answer.fault}"[:300])
    _tell_people(endpoint, now)


def _switch_off(endpoint: Endpoint, why: str) -> None:
    if endpoint.state == Endpoint.State.ACTIVE:
        endpoint.state, endpoint.why = Endpoint.State.DISABLED, why
        endpoint.save(update_fields=["state", "why"])
        log.warning("webhook_switched_off", endpoint=endpoint.pk)


def _tell_people(endpoint: Endpoint, now: datetime.datetime) -> None:
    """The council's leads and the hub's desk, once a day for each endpoint; the email names nobody."""
    hub = Hub.objects.first()
    leads = User.objects.active().filter(authority=endpoint.authority, role=Role.AUTHORITY_LEAD)
    desk = [hub.handover_desk] if hub and hub.handover_desk else User.objects.active().filter(role=Role.HUB_MANAGER)
    for person in [*leads, *desk]:
        queue_message(
            template="connection_failing",
            to=person.email,
            context={
                "person": person,
                "hub": hub,
                "council": endpoint.authority,
                "endpoint": endpoint,
                "page": reverse("connections") if person.authority_id else "",
            },
            reference="",
            key=f"connection_failing:{endpoint.pk}:{local_date(now)}:{person.pk}",
        )


def deliver_due(*, limit: int = 500) -> int:
    """Deliver what is due and nobody told a worker of; gives how many went. One sweep at a time, and a short one."""
    with alone("deliver_due") as ours:
        if not ours:
            return 0
        due = Delivery.objects.due(timezone.now()).filter(endpoint__state=Endpoint.State.ACTIVE)
        went, out_of_reach = 0, set()
        for pk, endpoint in while_time_lasts(list(due.order_by("next_try_at").values_list("pk", "endpoint")[:limit])):
            if endpoint in out_of_reach:  # one that hangs must not keep the others waiting
                continue
            answer = deliver_now(pk)
            if answer is not None and not answer.went:
                out_of_reach.add(endpoint)
            went += bool(answer and answer.went)
        return went
