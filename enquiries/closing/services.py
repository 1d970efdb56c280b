"""Closing an enquiry, and telling them so."""

from django.db import transaction

from enquiries import journey
from enquiries.events import leaving
from enquiries.letters.services import may_write, send_template, template_of
from enquiries.models import Activity, Enquiry
from enquiries.models.letters import Purpose
from enquiries.services import lock_enquiry
from hub.errors import Refused

# By which way which words; in the order in which they are offered.
TEMPLATES = {"email": "closing", "text": "closing_text", "letter": "closing_letter"}
# Nobody hears that something was closed which they never asked for, or that goes on elsewhere.
SAY_NOTHING = frozenset({"duplicate", "test"})


def ways_to_tell(enquiry: Enquiry) -> list[str]:
    """The ways in which we may tell them that it is closed, the usual one first."""
    return [way for way in TEMPLATES if may_write(enquiry, way, Purpose.CLOSING)]


@transaction.atomic
def close_enquiry(
    *, enquiry: Enquiry, by, reason: str, note: str = "", tell_by: str = "", version: int | None = None
) -> Activity:
    """Close it with a reason, and tell them by "email", "text" or "letter" in the same transaction; "" for nothing.

    `Refused` where it was closed meanwhile, or they may not be written to that way: then nothing is done.
    """
    locked = lock_enquiry(enquiry.pk)
    if locked.stage == journey.Stage.CLOSED:
        raise Refused("It was closed meanwhile. Nothing more has to be done, and nothing was sent.")
    fact = leaving.close_enquiry(enquiry=enquiry, by=by, version=version, reason=reason, note=note)
    if tell_by and reason not in SAY_NOTHING:
        tell_of_the_end(enquiry=enquiry, by=by, way=tell_by, fact=fact)
        enquiry.refresh_from_db(fields=["version"])
    return fact


def tell_of_the_end(*, enquiry: Enquiry, by, way: str, fact: Activity) -> None:
    """Put the closing message in the outbox, in the caller's transaction; the same ending is told once."""
    send_template(enquiry=enquiry, template=template_of(TEMPLATES[way]), by=by, key=f"closed:{fact.pk}")
