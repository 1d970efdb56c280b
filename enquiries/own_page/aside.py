"""What comes next for those who do not go the common way of visit, council and application."""

from typing import NamedTuple

from enquiries.intake.promise import THEN, UNDER_18
from enquiries.journey import Stage
from enquiries.models import Enquiry


class Aside(NamedTuple):
    title: str
    text: str


_TITLES = {
    UNDER_18: "You know what helps until you are 21",
    "carer_elsewhere": "You decide whether you would like to move",
    "kinship": "You know which team to ask",
    "supported_lodgings": "You know whom to ask",
}


def aside_of(enquiry: Enquiry) -> Aside | None:
    """What to expect instead of the common steps; None for everybody else, and once they tell us to go on to a council:
    from then on the common way is theirs."""
    if enquiry.stage not in (Stage.NEW, Stage.IN_TOUCH):
        return None
    code = enquiry.age if enquiry.age in THEN else enquiry.situation
    return Aside(_TITLES[code], THEN[code]) if code in THEN else None
