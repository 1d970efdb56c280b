"""The monthly return, computed a second time: slowly, in plain Python, straight from the words of measures.md.

It shares nothing with `reporting.measures`, so that where the two agree on thousands of odd histories both are right,
or both misread the same sentence.
"""

import bisect
import datetime
import statistics
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
BANK_HOLIDAYS = {
    datetime.date.fromisoformat(day)
    for day in [
        *("2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25"),
        *("2026-08-31", "2026-12-25", "2026-12-28", "2027-01-01"),
    ]
}
# Of the years about these the package's word is taken; before 2000 there are no holidays, only weekends.
BANK_HOLIDAYS |= set(holidays.country_holidays("GB", subdiv="ENG", years=[*range(2000, 2026), 2027, 2028]))
CHANNELS = ["web", "phone", "email", "event", "authority", "referral", "other"]
SOURCES = ["social_media", "search", "word_of_mouth", "event", "advertising", "council", "other", "not_known"]
OFSTED = {
    **dict.fromkeys(["timing", "work", "family_not_agreed", "pregnancy", "moving_home", "circumstances"], "AW3"),
    "finances": "AW4",
    "not_as_expected": "AW1",
    "process": "AW2",
    "fear_of_allegations": "AW5",
    **dict.fromkeys(["chose_agency", "chose_other_authority", "no_reason"], "AW0"),
}
NOT_COUNTED = {"not_fostering", "kinship", "supported_lodgings", "already_approved_carer", "duplicate", "test"}
EARLY_STAGES = ["new", "in_touch", "eoi", "ready", "handed_over", "with_authority"]
LISTS = {
    ("M03", "channel"): CHANNELS,
    ("M04", "source"): SOURCES,
    ("M21", "ofsted_code"): ["AW1", "AW2", "AW3", "AW4", "AW5", "AW0"],
    ("M24", "stage"): EARLY_STAGES,
    ("M24", "reason"): [],
    ("M25", "stage"): [*EARLY_STAGES, "application", "assessment"],
}
COUNTS = ["M01", "M02", "M05", "M08", *(f"M{n}" for n in (10, 11, 12, 13, 14, 16, 18, 20, 21, 22, 24, 25, 26))]
MEDIANS = ["M07", "M15", "M17", "M23"]
QUARTERLY_MEDIANS = {"K08": "M07", "K09": "K09", "K10": "M17", "K11": "M23"}
PERCENTAGES = ["M06", "M09"]


@dataclass
class Fact:
    id: int
    enquiry: int
    kind: str
    at: datetime.datetime
    recorded: datetime.datetime
    reason: str = ""
    outcome: str = ""
    places: int | None = None
    authority: str | None = None  # GSS code
    about: int | None = None
    voids: int | None = None
    into: int | None = None  # of `merged`

    @property
    def on(self) -> datetime.date:
        return self.at.astimezone(LONDON).date()


@dataclass
class Household:
    id: int
    channel: str = "web"
    source: str = ""
    residence: str | None = None
    chosen: str | None = None
    # What was decided over time: (when, chosen, residence).
    decisions: list[tuple[datetime.datetime, str | None, str | None]] = field(default_factory=list)


@dataclass
class World:
    households: list[Household]
    facts: list[Fact]
    memberships: list[tuple[str, datetime.date, datetime.date | None]]
    closed_days: set[datetime.date]
    open_days: set[datetime.date]

    def working(self, day):
        return day in self.open_days or (day.weekday() < 5 and day not in self.closed_days and day not in BANK_HOLIDAYS)

    def next_working(self, day):
        day += datetime.timedelta(1)
        while not self.working(day):
            day += datetime.timedelta(1)
        return day

    def day_zero(self, moment):
        local = moment.astimezone(LONDON)
        if self.working(local.date()) and (local.hour, local.minute) < (17, 0):
            return local.date()
        return self.next_working(local.date())

    def working_days(self, moment, day):
        counted = self.working_days_there_are
        return max(0, bisect.bisect_right(counted, day) - bisect.bisect_right(counted, self.day_zero(moment)))

    @cached_property
    def working_days_there_are(self):
        first, last = min(fact.on for fact in self.facts), max(fact.on for fact in self.facts)
        days = map(datetime.date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
        return [day for day in days if self.working(day)]


class Oracle:
    def __init__(self, world, first, last, as_at):
        self.world, self.first, self.last, self.as_at = world, first, last, as_at
        self.codes = sorted({c for c, start, end in world.memberships if start <= last and (not end or end >= first)})
        voided = {f.voids for f in world.facts if f.kind == "voided" and f.recorded <= as_at}
        self.facts = {h.id: [] for h in world.households}
        for fact in world.facts:
            if fact.recorded <= as_at and fact.id not in voided and fact.kind != "voided":
                self.facts[fact.enquiry].append(fact)
        self.survivor = {h.id: self.goes_on_in(h.id) for h in world.households}
        self.give_to_survivors()
        self.cells, self.cases = {}, {}
        self.households = [h for h in world.households if self.of(h, "received")]
        for household in self.households:
            self.walk(household)

    def goes_on_in(self, number):
        """Rule 3: the enquiry that this one was merged into as at T, and so on to the last."""
        into = [fact.into for fact in self.facts[number] if fact.kind == "merged"]
        return self.goes_on_in(into[-1]) if into else number

    def give_to_survivors(self):
        """A household's facts are the survivor's; each enquiry was received, and merged, by itself."""
        for number, survivor in self.survivor.items():
            if survivor != number:
                kept = [fact for fact in self.facts[number] if fact.kind in ("received", "merged")]
                self.facts[survivor] += [fact for fact in self.facts[number] if fact not in kept]
                self.facts[number] = kept

    def of(self, household, *kinds):
        return [f for f in self.facts[household.id] if f.kind in kinds]

    def add(self, code, area, value=1, breakdown="", key=""):
        area = area if area in self.codes else "unallocated"
        self.cases.setdefault((code, breakdown, key, area), []).append((self.now.id, value))
        for column in (area, "total"):
            self.cells.setdefault((code, breakdown, key, column), []).append(value)

    def in_period(self, day):
        return day is not None and self.first <= day <= self.last

    def first_on(self, household, kind):
        return min((f.on for f in self.of(household, kind)), default=None)

    # Rules

    def received(self, household):
        """Rule 3: the earliest of all that go on in it."""
        together = [h for h in self.households if h == household or self.survivor[h.id] == household.id]
        return min(self.of(h, "received")[0].at for h in together)

    def closing(self, household):
        """The latest closing that was not reopened."""
        standing = None
        for fact in sorted(self.of(household, "closed", "reopened"), key=lambda f: (f.on, f.id)):
            standing = fact if fact.kind == "closed" else None
        return standing

    def is_counted(self, household):
        closing = self.closing(household)
        return not self.of(household, "merged") and not (closing and closing.reason in NOT_COUNTED)

    def handovers(self, household, by=datetime.date.max):
        """Each `handover_sent` in order, with its answers in order, as far as they happened by the day."""
        sent = sorted((f for f in self.of(household, "handover_sent") if f.on <= by), key=lambda f: (f.on, f.at, f.id))
        kinds = ["handover_accepted", "handover_declined", "handover_returned", "handover_withdrawn"]
        answers = sorted((a for a in self.of(household, *kinds) if a.on <= by), key=lambda a: (a.at, a.id))
        return [(s, [a for a in answers if a.about == s.id]) for s in sent]

    def authority(self, household):
        for sent, answers in reversed(self.handovers(household)):
            if not answers or answers[-1].kind == "handover_accepted":
                return sent.authority
        chosen, residence = household.chosen, household.residence
        if household.decisions:
            known = [decision for decision in household.decisions if decision[0] <= self.as_at]
            _, chosen, residence = (known or household.decisions[:1])[-1]
        return chosen or residence

    def stage(self, household, day):
        kinds = {f.kind for f in self.facts[household.id] if f.on <= day}
        if "stage2_started" in kinds or "panel_held" in kinds:
            return "assessment"
        if "application_received" in kinds or "stage1_completed" in kinds:
            return "application"
        handovers = self.handovers(household, by=day)
        if handovers:
            _sent, answers = handovers[-1]
            if not answers:
                return "handed_over"
            return "with_authority" if answers[-1].kind == "handover_accepted" else "ready"
        for kind, stage in [("eoi_authorised", "ready"), ("eoi_submitted", "eoi"), ("conversation", "in_touch")]:
            if kind in kinds:
                return stage
        return "new"

    # Measures

    def walk(self, household):
        self.now = household
        area = self.authority(household)
        if self.in_period(self.of(household, "received")[0].on):
            self.add("M01", area)
        if self.is_counted(household):
            self.enquiry(household, area)
            self.conversation_and_visit(household, area)
            self.referrals(household)
            self.application_and_decision(household, area)
            self.ending(household, area)
            self.stock(household, area)

    def enquiry(self, household, area):
        if not self.in_period(self.received(household).astimezone(LONDON).date()):
            return
        self.add("M02", area)
        channel = household.channel if household.channel in CHANNELS else "other"
        self.add("M03", area, breakdown="channel", key=channel)
        source = household.source or "not_known"
        self.add("M04", area, breakdown="source", key=source if source in SOURCES else "other")

    def conversation_and_visit(self, household, area):
        received = self.received(household)
        received_on = received.astimezone(LONDON).date()
        talked, visited = self.first_on(household, "conversation"), self.first_on(household, "initial_visit")
        if self.in_period(talked):
            self.add("M05", area)
            if talked >= received_on:
                self.add("M07", area, self.world.working_days(received, talked))
        if self.in_period(received_on):
            if talked is None:
                target_day = self.world.next_working(self.world.day_zero(received))
                midnight = datetime.datetime.combine(
                    target_day + datetime.timedelta(1), datetime.time(0), tzinfo=LONDON
                )
                if self.as_at >= midnight:
                    self.add("M06", area, False)
            elif talked >= received_on:
                self.add("M06", area, self.world.working_days(received, talked) <= 1)
        if self.in_period(visited):
            self.add("M08", area)
            if visited >= received_on:
                days = self.world.working_days(received, visited)
                self.add("M09", area, days <= 10)
                self.add("K09", area, days)
        for code, kind in [("M10", "eoi_submitted"), ("M11", "eoi_authorised")]:
            if self.in_period(self.first_on(household, kind)):
                self.add(code, area)

    def referrals(self, household):
        received_on = self.received(household).astimezone(LONDON).date()
        for sent, answers in self.handovers(household):
            if self.in_period(sent.on):
                self.add("M12", sent.authority)
            for answer in answers:
                code = {"handover_accepted": "M13", "handover_declined": "M14", "handover_returned": "M14"}
                if answer.kind in code and self.in_period(answer.on):
                    self.add(code[answer.kind], sent.authority)
            first = min((a.on for a in answers if a.kind != "handover_withdrawn"), default=None)
            if self.in_period(first) and first >= sent.on >= received_on:
                self.add("M15", sent.authority, self.world.working_days(sent.at, first))

    def application_and_decision(self, household, area):
        received_on = self.received(household).astimezone(LONDON).date()
        applied = self.first_on(household, "application_received")
        if self.in_period(applied):
            self.add("M16", area)
            if applied >= received_on:
                self.add("M17", area, (applied - received_on).days)
        decisions = sorted(self.of(household, "decided"), key=lambda f: (f.on, f.id))
        if not decisions or not self.in_period(decisions[-1].on):
            return
        decision = decisions[-1]
        if decision.outcome == "not_approved":
            self.add("M20", area)
            return
        self.add("M18", area)
        self.add("M19", area, decision.places or 0)
        if applied and received_on <= applied <= decision.on:
            self.add("M23", area, (decision.on - applied).days)

    def ending(self, household, area):
        closing = self.closing(household)
        if closing is None or not self.in_period(closing.on):
            return
        applied = self.first_on(household, "application_received")
        if applied is None:
            self.add("M24", area)
            self.add("M24", area, breakdown="stage", key=self.stage(household, closing.on))
            self.add("M24", area, breakdown="reason", key=closing.reason)
        elif applied <= closing.on and not any(d.on <= closing.on for d in self.of(household, "decided")):
            if closing.reason in OFSTED:
                self.add("M21", area)
                self.add("M21", area, breakdown="ofsted_code", key=OFSTED[closing.reason])
            else:
                self.add("M22", area)

    def stock(self, household, area):
        if self.received(household).astimezone(LONDON).date() > self.last:
            return
        is_open = True
        for fact in sorted(self.of(household, "closed", "decided", "reopened"), key=lambda f: (f.on, f.id)):
            if fact.on <= self.last:
                is_open = fact.kind == "reopened"
        if not is_open:
            return
        self.add("M25", area)
        self.add("M25", area, breakdown="stage", key=self.stage(household, self.last))
        ended = [f.on for f in self.of(household, "hold_ended") if f.on <= self.last]
        started = [f.on for f in self.of(household, "hold_started") if f.on <= self.last]
        if any(not any(end >= start for end in ended) for start in started):
            self.add("M26", area)

    # Conversions of the quarterly return

    def conversions(self, enquired, applied):
        """K03 and K04, by flow and by cohort: (numerator, denominator). The cohorts are (first, last) of a quarter."""
        flow = {code: len(self.cells.get((code, "", "", "total"), [])) for code in COUNTS}
        enquiries, applications = [], []
        for household in filter(self.is_counted, self.households):
            received = self.received(household).astimezone(LONDON).date()
            application = self.first_on(household, "application_received")
            decisions = sorted(self.of(household, "decided"), key=lambda f: (f.on, f.id))
            if enquired[0] <= received <= enquired[1]:
                enquiries.append(application is not None and (application - received).days <= 183)
            if application and applied[0] <= application <= applied[1]:
                approved = decisions and decisions[-1].outcome == "approved"
                applications.append(bool(approved) and (decisions[-1].on - application).days <= 274)
        return {
            ("K03", "flow"): (flow["M16"], flow["M02"]),
            ("K03", "cohort"): (sum(enquiries), len(enquiries)),
            ("K04", "flow"): (flow["M18"], sum(flow[code] for code in ("M18", "M20", "M21", "M22"))),
            ("K04", "cohort"): (sum(applications), len(applications)),
        }

    # The return's cells

    def figures(self):
        """(code, breakdown, key, column) → the cell as the JSON has it."""
        found = {}
        keys = [(code, "", "") for code in (*COUNTS, *MEDIANS, *PERCENTAGES, "M19")]
        keys += [(code, by, key) for (code, by), listed in LISTS.items() for key in self.keys(code, by, listed)]
        for code, by, key in keys:
            for column in ("total", *self.codes, "unallocated"):
                found[code, by, key, column] = self.cell(code, self.cells.get((code, by, key, column), []))
        return found

    def keys(self, code, by, listed):
        return [*listed, *sorted({key for c, b, key, _ in self.cells if (c, b) == (code, by)} - set(listed))]

    def cell(self, code, cases):
        if code in MEDIANS:
            return rounded(Fraction(statistics.median(cases))) if cases else None
        if code in PERCENTAGES:
            value = rounded(Fraction(100 * sum(cases), len(cases))) if cases else None
            return {"value": value, "numerator": sum(cases), "denominator": len(cases)}
        return sum(cases)


def rounded(number):
    """To one decimal, half up: nothing here is negative."""
    return int(number * 10 + Fraction(1, 2)) / 10
