from django.db import migrations

from handover.isolation import OPEN, OWN
from hub.isolation import carry_into_the_database


def carry(apps, schema_editor):
    carry_into_the_database(OWN, OPEN)


class Migration(migrations.Migration):
    """After any change of handover/isolation.py, and for every new table, another such migration follows.

    Each says all of it, so the ones before need say nothing any more: the newest alone has an operation. It comes after
    every table there is, and so depends on the newest migration of each app.
    """

    dependencies = [
        ("hub", "0019_authorities_kept"),
        ("enquiries", "0037_goes_on_at_the_successor"),
        ("handover", "0025_deliveries_may_be_forgotten"),
        ("reporting", "0011_hub_costs"),
    ]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
