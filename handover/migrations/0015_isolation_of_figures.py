from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """For the monthly figures."""

    dependencies = [("handover", "0014_monthly_figures")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
