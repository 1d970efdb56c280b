from django.db import migrations

# By the facts' own dates: of what was given back its answer's, of the rest the enquiry's decision or closing.
GIVEN_BACK = """
    UPDATE handover_handover AS handover SET ended_on = fact.day
    FROM (
        SELECT about_id, max(occurred_on) AS day FROM enquiries_activity
        WHERE kind IN ('handover_declined', 'handover_returned', 'handover_withdrawn') GROUP BY about_id
    ) AS fact
    WHERE fact.about_id = handover.sent_fact_id AND handover.state IN ('declined', 'returned', 'withdrawn')
"""
COMPLETED = """
    UPDATE handover_handover AS handover SET ended_on = COALESCE(enquiry.closed_on, (
        SELECT max(decided.occurred_on) FROM enquiries_activity AS decided
        WHERE decided.enquiry_id = enquiry.id AND decided.kind = 'decided'
            AND NOT EXISTS (SELECT FROM enquiries_activity AS voiding WHERE voiding.voids_id = decided.id)
    ))
    FROM enquiries_enquiry AS enquiry
    WHERE enquiry.id = handover.enquiry_id AND handover.state = 'completed'
"""
REST = """
    UPDATE handover_handover SET ended_on = (sent_at AT TIME ZONE 'Europe/London')::date
    WHERE ended_on IS NULL AND state IN ('declined', 'returned', 'withdrawn')
"""


class Migration(migrations.Migration):
    dependencies = [("handover", "0008_what_is_shared")]

    operations = [
        migrations.RunSQL([GIVEN_BACK, COMPLETED, REST], migrations.RunSQL.noop),
    ]
