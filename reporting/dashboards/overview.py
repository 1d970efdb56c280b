"""A month at a glance: what happened in sentences, the steps, where people stopped, the councils side by side."""

import datetime
from dataclasses import replace

from django.urls import reverse

from hub.models import Authority
from reporting.dashboards import journey, stopped, words
from reporting.dashboards.page import Asked, Dashboard, Link, Section, Sentence, Table
from reporting.dashboards.shown import Figure, Figures, figures, year_of
from reporting.households.reading import Chosen
from reporting.measures import UNALLOCATED, Period
from reporting.measures.registry import FIRST_CONVERSATION_TARGET
from reporting.months import month_before, months_to_report
from reporting.targets.reading import target_for

SAID = ("M02", "M06", "M07", "M08", "M12", "M16", "M18", "M19")
SIDE_BY_SIDE = ("M02", "M06", "M16", "M18")


def build(asked: Asked) -> list[Section]:
    """Of the month asked for; of the last full one together with this one so far."""
    month = asked.chosen.span
    current = Period.month_of(asked.today)
    said = [current, month] if month == month_before(current) else [month]
    return [
        *(_in_sentences(replace(asked, chosen=Chosen(one))) for one in said),
        _linked(journey.steps(asked), "journey", month),
        _linked(stopped.of(asked), "stopped", month),
        _councils(asked),
    ]


OVERVIEW = Dashboard(
    "overview", "How fostering recruitment is going", "What happened in the month?", build, picks=["period"]
)


def _linked(section: Section, slug: str, month: Period) -> Section:
    address = f"{reverse('dashboard', args=[slug])}?period={month.slug}"
    return replace(section, links=[Link("More about this", address, "see_reports", what=section.kicker)])


def _in_sentences(asked: Asked) -> Section:
    month = asked.chosen.span
    so_far = month.last >= asked.today
    now, before = figures(SAID, asked), _year_before(asked)
    return Section(
        slug=f"month-{month.slug}",
        kicker="In sentences",
        title=f"{month} so far" if so_far else str(month),
        table=Table("", (), []),
        sentences=[
            _count(now, before, "M02", "asked about fostering"),
            _share(now, before, month, asked.today),
            _median(now, before),
            _count(now, before, "M08", "had a first visit"),
            _count(now, before, "M12", "to councils", "referral"),
            _count(now, before, "M16", "applied"),
            replace(_count(now, before, "M18", "approved"), more=_places(now)),
        ],
        note=_compared(month, before, so_far),
        measures=SAID,
    )


def _year_before(asked: Asked) -> Figures | None:
    """The same days of the year before; whole months only for whoever may not see small numbers, because the numbers of
    two days could be subtracted."""
    month = asked.chosen.span
    earlier = month.earlier(months=12)
    if earlier.first < months_to_report()[-1].first:
        return None
    if month.last >= asked.today:
        if asked.protected:
            return None
        earlier = Period(earlier.first, min(earlier.first + (asked.today - month.first), earlier.last))
    return figures(SAID, asked, span=earlier)


def _compared(month: Period, before: Figures | None, so_far: bool) -> str:
    if before is None:
        return ""
    days = "the same days" if so_far else "the same month"
    return f"Compared with {days} of {month.first.year - 1}."


def _count(now: Figures, before: Figures | None, code: str, verb: str, noun: str = "household") -> Sentence:
    figure = now.count(code)
    text = f"{noun}{'' if figure.number == 1 else 's'} {verb}"
    note = words.against(figure, before.count(code)) if before else ""
    return Sentence("No" if figure.number == 0 else figure.text, text, note)


def _share(now: Figures, before: Figures | None, month: Period, today: datetime.date) -> Sentence:
    figure = now.share("M06")
    if not figure.sums.base:
        return Sentence("", "Nobody was due a first conversation yet")
    wanted = target_for("M06", min(month.last, today))
    days = "one working day" if FIRST_CONVERSATION_TARGET == 1 else f"{FIRST_CONVERSATION_TARGET} working days"
    target = f"; target {wanted.normalize():f}%" if wanted is not None else ""
    earlier = before.share("M06") if before else Figure(figure.sums, is_hidden=True)
    note = f"{earlier.share_text} a year before" if earlier.share is not None else ""
    return Sentence(figure.share_text, f"of people spoken to within {days}{target}", note, figure.of)


def _median(now: Figures, before: Figures | None) -> Sentence:
    figure = now.count("M07")
    if not figure.sums.cases:
        return Sentence("", "Nobody had a first conversation yet")
    days = "working day" if figure.median == 1 else "working days"
    earlier = before.count("M07") if before else Figure(figure.sums, is_hidden=True)
    note = f"{earlier.median_text} a year before" if earlier.median is not None else ""
    return Sentence(f"{figure.median_text} {days}", "was the median wait for a first conversation", note)


def _places(now: Figures) -> str:
    """Of approvals that show and are at least five, so are their places."""
    places = now.count("M19")
    if places.number is None or not places.sums.total:
        return ""
    return f"{places.sums.total:,} place{'' if places.sums.total == 1 else 's'} for children"


def _councils(asked: Asked) -> Section:
    # Councils' months are not for whoever may not see small numbers (shown.py).
    span = year_of(asked.chosen.span) if asked.protected else asked.chosen.span
    found = figures(SIDE_BY_SIDE, asked, by=["authority"], span=span)
    members = Authority.objects.members_between(span.first, span.last).order_by("name")
    named = [*members.values_list("gss_code", "name"), (UNALLOCATED, "No council yet")]
    most = words.largest([(name, found.count("M02", area=area)) for area, name in named if area != UNALLOCATED])
    title = "Councils side by side"
    if most:
        names = words.listed([name for name, _ in most])
        title = f"{names} had most enquiries, {most[0][1].text}{' each' if len(most) > 1 else ''}"
    return Section(
        slug="councils",
        kicker=f"Councils side by side, {span}",
        title=title,
        table=Table(
            "Councils side by side",
            ("Council", "Enquiries", "Spoken to in time", "Applications", "Approvals"),
            [(name, *_row(found, area)) for area, name in named],
            [("All", *_row(found, ""))],
        ),
        measures=SIDE_BY_SIDE,
        links=[Link("All dashboards", reverse("dashboards"), "see_reports")],
    )


def _row(found: Figures, area: str) -> tuple[str, ...]:
    share = found.share("M06", area=area)
    spoken = f"{share.share_text} ({share.of})" if share.of else share.share_text
    return (found.count("M02", area=area).text, spoken, *(found.count(code, area=area).text for code in ("M16", "M18")))
