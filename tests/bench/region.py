"""Ten years of enquiries with what happened to them, made by PostgreSQL itself: most are closed, one in a hundred is
open (of ten thousand one in ten, as in a hub of that size). Kept in a database of its own for each size, so that it is
made once (`python -m tests.bench casework --anew` makes it again). Everything is measured from the moment at which it
was made.
"""

import datetime
import os
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.utils import timezone

from tests.bench.crowd import KEYS, PEOPLE, TABLES, bring_households, households_of, multiply, without_indexes

# 1.4 million enquiries have 12 million facts.
SIZES = (10_000, 1_400_000)
ENQUIRIES_OF_A_WORKER = 9_000  # in ten years, so that each has some ninety open ones
# So that at the smaller size too the lists fill their page: else fewer rows would be compared.
OPEN_AT_LEAST = 1_000
LOST = 56  # messages that could not be delivered, at either size
RUNG_BACK = 0.04  # of those with whom we are in touch, and at the smaller size so many that a page is full too
_TABLES = (
    *TABLES, "enquiries_activity", "enquiries_safecontact", "enquiries_consent", "enquiries_routingdecision",
    "hub_message", "handover_handover",
)  # fmt: skip


def region(enquiries: int, *, anew: bool = False) -> str:
    """The name of the database with so many enquiries; made where it is not there yet."""
    name = f"hub_bench_{enquiries}"
    url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
        if there and not anew:
            _migrate(name)
            return name
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"DROP DATABASE IF EXISTS {name}_unfinished")
        connection.execute(f"CREATE DATABASE {name}_unfinished")
        started = time.perf_counter()
        build(urlunsplit(url._replace(path=f"/{name}_unfinished")), enquiries)
        connection.execute(f"ALTER DATABASE {name}_unfinished RENAME TO {name}")
    print(f"  {enquiries:,} enquiries in {time.perf_counter() - started:.0f} s", flush=True)
    return name


def use(name: str) -> None:
    """From now on Django speaks to this database of the same server."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def _migrate(name: str) -> None:
    """One that an earlier version made, as this one needs it; and vacuumed since the last run, as a hub's own is all
    the time: an index alone serves only then."""
    from django.core.management import call_command
    from django.db import connection

    before = connection.settings_dict["NAME"]
    use(name)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE enquiries_enquiry")
    use(before)


def build(url: str, enquiries: int) -> None:
    """Migrate the empty database, and fill it."""
    from django.core.management import call_command
    from django.db import connection as djangos

    from enquiries.models.name_words import keep_words_of

    before = djangos.settings_dict["NAME"]
    use(urlsplit(url).path[1:])
    call_command("migrate", verbosity=0)
    call_command("demo_data", enquiries=0, verbosity=0)
    _hire(max(4, enquiries // ENQUIRIES_OF_A_WORKER))
    djangos.close()
    djangos.settings_dict["NAME"] = before
    # Values are put in before they are sent: a table that is made of a query takes none afterwards.
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET work_mem = '256MB'")
        with without_indexes(connection, _TABLES):
            bring_households(connection, enquiries)
            _plan(connection, enquiries)
            multiply(connection, enquiries, (ENQUIRIES, PEOPLE, KEYS))
            for statement in FACTS:
                started = time.perf_counter()
                rows = connection.execute(statement).rowcount
                took = time.perf_counter() - started
                print(f"  {rows:,} rows of {statement.split()[2]} in {took:.0f} s", flush=True)
            print("  indexes …", flush=True)
        connection.execute(keep_words_of("enquiries_applicant"))  # no trigger has done it
        connection.execute("SET session_replication_role = origin")
        connection.execute("VACUUM ANALYZE enquiries_nameword")
        connection.execute("ANALYZE")


def _hire(workers: int) -> None:
    from hub.models import User

    joined_at = timezone.now() - datetime.timedelta(days=3650)
    User.objects.bulk_create(
        User(
            email=f"worker{n}@bench.example.org",
            name=f"Worker {n}",
            role="hub_worker",
            password="!",
            joined_at=joined_at,
        )
        for n in range(1, workers + 1)
    )


def _plan(connection, enquiries: int) -> None:
    """What becomes of each: one row, from which its state and its facts are made, so that they agree."""
    connection.execute(CHANCE)
    spread = max(1, OPEN_AT_LEAST * 100 / enquiries)
    recent = enquiries * 0.02 * spread  # how many the last fiftieth of the time holds
    about = {
        "enquiries": enquiries, "households": households_of(enquiries), "spread": spread, "lost": LOST / recent,
        "rung_back": min(RUNG_BACK * spread, 0.4),
    }  # fmt: skip
    for statement in (DRAWN, STAGED, PLANNED):
        connection.execute(statement, about)
    connection.execute("ANALYZE plan")
    print("  planned", flush=True)


# The same share of 1 for the same enquiry and question, whenever it is asked.
CHANCE = """
    CREATE FUNCTION pg_temp.chance(i bigint, question int) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(i, question) & 1048575) / 1048576.0
"""
DRAWN = """
    CREATE TEMP TABLE drawn AS
    SELECT 10000000 + i AS id, i, 1 - (1 - (i + 1.0) / %(enquiries)s) / %(spread)s AS age,
        now() - interval '3650 days' * (1 - (i + 1.0) / %(enquiries)s) - interval '5 minutes' AS received_at,
        pg_temp.chance(i, 1) AS a, pg_temp.chance(i, 2) AS b, pg_temp.chance(i, 3) AS c, pg_temp.chance(i, 4) AS d
    FROM generate_series(0, %(enquiries)s - 1) AS i
"""
STAGED = """
    CREATE TEMP TABLE staged AS
    SELECT *,
        CASE
            WHEN age > 0.995 AND a < 0.85 THEN
                CASE WHEN b < 0.40 THEN 'new' WHEN b < 0.85 THEN 'in_touch' WHEN b < 0.95 THEN 'eoi' ELSE 'ready' END
            WHEN age > 0.97 AND a < 0.18 THEN
                CASE
                    WHEN b < 0.35 THEN 'in_touch' WHEN b < 0.45 THEN 'eoi' WHEN b < 0.55 THEN 'ready'
                    WHEN b < 0.70 THEN 'handed_over' WHEN b < 0.85 THEN 'with_authority' ELSE 'application'
                END
            WHEN age > 0.85 AND a < 0.012 THEN CASE WHEN b < 0.5 THEN 'application' ELSE 'assessment' END
            WHEN age < 0.90 AND a > 0.96 THEN 'approved'
            ELSE 'closed'
        END AS stage
    FROM drawn
"""
# One in a hundred is open: of these some wait for a call-back, and a few are late.
PLANNED = """
    CREATE TEMP TABLE plan AS
    SELECT *, stage NOT IN ('closed', 'approved') AS open,
        CASE
            WHEN stage = 'closed' THEN CASE WHEN c < 0.25 THEN 'new' WHEN c < 0.9 THEN 'in_touch' ELSE 'application' END
            ELSE ''
        END AS closed_from,
        stage = 'in_touch' AND c < 0.15 AS on_hold,
        CASE WHEN stage = 'new' OR (stage = 'closed' AND c < 0.25) THEN NULL
            ELSE received_at + (now() - received_at) * 0.02 * d END AS spoke_at,
        least(now(), received_at + interval '60 days' * (0.1 + b)) AS ended_at,
        age > 0.98 AND d < %(lost)s AS lost,
        CASE WHEN stage IN ('new', 'in_touch') AND c > 1 - %(rung_back)s
            THEN now() + interval '1 hour' * (56 * d - 8) END AS ring_at,
        now() + interval '1 hour' * (240 * pg_temp.chance(i, 5) - 36) AS next_at,
        councils[1 + floor(cardinality(councils) * b)::int] AS council_id,
        workers[1 + floor(cardinality(workers) * d)::int] AS worker_id,
        floor(pg_temp.chance(i, 6) * 3.1)::int AS attempts, floor(pg_temp.chance(i, 7) * 2.6)::int AS notes,
        floor(pg_temp.chance(i, 8) * 3)::int AS more_talks, pg_temp.chance(i, 9) AS e
    FROM staged
    CROSS JOIN (SELECT array_agg(DISTINCT authority_id) AS councils FROM hub_membership) AS members
    CROSS JOIN (SELECT array_agg(id ORDER BY id) AS workers FROM hub_user WHERE role = 'hub_worker') AS team
"""
ENQUIRIES = """
    INSERT INTO enquiries_enquiry (
        id, reference, received_at, created_at, version, channel, source, campaign, postcode, spare_room, interests,
        situation, age, timing, message, chosen_why, not_why, absorbs, stage, turn, on_hold, hold_until, closed_on,
        closed_reason, closed_from, decision, places, attempts, first_conversation_at, last_contact_at, callback_at,
        clock, clock_started_at, due_at, owner_id, authority_id, residence_id, held_by_id
    )
    SELECT p.id, 'B' || i, received_at,
        -- At either size so many are new that a page is full.
        CASE WHEN i < %(enquiries)s - 60 THEN received_at ELSE now() - interval '5 minutes' END, 5,
        (ARRAY['web', 'web', 'web', 'phone', 'email', 'event', 'authority'])[1 + (7 * d)::int %% 7],
        (ARRAY['social_media', 'search', 'word_of_mouth', 'event', 'advertising', 'council', 'other'])
            [1 + (7 * e)::int %% 7],
        CASE WHEN e < 0.1 THEN 'campaign-' || (e * 400)::int ELSE '' END,
        CASE WHEN again = 0 OR m.postcode = '' THEN m.postcode
            ELSE left(m.postcode, -2) || translate(right(m.postcode, 2), 'ABDEFGHJLNPQRSTUWXYZ',
                substr('ABDEFGHJLNPQRSTUWXYZABDEFGHJLNPQRST', again + 1, 20)) END,
        'yes', CASE WHEN d < 0.2 THEN '{teenagers}' ELSE '{}' END::varchar[], '', '', '',
        repeat('We have talked about it for a long time. ', (e * 6)::int), '', '', false, stage,
        CASE
            WHEN stage = 'in_touch' AND e < 0.3 AND NOT on_hold AND ring_at IS NULL THEN 'household'
            WHEN stage IN ('new', 'in_touch', 'eoi', 'ready') THEN 'hub'
            WHEN open THEN 'authority'
            ELSE 'nobody'
        END,
        on_hold, CASE WHEN on_hold THEN (next_at + interval '20 days')::date END,
        CASE WHEN stage = 'closed' THEN ended_at::date END,
        CASE WHEN stage = 'closed' THEN 'timing' ELSE '' END, closed_from,
        CASE WHEN stage = 'approved' THEN 'approved' ELSE '' END, CASE WHEN stage = 'approved' THEN 2 END,
        p.attempts, spoke_at, spoke_at, ring_at,
        CASE
            WHEN ring_at IS NOT NULL THEN 'callback'
            WHEN on_hold THEN 'hold'
            ELSE coalesce(('{"new": "first_conversation", "in_touch": "follow_up", "eoi": "eoi_authorisation",
                "ready": "handover", "handed_over": "authority_answer",
                "with_authority": "application"}'::jsonb) ->> stage, '')
        END,
        received_at,
        CASE
            WHEN ring_at IS NOT NULL THEN ring_at
            WHEN on_hold THEN next_at + interval '20 days'
            WHEN stage IN ('new', 'in_touch', 'eoi', 'ready', 'handed_over', 'with_authority') THEN next_at
        END,
        CASE WHEN e < CASE stage WHEN 'new' THEN 0.5 ELSE 0.9 END THEN worker_id END,
        CASE WHEN d < 0.97 THEN council_id END,
        CASE WHEN d < 0.97 THEN council_id END,
        CASE WHEN stage IN ('handed_over', 'with_authority', 'application', 'assessment', 'approved')
            THEN council_id END
    FROM made AS m
    CROSS JOIN generate_series(0, %(of_each)s - 1) AS again
    JOIN plan AS p ON p.i = again * %(households)s + m.n
    WHERE again * %(households)s + m.n < %(enquiries)s
    ORDER BY p.id
"""
_ACTIVITY = """
    INSERT INTO enquiries_activity (
        enquiry_id, kind, occurred_at, recorded_at, recorder, note, reason, outcome, channel, next_by, until, due,
        authority_id, recorded_by_id
    )
    SELECT plan.id, kind, at, at, CASE WHEN by_staff THEN 'person' ELSE 'system' END, note,
        CASE WHEN kind = 'closed' THEN 'timing' ELSE '' END, outcome, channel, '',
        CASE WHEN kind = 'hold_started' THEN (next_at + interval '20 days')::date END,
        CASE WHEN kind = 'callback_booked' THEN ring_at END,
        CASE WHEN kind = 'handover_sent' THEN council_id END,
        CASE WHEN by_staff THEN worker_id END
    FROM plan
    CROSS JOIN LATERAL (
        VALUES
            ('received', received_at, false, '', '', 'web', true),
            ('routed', received_at, false, 'Their postcode lies in its area.', '', '', true),
            ('message_sent', received_at, false, 'Thank you for asking, put in the outbox.', '', 'email', true),
            ('assigned', received_at + interval '1 hour', true, 'Now with a worker', '', '', e < 0.9),
            ('conversation', spoke_at, true, 'Talked about the spare room and about work.', '', 'phone',
                spoke_at IS NOT NULL),
            ('eoi_submitted', ended_at - interval '9 days', true, '', '', '', stage IN
                ('eoi', 'ready', 'handed_over', 'with_authority', 'application', 'assessment', 'approved')),
            ('eoi_authorised', ended_at - interval '8 days', true, '', '', '', stage IN
                ('ready', 'handed_over', 'with_authority', 'application', 'assessment', 'approved')),
            ('handover_sent', ended_at - interval '7 days', true, '', '', '', stage IN
                ('handed_over', 'with_authority', 'application', 'assessment', 'approved')),
            ('application_received', ended_at - interval '4 days', true, '', '', '', stage IN
                ('application', 'assessment', 'approved')),
            ('stage2_started', ended_at - interval '3 days', true, '', '', '', stage IN ('assessment', 'approved')),
            ('decided', ended_at, true, '', 'approved', '', stage = 'approved'),
            ('hold_started', least(now(), spoke_at + interval '1 day'), true, 'In the spring', '', '', on_hold),
            ('callback_booked', now() - interval '1 hour', true, '', '', '', ring_at IS NOT NULL),
            ('closed', ended_at, true, 'Not now', '', '', stage = 'closed')
    ) AS fact (kind, at, by_staff, note, outcome, channel, happened)
    WHERE happened
    UNION ALL
    SELECT plan.id, 'attempt', received_at + (now() - received_at) * 0.015 * pg_temp.chance(i, 20 + n),
        received_at + (now() - received_at) * 0.015 * pg_temp.chance(i, 20 + n), 'person', '', '', 'no_answer', '', '',
        NULL, NULL, NULL, worker_id
    FROM plan, generate_series(1, attempts) AS n
    UNION ALL
    SELECT plan.id, 'note', ended_at - (ended_at - received_at) * pg_temp.chance(i, 30 + n),
        ended_at - (ended_at - received_at) * pg_temp.chance(i, 30 + n), 'person',
        'They have a dog, a garden and two children of their own.', '', '', '', '', NULL, NULL, NULL,
        worker_id
    FROM plan, generate_series(1, notes) AS n
    UNION ALL
    SELECT plan.id, 'conversation', spoke_at + (ended_at - received_at) * pg_temp.chance(i, 40 + n) * 0.5,
        spoke_at + (ended_at - received_at) * pg_temp.chance(i, 40 + n) * 0.5, 'person',
        'Talked about the first visit and what the council asks.', '', '', 'phone', '', NULL, NULL, NULL,
        worker_id
    FROM plan, generate_series(1, more_talks) AS n
    WHERE spoke_at IS NOT NULL AND stage <> 'in_touch'
    ORDER BY 3
"""
# As they came in, one after the other: the facts of one enquiry lie far apart, as they do in a hub's own database.
FACTS = (
    _ACTIVITY,
    """
    INSERT INTO enquiries_safecontact (
        enquiry_id, by_phone, by_text, by_email, "when", leave_message, say_who, language, interpreter, adjustments,
        notes
    )
    SELECT id, e > 0.02, false, true, CASE WHEN e < 0.1 THEN 'evening' ELSE 'any' END, d > 0.05, true,
        CASE WHEN b < 0.03 THEN 'Polish' ELSE '' END, b < 0.03, '', ''
    FROM plan
    """,
    """
    INSERT INTO enquiries_consent (enquiry_id, purpose, given, wording, channel, at)
    SELECT id, 'share_with_authority', true, 'I agree that you share my details with a council.', 'web', received_at
    FROM plan
    """,
    """
    INSERT INTO enquiries_routingdecision (enquiry_id, at, rule, explanation)
    SELECT id, received_at, 'residence', 'Their postcode lies in its area.'
    FROM plan
    """,
    """
    INSERT INTO hub_message (
        template, channel, "to", subject, body, seed, reference, to_household, idempotency_key, created_at, state,
        attempts, next_try_at, sent_at, failed_at, provider_id, last_fault
    )
    SELECT 'acknowledgement', 'email', 'somebody@example.org', 'Thank you', 'Thank you for asking about fostering.', '',
        'B' || i, true, 'bench:' || i, received_at, CASE WHEN lost THEN 'failed' ELSE 'sent' END, 1, received_at,
        CASE WHEN NOT lost THEN received_at END, CASE WHEN lost THEN now() END, '', ''
    FROM plan
    """,
    """
    INSERT INTO handover_handover (
        reference, enquiry_id, authority_id, sent_fact_id, state, sent_at, sent_by_id, answered_at, ended_on, reason,
        note, package, package_schema, package_sha256, pdf, changed_at
    )
    SELECT enquiry.reference || '-H1', enquiry.id, fact.authority_id, fact.id,
        CASE enquiry.stage WHEN 'handed_over' THEN 'sent' WHEN 'approved' THEN 'completed' ELSE 'accepted' END,
        fact.occurred_at, fact.recorded_by_id,
        CASE WHEN enquiry.stage <> 'handed_over' THEN fact.occurred_at + interval '1 day' END,
        CASE WHEN enquiry.stage = 'approved' THEN fact.occurred_on + 7 END, '', '', '{}', '', '', '', fact.occurred_at
    FROM enquiries_activity AS fact JOIN enquiries_enquiry AS enquiry ON enquiry.id = fact.enquiry_id
    WHERE fact.kind = 'handover_sent'
    """,
)
