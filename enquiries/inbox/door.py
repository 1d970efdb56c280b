"""Where the public form ends: an enquiry, or a submission held for a person to judge. They see no difference."""

import datetime

from enquiries.inbox.services import held_under, hold_submission, submission_known
from enquiries.inbox.signs import signs_of_a_machine
from enquiries.intake.services import Intake, receive_enquiry
from enquiries.models import Enquiry, HeldSubmission
from hub.throttle import address_of, require

FROM_ONE_BROWSER = 10  # an hour: whoever helps at an event hands the phone round
HOUR = datetime.timedelta(hours=1)
TOO_OFTEN = "This browser has sent many enquiries in a short time. Please try again {when}."


def take_submission(
    request, *, intake: Intake, key: str, trapped: bool = False, started_at: datetime.datetime | None = None
) -> tuple[str, Enquiry | None]:
    """Take what the form delivered under the draft's key: the reference, and the enquiry if it is not held.

    The same key gives the same reference. Raises `TooOften`, and takes nothing, where one browser sends without end.
    """
    require("submissions-by", request.session.session_key or "", FROM_ONE_BROWSER, HOUR, sentence=TOO_OFTEN)
    why = signs_of_a_machine(intake, trapped=trapped, started_at=started_at, address=address_of(request))
    taken: Enquiry | HeldSubmission
    if why:
        taken = submission_known(key) or hold_submission(intake=intake, key=key, why=why)
    else:
        # Held at first, and sent again when it no longer looks too fast: the reference stays what it was.
        taken = held_under(key) or receive_enquiry(intake=intake, recorder="enquirer", idempotency_key=key)
    return taken.reference, taken if isinstance(taken, Enquiry) else None
