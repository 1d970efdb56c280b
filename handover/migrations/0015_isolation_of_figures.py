from django.db import migrations


class Migration(migrations.Migration):
    """For the monthly figures."""

    dependencies = [("handover", "0014_monthly_figures")]

    operations: list = []  # the newest migration of its kind carries all of it into the database
