"""Whom a pull request asks for is found by PostgreSQL: the asker's role sees nobody, and nothing differs for it."""

from django.db import migrations

FIND = """
CREATE FUNCTION pull_request_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
 IF NEW.person_id IS NULL THEN
  SELECT (array_agg(p.id))[1] INTO NEW.person_id FROM public.register_person p
   JOIN public.agencies_agency a ON a.id = NEW.to_agency_id AND a.region_id = p.city
   WHERE p.nik_digest = ANY (NEW.digests) OR p.nisn_digest = ANY (NEW.digests) HAVING count(*) = 1;
 END IF;
 RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION pull_request_person() FROM PUBLIC;
CREATE TRIGGER whom BEFORE INSERT ON referrals_pullrequest FOR EACH ROW EXECUTE FUNCTION pull_request_person();
"""
FORGET = "DROP TRIGGER whom ON referrals_pullrequest; DROP FUNCTION pull_request_person();"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_depth")]

    operations = [migrations.RunSQL(FIND, FORGET)]
