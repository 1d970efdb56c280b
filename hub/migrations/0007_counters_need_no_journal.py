from django.db import migrations

# Every enquiry counts several things, and each count would wait for the disk. What is counted runs out within a day:
# after a crash of PostgreSQL it begins anew (docs/decisions/0005).


class Migration(migrations.Migration):
    dependencies = [("hub", "0006_message_seed")]

    operations = [
        migrations.RunSQL("ALTER TABLE hub_cache SET UNLOGGED", "ALTER TABLE hub_cache SET LOGGED"),
    ]
