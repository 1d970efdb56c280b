"""Finding the council of an enquiry that has none: again by the rules, elsewhere, later; and who must not know."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.template.loader import render_to_string

from enquiries.events.leaving import bookings_to_give_back, close_enquiry
from enquiries.journey import HUB_STAGES
from enquiries.letters.outbox import write_to_household
from enquiries.models import Activity, Enquiry, EnquiryQuerySet
from enquiries.reach import may_reach
from enquiries.routing import Routing, routings
from enquiries.services import lock_enquiry, record_activity, reroute_enquiry
from hub.current import current
from hub.errors import Refused
from hub.models import Authority, NeighbourHub
from hub.working_time import today

PARKED_AT_MOST = datetime.timedelta(days=92)
_LETTER = "referred_elsewhere"


@dataclass(frozen=True)
class Difference:
    """An enquiry for which the rules say something else now."""

    enquiry: Enquiry  # as it is
    routing: Routing  # as it would be

    @property
    def in_words(self) -> str:
        """'Gateshead → Newcastle upon Tyne', 'no council → Gateshead'; the same council where only the home differs."""
        return f"{self.enquiry.authority or 'no council'} → {self.routing.authority or 'no council'}"


def differences(enquiries: EnquiryQuerySet) -> Iterator[Difference]:
    """Those still with the hub whose council or home the rules give differently now: after a new directory, or when a
    council joined or left. Nothing is written, and nothing is said of what was handed over."""
    related = ("authority", "residence", "chosen_authority", "not_authority")
    with_us = enquiries.filter(stage__in=HUB_STAGES).select_related(*related).order_by("pk")
    for enquiry, routing in routings(with_us.iterator(chunk_size=1000)):
        if (routing.authority, routing.residence) != (enquiry.authority, enquiry.residence):
            yield Difference(enquiry, routing)


@dataclass(frozen=True)
class Rerouted:
    reference: str
    result: str  # what changed, or why not


def reroute_differing(*, enquiries: EnquiryQuerySet, by=None) -> list[Rerouted]:
    """Run the rules again for those of them that differ, each by itself; gives what came of each. One that is refused,
    because it was handed over meanwhile, stops no other."""
    results = []
    for difference in list(differences(enquiries)):
        try:
            said = find_council_again(enquiry=difference.enquiry, by=by)
        except Refused as refusal:
            said = str(refusal)
        results.append(Rerouted(difference.enquiry.reference, said))
    return results


@transaction.atomic
def find_council_again(*, enquiry: Enquiry, by) -> str:
    """Run the rules again for an enquiry that is still with the hub; a sentence that says what came of it."""
    locked = lock_enquiry(enquiry.pk)
    if locked.stage not in HUB_STAGES:
        raise Refused("The council is not looked for again after the handover.")
    before, lived = locked.authority, locked.residence
    decision = reroute_enquiry(enquiry=enquiry, by=by)
    said = f"{decision.explanation} Directory: {decision.directory or 'none loaded'}."
    if before == decision.authority:
        moved = lived != decision.residence
        same = "Where they live is known better now; the council is the same" if moved else "Nothing has changed"
        return f"{same}: {before or 'no council found'}. {said}"
    return f"Now {decision.authority or 'no council'}, before {before or 'no council'}. {said}"


@transaction.atomic
def park_enquiry(*, enquiry: Enquiry, by, until: datetime.date, note: str, version: int | None = None) -> Activity:
    """Put an enquiry without a council aside until a day; no promise moves, and then it is in its queue again."""
    locked = lock_enquiry(enquiry.pk)
    if locked.authority_id is not None:
        raise Refused(f"It has a council, {locked.authority}: there is nothing to wait for.")
    if not today() < until <= today() + PARKED_AT_MOST:
        raise Refused("Put it aside until a day in the next three months.")
    return record_activity(enquiry=enquiry, kind="parked", by=by, version=version, until=until, note=note)


@transaction.atomic
def refer_elsewhere(*, enquiry: Enquiry, by, to: NeighbourHub, note: str = "", version: int | None = None) -> bool:
    """Close an enquiry without a council, because another region's hub is for them, and write them how to reach it.

    Gives whether an email was put in the outbox: only where they may be emailed and left an address. Their details
    are passed to nobody.
    """
    bookings_to_give_back(enquiry)  # whose events are locked before the enquiry
    locked = lock_enquiry(enquiry.pk)
    if locked.authority_id is not None:
        raise Refused(f"It has a council, {locked.authority}: it is not for another hub.")
    if locked.stage not in HUB_STAGES:
        raise Refused("This enquiry is no longer with the hub.")
    if version is not None and version != locked.version:
        raise Refused("This enquiry has changed since you opened it. Nothing was sent. Look again.")
    written = write_to_household(
        enquiry=enquiry,
        template=_LETTER,
        context=_in_the_letter(locked, to),
        about=f"Told them of {to}",
        key=f"{locked.reference}:{to.pk}:{locked.version}",  # told anew, should it be reopened and referred again
        by=by,
    )
    told = "They were written how to reach it." if written else "They were not written to: tell them another way."
    said = f"Referred to {to}. {told}\n\n{note}".strip()
    close_enquiry(enquiry=enquiry, by=by, reason="out_of_area", note=said)
    return written


def letter_of_referral(*, enquiry: Enquiry, to: NeighbourHub) -> str:
    """What they would be written, as it would be sent; empty where they may not be emailed or left no address."""
    verdict = may_reach(enquiry, "email")
    if not verdict:
        return ""
    about = {"enquiry": enquiry, "applicant": verdict.to, "hub": current().hub, **_in_the_letter(enquiry, to)}
    subject, _, body = render_to_string(f"messages/{_LETTER}.txt", about).strip().partition("\n")
    return f"{subject}\n\n{body.strip()}"


def _in_the_letter(enquiry: Enquiry, to: NeighbourHub) -> dict:
    return {"to": to, "lives_in": enquiry.residence}


@transaction.atomic
def keep_from_council(
    *, enquiry: Enquiry, by, authority: Authority | None, why: str = "", version: int | None = None
) -> Enquiry:
    """Mark the council that must not get to know of them, or with None take the mark away; routing keeps to it.

    `Refused` while that council holds the enquiry: then it knows already.
    """
    locked = lock_enquiry(enquiry.pk)
    if authority is not None and locked.held_by_id == authority.pk:
        raise Refused(f"{authority} has the enquiry already. Withdraw the handover, and tell your manager now.")
    if authority is not None and not why:
        raise Refused("Say why this council must not get to know of them.")
    locked.not_authority, locked.not_why = authority, why if authority else ""
    locked.save(update_fields=["not_authority", "not_why"])
    said = f"{authority} must not get to know of them: {why}" if authority else "Every council may get to know of them."
    record_activity(enquiry=enquiry, kind="details_changed", by=by, version=version, note=said)
    if locked.stage in HUB_STAGES:
        reroute_enquiry(enquiry=enquiry)
    enquiry.refresh_from_db(fields=["authority", "residence", "not_authority", "not_why"])
    return enquiry


def suggested_hub(enquiry: Enquiry) -> NeighbourHub | None:
    """The hub of the region where they live, as far as we know it."""
    if enquiry.residence_id is None:
        return None
    return NeighbourHub.objects.filter(authorities=enquiry.residence_id).first()
