"""The tables of reporting, each beside the part of the domain that it belongs to."""

from reporting.households.models import Changed, Household, Referral, Upkeep
from reporting.registers.models import PlanMilestone, Risk, SupportHours, SupportHoursVoid, SupportKind
from reporting.returns.models import NARRATIVE, Recipient, Return, ReturnLink, Review, SignedFile
from reporting.targets.models import Baseline, Target

__all__ = [
    "NARRATIVE",
    "Baseline",
    "Changed",
    "Household",
    "PlanMilestone",
    "Recipient",
    "Referral",
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
