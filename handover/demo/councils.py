"""The demo's councils: a team each, with somebody suspended and somebody invited, and their figures of past months."""

import datetime
from random import Random

import pghistory
from django.utils.text import slugify

from handover.demo import words
from handover.demo.households import SHARES
from handover.figures.models import MonthlyFigures
from handover.figures.months import last_day_of, last_month, month_before, was_member_in
from hub.models import Authority, User
from hub.people.demo import DEMO_PEOPLE
from hub.people.roles import Role
from hub.working_time import LONDON, start_of_day, today, working_time

SUSPENDED_WHY = ("Has left", "On leave until spring", "Not signed in for 90 days")
MOST_MONTHS = 13
NOT_SUPPLIED = 0.12  # of a council's months; the latest more often
REMARKS = ("Two households moved to a neighbouring council.", "Counted after the yearly reviews.")


def make_council_teams(dice: Random) -> int:
    """Beside those who are there: a lead where there is none, one suspended, one invited; gives how many were added."""
    names = _names(dice)
    added = []
    for council in Authority.objects.filter(gss_code__in=SHARES).order_by("gss_code"):
        if not User.objects.filter(authority=council, role=Role.AUTHORITY_LEAD).exists():
            added.append(_member(next(names), council, role=Role.AUTHORITY_LEAD, last_login=_ago(dice.randint(0, 9))))
        gone = _ago(dice.randint(10, 60))
        why = dice.choice(SUSPENDED_WHY)
        added.append(_member(next(names), council, is_active=False, suspended_at=gone, suspended_why=why,
                             last_login=_ago(dice.randint(101, 150))))  # fmt: skip
        asked = _ago(dice.randint(1, 6))
        added.append(_member(next(names), council, joined_at=asked, invited_at=asked))
    with pghistory.context(user=User.objects.get(email="manager@hub.example.org").pk):
        User.objects.bulk_create(added)
    _seen_lately(dice)
    return len(added)


def _member(name: str, council: Authority, **more) -> User:
    email = f"{slugify(name).replace('-', '.')}@{slugify(council.name)}.example.org"
    fields = {"role": Role.AUTHORITY_WORKER, "joined_at": _ago(400), **more}
    person = User(email=email, name=name, authority=council, **fields)
    person.set_unusable_password()
    return person


def _seen_lately(dice: Random) -> None:
    """Everybody who was there before has signed in within the last days, one of them so long ago that it was warned."""
    people = User.objects.active().filter(last_login__isnull=True, invited_at__isnull=True)
    for person in people.order_by("pk"):
        person.joined_at, person.last_login = _ago(500), _ago(dice.randint(0, 12))
        if person.email == "worker@newcastle.example.org":
            person.last_login, person.unused_warned_at = _ago(68), _ago(8)
        person.save(update_fields=["joined_at", "last_login", "unused_warned_at"])


def make_figures(dice: Random, *, months: int) -> int:
    """Of the past months, as the councils sent them in the first days of the next; some never did. Gives how many."""
    sender = {person.authority_id: person for person in User.objects.active().order_by("-role", "-pk")}
    made = []
    for council in Authority.objects.filter(gss_code__in=SHARES).order_by("gss_code"):
        made += _of_council(dice, council, sender[council.pk], min(months, MOST_MONTHS))
    return len(MonthlyFigures.objects.bulk_create(made))


def _of_council(dice: Random, council: Authority, by: User, months: int) -> list[MonthlyFigures]:
    households = SHARES[council.gss_code] // 2
    hubs = households // 60
    month, made = last_month(), []
    for back in range(months):
        gone = dice.choice([0, 0, 1, 1, 2, 3])
        if was_member_in(council, month) and dice.random() > NOT_SUPPLIED * (3 if back == 0 else 1):
            made.append(
                MonthlyFigures(
                    authority=council, month=month, version=1, approved_households=households,
                    deregistered_households=gone, approved_carers=round(households * 1.6),
                    children_placed=round(households * 0.9) + dice.randint(-2, 2),
                    constellations=hubs if dice.random() > 0.1 else None, satellites=hubs * 8, via="form",
                    remarks=dice.choice(REMARKS) if dice.random() < 0.08 else "", sent_by=by,
                    sent_at=_sent_at(dice, month),
                )
            )  # fmt: skip
        # Backwards: before those who went, and without those who came since.
        households += gone - dice.choice([0, 1, 1, 2])
        month = month_before(month)
    return made


def _sent_at(dice: Random, month: datetime.date) -> datetime.datetime:
    day = min(working_time().add_working_days(last_day_of(month), dice.randint(2, 8)), today())
    return datetime.datetime.combine(day, datetime.time(9, dice.randint(0, 59)), tzinfo=LONDON)


def _ago(days: int) -> datetime.datetime:
    return start_of_day(today() - datetime.timedelta(days=days)) + datetime.timedelta(hours=9)


def _names(dice: Random):
    """Invented names, each once and none of somebody who is there."""
    taken = {name for _, _, name, _ in DEMO_PEOPLE} | set(User.objects.values_list("name", flat=True))
    first, last = words.FIRST_NAMES, words.LAST_NAMES
    while True:
        name = f"{dice.choice(first)} {dice.choice(last)}"
        if name not in taken:
            taken.add(name)
            yield name
