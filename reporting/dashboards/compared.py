"""The figures by which councils stand side by side, and which of them the members agreed to see of each other."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from hub.errors import Refused
from hub.models import User
from hub.working_time import today
from reporting.dashboards.models import ComparedMeasures
from reporting.measures.definition import MONTHLY, QUARTERLY, Line

ACCEPTED = "accepted"
SENT_FIGURES = "figures"
SUPPLIED = "L01"
_LINES = {line.name: line for line in (*MONTHLY, *QUARTERLY)}


@dataclass(frozen=True)
class Measure:
    """One column. `key` is its name in the address and in what was agreed; `line` is None where it is no line
    of a return."""

    key: str
    label: str
    short: str  # over a narrow column
    line: Line | None
    usual: bool = True  # agreed where nothing was recorded
    falls: bool = False  # sorted from the smallest on: less is better

    @property
    def code(self) -> str:
        """By which a document has it."""
        return self.line.code if self.line else self.key


MEASURES: tuple[Measure, ...] = (
    Measure("M02", "Enquiries", "Enquiries", _LINES["M02"]),
    Measure("M06", "Spoken with within 1 working day", "Spoken with in time", _LINES["M06"]),
    Measure("M12", "Referrals sent", "Referrals sent", _LINES["M12"]),
    Measure("M15", "Median working days to the council’s answer", "Days to answer", _LINES["M15"], falls=True),
    Measure(ACCEPTED, "Referrals accepted, of those answered", "Referrals accepted", None),
    Measure("M16", "Applications", "Applications", _LINES["M16"]),
    Measure("K03", "Enquirers who applied within 183 days", "Applied within 183 days", _LINES["K03 cohort"]),
    Measure("M18", "Approvals", "Approvals", _LINES["M18"]),
    Measure("M19", "Approved places", "Places", _LINES["M19"]),
    Measure(SENT_FIGURES, "Monthly figures sent", "Monthly figures", None),
    Measure(SUPPLIED, "Approved households at the end", "Approved households", None, usual=False),
)
BY_KEY = {measure.key: measure for measure in MEASURES}


def compared_on(day: datetime.date) -> list[Measure]:
    """What councils see of each other on the day, in the order of the table."""
    agreed = ComparedMeasures.objects.on(day)
    return [one for one in MEASURES if (one.usual if agreed is None else one.key in agreed.measures)]


@transaction.atomic
def agree_measures(
    *, measures: Collection[str], applies_from: datetime.date, agreed_where: str, by: User
) -> ComparedMeasures:
    """Record which figures councils see of each other from a day on, and where that was agreed. What held before stays
    on record. Raises `Refused`: no manager, a day that is over, an unknown figure or none at all.
    """
    if not by.can("change_settings"):
        raise Refused("A manager records what councils agreed.")
    if applies_from < today():
        raise Refused("Enter today or a day to come: what councils saw until now stays as it was.")
    if not measures or not set(measures) <= set(BY_KEY):
        raise Refused("Select at least one figure of the list.")
    if not agreed_where.strip():
        raise Refused("Enter where the councils agreed to it.")
    kept = [one.key for one in MEASURES if one.key in measures]
    return ComparedMeasures.objects.create(
        applies_from=applies_from, measures=kept, agreed_where=agreed_where.strip(), set_by=by
    )


def columns_for(protected: bool) -> list[Measure]:
    """All of them for whoever sees small numbers; for everybody else what councils agreed to."""
    return compared_on(today()) if protected else list(MEASURES)


def sorts_for(protected: bool) -> Sequence[tuple[str, str]]:
    return [(one.key, one.label) for one in columns_for(protected)]
