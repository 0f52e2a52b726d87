"""What was frozen stays as it was: PostgreSQL refuses every change of it, whoever asks."""

from django.db import migrations

STAYS = """
CREATE FUNCTION frozen_figures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
 RAISE EXCEPTION 'figures of a frozen edition stay as they are' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER frozen_figures_stay BEFORE UPDATE OR DELETE ON cohorts_cohort
 FOR EACH ROW WHEN (OLD.edition > 0) EXECUTE FUNCTION frozen_figures_stay();
CREATE TRIGGER frozen_figures_stay BEFORE UPDATE OR DELETE ON cohorts_cohortedition
 FOR EACH ROW EXECUTE FUNCTION frozen_figures_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0001_initial")]

    operations = [migrations.RunSQL(STAYS, migrations.RunSQL.noop)]
