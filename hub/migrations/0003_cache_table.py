from django.db import migrations

# The table of Django's database cache, as `createcachetable` makes it: here, so that one command prepares a database.
MAKE = """
CREATE TABLE IF NOT EXISTS hub_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS hub_cache_expires ON hub_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("hub", "0002_message_fate")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE IF EXISTS hub_cache")]
