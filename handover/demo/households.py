"""Who enquires in the demo's region, and when: invented people at real postcodes."""

import datetime
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from enquiries.intake.services import Person
from enquiries.journey import INTERESTS
from handover.demo import words
from handover.demo.story import Happened, Story, pick
from hub.working_time import LONDON, WorkingTime

# GSS code: share of enquiries (Ofsted 2018-19 by council; Durham's and Sunderland's by their places instead).
SHARES = {
    "E06000047": 330, "E06000057": 330, "E08000021": 290, "E08000024": 190, "E06000002": 190, "E08000022": 160,
    "E08000037": 150, "E06000004": 130, "E06000003": 105, "E08000023": 95, "E06000005": 85, "E06000001": 45,
}  # fmt: skip
OUTSIDE = ["E06000063", "E06000065"]  # Cumberland and North Yorkshire, the neighbours
MONTHS = {1: 1.3, 5: 1.3, 8: 0.8, 9: 1.1, 12: 0.6}
CHANNEL = {"web": 60, "phone": 25, "event": 7, "email": 5, "referral": 1.5, "authority": 1.5}
SOURCE = {
    "social_media": 25, "search": 25, "word_of_mouth": 20, "event": 8, "advertising": 10, "council": 7, "other": 5,
    "": 4,
}  # fmt: skip


@dataclass
class Household:
    received_at: datetime.datetime
    channel: str
    source: str
    campaign: str
    people: list[Person]
    postcode: str
    residence: str  # GSS code, "" where not known
    chosen: str
    spare_room: str
    interests: list[str]
    message: str
    safe_contact: dict
    owner: int
    facts: list[Happened]


@dataclass(frozen=True)
class Region:
    """What the stories need to know: the calendar, postcodes by authority, and who cannot be sent anything when."""

    calendar: WorkingTime
    postcodes: dict[str, list[str]]
    cannot_send: object


def households(dice: Random, region: Region, *, count: int, months: int, now: datetime.datetime) -> Iterator[Household]:
    """As many households as asked, received over the months up to now, earliest first, with their facts up to now."""
    moments = sorted(_moments(dice, region.calendar, count, months, now))
    for number, received_at in enumerate(moments):
        yield _household(dice, region, received_at, number, now)


def _moments(dice, calendar, count, months, now) -> Iterator[datetime.datetime]:
    today = now.astimezone(LONDON).date()
    days = [today - datetime.timedelta(days=back) for back in range(round(months * 30.44))]
    weights = [_weight(day, (today - day).days) for day in days]
    for day in dice.choices(days, weights, k=count):
        moment = _time_of_day(dice, calendar, day)
        yield moment if moment < now else now - datetime.timedelta(minutes=dice.randint(20, 600))


def _weight(day: datetime.date, days_ago: int) -> float:
    weekend = 0.5 if day.weekday() >= 5 else 1
    return MONTHS.get(day.month, 1) * weekend * 0.93 ** (days_ago / 365)


def _time_of_day(dice, calendar, day) -> datetime.datetime:
    open_hours = calendar.is_working_day(day) and dice.random() < 0.72
    hour = dice.randint(9, 16) if open_hours else dice.choice([7, 8, 12, 17, 18, 19, 19, 20, 20, 21, 21, 22, 23])
    return datetime.datetime.combine(day, datetime.time(hour, dice.randint(0, 59), dice.randint(0, 59)), tzinfo=LONDON)


def _household(dice, region, received_at, number, now) -> Household:
    channel, source = pick(dice, CHANNEL), pick(dice, SOURCE)
    people = list(_people(dice, number))
    residence, postcode = _home(dice, region)
    chosen = dice.choice(list(SHARES)) if dice.random() < (0.08 if residence in SHARES else 0.3) else ""
    authority = chosen or (residence if residence in SHARES else "")
    story = Story(
        dice, region.calendar, received_at, authority,
        channel=channel, source=source, email=people[0].email, cannot_send=region.cannot_send,
    )  # fmt: skip
    return Household(
        received_at=received_at, channel=channel, source=source,
        campaign=dice.choice(words.CAMPAIGNS.get(source, [""])), people=people, postcode=postcode,
        residence=residence, chosen=chosen,
        spare_room=dice.choices(["yes", "not_yet", "no", ""], [70, 12, 8, 10])[0],
        interests=dice.sample(list(INTERESTS), dice.choice([1, 1, 2, 2, 3])),
        message=dice.choice(words.MESSAGES) if channel == "web" and dice.random() < 0.5 else "",
        safe_contact=dice.choice(words.SAFE_RULES) if dice.random() < 0.09 else {},
        owner=dice.randrange(3),
        facts=[fact for fact in story.tell() if fact.at <= now],
    )  # fmt: skip


def _people(dice, number) -> Iterator[Person]:
    last = dice.choice(words.LAST_NAMES)
    first = dice.choice(words.FIRST_NAMES)
    email = f"{plain(first)}.{plain(last)}{number}@example.org" if dice.random() < 0.93 else ""
    yield Person(first, last, email, _phone(dice) if dice.random() < 0.95 or not email else "")
    if dice.random() < 0.6:
        partner = dice.choice(words.FIRST_NAMES)
        yield Person(partner, last if dice.random() < 0.75 else dice.choice(words.LAST_NAMES))


def plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def _phone(dice) -> str:
    """Ofcom's numbers for drama: nobody's."""
    start = dice.choices(["+447700900", "+441914980", "+441632960"], [85, 10, 5])[0]
    return f"{start}{dice.randint(0, 999):03}"


def _home(dice, region) -> tuple[str, str]:
    chance = dice.random()
    if chance < 0.03:
        return "", ""
    if chance < 0.04:
        return "", "NE99 9ZZ"  # in no directory
    code = dice.choice(OUTSIDE) if chance < 0.07 else pick(dice, SHARES)
    postcodes = region.postcodes.get(code)
    return (code, dice.choice(postcodes)) if postcodes else ("", "")
