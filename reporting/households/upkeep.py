"""Keeping the derived tables: what changed is read again from the facts, all else is left alone.

To build everything anew is to say that everything changed, so there is one way in which a row can come to be.
"""

import datetime
import hashlib
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from enquiries.models import Enquiry
from hub.models import Authority
from hub.sweep import alone, while_time_lasts
from hub.working_time import working_time
from reporting.households.models import Changed, Household, Referral, Upkeep
from reporting.measures.facts import joined_with, read_some

AT_ONCE = 20_000  # enquiries for each statement: enough to be quick, few enough to stay in memory

_COLUMNS = ", ".join(str(field.column) for field in Household._meta.concrete_fields)
_REFERRAL_COLUMNS = ", ".join(str(field.column) for field in Referral._meta.concrete_fields)
# The named queries of facts.sql as rows of the two tables.
_DERIVED = """
, first_referral AS (
    SELECT handover.enquiry_id, min(handover.sent_on) AS sent_on, min(answer.occurred_on) AS accepted_on
    FROM handover
    LEFT JOIN answer ON answer.about_id = handover.id AND answer.kind = 'handover_accepted'
    GROUP BY handover.enquiry_id
),
derived_household AS (
    SELECT
        household.id, household.authority_id, household.is_counted, household.own_received_on, household.received_on,
        household.channel, household.source, upper(household.campaign) AS campaign,
        household.conversation_on, household.visit_on, household.eoi_submitted_on, household.eoi_authorised_on,
        household.application_on, household.applying_from, household.assessed_from, household.first_decided_on,
        household.decided_on, household.decision, household.places, household.closed_on, household.closed_reason,
        household.closed_by, household.closed_ofsted, household.is_unended, household.held_on, household.is_held,
        coalesce(dates.is_merged, FALSE) AS is_merged,
        first_referral.sent_on, first_referral.accepted_on,
        counted.day_zero, counted.conversation_days, counted.visit_days,
        CASE WHEN household.is_unended OR household.closed_on IS NOT NULL THEN counted.stage END AS stage
    FROM household
    JOIN dates ON dates.enquiry_id = household.id
    LEFT JOIN counted ON counted.id = household.id
    LEFT JOIN first_referral ON first_referral.enquiry_id = household.id
),
derived_referral AS (
    SELECT referral.id, referral.enquiry_id, referral.authority_id, referral.received_on, referral.sent_on,
        referral.answered_on, referral.answer_days, answer.kind AS answer
    FROM referral
    LEFT JOIN answer ON answer.about_id = referral.id AND answer.kind <> 'handover_withdrawn'
)
"""
_KEEP = f"""{_DERIVED}
, kept AS (
    INSERT INTO reporting_household ({_COLUMNS}) SELECT {_COLUMNS} FROM derived_household
)
INSERT INTO reporting_referral ({_REFERRAL_COLUMNS})
SELECT {_REFERRAL_COLUMNS} FROM derived_referral
"""
_DIFFERENCES = f"""{_DERIVED}
, now AS (
    SELECT 'household' AS derived, h.id, row_to_json(h)::text AS said FROM (
        SELECT {_COLUMNS} FROM derived_household
    ) AS h
    UNION ALL
    SELECT 'referral', r.id, row_to_json(r)::text FROM (
        SELECT {_REFERRAL_COLUMNS} FROM derived_referral
    ) AS r
),
before AS (
    SELECT 'household' AS derived, h.id, row_to_json(h)::text AS said FROM (
        SELECT {_COLUMNS} FROM reporting_household WHERE id IN (SELECT enquiry_id FROM candidate)
    ) AS h
    UNION ALL
    SELECT 'referral', r.id, row_to_json(r)::text FROM (
        SELECT {_REFERRAL_COLUMNS} FROM reporting_referral
        WHERE enquiry_id IN (SELECT enquiry_id FROM candidate)
    ) AS r
)
SELECT derived, id, before.said, now.said
FROM now FULL JOIN before USING (derived, id)
WHERE now.said IS DISTINCT FROM before.said
"""


def catch_up() -> int:
    """Bring the derived tables up to date with what is committed; how many enquiries were read again.

    A sweep: one process at a time, in parts that each stand alone, so that whoever is killed loses nothing.
    """
    with alone("keep-households") as ours:
        if not ours:
            return 0
        _begin_anew_with_another_calendar()
        read = 0
        for count in while_time_lasts(_parts()):
            read += count
        if not Changed.objects.exists():
            Upkeep.objects.update_or_create(only=True, defaults={"caught_up_at": timezone.now()})
        return read


def rebuild() -> int:
    """Read every household again, however long it takes; how many enquiries were read."""
    mark_all()
    read = sum(_parts())
    Upkeep.objects.update_or_create(only=True, defaults={"caught_up_at": timezone.now()})
    return read


def mark_all() -> None:
    """Say that everything changed; the next sweeps read it again."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO reporting_changed (enquiry_id) SELECT id FROM enquiries_enquiry ORDER BY id")


def up_to_date_at() -> datetime.datetime | None:
    """The moment up to which the derived tables know everything; None before they were ever built."""
    return Upkeep.objects.values_list("caught_up_at", flat=True).first()


def differences() -> Iterator[str]:
    """A sentence for each derived row that is not what a rebuild would make it; not of what waits to be read again."""
    ends = Enquiry.objects.aggregate(first=Min("pk"), last=Max("pk"))
    for start in range(ends["first"] or 0, (ends["last"] or -1) + 1, AT_ONCE):
        ids = list(Enquiry.objects.filter(pk__range=(start, start + AT_ONCE - 1)).values_list("pk", flat=True))
        waiting = set(Changed.objects.filter(enquiry_id__in=ids).values_list("enquiry_id", flat=True))
        settled = [pk for pk in ids if pk not in waiting]
        for derived, pk, before, now in read_some(_DIFFERENCES, joined_with(settled), _authorities()):
            yield f"The {derived} {pk} is kept as {before}, and would be built as {now}."


def _parts() -> Iterator[int]:
    """What changed, part by part, each in a transaction of its own; the number of enquiries in it."""
    while True:
        with transaction.atomic():
            enquiries = _take()
            if not enquiries:
                return
            _read_again(enquiries)
        yield len(enquiries)


def _take() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH taken AS (
                DELETE FROM reporting_changed
                WHERE id IN (SELECT id FROM reporting_changed ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
                RETURNING enquiry_id
            )
            SELECT DISTINCT enquiry_id FROM taken
            """,
            [AT_ONCE],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _read_again(enquiries: Sequence[int]) -> None:
    """Replace the rows of these enquiries, and of all that merging ever joined with them."""
    joined = joined_with(enquiries)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reporting_referral WHERE enquiry_id = ANY(%s)", [joined])
        cursor.execute("DELETE FROM reporting_household WHERE id = ANY(%s)", [joined])
    read_some(_KEEP, joined, _authorities())


def _authorities() -> list[int]:
    return list(Authority.objects.order_by("pk").values_list("pk", flat=True))


def _begin_anew_with_another_calendar() -> None:
    """Opening hours, closures and bank holidays are in every count of working days."""
    calendar = hashlib.sha256(repr(_said(working_time())).encode()).hexdigest()
    upkeep, _ = Upkeep.objects.get_or_create(only=True, defaults={"calendar": calendar})
    if upkeep.calendar != calendar:
        with transaction.atomic():
            mark_all()
            Upkeep.objects.update(calendar=calendar)


def _said(calendar) -> tuple:
    return calendar.closes_at, sorted(calendar.closed), sorted(calendar.opened)
