"""Whom a transaction has written itself it need not lock again: a register file brings 65,000 people at once."""

from importlib import import_module

from django.db import migrations

before = import_module("coordination.queue.migrations.0006_probed")
OTHERS = "WHERE id = ANY (people) AND xmin <> pg_current_xact_id()::xid ORDER BY id FOR NO KEY UPDATE"
REFRESH = before.REFRESH.replace("WHERE id = ANY (people) ORDER BY id FOR NO KEY UPDATE", OTHERS)


class Migration(migrations.Migration):
    dependencies = [("queue", "0008_only_several")]

    operations = [migrations.RunSQL(REFRESH, migrations.RunSQL.noop)]
