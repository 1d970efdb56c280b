"""The stories of invented households: what happened, when, and who did it. Pure: the same dice, the same story.

Shares and delays: domain.md, section 7.
"""

import datetime
import math
from dataclasses import dataclass, field
from random import Random

from handover.demo import words
from hub.working_time import LONDON, WorkingTime, local_date

HUB, MANAGER, COUNCIL, SYSTEM = "hub", "manager", "council", "system"
NOT_COUNTED = {
    "not_fostering": 8, "kinship": 6, "duplicate": 3, "supported_lodgings": 1, "already_approved_carer": 1, "test": 0.3,
}  # fmt: skip
LEFT_BEFORE_EOI = {
    "timing": 18, "no_spare_room": 12, "work": 10, "circumstances": 9, "did_not_engage": 16, "finances": 6,
    "not_as_expected": 7, "family_not_agreed": 5, "moving_home": 4, "chose_agency": 6, "no_reason": 7, "health": 2,
    "accommodation": 3, "pregnancy": 2, "fear_of_allegations": 2, "age": 1, "immigration_status": 2, "smoking": 1,
}  # fmt: skip
WITHDREW = {
    "circumstances": 12, "timing": 9, "work": 5, "moving_home": 4, "no_reason": 20, "chose_agency": 10, "process": 15,
    "not_as_expected": 10, "finances": 12, "fear_of_allegations": 3,
}  # fmt: skip
STOPPED = {"checks": 5, "references": 4, "stage1_not_suitable": 4, "did_not_engage": 3, "health": 2}
# How many days they wait, and for what.
WAITED_FOR = {60: "thinking", 90: "work", 120: "room", 180: "moving", 240: "family"}
ANSWER_DAYS = [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 8]
FIRST_CONTACT_DAYS = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 5]


@dataclass
class Happened:
    """One fact of a story; `about` is the handover that an answer is about."""

    kind: str
    at: datetime.datetime
    who: str
    details: dict = field(default_factory=dict)
    about: "Happened | None" = None


def pick(dice: Random, weights: dict):
    return dice.choices(list(weights), list(weights.values()))[0]


class Story:
    """Tells what happened to one household from the day it enquired, as though until its end, whatever today is."""

    def __init__(self, dice: Random, calendar: WorkingTime, received_at: datetime.datetime, authority: str, **traits):
        self.dice, self.calendar = dice, calendar
        self.received_at, self.authority, self.traits = received_at, authority, traits
        self.facts: list[Happened] = []
        self.at = received_at

    def tell(self) -> list[Happened]:
        self.happened("received", SYSTEM, channel=self.traits["channel"])
        if self.traits["channel"] == "web" and self.traits["email"]:
            self.happened("message_sent", SYSTEM, note="Acknowledgement by email", channel="email")
        self.later(0)
        self.happened("assigned", HUB)
        if self.dice.random() < 0.8:
            self.reached()
        else:
            self.never_reached()
        return sorted(self.facts, key=lambda fact: fact.at)

    # Time goes on.

    def later(self, working_days: int, *, days: int | None = None) -> None:
        """To office hours, so many working days (or days) on; for 0 later the same day, or on the next working day."""
        if days is not None:
            start = local_date(self.at) + datetime.timedelta(days=days)
            day = start if self.calendar.is_working_day(start) else self.calendar.next_working_day(start)
        else:
            day = self.calendar.add_working_days(self.calendar.day_zero(self.at), working_days)
        time = datetime.time(self.dice.randint(9, 16), self.dice.randint(2, 58))
        at = datetime.datetime.combine(day, time, tzinfo=LONDON)
        if at <= self.at:
            at = self.at + datetime.timedelta(minutes=self.dice.randint(3, 25))
        self.at = at

    def days_since_received(self) -> int:
        return (local_date(self.at) - local_date(self.received_at)).days

    def around(self, median: float, ninetieth: float) -> float:
        """A delay of the given median and ninetieth percentile, log-normal."""
        return median * math.exp(self.dice.gauss(0, math.log(ninetieth / median) / 1.2816))

    def happened(self, kind: str, who: str, about: Happened | None = None, **details) -> Happened:
        fact = Happened(kind, self.at, who, details, about)
        self.facts.append(fact)
        return fact

    def close(self, reasons: dict | str, who: str = HUB) -> None:
        reason = reasons if isinstance(reasons, str) else pick(self.dice, reasons)
        self.happened("closed", who, reason=reason)

    # Up to the expression of interest.

    def never_reached(self) -> None:
        for _ in range(self.dice.randint(2, 4)):
            self.try_to_ring()
            self.later(self.dice.randint(1, 3))
        self.close("no_contact")

    def try_to_ring(self) -> None:
        self.happened("attempt", HUB, channel="phone", note=self.dice.choice(words.TRIES))

    def reached(self) -> None:
        wait = self.dice.choice(FIRST_CONTACT_DAYS)
        if wait and self.dice.random() < 0.5:
            self.try_to_ring()
        tried, self.at = self.at, self.received_at
        self.later(wait)
        self.at = max(self.at, tried + datetime.timedelta(minutes=4))
        if self.dice.random() < 0.225:
            self.talk(None)
            return self.close(NOT_COUNTED)
        if not self.authority:
            self.talk(None)
            return self.close("out_of_area")
        likely = 0.62 if self.traits["source"] == "word_of_mouth" else 0.46
        return self.towards_eoi() if self.dice.random() < likely else self.drift_away()

    def talk(self, next_in: int | None) -> None:
        """A conversation that agrees the next one; now and then that is remembered late."""
        until = None
        if next_in is not None:
            late = self.dice.randint(2, 6) if self.dice.random() < 0.15 else 0
            until = self.calendar.add_working_days(local_date(self.at), max(1, next_in - late))
        note = self.dice.choice(words.TALKS) if self.dice.random() < 0.7 else ""
        self.happened("conversation", HUB, channel="phone", until=until, note=note)

    def keep_in_touch(self, times: int) -> None:
        for _ in range(times):
            gap = self.dice.randint(4, 12)
            self.talk(gap)
            self.later(gap)

    def drift_away(self) -> None:
        self.keep_in_touch(self.dice.choice([1, 1, 2, 2, 3]))
        if self.dice.random() < 0.15:
            self.happened("event_attended", HUB, note="Information evening")
        if self.dice.random() < 0.18:
            self.not_yet()
        self.close(LEFT_BEFORE_EOI)

    def not_yet(self) -> None:
        days = self.dice.choice(list(WAITED_FOR))
        until = local_date(self.at) + datetime.timedelta(days=days)
        self.happened("hold_started", HUB, until=until, reason=WAITED_FOR[days])
        self.later(0, days=days)
        self.happened("hold_ended", HUB)
        self.talk(5)
        self.later(self.dice.randint(2, 5))

    def towards_eoi(self) -> None:
        visit = self.at_visit() if self.dice.random() < 0.7 else None
        if self.dice.random() < 0.08:
            self.talk(None)
            self.later(self.dice.randint(1, 6))
            self.not_yet()
        self.keep_in_touch(self.dice.choice([1, 1, 2]))
        if self.dice.random() < 0.3:
            self.happened("event_attended", HUB, note="Information evening")
        self.happened("eoi_submitted", HUB)
        if visit:
            self.facts.append(Happened("initial_visit", visit, HUB, {"note": self.dice.choice(words.VISITS)}))
            self.at = max(self.at, visit)
        self.later(self.dice.choice([0, 0, 1, 1, 2, 3]))
        if self.dice.random() < 0.06:
            self.happened("eoi_returned", MANAGER, note="Tell us who else lives in the home.")
            self.later(4)
            self.happened("eoi_submitted", HUB)
            self.later(1)
        self.happened("eoi_authorised", MANAGER)
        self.later(self.dice.choice([0, 0, 1, 1, 2]))
        if self.dice.random() < 0.08:
            return self.close(LEFT_BEFORE_EOI)
        return self.hand_over()

    def at_visit(self) -> datetime.datetime:
        working_days = min(40, max(2, round(self.around(9, 20))))
        day = self.calendar.add_working_days(self.calendar.day_zero(self.received_at), working_days)
        time = datetime.time(self.dice.randint(10, 16), self.dice.choice([0, 15, 30]))
        return max(datetime.datetime.combine(day, time, tzinfo=LONDON), self.at + datetime.timedelta(hours=1))

    # With the council.

    def hand_over(self) -> None:
        if self.traits["cannot_send"](self.authority, self.at):
            return None
        sent = self.happened("handover_sent", HUB, authority=self.authority)
        if self.dice.random() < 0.7:
            self.later(self.dice.choice([0, 0, 1, 2]))
            self.happened("handover_opened", COUNCIL, about=sent)
        opened, self.at = self.at, sent.at
        self.later(self.dice.choice(ANSWER_DAYS))
        self.at = max(self.at, opened + datetime.timedelta(minutes=9))
        answer = pick(self.dice, {"accepted": 87, "returned": 8, "declined": 5})
        reason = {"accepted": "", "returned": "information"}.get(answer) or self.dice.choice(["capacity", "known"])
        self.happened(f"handover_{answer}", COUNCIL, about=sent, reason="" if answer == "accepted" else reason)
        if answer == "accepted":
            return self.apply()
        self.later(self.dice.randint(1, 2))
        if answer == "declined":
            return self.close("accommodation" if self.dice.random() < 0.5 else "no_reason")
        self.talk(None)
        return self.hand_over()

    def on_day(self, kind: str, days: float, **details) -> None:
        """A date that the council reports: no time of day."""
        self.later(0, days=max(1, round(days)))
        self.happened(kind, COUNCIL, **details)
        self.facts[-1].at = datetime.datetime.combine(local_date(self.at), datetime.time(), tzinfo=LONDON)

    def apply(self) -> None:
        if self.dice.random() > 0.62:
            return self.on_day("closed", self.dice.randint(6, 30), reason=pick(self.dice, WITHDREW))
        self.on_day("application_received", max(3, self.around(46, 115) - self.days_since_received()))
        whole = min(320, max(84, self.around(150, 230)))
        outcome = pick(self.dice, {"approved": 46, "applicant": 36, "service": 15, "not_approved": 3})
        if outcome in ("applicant", "service"):
            return self.stop_on_the_way(whole, WITHDREW if outcome == "applicant" else STOPPED)
        self.assess(whole)
        self.on_day("panel_held", whole * 0.48)
        places = self.dice.choices([1, 2, 3], [50, 30, 20])[0] if outcome == "approved" else None
        return self.on_day("decided", self.dice.randint(5, 10), outcome=outcome, places=places)

    def assess(self, whole: float) -> None:
        self.on_day("stage1_started", self.dice.randint(1, 7))
        if self.dice.random() < 0.7:
            self.facts.append(Happened("training_completed", self.at + datetime.timedelta(days=20), HUB))
        self.on_day("stage1_completed", whole * 0.38)
        self.on_day("stage2_started", self.dice.randint(1, 10))

    def stop_on_the_way(self, whole: float, reasons: dict) -> None:
        if self.dice.random() < 0.55:
            self.on_day("closed", self.dice.randint(10, 60), reason=pick(self.dice, reasons))
        else:
            self.assess(whole)
            self.on_day("closed", self.dice.randint(10, 70), reason=pick(self.dice, reasons))
