"""What is open with a council that ends goes to whoever stands in its place: deliberately, and one by one."""

from dataclasses import dataclass

from django.db import transaction

from enquiries.services import lock_enquiry, record_activity
from handover.models import Agreement, Handover
from handover.services import send_handover, withdraw_handover
from hub.current import current
from hub.errors import Refused
from hub.models import Authority, User
from hub.places.directory import authority_codes_of
from hub.working_time import today

REASON = "council_ended"


@dataclass(frozen=True)
class Moved:
    handover: Handover
    moved: bool
    said: str  # what came of it, or why nothing did


def move_handovers(*, by: User, moves: dict[Handover, Authority]) -> list[Moved]:
    """Move each to the authority chosen for it, each by itself; gives what came of each. One that is refused stops no
    other, and stays where it is."""
    _refuse_unless_manager(by)
    results = []
    for handover, to in moves.items():
        try:
            results.append(Moved(handover, True, move_handover(handover=handover, to=to, by=by)))
        except Refused as refusal:
            results.append(Moved(handover, False, str(refusal)))
    return results


@transaction.atomic
def move_handover(*, handover: Handover, to: Authority, by: User) -> str:
    """From the day on, take one that is open to the successor; a sentence that says what came of it.

    One that waits for an answer is withdrawn (`council_ended`) and sent anew, with a package under the successor's own
    agreement. One that was accepted goes on there as it is: it is no new referral (docs/decisions/0030).
    """
    _refuse_unless_manager(by)
    enquiry = lock_enquiry(handover.enquiry_id)
    now = Handover.objects.select_related("authority", "sent_fact").get(pk=handover.pk)
    if to not in current().successors(now.authority, today()):
        raise Refused(f"{to} does not stand in the place of {now.authority} today.")
    if now.is_unanswered:
        withdraw_handover(handover=now, by=by, reason=REASON, note=f"{to} stands in its place.")
        sent = send_handover(enquiry=enquiry, authority=to, by=by)
        return f"Sent to {to} as {sent.reference}: it waits for their answer."
    if now.state != Handover.State.ACCEPTED:
        raise Refused(f"{now.reference} has ended: {now.get_state_display().lower()}.")
    if not Agreement.objects.current(today()).filter(authority=to).exists():
        raise Refused(f"{to} has no current data-sharing agreement. Record it first.")
    said = f"{to} stands in the place of {now.authority}, and goes on with it."
    record_activity(
        enquiry=enquiry, kind="handover_continued", by=None, about=now.sent_fact, authority=to,
        note=f"{said} ({by.name} moved it.)",
    )  # fmt: skip
    now.authority, now.worker = to, None
    now.save(update_fields=["authority", "worker"])
    return f"Goes on at {to}, as it stands."


def suggested(handovers: list[Handover], council: Authority) -> dict[Handover, Authority | None]:
    """For each the successor that the postcode directory gives, or the only one there is; None where it must be chosen.

    Before the day, those who are to come.
    """
    after = coming_after(council)
    if len(after) == 1:
        return dict.fromkeys(handovers, after[0])
    codes = authority_codes_of(handover.enquiry.postcode for handover in handovers if handover.enquiry.postcode)
    by_code = {authority.gss_code: authority for authority in after}
    return {handover: by_code.get(codes.get(handover.enquiry.postcode, "")) for handover in handovers}


def coming_after(council: Authority) -> list[Authority]:
    """Who stands in its place, or will."""
    return [succession.after for succession in council.successions.select_related("after").order_by("after__name")]


def _refuse_unless_manager(by: User) -> None:
    if not by.can("change_settings"):
        raise Refused("A manager moves what is open with a council.")
