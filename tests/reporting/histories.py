"""Random histories for the measures: gaps, jumps, mistakes, second thoughts. The same seed gives the same world."""

import datetime
import itertools
import random

from enquiries.journey import CHANNELS, CLOSED_REASONS, SOURCES
from tests.reporting.oracle import LONDON, Fact, Household, World

DAY = datetime.timedelta(1)
START = datetime.date(2026, 6, 20)
TIMES = ["00:00", "08:59", "09:00", "11:30", "11:30", "14:45", "16:59", "17:00", "17:01", "23:59"]
# Always, until before September, from its last day, between, never.
# What an import brings: .NET's empty date, Excel's, a slip of the pen, and dates to come.
ODD_DAYS = [
    (1, 1, 1),
    (1, 1, 2),
    (1900, 1, 1),
    (1899, 12, 30),
    (1999, 12, 31),
    (2000, 1, 1),
    (206, 9, 9),
    (2027, 3, 26),
]
MEMBERSHIPS = [
    ("E08000037", datetime.date(2023, 9, 1), None),
    ("E08000021", datetime.date(2023, 9, 1), datetime.date(2026, 8, 31)),
    ("E08000024", datetime.date(2026, 9, 30), None),
    ("E08000022", datetime.date(2024, 1, 1), datetime.date(2026, 9, 1)),
    ("E08000022", datetime.date(2026, 9, 20), None),
]
PLACES = ["E08000037", "E08000037", "E08000021", "E08000024", "E08000022", "E08000035", None]
SINGLE = [
    ("attempt", 0.3),
    ("conversation", 0.8),
    ("conversation", 0.3),
    ("initial_visit", 0.5),
    ("initial_visit", 0.1),
    ("eoi_submitted", 0.5),
    ("eoi_returned", 0.1),
    ("eoi_submitted", 0.1),
    ("eoi_authorised", 0.4),
    ("application_received", 0.6),
    ("application_received", 0.1),
    ("stage1_started", 0.1),
    ("stage1_completed", 0.2),
    ("stage2_started", 0.2),
    ("panel_held", 0.1),
    ("decided", 0.5),
    ("decided", 0.2),
    ("hold_started", 0.3),
    ("hold_ended", 0.4),
    ("hold_started", 0.1),
]
WITHDRAWN = "handover_withdrawn"
ANSWERS = ["handover_accepted"] * 4 + ["handover_declined", "handover_returned", WITHDRAWN]


class Histories:
    def __init__(self, seed, count):
        self.random = random.Random(seed)
        self.ids = itertools.count(1)
        self.facts = []
        self.households = [self.household(number) for number in range(1, count + 1)]
        for household in self.households:
            self.history(household)
        for household in self.households[1:]:
            if self.chance(0.15):
                self.merge(household)
        self.number_in_order_of_recording()

    @property
    def world(self):
        weekday, weekend = datetime.date(2026, 9, 3), datetime.date(2026, 9, 12)
        return World(self.households, self.facts, MEMBERSHIPS, {weekday}, {weekend, datetime.date(2026, 8, 31)})

    def chance(self, share):
        return self.random.random() < share

    def household(self, number):
        pick = self.random.choice
        return Household(
            number,
            channel=pick(list(CHANNELS)),
            source=pick([*SOURCES, "", ""]),
            residence=pick(PLACES),
            chosen=pick(PLACES) if self.chance(0.2) else None,
        )

    def moment(self, day):
        time = datetime.time.fromisoformat(self.random.choice(TIMES))
        return datetime.datetime.combine(day, time, tzinfo=LONDON)

    def add(self, household, kind, day, *, after=None, **details):
        """A fact of the day, mostly recorded soon after it, sometimes much later; never before `after` was."""
        at = self.moment(day)
        delay = datetime.timedelta(hours=self.random.choice([0, 0, 0, 1, 20, 20, 24 * 6, 24 * 40]))
        recorded = at + delay if after is None else max(at + delay, after.recorded)
        fact = Fact(next(self.ids), household.id, kind, at, recorded, **details)
        self.facts.append(fact)
        return fact

    def history(self, household):
        day = START + self.random.randrange(105) * DAY
        received = self.add(household, "received", day)
        received.recorded = received.at
        made = []
        for kind, share in SINGLE:
            # Mostly one after the other, often on one day, now and then out of order or before the enquiry.
            day += self.random.choice([0, 0, 0, 1, 1, 2, 5, 9, 20]) * DAY if self.chance(0.5) else 0 * DAY
            if self.chance(share):
                on = day if self.chance(0.75) else received.on + self.random.randrange(-6, 45) * DAY
                made.append(self.add(household, kind, on, after=received, **self.details(kind)))
            if kind == "eoi_authorised":
                self.handovers(household, received, day)
        # Endings fall together with other facts, or before them.
        self.endings(household, received, self.random.choice([day, *(fact.on for fact in made[-4:])]))
        for fact in made:
            if self.chance(0.06):
                self.add(household, "voided", fact.on + DAY, after=fact, voids=fact.id)

    def details(self, kind):
        if kind != "decided":
            return {}
        if self.chance(0.3):
            return {"outcome": "not_approved"}
        return {"outcome": "approved", "places": self.random.choice([None, 1, 2, 3])}

    def handovers(self, household, received, day):
        while self.chance(0.5):
            authority = self.random.choice(PLACES[:-1])
            on = day if self.chance(0.9) else received.on - 2 * DAY
            sent = self.add(household, "handover_sent", on, after=received, authority=authority)
            answers = ANSWERS
            while self.chance(0.5):
                on = sent.on + self.random.choice([-1, 0, 0, 1, 3, 6, 12]) * DAY
                kind = self.random.choice(answers)
                self.add(household, kind, max(on, sent.on - DAY), after=sent, about=sent.id)
                # A council answers once; the hub may withdraw before and after.
                answers = answers if kind == WITHDRAWN else [WITHDRAWN]
            day += self.random.choice([0, 1, 8]) * DAY

    def endings(self, household, received, day):
        kind, last = "closed", received
        while self.chance(0.6 if kind == "closed" else 0.4):
            day += self.random.choice([0, 0, 0, 1, 4, 15, -3]) * DAY
            reason = self.random.choice(list(CLOSED_REASONS)) if kind == "closed" else ""
            last = self.add(household, kind, day, after=last, reason=reason)
            if self.chance(0.08):
                last = self.add(household, "voided", day + DAY, after=last, voids=last.id)
                continue
            kind = "reopened" if kind == "closed" else "closed"

    def merge(self, household):
        """Into an earlier number, so that chains form and no rings."""
        other = self.random.choice(self.households[: household.id - 1])
        both = [f for f in self.facts if f.kind == "received" and f.enquiry in (household.id, other.id)]
        last, day = max(both, key=lambda f: f.recorded), max(f.on for f in both) + 2 * DAY
        while True:
            last = self.add(household, "merged", day, after=last, into=other.id)
            day += self.random.choice([0, 1, 12]) * DAY
            if not self.chance(0.35):
                return
            # Parted again, and now and then merged into another.
            last = self.add(household, "voided", day, after=last, voids=last.id)
            if self.chance(0.5):
                return
            other = self.random.choice(self.households[: household.id - 1])
            received = next(f for f in self.facts if f.kind == "received" and f.enquiry == other.id)
            last = max(last, received, key=lambda f: f.recorded)

    def with_second_thoughts(self):
        """The same histories with people who move, choose another council, and choose none again."""
        received = {fact.enquiry: fact.at for fact in self.facts if fact.kind == "received"}
        for household in self.households:
            at = received[household.id] + self.random.choice([0, 0, 30]) * DAY
            while self.chance(0.6):
                household.decisions.append((at, household.chosen, household.residence))
                at += self.random.choice([0, 1, 10, 30]) * DAY
                if self.chance(0.5):
                    household.chosen = self.random.choice([None, *PLACES])
                else:
                    household.residence = self.random.choice(PLACES)
        return self

    def with_odd_dates(self):
        """The same histories with dates that cannot be, of any fact."""
        for fact in self.facts:
            if self.chance(0.1):
                fact.at = self.moment(datetime.date(*self.random.choice(ODD_DAYS)))
        return self

    def number_in_order_of_recording(self):
        self.facts.sort(key=lambda f: (f.recorded, f.id))
        number = {fact.id: place for place, fact in enumerate(self.facts, start=1)}
        for fact in self.facts:
            fact.id, fact.about, fact.voids = number[fact.id], number.get(fact.about), number.get(fact.voids)


def store(world):
    """The world in the database, as the tables hold it; state is not kept, because no measure reads it."""
    from enquiries.models import Activity, Enquiry, RoutingDecision
    from hub.models import Authority, Closure, Hub, Membership

    if not Hub.objects.exists():
        Hub.objects.create(name="Fostering Together North East")
    codes = sorted({code for code in PLACES if code})
    authority = {code: Authority.objects.create(gss_code=code, name=code) for code in codes}
    for code, start, end in world.memberships:
        Membership.objects.create(authority=authority[code], starts_on=start, ends_on=end)
    Closure.objects.bulk_create(Closure(day=day, reason="Test") for day in world.closed_days)
    Closure.objects.bulk_create(Closure(day=day, open_instead=True, reason="Test") for day in world.open_days)
    received = {fact.enquiry: fact.at for fact in world.facts if fact.kind == "received"}
    Enquiry.objects.bulk_create(
        Enquiry(
            id=household.id,
            reference=f"TEST-{household.id}",
            received_at=received[household.id],
            channel=household.channel,
            source=household.source,
            residence=authority.get(household.residence),
            chosen_authority=authority.get(household.chosen),
        )
        for household in world.households
    )
    RoutingDecision.objects.bulk_create(
        RoutingDecision(
            enquiry_id=household.id, at=at, chosen=authority.get(chosen), residence=authority.get(residence)
        )
        for household in world.households
        for at, chosen, residence in household.decisions
    )
    Activity.objects.bulk_create(
        Activity(
            id=fact.id,
            enquiry_id=fact.enquiry,
            kind=fact.kind,
            occurred_at=fact.at,
            recorded_at=fact.recorded,
            reason=fact.reason,
            outcome=fact.outcome,
            places=fact.places,
            authority=authority.get(fact.authority),
            about_id=fact.about,
            voids_id=fact.voids,
            into_id=fact.into,
        )
        for fact in world.facts
    )
