"""Expressions of interest of the demo's households, as such people may fill them in: the same for one reference."""

import datetime
from random import Random
from typing import Any

from enquiries.eoi.sections import SECTIONS
from enquiries.models import Applicant, Enquiry, EoiSection

_STREETS = (
    "Quarry Bank",
    "Station Road",
    "Chapel Row",
    "Beech Avenue",
    "Harbour View",
    "Mill Lane",
    "Coronation Street",
)
_CHILDREN = ("Ben", "Ada", "Ellie", "Yusuf", "Grace", "Oskar", "Maya", "Callum", "Zara", "Noah")
_PETS = (
    "Biscuit, an old Labrador. He sleeps most of the day and loves children.",
    "Two cats, who keep to themselves.", "A rabbit in the garden.", "A young collie, lively, well trained.",
)  # fmt: skip
_JOBS = (
    ("Teaching assistant", 25), ("Nurse on a ward", 34), ("Bus driver", 38), ("I have a small bakery", 30),
    ("Office work, mostly from home", 30), ("Electrician", 40), ("Care worker", 24), ("Shop manager", 37),
)  # fmt: skip
_HEALTH = ("My back: no heavy lifting.", "Asthma, well under control.", "I hear badly on one side.")
_EXPERIENCE = {
    "own": "Three of our own, the youngest has just left home.",
    "family": "Our nieces stay with us most weekends.",
    "school": "Ten years in a primary school, much of it with children who needed more.",
    "care": "I have worked in a children’s home, nights and weekends.",
    "volunteer": "I run the under-12s at our football club.",
}
_LAST = ("We have talked about this for years.", "Nervous, and looking forward to it.", "", "")


def parts_for(
    enquiry: Enquiry, people: list[Applicant], *, at: datetime.datetime, by=None, share: float = 1
) -> list[EoiSection]:
    """The rows of its parts as saved then, by themselves or by a member of staff; with `share` below 1 only so many of
    them, the last one half-filled."""
    dice = Random(enquiry.reference)
    parts = [
        (section, position)
        for position in range(len(people) + 1)
        for section in SECTIONS
        if section.each == bool(position)
    ]
    told = parts[: max(1, round(len(parts) * share))]
    rows = [_row(dice, enquiry, section, position, at, by) for section, position in told]
    if len(told) < len(parts):
        _leave_half_filled(rows[-1])
    return rows


def _row(dice: Random, enquiry: Enquiry, section, position: int, at: datetime.datetime, by) -> EoiSection:
    return EoiSection(
        enquiry=enquiry, code=section.code, position=position, answers=_ANSWERS[section.code](dice, enquiry),
        complete=True, saved_at=at, saved_by=by, recorder="person" if by else "enquirer",
    )  # fmt: skip


def _leave_half_filled(row: EoiSection) -> None:
    first = next(iter(row.answers))
    row.answers, row.complete = {first: row.answers[first]} if len(row.answers) > 1 else {}, False


def _household(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    if dice.random() < 0.35:
        return {"others": "no"}
    names = dice.sample(_CHILDREN, dice.randint(1, 3))
    people: list[dict[str, Any]] = [
        {"name": name, "age": dice.randint(2, 19), "relation": dice.choice(["son", "daughter"]), "stays": "lives"}
        for name in names
    ]
    if dice.random() < 0.2:
        people.append({"name": "Joyce", "age": dice.randint(66, 84), "relation": "my mother", "stays": "often"})
    return {"others": "yes", "people": people}


def _home(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    bedrooms = dice.choice([2, 3, 3, 3, 4, 4, 5])
    home: dict[str, Any] = {
        "address": f"{dice.randint(1, 140)} {dice.choice(_STREETS)}",
        "tenure": dice.choices(["own", "rent", "family"], [6, 3, 1])[0],
        "bedrooms": bedrooms,
        "spare_room": enquiry.spare_room or "yes",
        "smoking": dice.choices(["no", "outside", "yes"], [8, 2, 1])[0],
    }
    if home["tenure"] == "rent":
        home["landlord"] = dice.choice(["council", "association", "private"])
        home["permission"] = dice.choice(["yes", "asked", "not_asked"])
    return home


def _children(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    if dice.random() < 0.7:
        return {"elsewhere": "no"}
    child = {
        "name": dice.choice(_CHILDREN),
        "age": dice.randint(19, 34),
        "contact": dice.choice(["every week", "often"]),
    }
    return {"elsewhere": "yes", "children": [child], "view": "They think that we would be good at it."}


def _pets(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    return {"pets": "yes", "which": dice.choice(_PETS)} if dice.random() < 0.45 else {"pets": "no"}


def _work(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    working = dice.choices(["yes", "home", "retired", "not_now"], [6, 2, 2, 1])[0]
    time_off = "yes" if working != "yes" else dice.choice(["yes", "perhaps", "perhaps"])
    work: dict[str, Any] = {"working": working, "time_off": time_off}
    if working == "yes":
        job, hours = dice.choice(_JOBS)
        work |= {"job": job, "hours": hours, "flexible": dice.choice(["yes", "partly", "no"])}
    return work


def _health(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    bears = dice.choices(["no", "yes", "talk"], [8, 2, 1])[0]
    return {"bears": bears, "words": dice.choice(_HEALTH)} if bears == "yes" else {"bears": bears}


def _experience(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    kind = dice.choice([*_EXPERIENCE, "none"])
    answers: dict[str, Any] = {"kinds": [kind], "before": "no"}
    if kind in _EXPERIENCE:
        answers["words"] = _EXPERIENCE[kind]
    if dice.random() < 0.08:
        answers |= {"before": "yes", "before_words": "We asked an agency four years ago, and moved home then."}
    return answers


def _fostering(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    ages = [code for code in ("0_4", "5_10", "11_15", "16_17") if dice.random() < 0.4]
    how_many = "2" if "siblings" in enquiry.interests else dice.choice(["1", "1", "2", "not_sure"])
    return {"interests": enquiry.interests or ["not_sure"], "ages": ages or ["not_sure"], "how_many": how_many}


def _checks(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    return {"agree": "yes"}


def _last(dice: Random, enquiry: Enquiry) -> dict[str, Any]:
    times = [code for code in ("morning", "afternoon", "evening", "saturday") if dice.random() < 0.4]
    return {name: value for name, value in (("times", times), ("words", dice.choice(_LAST))) if value}


_ANSWERS = {
    "household": _household, "home": _home, "children": _children, "pets": _pets, "work": _work, "health": _health,
    "experience": _experience, "fostering": _fostering, "checks": _checks, "last": _last,
}  # fmt: skip
