-- Some enquiries, and all that merging ever joined with them, one through the other: their facts make one household.
candidate (enquiry_id) AS (
    SELECT unnest(%(enquiries)s::bigint[])
    UNION
    SELECT CASE WHEN a.enquiry_id = candidate.enquiry_id THEN a.into_id ELSE a.enquiry_id END
    FROM candidate
    JOIN enquiries_activity a
        ON a.kind = 'merged' AND (a.enquiry_id = candidate.enquiry_id OR a.into_id = candidate.enquiry_id)
),
