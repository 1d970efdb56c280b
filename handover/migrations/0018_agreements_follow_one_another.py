import datetime

from django.db import migrations
from django.utils import timezone

A_DAY = datetime.timedelta(days=1)


def follow(apps, schema_editor):
    """Of those that overlapped, the earlier ends on the day before the next: the newest was the one that counted."""
    agreements = list(apps.get_model("handover", "Agreement").objects.order_by("authority", "starts_on", "pk"))
    for one, following in zip(agreements, agreements[1:]):
        if one.authority_id == following.authority_id and (not one.ends_on or one.ends_on >= following.starts_on):
            one.ends_on, one.ended_at = following.starts_on - A_DAY, timezone.now()
            one.ended_why = f"Version {following.version} takes its place"
            one.save(update_fields=["ends_on", "ended_at", "ended_why"])


class Migration(migrations.Migration):

    dependencies = [("handover", "0017_agreements_may_end_early")]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
