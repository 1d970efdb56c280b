"""Who looks after how many, for whoever shares work out: of what is open now, from the enquiries themselves."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from enquiries.assignment.team import Member, team_on
from enquiries.casework.filters import NOBODY
from enquiries.casework.work_list import address
from enquiries.journey import HUB_STAGES, STAGES, Stage
from enquiries.models import Activity, Enquiry
from reporting import charts
from reporting.dashboards.page import Asked, Link, Section, Table

WEEKS = 8
CALLS = ("conversation", "attempt")
WITH_COUNCILS = "With a council"


@dataclass
class Load:
    """What one owner has open; by stage as long as the hub leads, with the councils together."""

    name: str
    member: Member | None = None
    stages: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    late: int = 0
    never: int = 0

    @property
    def open(self) -> int:
        return sum(self.stages.values())


def build(asked: Asked) -> list[Section]:
    now = timezone.now()
    team = team_on(asked.today)
    loads = _loads(team, now)
    return [_by_owner(loads), _room(loads), _late(loads), _calls(team, asked.today)]


def _loads(team: Sequence[Member], now: datetime.datetime) -> list[Load]:
    """Everybody of the team by name, then what nobody owns: by name, since it is no league table."""
    loads = {member.person.pk: Load(member.person.name, member) for member in team}
    nobody = Load("Nobody yet")
    rows = Enquiry.objects.open().order_by().values("owner", "stage")
    counted = rows.annotate(
        n=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=now)),
        never=Count("pk", filter=Q(stage=Stage.NEW, on_hold=False)),
    )
    for owner, stage, count, late, never in counted.values_list("owner", "stage", "n", "late", "never"):
        load = loads.get(owner, nobody)
        load.stages[stage if stage in HUB_STAGES else WITH_COUNCILS] += count
        load.late += late
        load.never += never
    return [*loads.values(), nobody]


def _stages() -> list[tuple[str, str]]:
    ours = [(stage.value, rule.label) for stage, rule in STAGES.items() if stage in HUB_STAGES]
    return [*ours, (WITH_COUNCILS, WITH_COUNCILS)]


def _by_owner(loads: Sequence[Load]) -> Section:
    stages, total = _stages(), sum(load.open for load in loads)
    together = [f"{sum(load.stages[key] for load in loads):,}" for key, _ in stages]
    nobodys = loads[-1].open
    return Section(
        slug="open",
        kicker="Open enquiries, by who owns them",
        title=f"{total:,} enquiries are open" + (f", and nobody owns {nobodys:,} of them" if nobodys else ""),
        table=Table(
            "The same in numbers, by stage",
            ("Owner", "Open", *(label for _, label in stages)),
            [(load.name, f"{load.open:,}", *(f"{load.stages[key]:,}" for key, _ in stages)) for load in loads],
            totals=[("All", f"{total:,}", *together)],
        ),
        alt="Bar chart of open enquiries: " + ", ".join(f"{load.name} {load.open:,}" for load in loads) + ".",
        spec=charts.bars([(load.name, load.open, f"{load.open:,}") for load in loads]),
        note="In the order of names. How many one can look after differs with the stage, and so does what they take.",
        links=[Link("Open enquiries", address(queue="open"), "use_hub")],
    )


def _room(loads: Sequence[Load]) -> Section:
    members = [load for load in loads if load.member]
    over = sum(load.member.is_over for load in members if load.member)
    away = sum(load.member.away is not None for load in members if load.member)
    rows = [
        (load.name, f"{load.member.open:,}", f"{load.member.caseload.capacity:,}", _presence(load.member))
        for load in members
        if load.member
    ]
    return Section(
        slug="room",
        kicker="Who has room today",
        title=f"{_people(over, 'looks', 'look')} after more than was agreed, "
        f"and {_people(away, 'is', 'are').lower()} away today",
        table=Table("Open of how many each can look after", ("Owner", "Open", "Can look after", "Today"), rows),
        links=[Link("Caseloads and skills", reverse("team"), "assign_anyone")],
    )


def _people(number: int, one: str, many: str) -> str:
    if not number:
        return f"Nobody {one}"
    return f"1 person {one}" if number == 1 else f"{number} people {many}"


def _presence(member: Member) -> str:
    return f"away until {member.away.ends_on.day} {member.away.ends_on:%B}" if member.away else "here"


def _late(loads: Sequence[Load]) -> Section:
    late, never = sum(load.late for load in loads), sum(load.never for load in loads)
    rows = [(load.name, f"{load.late:,}", f"{load.never:,}") for load in loads]
    return Section(
        slug="late",
        kicker="Late, and never spoken with",
        title=f"{late:,} are late, and {never:,} have never been spoken with",
        table=Table(
            "By who owns them",
            ("Owner", "Late", "Never spoken with"),
            rows,
            totals=[("All", f"{late:,}", f"{never:,}")],
        ),
        alt="Bar chart of what is late: " + ", ".join(f"{load.name} {load.late:,}" for load in loads) + ".",
        spec=charts.bars([(load.name, load.late, f"{load.late:,}") for load in loads]),
        links=[
            Link("What is late", address(queue="overdue"), "use_hub"),
            Link("Never spoken with", address(queue="new"), "use_hub"),
            Link("What nobody owns", address(queue="open", owner=NOBODY), "use_hub"),
        ],
    )


def _calls(team: Sequence[Member], today: datetime.date) -> Section:
    """Conversations and attempts by telephone that each recorded, in whole weeks from Monday."""
    monday = today - datetime.timedelta(days=today.weekday())
    mondays = [monday - datetime.timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    counts = _calls_by_week(mondays[0], today)
    rows = []
    totals = [sum(count for (_, one), count in counts.items() if one == week) for week in mondays]
    others = totals
    for member in team:
        weeks = [counts.get((member.person.pk, week), 0) for week in mondays]
        others = [left - own for left, own in zip(others, weeks, strict=True)]
        rows.append((member.person.name, *(f"{n:,}" for n in weeks), f"{sum(weeks):,}"))
    if any(others):
        rows.append(("Others", *(f"{n:,}" for n in others), f"{sum(others):,}"))
    full = totals[:-1]
    return Section(
        slug="calls",
        kicker=f"Calls recorded in the last {WEEKS} full weeks, and in this one",
        title=f"{round(sum(full) / WEEKS):,} calls are recorded in a usual week; {totals[-1]:,} in this one so far",
        table=Table(
            "Conversations and attempts by telephone, by week from",
            ("Recorded by", *(f"{week.day} {week:%b}" for week in mondays), "All"),
            rows,
            totals=[("All", *(f"{n:,}" for n in totals), f"{sum(totals):,}")],
        ),
        note="What people recorded, not how well: who looks after those whom it takes ten calls to reach records more.",
    )


def _calls_by_week(first: datetime.date, last: datetime.date) -> dict[tuple[int | None, datetime.date], int]:
    """By who recorded them and the Monday of the week; what was voided is not there, nor what was imported."""
    calls = Activity.objects.filter(kind__in=CALLS, channel="phone", occurred_on__range=(first, last))
    calls = calls.not_voided().exclude(recorder="import").order_by()
    found: dict[tuple[int | None, datetime.date], int] = defaultdict(int)
    for person, day, count in calls.values_list("recorded_by", "occurred_on").annotate(Count("pk")):
        found[person, day - datetime.timedelta(days=day.weekday())] += count
    return found
