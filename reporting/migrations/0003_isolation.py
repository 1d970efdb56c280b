from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """The tables of reporting are made after those that handover's migration covers."""

    dependencies = [("handover", "0010_isolation"), ("reporting", "0002_return_signed_as")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
