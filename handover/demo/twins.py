"""A handful who asked twice, each in another way: most for staff to decide on, and the last merged."""

import datetime
from dataclasses import replace

from enquiries.duplicates.merging import merge_enquiries
from enquiries.duplicates.services import rebuild_keys
from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.journey import Stage
from enquiries.models import Enquiry
from hub.models import User

_FOUND_IN = (Stage.IN_TOUCH, Stage.NEW)


def make_twins(history: list[Enquiry], *, now: datetime.datetime) -> int:
    """Of the history's open enquiries the latest in which somebody gave everything ask again: how many did."""
    rebuild_keys([enquiry.pk for enquiry in history])
    asked = [enquiry for enquiry in history if enquiry.stage in _FOUND_IN and not enquiry.on_hold]
    asked.sort(key=lambda enquiry: (enquiry.received_at, enquiry.reference), reverse=True)
    made: list[tuple[Enquiry, Enquiry]] = []
    for enquiry in asked:
        first = enquiry.applicants.first()
        if first is None or not all((first.first_name, first.last_name, first.email, first.phone, enquiry.postcode)):
            continue
        person = Person(first.first_name, first.last_name, first.email, first.phone)
        again = _again(enquiry, _WAYS[len(made)](person), now)
        if again.pk == enquiry.pk:
            continue  # known for sure, and so joined: nothing is left to decide
        made.append((enquiry, again))
        if len(made) == len(_WAYS):
            break
    if len(made) > 2:
        survivor, absorbed = made[-1]
        merge_enquiries(survivor=survivor, absorbed=absorbed, by=User.objects.get(email="worker@hub.example.org"))
    return len(made)


def _again(enquiry: Enquiry, person: Person, now: datetime.datetime) -> Enquiry:
    intake = Intake(
        channel="phone",
        received_at=max(now - datetime.timedelta(hours=9), enquiry.received_at),
        applicants=[person],
        postcode=enquiry.postcode,
        spare_room="yes",
        message="I think I asked you once before.",
    )
    return receive_enquiry(intake=intake, acknowledge=False)


# What is not as it was the first time: a last name, a digit and the mailbox, the order of the names, a letter, a form.
_WAYS = (
    lambda person: replace(person, last_name="Featherstone"),
    lambda person: replace(person, phone=f"{person.phone[:-1]}{(int(person.phone[-1]) + 4) % 10}", email=""),
    lambda person: replace(person, first_name=person.last_name, last_name=person.first_name, email=""),
    lambda person: replace(person, last_name=f"{person.last_name}e", email=""),
    lambda person: replace(person, last_name=f"{person.last_name}-Ogle", email=""),
)
