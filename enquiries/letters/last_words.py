"""The last message to whoever cannot be reached, and how long we wait for an answer to it."""

import datetime

from enquiries.journey import LAST_TRY
from hub.working_time import today, working_time

TEMPLATES = {"email": "last_try", "text": "last_try_text", "letter": "last_try_letter"}
WAIT = 10  # working days


def answer_by(sent_on: datetime.date) -> datetime.date:
    """The day up to which they can answer."""
    return working_time().add_working_days(sent_on, WAIT)


def wait_until(template: str) -> dict:
    """What its fact keeps beside the words; nothing where the template is another."""
    return {"outcome": LAST_TRY, "until": answer_by(today())} if template in TEMPLATES.values() else {}
