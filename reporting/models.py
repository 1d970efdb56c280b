"""The tables of reporting, each beside the part of the domain that it belongs to."""

from reporting.comparison.models import Publication, PublishedFigure
from reporting.dashboards.models import ComparedMeasures
from reporting.feeds.models import HouseholdId, ReferralId
from reporting.households.models import Changed, Household, Referral, Upkeep
from reporting.measures.models import DefinitionVersion
from reporting.registers.models import PlanMilestone, Risk, SupportHours, SupportHoursVoid, SupportKind
from reporting.returns.models import NARRATIVE, Recipient, Return, ReturnLink, Review, SignedFile
from reporting.targets.models import Baseline, Target
from reporting.value.models import Assumption, HubCost

__all__ = [
    "NARRATIVE",
    "Assumption",
    "Baseline",
    "Changed",
    "ComparedMeasures",
    "DefinitionVersion",
    "Household",
    "HouseholdId",
    "HubCost",
    "PlanMilestone",
    "Publication",
    "PublishedFigure",
    "Recipient",
    "Referral",
    "ReferralId",
    "Return",
    "ReturnLink",
    "Review",
    "Risk",
    "SignedFile",
    "SupportHours",
    "SupportHoursVoid",
    "SupportKind",
    "Target",
    "Upkeep",
]
