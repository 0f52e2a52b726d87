"""An application that nobody has decided is `applied` now: the definition of the queue follows the word."""

from django.db import migrations

FOLLOW = """
DO $$ BEGIN
 EXECUTE replace(pg_get_functiondef('queue_awaiting(uuid[])'::regprocedure), $q$'{old}'$q$, $q$'{new}'$q$);
 PERFORM refresh_queue(array_agg(DISTINCT person_id)) FROM training_application WHERE status = '{new}'
 HAVING count(*) > 0;
END $$"""


class Migration(migrations.Migration):
    dependencies = [("queue", "0002_awaiting"), ("training", "0003_seat_functions")]

    operations = [
        migrations.RunSQL(FOLLOW.format(old="submitted", new="applied"), FOLLOW.format(old="applied", new="submitted")),
    ]
