from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """For the leases of periodic jobs, and postcodes, which are about nobody."""

    dependencies = [("handover", "0011_names_of_theirs"), ("hub", "0017_lease")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
