-- What is known of each household as at a moment T, by the rules of measures.md: the named queries that every line
-- reads. A line's own query (cases.py) follows, or the one that keeps the derived tables (households/upkeep.py).
-- Parameters: as_at (T), first and last (of the period P), measured (the kinds that are facts), members (authorities
-- with a column), closes_at, calendar_*, reason_*, and those of the candidates.

WITH RECURSIVE

-- Every day with the number of working days up to and including it: working days between two dates are a difference.
calendar AS MATERIALIZED (
    SELECT day, working_days, is_working
    FROM unnest(%(calendar_days)s::date[], %(calendar_working_days)s::int[], %(calendar_is_working)s::bool[])
        AS days (day, working_days, is_working)
),

members AS (SELECT unnest(%(members)s::bigint[]) AS authority_id),

reasons AS (
    SELECT * FROM unnest(%(reason_codes)s::text[], %(reason_belongs_to)s::text[], %(reason_ofsted)s::text[])
        AS reasons (code, belongs_to, ofsted)
),

-- Whose facts are read: candidates_of_period.sql, or the enquiries that are named (facts.py).
{candidates}

-- Rule 3: who was merged into whom as at T, and who goes on in the end, however many were merged one into the other.
merged_into AS MATERIALIZED (
    SELECT a.enquiry_id, a.into_id
    FROM enquiries_activity a
    WHERE a.kind = 'merged'
        AND a.recorded_at <= %(as_at)s
        AND NOT EXISTS (
            SELECT 1
            FROM enquiries_activity v
            WHERE v.kind = 'voided' AND v.voids_id = a.id AND v.recorded_at <= %(as_at)s
        )
),
followed (enquiry_id, into_id) AS (
    SELECT enquiry_id, into_id FROM merged_into
    UNION
    SELECT followed.enquiry_id, merged_into.into_id
    FROM followed
    JOIN merged_into ON merged_into.enquiry_id = followed.into_id
),
absorbed AS MATERIALIZED (
    SELECT enquiry_id, into_id AS survivor_id
    FROM followed
    WHERE NOT EXISTS (SELECT 1 FROM merged_into WHERE merged_into.enquiry_id = followed.into_id)
),

-- Rule 2: what was recorded after T does not exist, a voiding neither. Rule 3: what is recorded on a merged enquiry is
-- the household's, and so the survivor's; that it was received and merged is its own.
fact AS MATERIALIZED (
    SELECT a.id,
        CASE WHEN a.kind IN ('received', 'merged') THEN a.enquiry_id
            ELSE coalesce(absorbed.survivor_id, a.enquiry_id) END AS enquiry_id,
        a.kind, a.occurred_at, a.occurred_on, a.reason, a.outcome, a.places, a.authority_id, a.about_id
    FROM candidate
    -- Each by the index, whatever the planner believes of how many there are: of 1.4 million it takes some thousands.
    CROSS JOIN LATERAL (
        SELECT * FROM enquiries_activity WHERE enquiries_activity.enquiry_id = candidate.enquiry_id OFFSET 0
    ) AS a
    LEFT JOIN absorbed ON absorbed.enquiry_id = a.enquiry_id
    WHERE a.kind = ANY(%(measured)s::text[])
        AND a.recorded_at <= %(as_at)s
        AND NOT EXISTS (
            SELECT 1
            FROM enquiries_activity v
            WHERE v.kind = 'voided' AND v.voids_id = a.id AND v.recorded_at <= %(as_at)s
        )
),

-- Rule 11: first means first of all time.
dates AS (
    SELECT
        enquiry_id,
        min(occurred_at) FILTER (WHERE kind = 'received') AS received_at,
        min(occurred_on) FILTER (WHERE kind = 'conversation') AS conversation_on,
        min(occurred_on) FILTER (WHERE kind = 'initial_visit') AS visit_on,
        min(occurred_on) FILTER (WHERE kind = 'eoi_submitted') AS eoi_submitted_on,
        min(occurred_on) FILTER (WHERE kind = 'eoi_authorised') AS eoi_authorised_on,
        min(occurred_on) FILTER (WHERE kind = 'application_received') AS application_on,
        min(occurred_on) FILTER (WHERE kind IN ('application_received', 'stage1_completed')) AS applying_from,
        min(occurred_on) FILTER (WHERE kind IN ('stage2_started', 'panel_held')) AS assessed_from,
        min(occurred_on) FILTER (WHERE kind = 'decided') AS first_decided_on,
        max(occurred_on) FILTER (WHERE kind = 'hold_started' AND occurred_on <= %(last)s) AS held_on,
        max(occurred_on) FILTER (WHERE kind = 'hold_ended' AND occurred_on <= %(last)s) AS released_on,
        bool_or(kind = 'merged') AS is_merged
    FROM fact
    GROUP BY enquiry_id
),

-- Rule 3: a survivor counts from the earliest `received` of all that were merged into it, directly or not.
absorbed_dates AS (
    SELECT absorbed.survivor_id, min(dates.received_at) AS received_at
    FROM absorbed
    JOIN dates ON dates.enquiry_id = absorbed.enquiry_id
    GROUP BY absorbed.survivor_id
),

-- The latest decision (M18 to M20, M23).
decision AS (
    SELECT DISTINCT ON (enquiry_id) enquiry_id, occurred_on, outcome, places
    FROM fact
    WHERE kind = 'decided'
    ORDER BY enquiry_id, occurred_on DESC, id DESC
),

-- Endings and reopenings count by date, and those of one date in the order of recording, as in enquiries/state.py:
-- only an open enquiry can end and only an ended one be reopened, so a closing undone on the same day is undone.
closing AS (
    SELECT last_word.*
    FROM (
        SELECT DISTINCT ON (enquiry_id) enquiry_id, kind, occurred_on, reason
        FROM fact
        WHERE kind IN ('closed', 'reopened')
        ORDER BY enquiry_id, occurred_on DESC, id DESC
    ) AS last_word
    WHERE kind = 'closed'
),
ended_by_the_last_day AS (
    SELECT last_word.enquiry_id
    FROM (
        SELECT DISTINCT ON (enquiry_id) enquiry_id, kind
        FROM fact
        WHERE kind IN ('closed', 'decided', 'reopened') AND occurred_on <= %(last)s
        ORDER BY enquiry_id, occurred_on DESC, id DESC
    ) AS last_word
    WHERE kind <> 'reopened'
),

answer AS (
    SELECT id, about_id, enquiry_id, kind, occurred_at, occurred_on
    FROM fact
    WHERE kind IN ('handover_accepted', 'handover_declined', 'handover_returned', 'handover_withdrawn')
),
-- Withdrawn may follow accepted: the last word counts.
last_answer AS (
    SELECT DISTINCT ON (about_id) about_id, kind FROM answer ORDER BY about_id, occurred_at DESC, id DESC
),
-- The authority's own: withdrawing is the hub's.
first_answer AS (
    SELECT about_id, min(occurred_on) AS answered_on
    FROM answer
    WHERE kind <> 'handover_withdrawn'
    GROUP BY about_id
),
handover AS (
    SELECT fact.id, fact.enquiry_id, fact.authority_id AS sent_to_id, fact.occurred_at AS sent_at,
        fact.occurred_on AS sent_on, last_answer.kind AS answer, first_answer.answered_on
    FROM fact
    LEFT JOIN last_answer ON last_answer.about_id = fact.id
    LEFT JOIN first_answer ON first_answer.about_id = fact.id
    WHERE fact.kind = 'handover_sent'
),
-- Where an authority ended, who stands in its place (docs/decisions/0030): no new referral for M12 to M15.
continued AS (
    SELECT DISTINCT ON (about_id) about_id, authority_id
    FROM fact
    WHERE kind = 'handover_continued'
    ORDER BY about_id, occurred_on DESC, id DESC
),
-- Rule 5: sent, accepted or completed; declined, returned and withdrawn ones do not count.
standing_handover AS (
    SELECT DISTINCT ON (handover.enquiry_id) handover.enquiry_id,
        coalesce(continued.authority_id, handover.sent_to_id) AS with_id
    FROM handover
    LEFT JOIN continued ON continued.about_id = handover.id
    WHERE handover.answer IS NULL OR handover.answer = 'handover_accepted'
    ORDER BY handover.enquiry_id, handover.sent_at DESC, handover.id DESC
),

-- Rule 5: choice and residence as they were known at T; before the first decision, as they were in it.
routing AS (
    SELECT DISTINCT ON (r.enquiry_id) r.enquiry_id, coalesce(r.chosen_id, r.residence_id) AS authority_id
    FROM dates
    CROSS JOIN LATERAL (
        SELECT * FROM enquiries_routingdecision AS theirs WHERE theirs.enquiry_id = dates.enquiry_id OFFSET 0
    ) AS r
    ORDER BY r.enquiry_id,
        CASE WHEN r.at <= %(as_at)s THEN r.at END DESC NULLS LAST,
        CASE WHEN r.at <= %(as_at)s THEN r.id END DESC,
        r.at, r.id
),

household AS MATERIALIZED (
    SELECT
        e.id,
        members.authority_id,
        dates.received_at::timestamptz AS own_received_at,
        (dates.received_at AT TIME ZONE 'Europe/London')::date AS own_received_on,
        least(dates.received_at, absorbed_dates.received_at) AS received_at,
        (least(dates.received_at, absorbed_dates.received_at) AT TIME ZONE 'Europe/London')::date AS received_on,
        NOT dates.is_merged AND coalesce(reasons.belongs_to, '') <> 'not_counted' AS is_counted,
        e.channel,
        e.source,
        e.campaign,
        dates.conversation_on,
        dates.visit_on,
        dates.eoi_submitted_on,
        dates.eoi_authorised_on,
        dates.application_on,
        dates.applying_from,
        dates.assessed_from,
        dates.first_decided_on,
        decision.occurred_on AS decided_on,
        decision.outcome AS decision,
        decision.places,
        closing.occurred_on AS closed_on,
        closing.reason AS closed_reason,
        reasons.belongs_to AS closed_by,
        reasons.ofsted AS closed_ofsted,
        ended_by_the_last_day.enquiry_id IS NULL AS is_unended,
        dates.held_on,
        dates.held_on IS NOT NULL AND coalesce(dates.released_on < dates.held_on, TRUE) AS is_held
    FROM dates
    CROSS JOIN LATERAL (
        SELECT channel, source, campaign, chosen_authority_id, residence_id, id
        FROM enquiries_enquiry WHERE enquiries_enquiry.id = dates.enquiry_id OFFSET 0
    ) AS e
    LEFT JOIN absorbed_dates ON absorbed_dates.survivor_id = e.id
    LEFT JOIN decision ON decision.enquiry_id = e.id
    LEFT JOIN closing ON closing.enquiry_id = e.id
    LEFT JOIN reasons ON reasons.code = closing.reason
    LEFT JOIN ended_by_the_last_day ON ended_by_the_last_day.enquiry_id = e.id
    LEFT JOIN standing_handover ON standing_handover.enquiry_id = e.id
    LEFT JOIN routing ON routing.enquiry_id = e.id
    LEFT JOIN members
        ON members.authority_id
        = coalesce(
            standing_handover.with_id,
            CASE
                WHEN routing.enquiry_id IS NULL THEN coalesce(e.chosen_authority_id, e.residence_id)
                ELSE routing.authority_id
            END
        )
    WHERE dates.received_at IS NOT NULL
),

-- The one day on which a household's stage is asked for: the last of P while open (M25), the closing's (M24).
stage_day AS (
    SELECT id AS enquiry_id,
        CASE
            WHEN is_unended AND received_on <= %(last)s THEN %(last)s::date
            WHEN closed_on BETWEEN %(first)s AND %(last)s THEN closed_on
        END AS day
    FROM household
    WHERE is_counted
),
-- Rule 12: the latest handover by that day, with the last word on it by that day.
handover_by_day AS (
    SELECT DISTINCT ON (stage_day.enquiry_id) stage_day.enquiry_id, answer.kind AS answer
    FROM stage_day
    JOIN handover ON handover.enquiry_id = stage_day.enquiry_id AND handover.sent_on <= stage_day.day
    LEFT JOIN answer ON answer.about_id = handover.id AND answer.occurred_on <= stage_day.day
    ORDER BY stage_day.enquiry_id, handover.sent_at DESC, handover.id DESC,
        answer.occurred_at DESC NULLS LAST, answer.id DESC
),

-- Rule 6: day zero is the day itself, or the next working day where the hub was closed by then (17:00 exactly is
-- closed); as working days up to and including it.
day_zero AS (
    SELECT household.id AS enquiry_id,
        calendar.working_days + (
            NOT calendar.is_working
            OR (household.received_at AT TIME ZONE 'Europe/London')::time >= %(closes_at)s::time
        )::int AS working_days
    FROM household
    JOIN calendar ON calendar.day = household.received_on
),

-- Rule 4, with the stage on `stage_day` (rule 12).
counted AS MATERIALIZED (
    SELECT
        household.*,
        day_zero.working_days AS day_zero,
        -- `greatest` passes over what is not known: 0 working days to what never happened.
        CASE WHEN conversation_on IS NOT NULL THEN greatest(0, talked.working_days - day_zero.working_days) END
            AS conversation_days,
        CASE WHEN visit_on IS NOT NULL THEN greatest(0, visited.working_days - day_zero.working_days) END
            AS visit_days,
        CASE
            WHEN assessed_from <= stage_day.day THEN 'assessment'
            WHEN applying_from <= stage_day.day THEN 'application'
            WHEN handover_by_day.answer = 'handover_accepted' THEN 'with_authority'
            WHEN handover_by_day.answer IS NOT NULL THEN 'ready'
            WHEN handover_by_day.enquiry_id IS NOT NULL THEN 'handed_over'
            WHEN eoi_authorised_on <= stage_day.day THEN 'ready'
            WHEN eoi_submitted_on <= stage_day.day THEN 'eoi'
            WHEN conversation_on <= stage_day.day THEN 'in_touch'
            ELSE 'new'
        END AS stage
    FROM household
    JOIN stage_day ON stage_day.enquiry_id = household.id
    JOIN day_zero ON day_zero.enquiry_id = household.id
    LEFT JOIN handover_by_day ON handover_by_day.enquiry_id = household.id
    LEFT JOIN calendar AS talked ON talked.day = household.conversation_on
    LEFT JOIN calendar AS visited ON visited.day = household.visit_on
),

-- M12 to M15 count handovers, in the column of the authority each was sent to.
referral AS (
    SELECT handover.id, handover.enquiry_id, members.authority_id, counted.received_on, handover.sent_on,
        handover.answered_on,
        CASE
            WHEN handover.answered_on IS NOT NULL
            THEN greatest(
                0,
                answered.working_days - sent.working_days - (
                    NOT sent.is_working
                    OR (handover.sent_at AT TIME ZONE 'Europe/London')::time >= %(closes_at)s::time
                )::int
            )
        END AS answer_days
    FROM handover
    JOIN counted ON counted.id = handover.enquiry_id
    LEFT JOIN members ON members.authority_id = handover.sent_to_id
    LEFT JOIN calendar AS sent ON sent.day = handover.sent_on
    LEFT JOIN calendar AS answered ON answered.day = handover.answered_on
),
referral_answer AS (
    SELECT answer.enquiry_id, members.authority_id, answer.kind, answer.occurred_on
    FROM answer
    JOIN counted ON counted.id = answer.enquiry_id
    LEFT JOIN handover ON handover.id = answer.about_id
    LEFT JOIN members ON members.authority_id = handover.sent_to_id
),

-- Rule 10: any fact on a date before the enquiry's.
early_fact AS (
    SELECT fact.enquiry_id, fact.kind, fact.occurred_on, counted.received_on, counted.authority_id
    FROM fact
    JOIN counted ON counted.id = fact.enquiry_id
    WHERE fact.occurred_on < counted.received_on AND fact.kind <> 'received'
)
