import itertools

import pytest

from enquiries.intake.services import Person, receive_enquiry
from tests.factories import intake, make_enquiry

_number = itertools.count(1)


@pytest.fixture
def ask(directory):
    """ask("Beth", "Ellis", email=…) gives the enquiry that comes of asking; nobody is told anything."""

    def asks(first="Beth", last="Ellis", *, partner=None, recorder="enquirer", by=None, **changes):
        number = next(_number)
        way = {
            "email": changes.pop("email", f"nobody{number}@example.org"),
            "phone": changes.pop("phone", f"+44770090{number:04d}"),
            "born_on": changes.pop("born_on", None),
        }
        people = [Person(first, last, **way), *([Person(*partner)] if partner else [])]
        changes.setdefault("postcode", "NE8 1AA")
        return receive_enquiry(intake=intake(applicants=people, **changes), recorder=recorder, by=by, acknowledge=False)

    return asks


@pytest.fixture
def two(ask):
    """two("eoi", "new") gives two enquiries of different people in these stages."""
    made = []

    def of(stage, other="new", **changes):
        second = changes.pop("_1", {})
        for number, reached in enumerate((stage, other)):
            given = second if number else {}
            first, last = ("Beth", "Ellis") if number == 0 else ("Orla", "Quinn")
            person = Person(first, last, f"{first}@example.org".lower(), f"+4477009008{number:02d}")
            made.append(make_enquiry(reached, applicants=[person], **{**changes, **given}))
        return made[-2], made[-1]

    return of
