"""Events and training: what was held, who came, what became of those who came, and how they found it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.urls import reverse

from enquiries.models import Event, Survey
from hub.working_time import start_of_day
from reporting import charts
from reporting.dashboards.page import Asked, Link, Section, Table
from reporting.dashboards.satisfaction import Answers, by_occasion
from reporting.layout import HIDDEN, NO_CASES
from reporting.measures.computation import UNALLOCATED, members_of, one_decimal
from reporting.measures.kept import TRAINING
from reporting.measures.registry import APPLICATION_WITHIN
from reporting.suppression import TOTAL, protect, protect_shares

LABELS = {kind.value: kind.label for kind in Event.Kind}
DAY = datetime.timedelta(days=1)
PEOPLE = ("booked", "came", "absent", "unknown")


@dataclass(frozen=True)
class Held:
    """The sessions of one kind: persons with a place, who came, who did not, and of whom nobody wrote down either."""

    sessions: int = 0
    booked: int = 0
    came: int = 0
    absent: int = 0
    unknown: int = 0

    @property
    def people(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in PEOPLE}


def build(asked: Asked) -> list[Section]:
    answers = by_occasion(asked).get(Survey.Occasion.EVENT, Answers())
    return [_held(held(asked), asked), _afterwards(afterwards(asked), asked), _feedback(answers, asked)]


# --- The figures ---

_HELD = """
    WITH session AS (
        SELECT s.id, s.event_id, e.kind
        FROM enquiries_session s
        JOIN enquiries_event e ON e.id = s.event_id
        WHERE s.starts_at >= %(first)s AND s.starts_at < %(until)s AND s.starts_at <= now()
            AND e.cancelled_at IS NULL AND ({whose})
    ),
    place AS (
        SELECT session.kind, b.persons, a.id IS NOT NULL AS is_known,
            CASE WHEN a.made_up THEN b.persons ELSE a.persons END AS came
        FROM session
        JOIN enquiries_booking b ON b.event_id = session.event_id AND b.state = 'booked'
        LEFT JOIN enquiries_attendance a ON a.booking_id = b.id AND a.session_id = session.id
    ),
    people AS (
        SELECT kind, sum(persons) AS booked,
            sum(greatest(persons - came, 0)) FILTER (WHERE is_known) AS absent,
            sum(persons) FILTER (WHERE NOT is_known) AS unknown
        FROM place GROUP BY kind
    ),
    came AS (
        SELECT session.kind, sum(a.persons) AS came
        FROM session JOIN enquiries_attendance a ON a.session_id = session.id
        GROUP BY session.kind
    )
    SELECT kind, count(*), coalesce(max(people.booked), 0), coalesce(max(came.came), 0),
        coalesce(max(people.absent), 0), coalesce(max(people.unknown), 0)
    FROM session
    LEFT JOIN people USING (kind)
    LEFT JOIN came USING (kind)
    GROUP BY kind
"""


def held(asked: Asked) -> dict[str, Held]:
    """By kind, the sessions held in the months (M28, M29): of the council picked those that are its own."""
    span, (whose, parameters) = asked.chosen.span, _whose("e.authority_id", asked)
    first, until = start_of_day(span.first), start_of_day(span.last) + DAY
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(whose=whose), {"first": first, "until": until, **parameters})
        rows = cursor.fetchall()
    return {kind: Held(*(int(number) for number in numbers)) for kind, *numbers in rows}


_AFTERWARDS = """
    WITH came AS (
        SELECT coalesce(enquiry.merged_into_id, enquiry.id) AS id,
            e.kind = ANY(%(training)s) AS is_training,
            min((s.starts_at AT TIME ZONE 'Europe/London')::date) AS came_on
        FROM enquiries_attendance a
        JOIN enquiries_session s ON s.id = a.session_id
        JOIN enquiries_event e ON e.id = s.event_id
        JOIN enquiries_booking b ON b.id = a.booking_id
        JOIN enquiries_enquiry enquiry ON enquiry.id = b.enquiry_id
        WHERE a.persons > 0 AND e.cancelled_at IS NULL
        GROUP BY 1, 2
    )
    SELECT is_training,
        count(*) FILTER (WHERE {not_yet_eoi}),
        count(*) FILTER (WHERE eoi_submitted_on BETWEEN came_on AND came_on + %(days)s),
        count(*) FILTER (WHERE {not_yet_applied}),
        count(*) FILTER (WHERE application_on BETWEEN came_on AND came_on + %(days)s)
    FROM came
    JOIN reporting_household AS kept ON kept.id = came.id
    WHERE kept.is_counted AND came_on BETWEEN %(first)s AND %(last)s AND ({whose})
    GROUP BY is_training
"""
_NOT_YET = {
    # Without an earlier step of the journey either: who had applied before they came did not go on to it.
    "not_yet_eoi": "coalesce(eoi_submitted_on >= came_on, TRUE) AND coalesce(application_on >= came_on, TRUE)",
    "not_yet_applied": "coalesce(application_on >= came_on, TRUE)",
}


def afterwards(asked: Asked) -> dict[bool, tuple[int, int, int, int]]:
    """Of households who first came in the months that ended six months before, by whether it was training: who had
    sent no expression of interest yet and who did within 183 days; who had not applied yet and who did.
    """
    span, (whose, parameters) = asked.chosen.span.earlier(months=6), _whose("kept.authority_id", asked)
    with connection.cursor() as cursor:
        cursor.execute(
            _AFTERWARDS.format(whose=whose, **_NOT_YET),
            {"first": span.first, "last": span.last, "days": APPLICATION_WITHIN, "training": [*TRAINING], **parameters},
        )
        return {is_training: tuple(numbers) for is_training, *numbers in cursor.fetchall()}


def _whose(column: str, asked: Asked) -> tuple[str, dict[str, list[int]]]:
    """The condition for what was picked: a council, nobody's, or all."""
    members = members_of(asked.chosen.span)
    if asked.chosen.authority == UNALLOCATED:
        return f"{column} IS NULL OR NOT {column} = ANY(%(theirs)s)", {"theirs": list(members)}
    if asked.chosen.authority:
        own = [pk for pk, code in members.items() if code == asked.chosen.authority]
        return f"{column} = ANY(%(theirs)s)", {"theirs": own}
    return "TRUE", {}


# --- How they are shown ---


def _held(kinds: Mapping[str, Held], asked: Asked) -> Section:
    counts = {LABELS[kind]: kinds[kind].people for kind in LABELS if kind in kinds}
    every = {name: sum(one[name] for one in counts.values()) for name in PEOPLE}
    seen: Mapping[str, Mapping[str, int | str]] = {**counts, TOTAL: every}
    if asked.protected:
        seen = protect({**counts, TOTAL: every})
    rows = [
        (LABELS[kind], f"{kinds[kind].sessions:,}", *(_said(seen[LABELS[kind]][name]) for name in PEOPLE))
        for kind in LABELS if kind in kinds
    ]  # fmt: skip
    sessions, total = sum(one.sessions for one in kinds.values()), seen[TOTAL]
    came = {label: seen[label]["came"] for label in counts}
    return Section(
        slug="held",
        kicker="Events and training held",
        title=_held_finding(sessions, total),
        table=Table(
            "People at each kind of session",
            ("Kind", "Sessions", "Places booked", "Came", "Booked and did not come", "Not recorded"),
            rows,
            totals=[("All", f"{sessions:,}", *(_said(total[name]) for name in PEOPLE))],
        ),
        alt="Bar chart of people who came: " + ", ".join(f"{label} {_said(one)}" for label, one in came.items()) + ".",
        spec=charts.bars([(label, _number(one), _said(one)) for label, one in came.items()]) if came else None,
        note="People, each time that they came or had a place; a course counts each of its sessions. Who made one up "
        "elsewhere did not stay away. Not recorded: they had a place, and nobody has written down whether they came.",
        measures=["M28", "M29"],
        links=[Link("Events", reverse("events"), "manage_events")],
    )


def _held_finding(sessions: int, total: Mapping[str, int | str]) -> str:
    if not sessions:
        return "No event or training was held in these months"
    were = "session was" if sessions == 1 else "sessions were"
    if HIDDEN in total.values():
        return f"{sessions:,} {were} held; how many came is {_said(total['came'])}"
    known = int(total["booked"]) - int(total["unknown"])
    away = int(total["absent"])
    said = f"; {away:,} of {known:,} booked stayed away" if known else ""
    return f"{sessions:,} {were} held, and {_said(total['came'])} people came{said}"


def _afterwards(found: Mapping[bool, tuple[int, int, int, int]], asked: Asked) -> Section:
    steps = (("sent an expression of interest", 0), ("applied", 2))
    shares = {
        f"{what}: {step}": (counts[at + 1], counts[at])
        for what, counts in (("Events", found.get(False, (0,) * 4)), ("Training", found.get(True, (0,) * 4)))
        for step, at in steps
    }
    seen = {label: _seen(share, protected=asked.protected) for label, share in shares.items()}
    span = asked.chosen.span.earlier(months=6)
    lead = "Events: applied"
    bars = [
        (label.replace("sent an expression of interest", "EOI"), _share(share), _share_cells(share)[2])
        for label, share in seen.items()
    ]
    return Section(
        slug="afterwards",
        kicker=f"What those did next who first came in {span}",
        title=_share_finding(seen[lead]),
        table=Table(
            "Within 183 days of the first time that they came",
            ("Came to, and then", "Did", "Of", "Share"),
            [(label, *_share_cells(share)) for label, share in seen.items()],
        ),
        alt="Bar chart: " + ", ".join(f"{label} {_share_cells(share)[2]}" for label, share in seen.items()) + ".",
        spec=charts.bars(bars) if any(number is not None for _, number, _ in bars) else None,
        note="Households, each counted from the first event and the first training that it came to. Left out are those "
        "who had taken that step before. That they went on afterwards does not say that they did because of it.",
    )  # fmt: skip


Share = tuple[int, int] | None


def _seen(share: tuple[int, int], *, protected: bool) -> Share:
    if protected and protect_shares({"": share}, share)[TOTAL] == HIDDEN:
        return None
    return share


def _share(share: Share) -> float | None:
    return one_decimal(Decimal(100 * share[0]) / share[1]) if share and share[1] else None


def _share_cells(share: Share) -> tuple[str, str, str]:
    if share is None:
        return HIDDEN, HIDDEN, HIDDEN
    return f"{share[0]:,}", f"{share[1]:,}", NO_CASES if _share(share) is None else f"{_share(share):.1f}%"


def _share_finding(share: Share) -> str:
    if share is None:
        return "So few came to their first event then, or applied after it, that it is not shown"
    if not share[1]:
        return "Nobody came to their first event in those months, so nobody can be followed"
    return f"{share[0]:,} of {share[1]:,} households had applied within 183 days of their first event"


def _feedback(answers: Answers, asked: Asked) -> Section:
    few = asked.protected and (0 < answers.answered < 5 or 0 < answers.sent < 5)
    mean = "" if answers.mean is None else f"{answers.mean:.1f}"
    title = f"Those who came gave it {mean} out of 5" if mean else "Nobody has said yet how an event was"
    cells = (HIDDEN, HIDDEN, HIDDEN) if few else (mean or NO_CASES, f"{answers.answered:,}", f"{answers.sent:,}")
    return Section(
        slug="feedback",
        kicker="How they found it, from 1 (very bad) to 5 (very good)",
        title="So few answered that their score is not shown" if few else title,
        table=Table("After events and training", ("Asked", "Mean score", "Answers", "Surveys sent"),
                    [("After an event", *cells)]),
        measures=["M30"],
        links=[Link("What people wrote", f"{reverse('survey_results')}?moment=event", "read_people")],
    )  # fmt: skip


def _number(said: int | str) -> int | None:
    return None if isinstance(said, str) else said


def _said(said: int | str) -> str:
    return said if isinstance(said, str) else f"{said:,}"
