"""The invented households to practise on: plain data in the shape of a package, and nowhere in the database."""

import datetime
from dataclasses import dataclass

from handover.preview import Preview
from hub.working_time import WorkingTime, today


@dataclass(frozen=True)
class Household:
    number: int
    people: tuple[tuple[str, str, str, str], ...]  # first name, last name, email, telephone (Ofcom's, for drama)
    area: str
    postcode: str
    interests: tuple[tuple[str, str], ...]
    spare_room: str
    best_reached: str
    asked_days_ago: int
    waits: int  # working days
    rules: tuple[str, ...] = ()
    by_email: bool = True

    @property
    def reference(self) -> str:
        return f"PRACTICE-{self.number}"

    @property
    def names(self) -> str:
        return " and ".join(f"{first} {last}" for first, last, *_ in self.people)


HOUSEHOLDS = {
    household.number: household
    for household in (
        Household(
            1, (("Miriam", "Ashdown", "miriam.ashdown@example.org", "+447700900781"),
                ("Leo", "Ashdown", "", "")),
            "ZZ1, your area", "ZZ1 4QX", (("short_term", "Short-term"), ("siblings", "Brothers and sisters together")),
            "Yes", "In the evening", 23, 3,
        ),
        Household(
            2, (("Bernadette", "Quayle", "bernadette.quayle@example.org", "+447700900532"),),
            "ZZ7, your area", "ZZ7 2DL", (("teenagers", "Teenagers"),), "Yes", "At any time", 41, 7,
            ("Do not leave a message.", "Mobile only, after 18:00.", "Do not email."), by_email=False,
        ),
        Household(
            3, (("Idris", "Fenwright", "idris.fenwright@example.org", "+447700900244"),
                ("Sunita", "Fenwright", "sunita.fenwright@example.org", "+447700900245")),
            "ZZ3, a neighbouring council", "ZZ3 9TB", (("not_sure", "Not sure yet"),), "Not yet", "In the morning",
            12, 1,
        ),
    )
}  # fmt: skip


def preview_of_invented(household: Household) -> Preview:
    return Preview(
        area=household.area,
        household="A couple" if len(household.people) > 1 else "One person",
        interests=", ".join(label for _, label in household.interests),
        spare_room=household.spare_room,
        availability=household.best_reached,
        days_since_enquiry=household.asked_days_ago,
        working_days_waiting=household.waits,
    )


def sent_on(household: Household, calendar: WorkingTime) -> datetime.date:
    """So many working days ago that the list says how long they wait."""
    day, left = today(), household.waits
    while left:
        left -= calendar.is_working_day(day)
        day -= datetime.timedelta(days=1)
    return day


def record_of(household: Household) -> dict:
    """The full record, as the page of a real one shows it (templates/handover/data_set.html)."""
    asked = today() - datetime.timedelta(days=household.asked_days_ago)
    spoke = asked + datetime.timedelta(days=1)
    return {
        "enquiry": {
            "received_on": asked.isoformat(), "channel": "web", "heard_from": "word_of_mouth",
            "postcode": household.postcode, "residence": None, "chosen_council": None, "chosen_why": "",
            "interests": [{"code": code, "label": label} for code, label in household.interests],
            "spare_room": {"Yes": "yes", "Not yet": "not_yet"}[household.spare_room],
        },
        "applicants": [
            {"first_name": first, "last_name": last, "email": email, "phone": phone}
            for first, last, email, phone in household.people
        ],
        "expression_of_interest": [
            {"title": "Your home", "answers": [
                {"question": "Who lives with you?", "answer": "Nobody else. This household is invented."},
                {"question": "Have you a garden?", "answer": "Yes, with a shed."},
            ]},
        ],
        "safe_contact": {"by_phone": True, "by_text": False, "by_email": household.by_email, "when": "",
                         "rules": list(household.rules)},
        "consent": {"given": True, "at": asked.isoformat(), "channel": "web",
                    "wording": "Yes, share my details with the council."},
        "facts": [
            {"on": asked.isoformat(), "label": "Enquiry received", "how": ""},
            {"on": spoke.isoformat(), "label": "Spoke with them", "how": "On the telephone"},
        ],
    }  # fmt: skip
