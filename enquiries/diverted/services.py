"""Enquiries that reached a council directly and are passed on to the hub, by its system or in its portal."""

import datetime
from dataclasses import dataclass, replace

from enquiries.intake.promise import ring_by, still_to_come
from enquiries.intake.services import Intake, receive_enquiry
from enquiries.models import Activity, ActivityQuerySet
from hub.isolation import in_place_of_the_hub
from hub.models import Authority

# How they asked the council; "{council}" is its name.
ASKED = {
    "phone": "They rang {council}.",
    "email": "They wrote an email to {council}.",
    "web": "They asked on the website of {council}.",
    "in_person": "They asked {council} in person.",
    "letter": "They wrote a letter to {council}.",
    "social_media": "They asked {council} on social media.",
    "other": "They asked {council}.",
}


@dataclass(frozen=True)
class Receipt:
    """All that a council learns: whatever we knew of these people before, it reads the same."""

    reference: str
    ring_by: datetime.datetime


@in_place_of_the_hub
def receive_diverted(
    *, intake: Intake, through: Authority | None, asked: str = "other", by=None, external_reference: str = ""
) -> Receipt:
    """Take in an enquiry that a council (None: another system of the hub's) passes on; they are told by email.

    It is for that council where they chose no other. The same `external_reference` of the same council gives the same
    enquiry: the first counts. What is told of it does not depend on whether the household was known.
    """
    whose = through.gss_code if through else "hub"
    passed_on = replace(
        intake,
        channel="authority" if through else "other",
        chosen_authority=intake.chosen_authority or through,
        through=through,
        how=ASKED[asked].format(council=through or "us"),
    )
    enquiry = receive_enquiry(
        intake=passed_on,
        by=by,
        recorder="person" if by else "authority",
        idempotency_key=f"passed-on-{whose}-{external_reference}" if external_reference else None,
    )
    return Receipt(enquiry.reference, still_to_come(ring_by(intake.received_at)))


def passed_on_by(authority: Authority) -> ActivityQuerySet:
    """The facts that the authority passed somebody on to us, newest first. It may know reference and day, no more.

    The day is that on which it told us: when we count that they asked says, of a known household, that it was known.
    """
    ways_in = Activity.objects.filter(kind__in=["received", "asked_again"], authority=authority)
    return ways_in.select_related("enquiry").only("recorded_at", "enquiry__reference").order_by("-recorded_at", "-pk")
