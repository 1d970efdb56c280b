from django.db import migrations

from enquiries.models.name_words import keep_words_of


class Migration(migrations.Migration):
    """The words of the people who are there already: those that are kept stay as they are."""

    dependencies = [
        ("enquiries", "0029_words_of_names"),
    ]

    operations = [migrations.RunSQL(keep_words_of("enquiries_applicant"), migrations.RunSQL.noop)]
