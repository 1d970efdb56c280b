"""Where an approach came from: each sign kept by itself, and the campaign that they point to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from enquiries.models import Activity, Origin
from hub.rows import insert

if TYPE_CHECKING:
    from enquiries.intake.services import Intake


@dataclass(frozen=True)
class Came:
    """The signs of one approach, as far as its way in has them; each no longer than `Origin` keeps."""

    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    referrer: str = ""
    landed_on: str = ""
    dialled: str = ""


def keep_origin(fact: Activity, intake: "Intake") -> Origin | None:
    """Keep the signs with the fact that they led to, in the caller's transaction; None where there is none."""
    signs = {name: value for name, value in vars(intake.came).items() if value}
    if not signs and not intake.source:
        return None
    origin = Origin(fact=fact, heard=intake.source, **signs)
    insert(origin)
    return origin
