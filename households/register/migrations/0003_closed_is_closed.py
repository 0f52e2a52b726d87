"""A share that has ended stays ended: who had it may end it, and must not be able to take that back."""

from django.db import migrations

FORBID = """
CREATE FUNCTION share_stays_closed() RETURNS trigger LANGUAGE plpgsql
 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
 RAISE EXCEPTION 'a share that has ended stays ended' USING ERRCODE = 'check_violation';
END $$;
REVOKE ALL ON FUNCTION share_stays_closed() FROM PUBLIC;
CREATE TRIGGER stays_closed BEFORE UPDATE ON register_share FOR EACH ROW
 WHEN (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL)
 EXECUTE FUNCTION share_stays_closed();
"""
ALLOW = "DROP TRIGGER stays_closed ON register_share; DROP FUNCTION share_stays_closed();"


class Migration(migrations.Migration):
    dependencies = [("register", "0002_sex_unknown")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
