"""Each event that there is gets its one session, and who came to it is kept with that session."""

from django.db import migrations


def begin(apps, _schema):
    Event, Session = apps.get_model("enquiries", "Event"), apps.get_model("enquiries", "Session")
    Booking, Attendance = apps.get_model("enquiries", "Booking"), apps.get_model("enquiries", "Attendance")
    for event in Event.objects.filter(sessions__isnull=True):
        Session.objects.create(
            event=event, number=1, starts_at=event.starts_at, ends_at=event.ends_at, place=event.place
        )
    recorded = Booking.objects.filter(attended__isnull=False, attendances__isnull=True)
    for booking in recorded.prefetch_related("event__sessions"):
        Attendance.objects.create(
            booking=booking, session=booking.event.sessions.all()[0], fact_id=booking.attended_fact_id,
            persons=booking.persons if booking.attended else 0, recorded_at=booking.event.ends_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('enquiries', '0022_sessions_and_buddies'),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
