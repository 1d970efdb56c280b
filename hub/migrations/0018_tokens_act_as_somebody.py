import uuid

from django.contrib.auth.hashers import make_password
from django.db import migrations


def give_each_a_system(apps, schema_editor):
    """Councils' tokens of before somebody stood for them on the record: as `issue_token` makes one. Safe to run again."""
    User = apps.get_model("hub", "User")
    tokens = apps.get_model("hub", "ApiToken").objects
    for token in tokens.filter(authority__isnull=False, acts_as__isnull=True).select_related("authority"):
        token.acts_as = User.objects.create(
            email=f"{uuid.uuid4().hex}@system.invalid",
            password=make_password(None),
            name=f"{token.name}, {token.authority.name}"[:150],
            role="authority_worker",
            authority=token.authority,
            is_system=True,
        )
        token.save(update_fields=["acts_as"])


class Migration(migrations.Migration):

    dependencies = [("hub", "0017_lease")]

    operations = [migrations.RunPython(give_each_a_system, migrations.RunPython.noop)]
