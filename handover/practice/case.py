"""An invented referral with what somebody did with it, in the shape that the portal's pages read."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from enquiries.journey import CLOSED_REASONS, KINDS, OUTCOMES, STAGES, Stage
from handover.milestones import ENDED, MILESTONES, next_milestone, still_to_come
from handover.models import Handover, PracticeCase
from handover.practice.invented import HOUSEHOLDS, preview_of_invented, record_of, sent_on
from hub.working_time import LONDON, working_time

ANSWER_IN = 5  # working days; a real one has the standard of its hub


@dataclass(frozen=True)
class PracticeFact:
    """A date that was recorded in practice; what pages ask of an activity."""

    kind: str
    occurred_on: datetime.date
    outcome: str = ""
    places: int | None = None
    reason: str = ""

    @property
    def label(self) -> str:
        return KINDS[self.kind].label

    @property
    def occurred_at(self) -> datetime.datetime:
        return datetime.datetime.combine(self.occurred_on, datetime.time(12), tzinfo=LONDON)

    @property
    def outcome_label(self) -> str:
        return OUTCOMES.get(self.outcome, "")

    @property
    def reason_label(self) -> str:
        return CLOSED_REASONS[self.reason].label if self.reason else ""

    @property
    def ofsted(self) -> str:
        return CLOSED_REASONS[self.reason].ofsted if self.reason else ""


class Case:
    """Stands for the handover and for its enquiry at once."""

    on_hold = False
    worker = None

    def __init__(self, row: PracticeCase):
        self.row = row
        self.about = HOUSEHOLDS[row.household]
        self.reference, self.names = self.about.reference, self.about.names

    @property
    def enquiry(self) -> "Case":
        return self

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def waits(self) -> bool:
        return self.state in (PracticeCase.State.SENT, PracticeCase.State.OPENED)

    @property
    def facts(self) -> list[PracticeFact]:
        return [
            PracticeFact(kind, datetime.date.fromisoformat(said["on"]), said["outcome"], said["places"], said["reason"])
            for kind, said in self.row.milestones.items()
        ]

    @property
    def done(self) -> dict[str, Any]:
        return {fact.kind: fact for fact in self.facts}

    @property
    def stage(self) -> str:
        kinds = self.row.milestones
        if "decided" in kinds:
            return Stage.APPROVED if kinds["decided"]["outcome"] == "approved" else Stage.CLOSED
        if ENDED in kinds:
            return Stage.CLOSED
        if kinds.keys() & {"stage2_started", "panel_held"}:
            return Stage.ASSESSMENT
        return Stage.APPLICATION if "application_received" in kinds else Stage.WITH_AUTHORITY

    @property
    def is_open(self) -> bool:
        return self.stage not in (Stage.APPROVED, Stage.CLOSED)

    @property
    def stage_for_council(self) -> str:
        return "Accepted" if self.stage == Stage.WITH_AUTHORITY else STAGES[Stage(self.stage)].label

    @property
    def status_for_council(self) -> str:
        return "Waiting for you" if self.waits else self.row.get_state_display()

    @property
    def colour(self) -> str:
        return "blue"

    @cached_property
    def sent_at(self) -> datetime.date:
        return sent_on(self.about, working_time())

    @property
    def opened_at(self) -> datetime.datetime | None:
        return self.row.changed_at if self.state == PracticeCase.State.OPENED else None

    @cached_property
    def due_at(self) -> datetime.date | None:
        return working_time().add_working_days(self.sent_at, ANSWER_IN) if self.waits else None

    @property
    def is_overdue(self) -> bool:
        return self.waits and self.about.waits > ANSWER_IN

    late = is_overdue

    @property
    def handover(self) -> "Case":
        return self

    @property
    def preview(self):
        return preview_of_invented(self.about)

    @property
    def record(self) -> dict:
        return record_of(self.about)

    @property
    def coming(self) -> list[str]:
        return still_to_come(self, self.done)

    @property
    def comes_next(self) -> str:
        return next_milestone(self, self.done)

    @property
    def next_step(self) -> str:
        return MILESTONES.get(self.comes_next, "")

    @property
    def steps(self) -> list[dict]:
        """As `milestone_steps` gives them; in practice nothing is corrected, it is started again."""
        done, coming, now = self.done, self.coming, self.comes_next
        return [
            {
                "label": label,
                "fact": done.get(kind),
                "state": "done" if kind in done else "now" if kind == now else "next",
            }
            for kind, label in MILESTONES.items()
            if kind in done or kind in coming
        ]

    @property
    def ended(self) -> PracticeFact | None:
        return self.done.get(ENDED)

    @property
    def ending(self) -> str:
        """How it ended, in words; empty while it has not."""
        if "decided" in self.row.milestones and not self.is_open:
            return self.done["decided"].outcome_label
        if self.ended:
            return self.ended.reason_label
        if self.state in (PracticeCase.State.DECLINED, PracticeCase.State.RETURNED):
            return f"{self.row.get_state_display()}: {Handover.REASONS.get(self.row.reason, '')}"
        return ""


def cases_of(person) -> list[Case]:
    """All invented referrals as they stand for this person; those never looked at are new."""
    rows = {row.household: row for row in PracticeCase.objects.filter(person=person)}
    return [Case(rows.get(number) or PracticeCase(person=person, household=number)) for number in HOUSEHOLDS]


def case_of(person, number: int) -> Case | None:
    return next((case for case in cases_of(person) if case.about.number == number), None)
