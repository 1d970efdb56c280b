"""How people heard of us, by which campaign they came, what came of it, and what it cost.

Those who enquired in the months picked are followed up to now: so each share is of the same households. What a campaign
cost is its whole spend, and stands beside all that it ever brought (measures.md, K13): never beside a part of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q
from django.urls import reverse

from enquiries.journey import SOURCES
from enquiries.models import Campaign
from reporting import charts
from reporting.dashboards.page import Asked, Link, Section, Table
from reporting.households.reading import households
from reporting.layout import HIDDEN
from reporting.measures.computation import one_decimal
from reporting.measures.definition import NOT_KNOWN
from reporting.suppression import TOTAL, protect

STEPS = ("enquiries", "applications", "approvals")
HEARD = {**SOURCES, NOT_KNOWN: "Not known"}
SHORT = {
    "search": "Search engine",
    "word_of_mouth": "Friend, relative, carer",
    "advertising": "Radio, TV or print",
    "council": "Their council",
    "event": "Event",
}
SAID = {SOURCES["council"]: "their council"}
NO_CAMPAIGN = "No campaign"
OF_OTHERS = "Codes that are not set up"
Counts = dict[str, int]
_NUMBERS = {
    "enquiries": Count("pk"),
    "applications": Count("pk", filter=Q(application_on__isnull=False)),
    "approvals": Count("pk", filter=Q(decision="approved")),
}


def build(asked: Asked) -> list[Section]:
    campaigns = list(Campaign.objects.order_by("name"))
    sections = [_by_source(asked)]
    if not asked.protected and not asked.chosen.campaign:
        sections.append(_by_campaign(asked, campaigns))
    if not asked.chosen.authority:  # spend is for the region: over one council's households it would be too much
        sections.append(_costs(asked, campaigns))
    return sections


# --- How they heard ---


def _by_source(asked: Asked) -> Section:
    came = households(asked.chosen).received_in(asked.chosen.span).order_by()
    counts = {key: dict.fromkeys(STEPS, 0) for key in HEARD}
    for source, *numbers in came.values("source").annotate(**_NUMBERS).values_list("source", *STEPS):
        known = source if source in SOURCES else "other" if source else NOT_KNOWN
        for step, number in zip(STEPS, numbers, strict=True):
            counts[known][step] += number
    rows = _rows({HEARD[key]: one for key, one in counts.items()}, protected=asked.protected)
    total = rows.pop(TOTAL)
    bars = [
        (SHORT.get(key, HEARD[key]), _number(rows[HEARD[key]].said["enquiries"]), rows[HEARD[key]].text)
        for key in HEARD
    ]
    return Section(
        slug="heard",
        kicker="How they heard of us",
        title=_most(rows, total),
        table=Table("What came of it so far", _HEAD, [(name, *row.cells) for name, row in rows.items()],
                    totals=[("All", *total.cells)]),
        alt="Bar chart of enquiries: " + ", ".join(f"{name} {row.text}" for name, row in rows.items()) + ".",
        spec=charts.bars(bars) if any(number for _, number, _ in bars) else None,
        note="Households that enquired in the months picked, with what has come of them up to now: those who enquired "
        "lately have not had the time. The shares are of the enquiries in the same row.",
        measures=["M04"],
    )  # fmt: skip


_HEAD = ("How they heard", "Enquiries", "Applied so far", "Approved so far")


@dataclass(frozen=True)
class Row:
    """One way of hearing, or one campaign: its numbers as the audience may see them."""

    said: Mapping[str, int | str]

    @property
    def text(self) -> str:
        return _written(self.said["enquiries"])

    @property
    def cells(self) -> list[str]:
        return [self.text, *(self._with_share(self.said[step]) for step in STEPS[1:])]

    def _with_share(self, of: int | str) -> str:
        """'6 (23.1%)': the share of the enquiries in the same row."""
        base = self.said["enquiries"]
        if isinstance(base, str) or isinstance(of, str) or not base:
            return _written(of)
        return f"{of:,} ({one_decimal(Decimal(100 * of) / base):.1f}%)"


def _rows(counts: Mapping[str, Counts], *, protected: bool) -> dict[str, Row]:
    """By name, with the total."""
    total = {step: sum(one[step] for one in counts.values()) for step in STEPS}
    table: Mapping[str, Mapping[str, int | str]] = {**counts, TOTAL: total}
    if protected:
        table = protect({**counts, TOTAL: total})
    return {name: Row(one) for name, one in table.items()}


def _number(said: int | str) -> int | None:
    return None if isinstance(said, str) else said


def _written(said: int | str) -> str:
    return said if isinstance(said, str) else f"{said:,}"


def _most(rows: Mapping[str, Row], total: Row) -> str:
    """Which is the largest of those that are shown: that one is hidden may not be told by naming it."""
    if total.said["enquiries"] == 0:
        return "Nobody enquired in these months"
    numbers = {name: _number(row.said["enquiries"]) for name, row in rows.items() if name != HEARD[NOT_KNOWN]}
    shown = {name: number for name, number in numbers.items() if number}
    if _number(total.said["enquiries"]) is None:
        return "How many enquired is not shown"
    asked = f"{total.text} households enquired"
    if not shown:
        return f"{asked}; how they heard is not known or not shown"
    most = max(shown.values())
    names = [SAID.get(name, name[0].lower() + name[1:]) for name, number in shown.items() if number == most]
    of = " of what is shown" if None in numbers.values() else ""
    each = f"{most:,}" if len(names) == 1 else f"{most:,} each"
    return f"{asked}; {' and '.join(names)} brought the most{of}, {each}"


# --- Campaigns ---


def _by_campaign(asked: Asked, campaigns: Iterable[Campaign]) -> Section:
    came = households(asked.chosen).received_in(asked.chosen.span).order_by()
    names = _names(campaigns)
    counts: dict[str, Counts] = {}
    for code, *numbers in came.values("campaign").annotate(**_NUMBERS).values_list("campaign", *STEPS):
        own = counts.setdefault(names.get(code, OF_OTHERS if code else NO_CAMPAIGN), dict.fromkeys(STEPS, 0))
        for step, number in zip(STEPS, numbers, strict=True):
            own[step] += number
    rows = _rows(counts, protected=False)
    total = rows.pop(TOTAL)
    ordered = sorted(rows, key=lambda name: (name in (NO_CAMPAIGN, OF_OTHERS), -counts[name]["enquiries"], name))
    by_one = sum(one["enquiries"] for name, one in counts.items() if name != NO_CAMPAIGN)
    return Section(
        slug="campaigns",
        kicker="By which campaign they came",
        title=f"{by_one:,} of {total.text} enquiries came by a campaign",
        table=Table("What came of it so far", ("Campaign", *_HEAD[1:]), [(name, *rows[name].cells) for name in ordered],
                    totals=[("All", *total.cells)]),
        note="Those who enquired in the months picked, followed up to now.",
        links=[Link("Campaigns", reverse("campaigns"), "see_campaigns")],
    )  # fmt: skip


def _names(campaigns: Iterable[Campaign]) -> dict[str, str]:
    """By code in capitals; of two with the same name each with its code."""
    campaigns = list(campaigns)
    often = Counter(one.name for one in campaigns)
    return {one.code.upper(): one.name if often[one.name] == 1 else f"{one.name} ({one.code})" for one in campaigns}


def _costs(asked: Asked, campaigns: Iterable[Campaign]) -> Section:
    """All that each campaign that ran in the months ever brought, beside all that was spent on it.

    For whoever may not see small numbers the numbers of all campaigns are hidden together, whichever ran, and their
    total is that of all or none: those of some, less those of fewer, would be the number of one.
    """
    span = asked.chosen.span
    ran = [
        one for one in campaigns
        if one.starts_on <= span.last and (one.ends_on is None or one.ends_on >= span.first)
        and asked.chosen.campaign in ("", one.code.upper())
    ]  # fmt: skip
    counted = list(campaigns) if asked.protected else ran
    codes = [one.code.upper() for one in counted]
    came = households(asked.chosen).filter(campaign__in=codes).order_by()
    found = {
        code: dict(zip(STEPS, numbers, strict=True))
        for code, *numbers in came.values("campaign").annotate(**_NUMBERS).values_list("campaign", *STEPS)
    }
    names = _names(counted)
    counts = {name: found.get(code, dict.fromkeys(STEPS, 0)) for code, name in names.items()}
    rows = _rows(counts, protected=asked.protected)
    total = rows[TOTAL] if len(ran) == len(counted) else Row(dict.fromkeys(STEPS, HIDDEN))
    spent = {names[one.code.upper()]: one.spend for one in ran}
    all_spent = sum(spent.values(), Decimal(0))
    table = [(name, _pounds(spent[name]), *_with_cost(rows[name], spent[name])) for name in spent]
    head = (
        "Campaign",
        "Spent",
        "Enquiries",
        "Cost of each",
        "Applications",
        "Cost of each",
        "Approved",
        "Cost of each",
    )
    return Section(
        slug="costs",
        kicker="What campaigns cost: those that ran in the months, with all that they brought up to now",
        title=_cost_finding(total, all_spent, len(ran)),
        table=Table("Spend and cost", head, table, totals=[("All", _pounds(all_spent), *_with_cost(total, all_spent))]),
        note="A cost is the whole spend of a campaign over all that it brought, and stands beside both numbers. A "
        "campaign that still runs has brought less than it will. £0 may mean that the spend is not recorded yet.",
        measures=["K13"],
        links=[Link("Campaigns and their spend", reverse("campaigns"), "see_campaigns")],
    )


def _with_cost(row: Row, spent: Decimal) -> list[str]:
    cells = []
    for step in STEPS:
        number = row.said[step]
        if isinstance(number, str):
            cells += [HIDDEN, HIDDEN]  # the cost would tell the number
        else:
            cells += [f"{number:,}", _pounds(spent / number) if number else "–"]
    return cells


def _pounds(amount: Decimal) -> str:
    whole = amount.quantize(Decimal("1"), rounding=ROUND_HALF_UP)
    return (
        f"£{whole:,}" if amount == whole or amount >= 100 else f"£{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    )


def _cost_finding(total: Row, spent: Decimal, campaigns: int) -> str:
    if not campaigns:
        return "No campaign ran in these months"
    number, approved = total.said["enquiries"], total.said["approvals"]
    ran = "One campaign" if campaigns == 1 else f"{campaigns} campaigns"
    if isinstance(number, str) or not number:
        return f"{ran} cost {_pounds(spent)} in all"
    each = f"{_pounds(spent / number)} for each of {number:,} enquiries"
    if isinstance(approved, str) or not approved:
        return f"{ran} cost {_pounds(spent)}: {each}"
    return (
        f"{ran} cost {_pounds(spent)}: {each}, {_pounds(spent / approved)} for each of {approved:,} approved households"
    )
