"""From the fifth working day of a month those councils are asked once whose figures of the last are missing; after that
whenever somebody at the hub asks again, on no day twice."""

import datetime

from django.db import transaction
from django.utils import timezone

from handover.figures.months import last_day_of, members_in, month_before, month_of
from handover.figures.services import figures_for
from hub.current import current
from hub.messages.services import queue_message
from hub.models import Authority, Message, User
from hub.people.roles import Role
from hub.sweep import alone
from hub.working_time import local_date, today, working_time

FROM_WORKING_DAY = 5
_TEMPLATE = "figures_missing"


def ask_for_missing_figures(*, now: datetime.datetime | None = None) -> int:
    """Put one email to each lead of a member whose figures are missing in the outbox; gives to how many councils.

    Run again it asks nobody twice: the message's key says for which month and whom.
    """
    day = local_date(now or timezone.now())
    month, calendar = month_before(month_of(day)), working_time()
    if day < calendar.add_working_days(last_day_of(month), FROM_WORKING_DAY) or not calendar.is_working_day(day):
        return 0
    with alone("ask_for_missing_figures") as ours:
        if not ours:
            return 0
        still = {authority.pk for authority in members_in(month_of(day))}
        missing = [authority for authority, values in figures_for(month).items() if values is None]
        today_already = {pk for pk, (at, _) in last_asked(month).items() if local_date(at) == day}
        return sum(_ask(one, month) for one in missing if one.pk in still - today_already)


@transaction.atomic
def ask_again(*, authority: Authority, month: datetime.date, by: User) -> bool:
    """Ask an authority's leads once more for the figures of a month, as somebody at the hub wants them for the return.

    False where it was asked today already, where nobody could be asked, and where it has left since.
    """
    day = today()
    if authority not in members_in(month_of(day)):
        return False
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)  # two who press at once: the second finds it
    asked_at, _ = last_asked(month).get(authority.pk, (None, ""))
    if asked_at is not None and local_date(asked_at) == day:
        return False
    return _ask(authority, month, by=by, again=f":{day}")


def last_asked(month: datetime.date) -> dict[int, tuple[datetime.datetime, str]]:
    """By authority when its leads were last asked for the figures of a month, and who they are."""
    asked = Message.objects.about(_reference(month)).filter(template=_TEMPLATE)
    at = {message.idempotency_key.split(":")[2]: message.created_at for message in asked.order_by("created_at")}
    found: dict[int, tuple[datetime.datetime, str]] = {}
    for lead in User.objects.filter(pk__in=at).order_by("name"):
        if lead.authority_id is None:
            continue
        before, names = found.get(lead.authority_id, (at[str(lead.pk)], ""))
        found[lead.authority_id] = max(before, at[str(lead.pk)]), f"{names}, {lead.name}" if names else lead.name
    return found


def _reference(month: datetime.date) -> str:
    return f"figures-{month:%Y-%m}"


@transaction.atomic
def _ask(authority: Authority, month: datetime.date, *, by: User | None = None, again: str = "") -> bool:
    if authority.portal == Authority.Portal.NOT_READY:
        return False
    leads = list(User.objects.active().filter(authority=authority, role=Role.AUTHORITY_LEAD))
    for lead in leads:
        queue_message(
            template=_TEMPLATE,
            to=lead.email,
            context={"person": lead, "month": month, "authority": authority, "hub": current().hub},
            reference=_reference(month),
            key=f"{_TEMPLATE}:{month:%Y-%m}:{lead.pk}{again}",
            by=by,
        )
    return bool(leads)
