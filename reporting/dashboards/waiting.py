"""How long people wait: for a first conversation, a visit, a council's answer, to apply and to be approved."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from hub.working_time import today
from reporting.dashboards import pictures, words
from reporting.dashboards.journey import short
from reporting.dashboards.lines import (
    ANSWER_TARGET,
    ENDED,
    NOT_YET,
    TO_ANSWER,
    TO_APPLICATION,
    TO_APPROVAL,
    TO_CONVERSATION,
    TO_VISIT,
    Bins,
)
from reporting.dashboards.page import Asked, Link, Section, Table
from reporting.dashboards.shown import Figure, Figures, figures
from reporting.households.models import Household
from reporting.households.reading import ALL
from reporting.measures.computation import UNALLOCATED, Sums, members_of
from reporting.measures.facts import working_days_over
from reporting.measures.registry import FIRST_CONVERSATION_TARGET, INITIAL_VISIT_TARGET
from reporting.suppression import TOTAL, hidden_counts
from reporting.targets.reading import target_for


@dataclass(frozen=True)
class Wait:
    """One wait: the line of its columns, that of its median and, where there is a target, that of the share within."""

    line: str
    kicker: str
    until: str  # “had a first conversation”
    bins: Bins
    median: str
    share: str = ""
    target: int | None = None
    days: str = "days"
    also: tuple[str, ...] = ()  # columns of those who did not come to it

    @property
    def codes(self) -> list[str]:
        return sorted({self.median, self.share} & _CODES)


_CODES = frozenset({"M06", "M07", "M09", "M15", "M17", "M23"})
WORKING = "working days"
WAITS = (
    Wait("wait conversation", "Working days from the enquiry to the first conversation", "were spoken to",
         TO_CONVERSATION, "M07", "M06", FIRST_CONVERSATION_TARGET, WORKING, (NOT_YET, ENDED)),
    Wait("wait visit", "Working days from the enquiry to the first visit", "were visited", TO_VISIT, "M09", "M09",
         INITIAL_VISIT_TARGET, WORKING),
    Wait("wait answer", "Working days until the council answers a referral", "were answered", TO_ANSWER, "M15",
         "answers in time", ANSWER_TARGET, WORKING),
    Wait("wait application", "Days from the enquiry to the application", "applied", TO_APPLICATION, "M17"),
    Wait("wait approval", "Days from the application to the approval", "were approved", TO_APPROVAL, "M23"),
)  # fmt: skip
LINES_ASKED = list(dict.fromkeys(name for wait in WAITS for name in (wait.line, wait.median, wait.share) if name))
WITHIN = ((WAITS[0], "Conversation"), (WAITS[1], "Visit"), (WAITS[2], "Answer"))


def build(asked: Asked) -> list[Section]:
    found = figures(LINES_ASKED, asked, by=["month"])
    return [
        _late_now(asked),
        *(_distribution(wait, found, _goal(wait, asked)) for wait in WAITS),
        _within(asked, found),
        _medians(asked, found),
    ]


def _late_now(asked: Asked) -> Section:
    """Never spoken to and past the target: a count with the list behind it for whoever works on it."""
    late = _late(asked)
    return Section(
        slug="late-now",
        kicker="Waiting for a first conversation at this moment",
        title=f"{_waiting(late)} longer than {_days(FIRST_CONVERSATION_TARGET, WORKING)}",
        table=Table("", (), []),
        note="Nobody has spoken with them yet, and they have not ended. Whatever months were picked, this is now.",
        measures=["M06"],
        links=[Link("Open the list of those who are late", f"{reverse('today')}?queue=overdue", "use_hub")],
    )


def _waiting(late: Figure) -> str:
    if late.number == 0:
        return "Nobody waits"
    return words.households(late, "waits" if late.number == 1 else "wait")


def _late(asked: Asked) -> Figure:
    waiting = Household.objects.counted().filter(
        conversation_on__isnull=True,
        is_unended=True,
        day_zero__lte=working_days_over(today()) - FIRST_CONVERSATION_TARGET,
    )
    if asked.chosen.campaign:
        waiting = waiting.filter(campaign=asked.chosen.campaign)
    members = members_of(asked.chosen.span)
    rows = waiting.order_by().values_list("authority").annotate(n=Count("pk"))
    counts: dict[str, int] = {}
    for authority, number in rows:
        area = members.get(authority, UNALLOCATED)
        counts[area] = counts.get(area, 0) + number
    total = sum(counts.values())
    hidden = hidden_counts(counts, total) if asked.protected else set()
    area = asked.chosen.authority
    return Figure(Sums(counts.get(area, 0) if area != ALL else total), (area or TOTAL) in hidden)


def _goal(wait: Wait, asked: Asked) -> str:
    """The share of all councils together that should be within the target, as it is set for the end of the months."""
    if not wait.share or asked.chosen.authority != ALL:
        return ""
    share = target_for(wait.share, min(asked.chosen.span.last, asked.today))
    return "" if share is None else f"{share.normalize():f}"


def _distribution(wait: Wait, found: Figures, goal: str) -> Section:
    columns = [(label, found.count(wait.line, str(place))) for place, (label, _) in enumerate(wait.bins)]
    columns += [(name, found.count(wait.line, name)) for name in wait.also]
    within = sum(1 for _, most in wait.bins if most is not None and wait.target is not None and most <= wait.target)
    median = found.count(wait.median)
    share = found.share(wait.share) if wait.share else None
    bins = [
        pictures.Bin(label, figure.number, figure.text, not wait.target or place < within)
        for place, (label, figure) in enumerate(columns)
    ]
    has_any = any(figure.sums.cases for _, figure in columns)
    return Section(
        slug=wait.line.replace(" ", "-"),
        kicker=wait.kicker,
        title=_title(wait, median, share, goal),
        table=Table(
            "The same in numbers",
            (wait.days.capitalize(), "Households" if wait.line != "wait answer" else "Referrals"),
            [(label, figure.text) for label, figure in columns],
        ),
        alt=words.alt_of("Bar chart by " + wait.days, [(label, figure.text) for label, figure in columns])
        if has_any
        else "",
        spec=pictures.histogram(bins, target=f"target: {_days(wait.target, wait.days)}" if wait.target else "")
        if has_any
        else None,
        note=_NOT_SPOKEN_TO if wait.also else "",
        measures=wait.codes,
    )


_NOT_SPOKEN_TO = "Of all who enquired in these months. “Ended” are those whose enquiry ended without a conversation."


def _title(wait: Wait, median: Figure, share: Figure | None, goal: str) -> str:
    if not median.sums.cases and not (share and share.sums.base):
        return f"None {wait.until} in these months"
    half = f"half within {_days_of(median, wait.days)}" if median.median is not None else ""
    if share is None or not share.sums.base:
        return f"Those who {wait.until}: {half}" if half else f"Too few {wait.until} to say how long it took"
    if share.share is None:
        return f"How many {wait.until} within {_days(wait.target, wait.days)} is too small a number to show"
    wanted = f"; target {goal}%" if goal else ""
    rest = f", {half}" if half else ""
    return f"{share.share:.1f}% {wait.until} within {_days(wait.target, wait.days)} ({share.of}){wanted}{rest}"


def _days_of(median: Figure, days: str) -> str:
    return f"{median.median_text} {days.removesuffix('s') if median.median == 1 else days}"


def _days(number: int | None, days: str) -> str:
    return f"{number} {days.removesuffix('s') if number == 1 else days}"


def _within(asked: Asked, found: Figures) -> Section:
    months = [month for month in asked.chosen.span.months if month.first <= asked.today]
    goal = _goal(WAITS[0], asked)
    lines = [
        pictures.Line(
            name,
            [(short(month), found.share(wait.share, month=month.first).share) for month in months],
        )
        for wait, name in WITHIN
    ]
    rows = [
        (str(month), *(_share_of(found.share(wait.share, month=month.first)) for wait, _ in WITHIN)) for month in months
    ]
    return Section(
        slug="within-target",
        kicker="Within target, month by month",
        title=_trend_title(lines[0]),
        table=Table(
            "Share within target",
            ("Month", *(f"{name}, {_days(wait.target, wait.days)}" for wait, name in WITHIN)),
            rows,
            [("All these months", *(_share_of(found.share(wait.share)) for wait, _ in WITHIN))],
        ),
        alt="Line chart: " + "; ".join(
            f"{line.name.lower()} " + ", ".join(
                f"{when} {'no figure' if number is None else f'{number:.0f}%'}" for when, number in line.points
            )
            for line in lines
        ) + "." if pictures.known(lines) else "",
        spec=pictures.months(
            [pictures.Line(line.name, line.points, _last(line)) for line in lines],
            percent=True, target=float(goal) if goal else None, target_text=f"target {goal}%",
        ) if pictures.known(lines) else None,
        note="The target is that of conversations. Conversations stand in the month of the enquiry, visits and answers"
        " in the one in which they happened.",
        measures=["M06", "M09", "M15"],
        wide=True,
    )  # fmt: skip


def _last(line: pictures.Line) -> str:
    shown = [number for _, number in line.points if number is not None]
    return f"{shown[-1]:.0f}%" if shown else ""


def _trend_title(line: pictures.Line) -> str:
    """From the first month to the last that has a figure."""
    shown = [(when, number) for when, number in line.points if number is not None]
    if len(shown) < 2:
        return "Too few months to say whether people are spoken to sooner"
    (first, before), (last, now) = shown[0], shown[-1]
    if before == now:
        return f"As many are spoken to in time in {last} as in {first}: {now:.0f}%"
    more = "More" if now > before else "Fewer"
    return f"{more} are spoken to in time: {now:.0f}% in {last}, {before:.0f}% in {first}"


def _share_of(figure: Figure) -> str:
    return f"{figure.share_text} ({figure.of})" if figure.of else figure.share_text


def _medians(asked: Asked, found: Figures) -> Section:
    months = [month for month in asked.chosen.span.months if month.first <= asked.today]
    heads = ("First conversation", "First visit", "Council’s answer", "Application", "Approval")
    whole = found.count(WAITS[3].median)
    title = "Nobody applied in these months"
    if whole.sums.cases:
        title = "Too few applied to say how long it took"
        if whole.median is not None:
            title = f"Half of those who applied did so within {_days_of(whole, 'days')}"
    return Section(
        slug="medians",
        kicker="Medians: half waited no longer than this",
        title=title,
        table=Table(
            "Median wait by month, first three in working days, the rest in days",
            ("Month", *heads),
            [
                (str(month), *(found.count(wait.median, month=month.first).median_text for wait in WAITS))
                for month in months
            ],
            [("All these months", *(found.count(wait.median).median_text for wait in WAITS))],
        ),
        measures=["M07", "M09", "M15", "M17", "M23"],
    )
