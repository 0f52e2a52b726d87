"""Items are looked up by person, however many there are; and a share touches only people about whom there are some."""

from importlib import import_module

from django.db import migrations

definition = import_module("coordination.queue.migrations.0002_awaiting")
before = import_module("coordination.queue.migrations.0004_each_once")
# OFFSET 0 keeps the probe: PostgreSQL expects a thousand rows of the function, and would read the whole table.
REFRESH = before.REFRESH.replace(
    f"LEFT JOIN queue_queueitem i ON i.about = w.about AND {definition.KEY}",
    f"LEFT JOIN LATERAL (SELECT i.* FROM queue_queueitem i WHERE i.about = w.about AND {definition.KEY} OFFSET 0) i ON true",
)
# A share opens and closes the sight of what awaits an office; it brings nothing and takes nothing away.
SHARED = f"""
CREATE OR REPLACE FUNCTION register_share_queue_insert() RETURNS trigger LANGUAGE plpgsql {definition.RIGHTS} AS $$
BEGIN
 PERFORM refresh_queue(ARRAY(SELECT one FROM new_rows n CROSS JOIN unnest(n.subjects) AS one
  WHERE EXISTS (SELECT 1 FROM queue_queueitem i WHERE i.about = one OFFSET 0)));
 RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("queue", "0005_reports")]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (REFRESH, SHARED)]
