from django.db import migrations


class Migration(migrations.Migration):
    """The tables of reporting are made after those that handover's migration covers."""

    dependencies = [("handover", "0010_isolation"), ("reporting", "0002_return_signed_as")]

    operations: list = []  # the newest migration of its kind carries all of it into the database
