"""How each council does with what it was sent (measures.md, rules 6 to 9), and what people say of it."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from django.db.models import Count
from django.utils import timezone

from enquiries.services import standard_days_from_database
from handover.asking.models import CouncilCheck
from handover.models import Handover, HandoverQuerySet
from hub.models import Authority
from hub.working_time import WorkingTime, local_date, start_of_day, today, working_time


@dataclass
class OfCouncil:
    """One council's, of what was sent to it since a day; `open` is of now."""

    name: str
    sent: int = 0
    in_time: int = 0
    counted: int = 0  # all but those unanswered whose time has not passed
    days: list[int] = field(default_factory=list)
    asked: int = 0
    answers: int = 0
    yes: int = 0
    open: int = 0

    @property
    def in_time_shown(self) -> str:
        return share(self.in_time, self.counted)

    @property
    def median_shown(self) -> str:
        return str(_rounded(Decimal(str(median(self.days))))) if self.days else "no cases"

    @property
    def yes_shown(self) -> str:
        return share(self.yes, self.answers)


@dataclass(frozen=True)
class CouncilFigures:
    since: datetime.date
    rows: list[OfCouncil]
    all: OfCouncil


def share(part: int, whole: int) -> str:
    """A percentage with its numerator and denominator (measures.md, rule 9)."""
    return f"{_rounded(Decimal(100 * part) / whole)}% ({part} of {whole})" if whole else "no cases"


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def figures(handovers: HandoverQuerySet) -> CouncilFigures:
    """Of everything sent in this month and the two before it, by council, with all of them together; four queries."""
    first = today().replace(day=1)
    for _month in range(2):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
    since = start_of_day(first)
    found: dict[int, OfCouncil] = defaultdict(lambda: OfCouncil(""))
    sent = handovers.filter(sent_at__gte=since).order_by()
    _count_answers(found, sent.values_list("authority", "sent_at", "answered_at", "state"))
    checks = CouncilCheck.objects.filter(handover__in=sent).values_list("handover__authority", "asked_at", "answer")
    for authority, asked_at, answer in checks:
        row = found[authority]
        row.asked += asked_at is not None
        row.answers += bool(answer)
        row.yes += answer == "yes"
    for authority, count in handovers.open().order_by().values_list("authority").annotate(open=Count("pk")):
        found[authority].open = count
    for council in Authority.objects.filter(pk__in=[*found, *_members()]):
        found[council.pk].name = council.name
    return CouncilFigures(first, sorted(found.values(), key=lambda row: row.name), _together(found.values()))


def _members() -> list[int]:
    return list(Authority.objects.members_on(today()).values_list("pk", flat=True))


def _count_answers(found: dict[int, OfCouncil], rows) -> None:
    calendar, days, now = working_time(), standard_days_from_database(), timezone.now()
    for authority, sent_at, answered_at, state in rows:
        row = found[authority]
        row.sent += 1
        if answered_at is None and state == Handover.State.WITHDRAWN:
            continue  # taken back before it was answered
        limit = days("authority_answer", local_date(sent_at))
        took = _working_days(calendar, sent_at, answered_at or now)
        if answered_at is None:
            row.counted += took > limit
        elif local_date(answered_at) >= local_date(sent_at):  # rule 10
            row.counted += 1
            row.in_time += took <= limit
            row.days.append(took)


def _working_days(calendar: WorkingTime, start: datetime.datetime, end: datetime.datetime) -> int:
    return calendar.working_days_after(calendar.day_zero(start), local_date(end))


def _together(rows) -> OfCouncil:
    total: Counter[str] = Counter()
    every: list[int] = []
    for row in rows:
        total.update(
            {name: getattr(row, name) for name in ("sent", "in_time", "counted", "asked", "answers", "yes", "open")}
        )
        every += row.days
    return OfCouncil("All councils", **total, days=every)
