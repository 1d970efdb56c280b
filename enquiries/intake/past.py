"""Bringing past enquiries in: every row by the same service as any other enquiry, its facts as history."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from enquiries.duplicates.services import suggest_for
from enquiries.intake.past_file import Table, read_table
from enquiries.intake.past_rows import ANSWERS, DATED, Fault, PastRow, RowReader, day_of
from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.journey import OPEN_STAGES
from enquiries.models import Activity, Enquiry
from enquiries.services import record_history, standard_days_from_database
from enquiries.state import in_order, state_of
from hub.current import held_still
from hub.errors import Refused
from hub.models import Authority
from hub.working_time import LONDON, today, working_time

# A commit costs as much as a row; what is committed stays when the import is broken off, and it may be run again.
_ROWS_AT_ONCE = 100

# Column: the fact it is, in the order of the journey; those with more to say have their own lines in `_facts`.
_PLAIN_FACTS = {
    "first_attempt_at": "attempt",
    "first_conversation_at": "conversation",
    "initial_visit_on": "initial_visit",
    "eoi_submitted_on": "eoi_submitted",
    "eoi_authorised_on": "eoi_authorised",
    "application_received_on": "application_received",
    "stage1_completed_on": "stage1_completed",
    "stage2_started_on": "stage2_started",
    "panel_on": "panel_held",
}


@dataclass
class Outcome:
    """What an import did, or with `dry_run` would do."""

    rows: int = 0
    imported: int = 0
    already_there: list[PastRow] = field(default_factory=list)
    bad: list[PastRow] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    # Imported all the same (measures.md, rule 10): row, id and the column dated before the enquiry was received.
    before_received: list[Fault] = field(default_factory=list)
    # With `dry_run` only: of those to be imported, the ones not over, and of these the ones late from the first day.
    still_open: int = 0
    late_at_once: int = 0

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.bad for fault in row.faults]

    def add(self, part: "Outcome") -> None:
        self.imported += part.imported
        self.already_there += part.already_there
        self.bad += part.bad
        self.before_received += part.before_received
        self.still_open += part.still_open
        self.late_at_once += part.late_at_once


def import_past_enquiries(
    *,
    raw: bytes,
    after_each: Callable[[Enquiry], object] | None = None,
    dry_run: bool = False,
    begin_after: int = 0,
    after_part: Callable[[Outcome, int], object] | None = None,
) -> Outcome:
    """Import a CSV file of past enquiries (docs/importing.md); `Refused`, and nothing imported, where it is not one.

    A row comes in whole or not at all, and a bad one never stops the rest. `after_each` is called with every enquiry
    made, in its transaction. The same file again imports nothing. Nobody is told anything.

    `after_part` is called after every hundred rows, in the transaction in which they came in, with what came of them
    and how many rows are done; what it raises takes back these hundred, and where it gives True the import ends there.
    An import that was broken off goes on with `begin_after`, the number of rows that were done.
    """
    table = read_table(raw)
    outcome = Outcome(rows=len(table.records), unknown_columns=table.unknown)
    judge = _Judge(table)
    for start in range(begin_after, outcome.rows, _ROWS_AT_ONCE):
        part = Outcome(rows=outcome.rows, unknown_columns=table.unknown)
        records = table.records[start : start + _ROWS_AT_ONCE]
        made: list[Enquiry | None] = []
        with transaction.atomic(), held_still():
            for row in judge.good(records, start + 2, part):
                if dry_run:
                    part.imported += 1
                    _look_ahead(row.values, part)
                else:
                    made.append(_import_row(row, part, after_each))
            # Suggestions only, and a hundred at once: an import merges nothing by itself (interfaces.md, "History").
            suggest_for(enquiry.pk for enquiry in made if enquiry is not None)
            enough = after_part is not None and after_part(part, start + len(records))
        outcome.add(part)
        if enough:
            break
    return outcome


class _Judge:
    """Tells the rows to be imported from the others. Of one id the first good row counts; a bad row takes no id."""

    def __init__(self, table: Table):
        members = {authority.gss_code: authority for authority in Authority.objects.ever_members()}
        self.reader = RowReader(table.columns, members, today())
        self.there = set(Enquiry.objects.exclude(external_id=None).values_list("external_id", flat=True))

    def good(self, records: list[list[str]], first: int, part: Outcome) -> Iterator[PastRow]:
        """Those to be imported; what is to be said of the others, and of these, is put into `part`."""
        for number, record in enumerate(records, start=first):
            row = self.reader.read(number, record)
            if row.faults:
                part.bad.append(row)
            elif row.external_id in self.there:
                part.already_there.append(row)
            else:
                self.there.add(row.external_id)
                part.before_received += _dated_before_received(row)
                yield row


def _dated_before_received(row: PastRow) -> list[Fault]:
    received = day_of(row.values["received_at"])
    return [
        Fault(row.number, row.external_id, name, str(day_of(row.values[name])), f"is before {received}, when received")
        for name in DATED
        if name in row.values and day_of(row.values[name]) < received
    ]


def _look_ahead(values: dict, part: Outcome) -> None:
    """Count the row where its enquiry would go on, by the same facts and the same rules as if it were imported."""
    received = Activity(kind="received", occurred_at=values["received_at"])
    facts = [received, *_facts(values, Enquiry(chosen_authority=values.get("chosen_authority")))]
    state = state_of(facts, calendar=working_time(), standard_days=standard_days_from_database())
    if state.stage in OPEN_STAGES:
        part.still_open += 1
        part.late_at_once += state.due_at is not None and state.due_at < timezone.now()


def _import_row(row: PastRow, outcome: Outcome, after_each: Callable[[Enquiry], object] | None) -> Enquiry | None:
    """The enquiry that was made of the row; None where it could not be stored, which is then said."""
    try:
        with transaction.atomic():
            enquiry = receive_enquiry(intake=_intake(row.values), recorder="import", acknowledge=False)
            record_history(enquiry=enquiry, facts=_facts(row.values, enquiry))
            if after_each is not None:
                after_each(enquiry)
    except (DatabaseError, Refused) as fault:
        if isinstance(fault, IntegrityError) and Enquiry.objects.filter(external_id=row.external_id).exists():
            outcome.already_there.append(row)  # another import of the same file was quicker
            return None
        # The database's own words may hold personal data: its rule's name is enough to find the cause.
        row.faults.append(Fault(row.number, row.external_id, "", "", f"could not be stored ({type(fault).__name__})"))
        outcome.bad.append(row)
        return None
    outcome.imported += 1
    return enquiry


def _intake(values: dict) -> Intake:
    text = {name: value for name, value in values.items() if isinstance(value, str)}
    first = Person(text.get("first_name", ""), text.get("last_name", ""), text.get("email", ""), text.get("phone", ""))
    second = Person(text.get("second_first_name", ""), text.get("second_last_name", ""))
    return Intake(
        channel=text.get("channel", "other"),
        received_at=values["received_at"],
        applicants=[first, second] if second.first_name or second.last_name else [first],
        postcode=text.get("postcode", ""),
        source=text.get("source", ""),
        campaign=text.get("campaign", ""),
        external_id=text["external_id"],
        chosen_authority=values.get("chosen_authority"),
    )


def _facts(values: dict, enquiry: Enquiry) -> list[Activity]:
    """The facts of a row in the order in which they happened; of one date, in the order of the journey."""
    facts = [
        Activity(kind=kind, occurred_at=_moment(values[column]))
        for column, kind in _PLAIN_FACTS.items()
        if column in values
    ]
    facts += _handover(values, enquiry)
    if "decision" in values:
        facts.append(_fact("decided", values["decided_on"], outcome=values["decision"], places=values.get("places")))
    facts += _hold(values)
    if "closed_on" in values:
        facts.append(_fact("closed", values["closed_on"], reason=values.get("closed_reason", "no_reason")))
    return in_order(facts)


def _handover(values: dict, enquiry: Enquiry) -> list[Activity]:
    """To whom: the column, else the authority chosen, else that of residence, a member or not; else not known."""
    if "handover_sent_at" not in values:
        return []
    authority = values.get("handover_authority") or enquiry.chosen_authority or enquiry.residence
    sent = _fact("handover_sent", values["handover_sent_at"], authority=authority)
    if "handover_answer" not in values:
        return [sent]
    kind = ANSWERS[values["handover_answer"]]
    return [sent, _fact(kind, values["handover_answered_at"], authority=authority, about=sent)]


def _hold(values: dict) -> list[Activity]:
    """An end up to today has come; a later one is what was planned, and no fact."""
    if "hold_from" not in values:
        return []
    until = values.get("hold_until")
    held = [_fact("hold_started", values["hold_from"], until=until)]
    return [*held, _fact("hold_ended", until)] if until and until <= today() else held


def _fact(kind: str, on: datetime.date | datetime.datetime, **details) -> Activity:
    return Activity(kind=kind, occurred_at=_moment(on), **details)


def _moment(on: datetime.date | datetime.datetime) -> datetime.datetime:
    """A date is 00:00 of that day."""
    if isinstance(on, datetime.datetime):
        return on
    return datetime.datetime.combine(on, datetime.time(), tzinfo=LONDON)
