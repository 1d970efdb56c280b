"""Who at the authority looks after a referral: named by the authority's own people, and told to the person."""

from django.db import transaction

from enquiries.letters.outbox import write_to_household
from enquiries.services import record_activity
from handover.models import Handover
from handover.services import lock_for_writing
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.models import User
from hub.working_time import today


@in_place_of_the_hub
@transaction.atomic
def name_worker(*, handover: Handover, by: User, to: User) -> Handover:
    """The receiving authority says which of its people looks after them, from now on; the household is told by email
    where we may email.

    Raises `Refused` for anybody who is not of its team or cannot sign in, and where nothing would change.
    """
    enquiry, current = lock_for_writing(handover, by)
    if to.authority_id != current.authority_id or not to.is_authority_staff or to.is_system:
        raise Refused(f"Choose somebody of {current.authority} who can sign in.")
    if current.worker_id == to.pk:
        raise Refused(f"{to.name} looks after them already.")
    record_activity(enquiry=enquiry, kind="worker_named", by=by, about=current.sent_fact, note=to.name)
    current.worker = to
    current.save(update_fields=["worker"])
    write_to_household(
        enquiry=enquiry,
        template="worker_named",
        context={"council": current.authority, "worker": to},
        about=f"{to.name} at {current.authority} looks after them",
        # Chosen to and fro within a day, each is told once.
        key=f"{current.reference}:{to.pk}:{today()}",
        by=by,
    )
    return current
