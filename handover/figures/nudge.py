"""From the fifth working day of a month those councils are asked once whose figures of the last are missing."""

import datetime

from django.db import transaction
from django.utils import timezone

from handover.figures.months import last_day_of, members_in, month_before, month_of
from handover.figures.services import figures_for
from hub.current import current
from hub.messages.services import queue_message
from hub.models import Authority, User
from hub.people.roles import Role
from hub.sweep import alone
from hub.working_time import local_date, working_time

FROM_WORKING_DAY = 5


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
        return sum(_ask(authority, month) for authority in missing if authority.pk in still)


@transaction.atomic
def _ask(authority: Authority, month: datetime.date) -> bool:
    if authority.portal == Authority.Portal.NOT_READY:
        return False
    leads = list(User.objects.active().filter(authority=authority, role=Role.AUTHORITY_LEAD))
    for lead in leads:
        queue_message(
            template="figures_missing",
            to=lead.email,
            context={"person": lead, "month": month, "authority": authority, "hub": current().hub},
            reference=f"figures-{month:%Y-%m}",
            key=f"figures_missing:{month:%Y-%m}:{lead.pk}",
        )
    return bool(leads)
