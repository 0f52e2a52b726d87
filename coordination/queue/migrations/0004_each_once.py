"""One definition in one function, whose plan is kept; and each person once, however many rows of a statement name it."""

from importlib import import_module

from django.db import migrations

before = import_module("coordination.queue.migrations.0002_awaiting")
# Since 0003 an application that nobody has decided is called `applied`.
DEFINITION = before.DEFINITION.replace("'submitted'", "'applied'")
CAST = ", ".join("w.{}::{}".format(*part.split()) for part in before.COLUMNS.split(","))
AWAITING = f"""
CREATE OR REPLACE FUNCTION queue_awaiting(people uuid[]) RETURNS TABLE ({before.COLUMNS}) LANGUAGE plpgsql STABLE
 SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
 RETURN QUERY SELECT {CAST} FROM ({DEFINITION}) AS w ({before.WANTED});
END $$
"""
REFRESH = (
    before.REFRESH.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace(f"wanted ({before.WANTED}) AS MATERIALIZED ({before.DEFINITION})",
             "wanted AS MATERIALIZED (SELECT * FROM queue_awaiting(people))")
    .replace(" IF cardinality(people) > 0 THEN",
             " people := ARRAY(SELECT DISTINCT one FROM unnest(people) AS one WHERE one IS NOT NULL);\n"
             " IF cardinality(people) > 0 THEN")
)  # fmt: skip

# What an application had not brought into the queue before: 0003 changed the one function, and the other did the work.
FILL = """SELECT refresh_queue(ARRAY(SELECT person_id FROM training_application WHERE status = 'applied'))"""


class Migration(migrations.Migration):
    dependencies = [("queue", "0003_applied")]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (AWAITING, REFRESH, FILL)]
