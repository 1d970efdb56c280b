from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """Nothing of what people say of their council is the council’s to read."""

    dependencies = [("handover", "0022_asking_and_following")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
