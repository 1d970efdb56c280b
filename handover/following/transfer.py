"""From one council to another in one step: taken back and sent in one transaction, so that nobody stands between."""

from django.db import transaction

from handover.models import Handover
from handover.services import locked_pair, send_handover, withdraw_handover
from hub.errors import Refused
from hub.models import Authority, User


@transaction.atomic
def transfer_handover(
    *, handover: Handover, to: Authority, by: User, reason: str, note: str = "", as_seen: str = "", seen: str = ""
) -> Handover:
    """Withdraw it with a coded reason and send the enquiry to another authority; gives the new handover.

    Both teams are told, without a word about the people, and the people who has their details now. `as_seen` is the
    state, `seen` the hash of the data set that the sender looked at. `Refused` for the reasons of withdrawing and of
    sending; then nothing has changed.
    """
    enquiry, current = locked_pair(handover)
    if to.pk == current.authority_id:
        raise Refused(f"{current.reference} is with {to} already. Choose another council.")
    withdraw_handover(handover=current, by=by, reason=reason, note=note, as_seen=as_seen)
    enquiry.refresh_from_db()
    return send_handover(enquiry=enquiry, authority=to, by=by, seen=seen)
