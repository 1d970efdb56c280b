"""What is odd about a month's figures: asked once before they are taken, never refused."""

import datetime
from collections.abc import Iterator

from enquiries.models import Activity
from handover.figures.known import BY_CODE
from handover.figures.months import last_day_of
from handover.models import Handover
from hub.models import Authority

Values = dict[str, int | None]
SHARE, NUMBER = 0.2, 5  # a change of more than both is asked about
MOST_CHILDREN = 3  # for each household: the usual fostering limit (Children Act 1989, Schedule 7)
MOST_SATELLITES = 10  # around one Mockingbird hub home


def questions(values: Values, before: Values, approved: int) -> dict[str, str]:
    """By code, a sentence about each figure that is odd: against the month before, against what we know of approvals in
    the month (`approved` households), and against each other."""
    found = {code: said for code in values if (said := _against_before(code, values[code], before.get(code)))}
    for code, said in _against_each_other(values, before, approved):
        found.setdefault(code, said)
    return found


def _against_before(code: str, now: int | None, before: int | None) -> str:
    if now is None or before is None:
        return ""
    label = BY_CODE[code].label
    if now == 0 and before > 0:
        return f"{label}: 0, and {before} the month before."
    if abs(now - before) > max(NUMBER, SHARE * before):
        return f"{label}: {now}, and {before} the month before."
    return ""


def _against_each_other(values: Values, before: Values, approved: int) -> Iterator[tuple[str, str]]:
    households, gone, people = values.get("L01"), values.get("L02"), values.get("L04")
    children, hubs, satellites = values.get("L05"), values.get("L06"), values.get("L07")
    was = before.get("L01")
    if households is not None and gone is not None and was is not None and households > was and gone > approved:
        known = f"though {gone} deregistered and we know of {approved} approved"
        yield "L02", f"More households than the month before, {known}."
    if households is not None and people is not None and not households <= people <= 2 * households:
        yield "L04", f"{people} carers in {households} households: there are usually one or two in each."
    if households is not None and children is not None and children > MOST_CHILDREN * households:
        yield "L05", f"{children} children with {households} households: more than {MOST_CHILDREN} each."
    if hubs is not None and satellites is not None and _is_odd_mockingbird(hubs, satellites):
        yield "L07", f"{satellites} satellite households around {hubs} constellations: there are usually 6 to 10 each."


def _is_odd_mockingbird(hubs: int, satellites: int) -> bool:
    return satellites > MOST_SATELLITES * hubs or (hubs > 0 and satellites == 0)


def approved_in(authority: Authority, month: datetime.date) -> int:
    """How many households we know to have been approved by the authority in the month."""
    decided = Activity.objects.not_voided().filter(
        kind="decided",
        outcome="approved",
        occurred_on__range=(month, last_day_of(month)),
        enquiry__handovers__authority=authority,
        enquiry__handovers__state__in=[Handover.State.ACCEPTED, Handover.State.COMPLETED],
    )
    return decided.values("enquiry").distinct().count()
