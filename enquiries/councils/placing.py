"""What staff are shown of an enquiry without a council: why, what its postcode hints at, and what may be done."""

from dataclasses import dataclass

from django.urls import reverse

from enquiries.casework.actions import Step
from enquiries.councils.services import suggested_hub
from enquiries.journey import HUB_STAGES
from enquiries.models import Enquiry
from hub.current import current
from hub.models import NeighbourHub
from hub.places.directory import authorities_around

_MOSTLY = 0.6


@dataclass(frozen=True)
class Placing:
    why: str
    hint: str
    hub: NeighbourHub | None
    steps: list[Step]


def placing_of(enquiry: Enquiry, user) -> Placing | None:
    """None where there is a council, or the enquiry is not the hub's to place."""
    if enquiry.authority_id is not None or enquiry.stage not in HUB_STAGES or not enquiry.may("parked", user):
        return None
    latest = enquiry.routing.first()
    hub = suggested_hub(enquiry)
    refer = Step(f"Refer them to {hub}" if hub else "Refer them to another hub", _url("refer_elsewhere", enquiry))
    allocate, park = Step("Choose the council", _url("allocate", enquiry)), Step("Put aside", _url("park", enquiry))
    first = [refer, allocate] if hub else [allocate, refer]
    return Placing(latest.explanation if latest else "", hint_for(enquiry), hub, [*first, park])


def hint_for(enquiry: Enquiry) -> str:
    """'NE65 is mostly Northumberland.' for a postcode that the directory does not have; a hint decides nothing."""
    if not enquiry.postcode or enquiry.residence_id is not None:
        return ""
    around = authorities_around(enquiry.postcode)
    names = [_name(code) for code, _number in around[:3]]
    outward = enquiry.postcode.split()[0]
    if not names:
        return ""
    if len(around) == 1:
        return f"All postcodes of {outward} that we know are in {names[0]}."
    if around[0][1] >= _MOSTLY * sum(number for _code, number in around):
        return f"{outward} is mostly {names[0]}, with some of {' and '.join(names[1:])}."
    return f"{outward} is shared by {', '.join(names[:-1])} and {names[-1]}."


def _name(code: str) -> str:
    return str(current().authorities.get(code, code))


def _url(name: str, enquiry: Enquiry) -> str:
    return reverse(name, args=[enquiry.reference])
