"""The weekly test of the ways in: what to do, when it was last done, and what is due."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from enquiries.models import LineTest

EVERY = datetime.timedelta(days=7)
HOW = {
    LineTest.Way.FORM: (
        "Open the website on a mobile telephone, not signed in, and send an enquiry with the name “Test” and your own "
        "email address. See that the confirmation gives a reference, that the email comes, and that the enquiry stands "
        "on Today. Close it with the reason “A test”."
    ),
    LineTest.Way.PHONE: (
        "Ring the hub’s number from a telephone outside, in opening hours: does it ring here? Ring once more and let "
        "it go to voicemail: is the call under “Missed calls waiting”? Close what came of it with the reason “A test”."
    ),
    LineTest.Way.EMAIL: (
        "Write to the hub’s address from an address of your own outside, with the word “Test”. See that it comes into "
        "the inbox here, answer it, and see that the answer arrives."
    ),
}
FAILED = {
    LineTest.Way.FORM: (
        "Tell whoever runs the system now, with the time and what you saw. Until it is mended, put the telephone "
        "number on social media and on the councils’ pages."
    ),
    LineTest.Way.PHONE: (
        "Ring the telephone provider now, and tell your manager. Until it is mended, ask the provider to divert the "
        "number to a mobile that somebody answers. Nobody hears of callers who gave up."
    ),
    LineTest.Way.EMAIL: (
        "Tell whoever runs the mailbox now. Look into its spam folder and into the inbox’s list of what could not be "
        "read: what came in meanwhile is there."
    ),
}


@dataclass(frozen=True)
class Line:
    """One way in, with its latest test, if there was ever one."""

    way: LineTest.Way
    last: LineTest | None
    now: datetime.datetime

    @property
    def how(self) -> str:
        return HOW[self.way]

    @property
    def failed(self) -> bool:
        return self.last is not None and not self.last.worked

    @property
    def what_to_do(self) -> str:
        return FAILED[self.way] if self.failed else ""

    @property
    def due_at(self) -> datetime.datetime | None:
        return self.last.tested_at + EVERY if self.last else None

    @property
    def overdue(self) -> bool:
        return self.due_at is None or self.due_at < self.now

    @property
    def in_words(self) -> str:
        """'The telephone number did not work on 3 March', 'The email address was never tested'."""
        if self.last is None:
            return f"{self.way.label} was never tested"
        day = f"{self.last.tested_at:%-d %B}"
        return f"{self.way.label} {'did not work on' if self.failed else 'was last tested on'} {day}"


def lines() -> list[Line]:
    """Every way in, in one query."""
    latest = {test.way: test for test in LineTest.objects.order_by("way", "-tested_at", "-pk").distinct("way")}
    now = timezone.now()
    return [Line(way, latest.get(way), now) for way in LineTest.Way]


def to_see_to() -> list[Line]:
    """Those that did not work, then those whose test is overdue."""
    return sorted((line for line in lines() if line.failed or line.overdue), key=lambda line: not line.failed)
