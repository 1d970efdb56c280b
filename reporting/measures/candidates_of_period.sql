-- Whom any line may count, and perhaps some more: whoever had a fact in P (or in a cohort's quarter), whoever may have
-- been open at its end, and all whom merging, reopening or voiding may have made either. The rest need not be read.
candidate AS MATERIALIZED (
    SELECT a.enquiry_id
    FROM enquiries_activity a
    WHERE a.kind = ANY(%(measured)s::text[]) AND a.occurred_on BETWEEN %(first)s AND %(last)s
    UNION
    SELECT a.enquiry_id
    FROM enquiries_activity a
    WHERE a.kind = 'received' AND a.occurred_on BETWEEN %(enquiries_first)s AND %(enquiries_last)s
    UNION
    SELECT a.enquiry_id
    FROM enquiries_activity a
    WHERE a.kind = 'application_received' AND a.occurred_on BETWEEN %(applications_first)s AND %(applications_last)s
    UNION
    SELECT a.enquiry_id
    FROM enquiries_activity a
    WHERE a.kind = 'received'
        AND a.occurred_on <= %(last)s
        AND NOT EXISTS (
            SELECT 1
            FROM enquiries_activity ending
            WHERE ending.enquiry_id = a.enquiry_id
                AND ending.kind IN ('closed', 'decided')
                AND ending.occurred_on <= %(last)s
                AND ending.recorded_at <= %(as_at)s
        )
    UNION
    SELECT a.enquiry_id FROM enquiries_activity a WHERE a.kind IN ('reopened', 'voided')
    UNION
    SELECT unnest(ARRAY[a.enquiry_id, a.into_id]) FROM enquiries_activity a WHERE a.kind = 'merged'
),
