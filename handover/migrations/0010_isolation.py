from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """After any change of handover/isolation.py, and for every new table, another such migration follows."""

    dependencies = [("handover", "0009_days_of_ending")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
