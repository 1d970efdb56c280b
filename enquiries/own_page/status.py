"""Where somebody stands, in the words of their own page: one table, read from stage, clock and facts.

Nothing of staff's notes comes in here, and no word of theirs: whoever changes the journey table changes the words here.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from enquiries.journey import ACCEPTED_STAGES, AUTHORITY_STAGES, Stage, Turn
from enquiries.models import Activity, Enquiry
from enquiries.own_page.aside import aside_of
from enquiries.state import in_order, latest_handover, named_worker, not_voided, visit_booked
from hub.spoken_dates import day_in_words, time_in_words
from hub.working_time import LONDON, local_date, today


@dataclass(frozen=True)
class Step:
    """One step of the way. `by` are the facts that show it done; `ahead` is what it says before it comes."""

    name: str
    by: tuple[str, ...]
    done: str
    title: str
    ahead: str


STEPS: tuple[Step, ...] = (
    Step("asked", ("received",), "You asked about fostering", "", ""),
    Step("talk", ("conversation",), "We talked", "We talk", "A friendly talk of about half an hour."),
    Step(
        "visit", ("initial_visit",), "First visit", "A first visit",
        "At your home or by video, if you want to go on. About an hour and a half.",
    ),
    Step(
        "interest", ("eoi_authorised", "eoi_submitted"), "You told us about yourselves",
        "You tell us about yourselves",
        "We fill in a form together: who lives with you, your home, what you have in mind.",
    ),
    Step(
        "council", ("handover_accepted",), "Your council has your details", "Your council gets your details",
        "Only with your yes, and we tell you when.",
    ),
    Step(
        "apply", ("application_received",), "You applied", "You apply to your council",
        "We help you with it. You go to some days of training.",
    ),
    Step(
        "checks", ("stage2_started", "stage1_completed"), "Checks and references", "Checks and references",
        "Your council asks people who know you, your doctor and the police. About two months.",
    ),
    Step(
        "decision", ("decided",), "Your council decided", "Your council gets to know you, and decides",
        "A social worker visits you several times. About four months.",
    ),
)  # fmt: skip
_PLACE = {step.name: place for place, step in enumerate(STEPS)}


@dataclass(frozen=True)
class Now:
    """What happens now: who acts, and by when. `{due}` is the day, `{council}` their council, `{who}` who rings."""

    step: str
    title: str
    text: str
    late: str = ""  # the same when that day has passed
    write: str = ""  # instead of `text`, where they must not be rung


_SORRY = "You need not wait for us: ring us, or write to us from this page."
NOW: dict[str, Now] = {
    Stage.NEW: Now(
        "talk", "We owe you a call", "{who} rings you by {due}.",
        late=f"We said that we would be in touch by {{due}}, and we are late. We are sorry. {_SORRY}",
        write="We write to you by {due}, to find out how you would like to talk.",
    ),
    Stage.IN_TOUCH: Now(
        "visit", "We are in touch with you", "{who} is in touch again by {due}.",
        late=f"We said that we would be in touch again by {{due}}, and we are late. We are sorry. {_SORRY}",
    ),
    Stage.EOI: Now(
        "interest", "We look at what you told us", "You need do nothing. We are done by {due}.",
        late=f"You need do nothing. We hoped to be done by {{due}}, and need a little longer. {_SORRY}",
    ),
    Stage.READY: Now(
        "council", "We pass your details to your council",
        "You need do nothing. {council} gets your details by {due}, if you have said yes to that.",
        late=f"We hoped to pass your details to {{council}} by {{due}}, and need a little longer. {_SORRY}",
    ),
    Stage.HANDED_OVER: Now(
        "council", "Your council looks at your details",
        "{council} has your details, and answers us by {due}. You need do nothing.",
        late="{council} has your details. We expected its answer by {due}, and are asking. You need do nothing.",
    ),
    Stage.WITH_AUTHORITY: Now(
        "apply", "Your council gets in touch with you",
        "{council} talks with you about applying. If you hear nothing for a week, tell us: we ask.",
    ),
    Stage.APPLICATION: Now(
        "checks", "Your council checks your application",
        "{council} asks for references and checks. It tells you what it needs from you.",
    ),
    Stage.ASSESSMENT: Now(
        "decision", "Your council gets to know you",
        "A social worker of {council} visits you. In the end a panel meets, and {council} decides.",
    ),
    # They were asked to fill in the form, or it went back to them.
    "eoi_invited": Now(
        "interest", "You tell us about yourselves",
        "Fill in the form on this page, a bit at a time. Or ring us, and we do it together.",
    ),
    "eoi_returned": Now(
        "interest", "Something is still missing",
        "We have read what you told us. Please complete what is marked on the form, or ring us.",
    ),
    # These come before what the stage says.
    "callback": Now(
        "", "We ring you at the time you chose", "{who} rings you {at}.",
        late=f"We said that we would ring you {{at}}. If we have not, we are sorry. {_SORRY}",
    ),
    "answer": Now(
        "", "We owe you an answer", "You have been in touch, and we answer by {due}.",
        late=f"You have been in touch. We said that we would answer by {{due}}, and are late. We are sorry. {_SORRY}",
    ),
    "last_try": Now(
        "", "We would like to hear from you",
        "We have tried to reach you, and wrote to you. Ring us, or write to us from this page, by {due} if you can. "
        "Later is fine too.",
    ),
    "visit": Now(
        "visit", "Your first visit is booked", "{visit}",
        late="The day of our first visit has come. If nobody came, we are sorry: ring us, or write to us from here.",
    ),
    "hold": Now(
        "", "Not yet is fine", "We ask you again on {until}, and leave you in peace until then.",
        late="You asked us to wait until {until}. We are in touch soon.",
    ),
}  # fmt: skip
# A first visit that is booked, by its place.
VISITS = {
    "home": "{visitor} visits you at your home {when}.",
    "video": "{visitor} meets you by video call {when}.",
    "office": "You come to our office {when}, and meet {visitor}.",
    "elsewhere": "{visitor} meets you {when}, where you agreed.",
}
APPROVED = "You are approved as foster carers. Congratulations! {council} looks after you from here."
CLOSED = {
    "": "Your enquiry has ended, on {on}. You are welcome back at any time.",
    "not_approved": "{council} has told you its decision. If you have questions about it, ask them first. "
    "We are here too.",
}


@dataclass(frozen=True)
class Holder:
    """Who has their details, and since when."""

    name: str
    since: datetime.date
    text: str


class Standing:
    """Where one household stands now, ready to be shown."""

    def __init__(self, enquiry: Enquiry):
        self.enquiry = enquiry
        self.facts = in_order(not_voided(enquiry.facts.select_related("authority", "visitor")))

    @property
    def now(self) -> Now | None:
        """The row of the table that holds; None where nothing comes any more."""
        enquiry = self.enquiry
        if not enquiry.is_open:
            return None
        if enquiry.clock in ("callback", "answer", "hold", "visit", "last_try"):
            return NOW[enquiry.clock]
        if enquiry.on_hold:
            return NOW["hold"]
        return NOW[self._asked_of_them or enquiry.stage]

    @property
    def _asked_of_them(self) -> str:
        """Whether the form is with them: asked for, or given back to be completed."""
        enquiry = self.enquiry
        if enquiry.stage != Stage.IN_TOUCH or enquiry.turn != Turn.HOUSEHOLD:
            return ""
        said = [fact for fact in self.facts if fact.kind in ("eoi_invited", "eoi_returned", "conversation")]
        last = max(said, key=lambda fact: (fact.occurred_at, fact.pk), default=None)
        return last.kind if last is not None and last.kind in NOW else ""

    @property
    def now_text(self) -> str:
        now, enquiry = self.now, self.enquiry
        if now is None:
            return self.ended
        late = enquiry.is_overdue() or bool(enquiry.on_hold and enquiry.hold_until and enquiry.hold_until < today())
        text = now.late if late and now.late else now.text
        if not late and now.write and not enquiry.may_be_rung:
            text = now.write
        if "{due}" in text and enquiry.due_at is None:
            return ""
        if "{until}" in text and enquiry.hold_until is None:
            return "Tell us when you would like to go on."
        return self._filled(text)

    @property
    def visit(self) -> str:
        """When and where our first visit is to be, and who comes: nobody should have a stranger at the door."""
        booked = visit_booked(self.facts)
        if booked is None or not booked.due or booked.due < timezone.now() or not self.enquiry.is_open:
            return ""
        visitor = first_name(booked.visitor) if booked.visitor else "somebody from our team"
        said = VISITS.get(booked.channel, VISITS["elsewhere"])
        said = said.format(visitor=visitor, when=moment_for_them(booked.due))
        return said[:1].upper() + said[1:]

    @property
    def ended(self) -> str:
        """What is said of an enquiry that has ended."""
        enquiry = self.enquiry
        if enquiry.stage == Stage.APPROVED:
            return self._filled(APPROVED)
        return self._filled(CLOSED["not_approved" if enquiry.decision == "not_approved" else ""])

    @property
    def steps(self) -> list[dict]:
        """For components/steps.html: what is done, what is now, what comes next."""
        done = self._done()
        here, now, aside = self._step_now(done), self.now, aside_of(self.enquiry)
        items = []
        for step in STEPS:
            place = _PLACE[step.name]
            fact = done.get(step.name)
            if now is not None and step.name == here:
                items.append({"title": now.title, "state": "now", "text": self.now_text})
            elif fact is not None and (here is None or place < _PLACE[here]):
                when = day_in_words(local_date(fact.occurred_at), today())
                items.append({"title": step.done, "state": "done", "when": when})
            elif here is not None and place > _PLACE[here] and not (aside and place > _PLACE["talk"]):
                items.append({"title": step.title, "state": "next", "text": step.ahead})
        if aside is not None and here is not None:
            items.append({"title": aside.title, "state": "next", "text": aside.text})
        return items

    @property
    def holder(self) -> Holder:
        """The hub until a council has accepted; then the council, and the hub keeps a copy."""
        enquiry = self.enquiry
        sent, answer = latest_handover(self.facts)
        accepted = enquiry.stage in ACCEPTED_STAGES or enquiry.closed_from in ACCEPTED_STAGES
        if sent is None or not (accepted or enquiry.stage in AUTHORITY_STAGES):
            return Holder("", local_date(enquiry.received_at), "Nobody else has them.")
        if not accepted or answer is None:
            since = day_in_words(local_date(sent.occurred_at), today())
            text = f"{sent.authority} has had them too since {since}, and has not answered yet."
            return Holder("", local_date(enquiry.received_at), text)
        text = "We keep a copy, so that we can help you and see that nobody forgets you."
        return Holder(str(enquiry.held_by or sent.authority), local_date(answer.occurred_at), text)

    @property
    def at_the_council(self) -> str:
        """'Samir Haddad at Gateshead', once their council has said who looks after them; "" before and afterwards."""
        who = named_worker(self.facts) if self.enquiry.is_open else ""
        return f"{who} at {self.enquiry.held_by}" if who else ""

    def _done(self) -> dict[str, Activity]:
        """By name of the step, the first fact that shows it done; of kinds in the order of the table."""
        done: dict[str, Activity] = {}
        for step in STEPS:
            for kind in step.by:
                if fact := next((fact for fact in self.facts if fact.kind == kind), None):
                    done.setdefault(step.name, fact)
        return done

    def _step_now(self, done: dict) -> str | None:
        if not self.enquiry.is_open:
            return None
        now = self.now
        step = (now.step if now else "") or NOW[self.enquiry.stage].step
        return "interest" if step == "visit" and "visit" in done else step

    def _filled(self, text: str) -> str:
        enquiry = self.enquiry
        due = enquiry.due_at
        owner = enquiry.owner
        return text.format(
            due=day_in_words(local_date(due), today()) if due else "",
            at=moment_for_them(due) if due else "",
            until=day_in_words(enquiry.hold_until, today()) if enquiry.hold_until else "",
            on=day_in_words(enquiry.closed_on, today()) if enquiry.closed_on else "",
            visit=self.visit,
            council=enquiry.held_by or enquiry.authority or "Your council",
            who=first_name(owner) if owner else "Somebody from our team",
        )


def first_name(person) -> str:
    """What the public learns of a member of staff."""
    return person.name.split(" ", maxsplit=1)[0]


def moment_for_them(moment: datetime.datetime) -> str:
    """'today at 3pm', 'on Tuesday 24 November at 10:30am'."""
    local = moment.astimezone(LONDON)
    day = "today" if local.date() == local_date(timezone.now()) else f"on {day_in_words(local.date(), today())}"
    return f"{day} at {time_in_words(local.time())}"
