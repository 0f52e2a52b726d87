"""Two batches that seat one person at once wait for each other by the person, instead of by what both have written:
the check of overlapping days would end one of them as a deadlock."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("coordination.training.migrations.0003_seat_functions").GIVE
REPLACED = BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
BODY = "AS $$\n"
ALONE = """ SELECT pg_advisory_xact_lock(hashtextextended('training seat ' || a.person_id, 0))
 FROM training_application a WHERE a.id = wanted;
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0003_seat_functions")]

    operations = [migrations.RunSQL(REPLACED.replace(BODY, BODY + ALONE, 1), REPLACED)]
