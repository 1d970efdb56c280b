"""Lines of what the hub keeps besides the facts of enquiries: events, training and what people say of us (measures.md,
M28 to M30, K12 and K14).

A line of something that the hub has never kept is left out: nought would say that it did and found nothing.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from enquiries.journey import NOT_COUNTED
from enquiries.models import Attendance, Event, Session, Survey
from hub.working_time import start_of_day
from reporting.measures.computation import UNALLOCATED, members_of, one_decimal
from reporting.measures.period import Period
from reporting.measures.registry import label_of, unit_of

INFORMATION = (Event.Kind.INFORMATION, Event.Kind.OPEN_DAY)
TRAINING = (Event.Kind.TRAINING,)
Kinds = tuple[Event.Kind, ...]
Counts = dict[int | None, Any]  # by id of the authority; None is nobody's


@dataclass(frozen=True)
class Asked:
    """What a line is asked for: the period, as at which moment, and the authorities with a column, by id."""

    period: Period
    as_at: datetime.datetime
    members: dict[int, str]

    @property
    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """From the beginning of the period up to its end, or to the moment where that is earlier."""
        end = start_of_day(self.period.last + datetime.timedelta(days=1))
        return start_of_day(self.period.first), min(end, self.as_at)


@dataclass(frozen=True)
class KeptLine:
    """One line; `kept` says whether the hub keeps it at all, `counts` gives the amounts by authority."""

    code: str
    kept: Callable[[], bool]
    counts: Callable[[Asked], Counts]
    basis: str
    shown: Callable[[Iterable[Any]], Any] = sum


def kept_lines(lines: Sequence[KeptLine], period: Period, as_at: datetime.datetime) -> list[dict[str, Any]]:
    """The lines as interfaces.md writes them, those left out of which the hub keeps nothing."""
    asked = Asked(period, as_at, members_of(period))
    kept = {ask: ask() for ask in {line.kept for line in lines}}  # several lines are of one kind of thing
    return [_line(line, asked) for line in lines if kept[line.kept]]


def _line(line: KeptLine, asked: Asked) -> dict[str, Any]:
    counts = line.counts(asked)
    others = [amount for pk, amount in counts.items() if pk not in asked.members]
    cells = {code: line.shown([counts[pk]] if pk in counts else []) for pk, code in asked.members.items()}
    return {
        "code": line.code,
        "label": label_of(line.code, line.basis),
        "basis": line.basis,
        "unit": unit_of(line.code, line.basis),
        "total": line.shown(counts.values()),
        "authorities": dict(sorted(cells.items())),
        UNALLOCATED: line.shown(others),
    }


def _by(rows: QuerySet, column: str, amount: Count | Sum) -> Counts:
    return dict(rows.order_by().values_list(column).annotate(amount=amount))


def _held(kinds: Kinds) -> Callable[[Asked], Counts]:
    """Sessions held in the period; in the column of the authority whose event it is."""

    def counts(asked: Asked) -> Counts:
        return _by(sessions_held(kinds, asked), "event__authority", Count("pk"))

    return counts


def _came(kinds: Kinds) -> Callable[[Asked], Counts]:
    """The persons who came to them, each time that they came."""

    def counts(asked: Asked) -> Counts:
        return _by(attendances(kinds, asked), "session__event__authority", Sum("persons"))

    return counts


def attendances(kinds: Kinds, asked: Asked) -> QuerySet:
    """Who came to the sessions held, as far as it was recorded by then."""
    return Attendance.objects.filter(session__in=sessions_held(kinds, asked), recorded_at__lte=asked.as_at)


def sessions_held(kinds: Kinds, asked: Asked) -> QuerySet:
    """Those of the period that had begun by the moment."""
    held = Session.objects.held(asked.period.first, asked.period.last)
    return held.filter(event__kind__in=kinds, starts_at__lte=asked.as_at)


def _any_of(kinds: Kinds) -> Callable[[], bool]:
    return lambda: Event.objects.filter(kind__in=kinds).exists()


def counted_surveys() -> QuerySet:
    """Those of counted enquiries (rule 4), with the authority of the household (rule 5): who holds it, else the one
    that they chose, else where they live."""
    own = Q(enquiry__merged_into__isnull=True, enquiry__closed_reason__in=NOT_COUNTED)
    surveys = Survey.objects.exclude(own | Q(enquiry__merged_into__closed_reason__in=NOT_COUNTED))
    names = ("held_by", "chosen_authority", "residence")
    survivor_first = [f"{whose}{name}" for whose in ("enquiry__merged_into__", "enquiry__") for name in names]
    return surveys.annotate(council=Coalesce(*survivor_first))


def surveys_sent(asked: Asked) -> QuerySet:
    first, until = asked.moments
    return counted_surveys().filter(sent_at__gte=first, sent_at__lt=until)


def _sent(asked: Asked) -> Counts:
    return _by(surveys_sent(asked), "council", Count("pk"))


def surveys_answered(asked: Asked) -> QuerySet:
    first, until = asked.moments
    return counted_surveys().filter(answered_at__gte=first, answered_at__lt=until)


def _answers(asked: Asked) -> Counts:
    return _by(surveys_answered(asked), "council", Count("pk"))


def _scores(asked: Asked) -> Counts:
    """Of each authority how many answered and the sum of their scores: means of means would be wrong."""
    rows = surveys_answered(asked).order_by().values_list("council").annotate(n=Count("pk"), points=Sum("score"))
    return {council: (n, points) for council, n, points in rows}


def _mean(pairs: Iterable[tuple[int, int]]) -> float | None:
    pairs = list(pairs)
    answers = sum(n for n, _ in pairs)
    return one_decimal(Decimal(sum(points for _, points in pairs)) / answers) if answers else None


def _meetings(code: str, kinds: Kinds) -> tuple[KeptLine, ...]:
    kept = _any_of(kinds)
    return (
        KeptLine(code, kept, _held(kinds), basis="held"),
        KeptLine(code, kept, _came(kinds), basis="attended"),
    )


def _satisfaction(code: str) -> tuple[KeptLine, ...]:
    kept = Survey.objects.exists
    return (
        KeptLine(code, kept, _scores, "score", _mean),
        KeptLine(code, kept, _answers, "answers"),
        KeptLine(code, kept, _sent, "sent"),
    )


MONTHLY_KEPT: tuple[KeptLine, ...] = (
    *_meetings("M28", INFORMATION),
    *_meetings("M29", TRAINING),
    *_satisfaction("M30"),
)
QUARTERLY_KEPT: tuple[KeptLine, ...] = (
    *_satisfaction("K12"),
    *_meetings("K14", TRAINING),
)
