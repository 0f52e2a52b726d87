"""Seals know from which record on they count, so that a log that was restored into a younger server goes on."""

from django.db import migrations, models

GREATEST = """UPDATE access_accessseal s SET greatest = found.greatest FROM (
 SELECT id, max((SELECT max(r) FROM unnest(records) r)) OVER (ORDER BY id) AS greatest FROM access_accessseal) found
 WHERE found.id = s.id"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_time_ordered_uuid")]

    operations = [
        migrations.AddField(
            "accessseal",
            "floor",
            models.BigIntegerField(default=0, help_text="Records up to this one came from a server before this one."),
        ),
        migrations.AddField(
            "accessseal",
            "greatest",
            models.BigIntegerField(default=0, help_text="The greatest record sealed so far."),
        ),
        migrations.RunSQL(GREATEST, migrations.RunSQL.noop),
    ]
