"""Only what several rows say is added up, so that the worker, which looks every minute, mostly writes nothing."""

from importlib import import_module

from django.db import migrations

definition = import_module("coordination.queue.migrations.0002_awaiting")
SEVERAL = """DELETE FROM queue_queuecount WHERE id IN (SELECT id FROM (
  SELECT id, count(*) OVER (PARTITION BY agency_id, kind, place, assignee, named) AS rows
  FROM queue_queuecount WHERE day <= today) known WHERE rows > 1)"""
TEND = definition.TEND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "DELETE FROM queue_queuecount WHERE day <= today", SEVERAL
)


class Migration(migrations.Migration):
    dependencies = [("queue", "0007_absences")]

    operations = [migrations.RunSQL(TEND, migrations.RunSQL.noop)]
