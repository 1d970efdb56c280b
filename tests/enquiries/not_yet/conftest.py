import datetime
import re

import pytest
import time_machine
from django.core import mail

from enquiries.letters.nudges import send_due_nudges
from enquiries.not_yet.services import start_hold
from hub.messages.services import send_due_messages
from tests.conftest import moment

NOW = moment("2026-11-17 10:00")  # a Tuesday
UNTIL = datetime.date(2027, 7, 13)  # a Tuesday too
THE_DAY = moment("2027-07-13 11:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def enquiry(clock, make_enquiry):
    enquiry = make_enquiry("in_touch")
    clock.shift(60)
    return enquiry


@pytest.fixture
def hold(worker, clock):
    """hold(enquiry) puts it on hold; whether they may be asked again is as given."""

    def put(enquiry, may_ask=True, until=UNTIL, **more):
        fact = start_hold(enquiry=enquiry, by=worker, until=until, reason="room", may_ask=may_ask, **more)
        clock.shift(60)
        return fact

    return put


@pytest.fixture
def asked(enquiry, hold, clock):
    """asked() lets the day come, and gives the path of the link that they were sent."""

    def ask() -> str:
        if not enquiry.on_hold:
            hold(enquiry)
        clock.move_to(THE_DAY)
        mail.outbox.clear()
        send_due_nudges()
        send_due_messages()
        return link_in(mail.outbox[-1].body)

    return ask


def link_in(body: str) -> str:
    return re.search(r"https?://[^/]+(/welcome-back/[\w-]{43}/)", body).group(1)
