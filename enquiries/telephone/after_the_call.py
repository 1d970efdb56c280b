"""What may be sent with a logged call, as ticks: after we spoke, and after nobody was reached."""

from django.db import transaction

from enquiries.casework.services import REACHED
from enquiries.eoi.services import invite_to_eoi
from enquiries.journey import Stage
from enquiries.letters.services import all_templates, may_write, send_template
from enquiries.models import Activity, Enquiry

INVITATION = "eoi_invitation"
# By outcome, the codes of the templates that are offered, where we may write so.
OFFERED = {
    True: ("information_pack", INVITATION),
    False: ("tried_to_ring", "tried_to_ring_text"),
}
_BY = {"email": "by email", "text": "by text message", "letter": "by letter"}


def messages_on_offer(enquiry: Enquiry) -> dict[bool, list[tuple[str, str]]]:
    """For "we spoke" and "not reached": code and name of each message that we may send them as things stand."""
    codes = {code for several in OFFERED.values() for code in several}
    templates = {one.code: one for one in all_templates() if one.code in codes}
    ways = {(one.channel, one.purpose) for one in templates.values()}
    may = {way: bool(may_write(enquiry, *way)) for way in ways}
    return {
        reached: [
            (code, f"{templates[code].name}, {_BY[templates[code].channel]}")
            for code in several
            if code in templates
            and may[templates[code].channel, templates[code].purpose]
            and (code != INVITATION or _may_be_invited(enquiry))
        ]
        for reached, several in OFFERED.items()
    }


@transaction.atomic
def send_with_the_call(*, enquiry: Enquiry, by, fact: Activity, outcome: str, send: list[str]) -> None:
    """Send what was ticked, in the transaction of the call: `Refused`, and nothing logged, where one may not go."""
    for code in send:
        if code not in OFFERED[outcome == REACHED]:
            continue
        if code == INVITATION:
            invite_to_eoi(enquiry=enquiry, by=by)
        else:
            send_template(enquiry=enquiry, template=code, by=by, key=f"call:{fact.pk}")


def _may_be_invited(enquiry: Enquiry) -> bool:
    return enquiry.stage in (Stage.NEW, Stage.IN_TOUCH) and not enquiry.on_hold
