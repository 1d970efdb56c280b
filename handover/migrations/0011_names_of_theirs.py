from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """An authority finds those it holds by name."""

    dependencies = [("handover", "0010_isolation"), ("enquiries", "0034_with_an_authority")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
