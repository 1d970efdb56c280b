"""How it was for people: the mean of what they say from 1 to 5, of those who were asked and answered (M30).

What they wrote is personal: the page leads to it, for those with the right, and prints none of it.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from enquiries.models import Survey
from hub.working_time import LONDON, start_of_day
from reporting import charts
from reporting.dashboards.page import Asked, Link, Section, Table
from reporting.layout import HIDDEN, NO_CASES
from reporting.measures.computation import UNALLOCATED, members_of, one_decimal
from reporting.measures.kept import counted_surveys
from reporting.suppression import TOTAL, protect

SCORES = range(1, 6)
HAPPY = 4
COMMENTS = Link("What people wrote", "", "read_people")


@dataclass
class Answers:
    """Of some surveys how many were sent, and how many gave each score."""

    sent: int = 0
    scores: dict[int, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def mean(self) -> float | None:
        points = sum(score * count for score, count in self.scores.items())
        return one_decimal(Decimal(points) / self.answered) if self.answered else None

    @property
    def happy(self) -> int:
        return sum(count for score, count in self.scores.items() if score >= HAPPY)


def build(asked: Asked) -> list[Section]:
    occasions, months = by_occasion(asked), by_month(asked)
    sections = [_by_month(months, asked), _by_occasion(occasions, asked)]
    return [*sections, _scores(occasions)] if occasions and not asked.protected else sections


# --- The figures ---


def by_occasion(asked: Asked) -> dict[str, Answers]:
    """M30 over the months picked, by what people were asked about."""
    found = {code: Answers() for code in Survey.Occasion.values}
    for occasion, count in _sent(asked).values_list("occasion").annotate(Count("pk")):
        found[occasion].sent = count
    for occasion, score, count in _answered(asked).values_list("occasion", "score").annotate(Count("pk")):
        found[occasion].scores[score] = count
    return {code: answers for code, answers in found.items() if answers.sent or answers.answered}


def by_month(asked: Asked) -> dict[datetime.date, Answers]:
    """M30 of each month: answered in it, and sent in it, which need not be the same surveys."""
    found = {month.first: Answers() for month in asked.chosen.span.months if month.first <= asked.today}
    sent = _sent(asked).annotate(month=TruncMonth("sent_at", tzinfo=LONDON))
    for month, count in sent.values_list("month").annotate(Count("pk")):
        found[month.date()].sent = count
    answered = _answered(asked).annotate(month=TruncMonth("answered_at", tzinfo=LONDON))
    for month, score, count in answered.values_list("month", "score").annotate(Count("pk")):
        found[month.date()].scores[score] = count
    return found


def together(parts: Mapping) -> Answers:
    total = Answers(sum(one.sent for one in parts.values()))
    for one in parts.values():
        for score, count in one.scores.items():
            total.scores[score] = total.scores.get(score, 0) + count
    return total


def _sent(asked: Asked) -> QuerySet:
    first, until = _moments(asked)
    return _surveys(asked).filter(sent_at__gte=first, sent_at__lt=until)


def _answered(asked: Asked) -> QuerySet:
    first, until = _moments(asked)
    return _surveys(asked).filter(answered_at__gte=first, answered_at__lt=until)


def _moments(asked: Asked) -> tuple[datetime.datetime, datetime.datetime]:
    span = asked.chosen.span
    return start_of_day(span.first), start_of_day(span.last + datetime.timedelta(days=1))


def _surveys(asked: Asked) -> QuerySet:
    """Those of the council picked; one that is no member in the months is nobody's."""
    surveys, members = counted_surveys().order_by(), members_of(asked.chosen.span)
    if asked.chosen.authority == UNALLOCATED:
        return surveys.exclude(council__in=list(members))
    if asked.chosen.authority:
        return surveys.filter(council__in=[pk for pk, code in members.items() if code == asked.chosen.authority])
    return surveys


# --- How they are shown ---


@dataclass(frozen=True)
class Shown:
    """Answers as the audience may see them; a mean goes with the number of its answers."""

    answers: Answers
    answered: str
    sent: str

    @property
    def is_hidden(self) -> bool:
        return self.answered == HIDDEN

    @property
    def mean(self) -> str:
        if self.is_hidden:
            return HIDDEN
        return NO_CASES if self.answers.mean is None else f"{self.answers.mean:.1f}"

    @property
    def number(self) -> float | None:
        return None if self.is_hidden else self.answers.mean


def _shown(parts: Mapping[str, Answers], *, protected: bool) -> dict[str, Shown]:
    """By key, with the total: answers and surveys sent each add up to their own."""
    every = {**parts, TOTAL: together(parts)}
    table = {key: {"answered": one.answered, "sent": one.sent} for key, one in every.items()}
    seen = protect(table) if protected else table
    return {key: Shown(one, _said(seen[key]["answered"]), _said(seen[key]["sent"])) for key, one in every.items()}


def _said(count: int | str) -> str:
    return count if isinstance(count, str) else f"{count:,}"


def _links() -> list[Link]:
    return [Link(COMMENTS.text, reverse("survey_results"), COMMENTS.right)]


def _by_month(months: Mapping[datetime.date, Answers], asked: Asked) -> Section:
    shown = _shown({f"{month:%B %Y}": answers for month, answers in months.items()}, protected=asked.protected)
    total = shown.pop(TOTAL)
    bars = [(label, one.number, one.mean) for label, one in shown.items()]
    return Section(
        slug="by-month",
        kicker="How it was, from 1 (very bad) to 5 (very good)",
        title=_finding(total),
        table=_table("Month", shown, total),
        alt="Bar chart of the mean score: " + ", ".join(f"{label} {text}" for label, _, text in bars) + ".",
        spec=charts.bars(bars) if any(number for _, number, _ in bars) else None,
        note="An answer counts in the month in which it was given, and may be to a survey sent in the month before.",
        measures=["M30"],
        links=_links(),
    )


def _finding(total: Shown) -> str:
    if total.is_hidden:
        return "So few answered that their score is not shown"
    if not total.answers.answered:
        return f"Nobody answered; {total.sent} surveys were sent" if total.sent != "0" else "No survey was sent"
    sent = f"{total.sent} were sent" if total.sent != HIDDEN else "how many were sent is not shown"
    people = "answer gives" if total.answers.answered == 1 else "answers give"
    return f"{total.answered} {people} a mean of {total.mean} out of 5; {sent}"


def _table(what: str, shown: Mapping[str, Shown], total: Shown) -> Table:
    head = (what, "Mean score", "Answers", "Surveys sent")
    rows = [(label, one.mean, one.answered, one.sent) for label, one in shown.items()]
    return Table("The same in numbers", head, rows, totals=[("All", total.mean, total.answered, total.sent)])


def _by_occasion(occasions: Mapping[str, Answers], asked: Asked) -> Section:
    labels = {Survey.Occasion(code).label: answers for code, answers in occasions.items()}
    shown = _shown(labels, protected=asked.protected)
    total = shown.pop(TOTAL)
    bars = [(label.removeprefix("After the ").removeprefix("After an ").capitalize(), one.number, one.mean)
            for label, one in shown.items()]  # fmt: skip
    return Section(
        slug="by-occasion",
        kicker="What they were asked about",
        title=_lowest(shown),
        table=_table("Asked", shown, total),
        alt="Bar chart of the mean score: " + ", ".join(f"{label} {text}" for label, _, text in bars) + ".",
        spec=charts.bars(bars) if bars else None,
        measures=["M30"],
    )


def _lowest(shown: Mapping[str, Shown]) -> str:
    means = {label: one.number for label, one in shown.items() if one.number is not None}
    if not means:
        return "There is no score that can be shown"
    low = min(means.values())
    if len(means) > 1 and low == max(means.values()):
        return f"The mean is {low:.1f} on every occasion that is shown"
    lowest = [label[:1].lower() + label[1:] for label, mean in means.items() if mean == low]
    return f"The lowest mean is {low:.1f}, {' and '.join(lowest)}"


def _scores(occasions: Mapping[str, Answers]) -> Section:
    """How many gave each score. Not for those who may not see small numbers: mean and number of answers would tell the
    scores that are hidden."""
    every = together(occasions)
    words = {score: Survey.Score(score).label for score in SCORES}
    share = f"{100 * every.happy / every.answered:.0f}%" if every.answered else ""
    return Section(
        slug="scores",
        kicker="How many gave each score",
        title=f"{share} said good or very good ({every.happy} of {every.answered})" if share else "Nobody answered",
        table=Table(
            "By what they were asked about",
            ("Asked", *(f"{score} {words[score]}" for score in SCORES)),
            [
                (Survey.Occasion(code).label, *(f"{one.scores.get(score, 0):,}" for score in SCORES))
                for code, one in occasions.items()
            ],
            totals=[("All", *(f"{every.scores.get(score, 0):,}" for score in SCORES))],
        ),
        alt="Bar chart of the answers: "
        + ", ".join(f"{words[score].lower()} {every.scores.get(score, 0):,}" for score in SCORES)
        + ".",
        spec=charts.bars(
            [(words[score], every.scores.get(score, 0), f"{every.scores.get(score, 0):,}") for score in SCORES]
        ),
    )
