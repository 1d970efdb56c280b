import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("handover", "0018_agreements_follow_one_another")]

    operations = [
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), models.Q(('ended_at__isnull', False), ('ends_on', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '-', models.Value(datetime.timedelta(days=1))))), _connector='OR'), name='agreement_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('shares__contains', ['applicants', 'consent', 'enquiry', 'safe_contact'])), name='agreement_names_what_is_always_needed'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_why', '')), models.Q(('ended_at__isnull', False), ('ends_on__isnull', False), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='agreement_ended_says_why'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('authority', 'version'), name='agreement_version_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('authority_id', 'authority_id', django.contrib.postgres.fields.ranges.RangeBoundary(True, True), function='INT8RANGE', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func('starts_on', models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(models.F('ends_on'), '+', models.Value(1)), output_field=models.DateField()), django.contrib.postgres.fields.ranges.RangeBoundary(), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='agreement_one_at_a_time'),
        ),
    ]
