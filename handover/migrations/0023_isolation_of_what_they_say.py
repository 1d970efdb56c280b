from django.db import migrations


class Migration(migrations.Migration):
    """Nothing of what people say of their council is the council’s to read."""

    dependencies = [("handover", "0022_asking_and_following")]

    operations: list = []  # the newest migration of its kind carries all of it into the database
