from django.db import migrations


class Migration(migrations.Migration):
    """The first one; reporting/migrations has the newest."""

    dependencies = [("handover", "0009_days_of_ending")]

    operations: list = []  # the newest migration of its kind carries all of it into the database
