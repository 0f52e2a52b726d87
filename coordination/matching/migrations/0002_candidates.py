"""Candidates are derived by functions with the rights of the tables' owner, since whether somebody is registered as
poor follows from welfare records that a provider of training may not read. They keep yes or no."""

from django.db import migrations

OWNERS = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Everybody of 15 to 64 years who is alive here; whoever did not pass the test is not trained yet. Written only where something differs. Poor as for reserved seats.
TEND = f"""
CREATE FUNCTION tend_candidates(today date) RETURNS void LANGUAGE sql {OWNERS} AS $$
 WITH latest AS MATERIALIZED (
  SELECT DISTINCT ON (person_id) person_id, status IN ('poor', 'extreme_poor') AS is_poor
  FROM register_assessment ORDER BY person_id, period DESC, id DESC),
 trained AS MATERIALIZED (
  SELECT t.person_id, array_agg(DISTINCT lower(btrim(g.vocation))) AS vocations, array_agg(DISTINCT s) AS sectors
  FROM trainees_trainee t JOIN training_batch b ON b.id = t.batch_id
  JOIN training_programme g ON g.id = b.programme_id CROSS JOIN unnest(g.sectors) s
  WHERE t.result IN ('completed', 'competent') GROUP BY t.person_id),
 listed AS MATERIALIZED (SELECT DISTINCT person_id FROM register_listing WHERE exited_on IS NULL),
 wanted AS MATERIALIZED (
  SELECT p.id, p.household_id, p.city, h.region_id, p.birth_date, p.occupation,
   CASE WHEN p.education ~ '^[0-9]{{1,2}}$' THEN p.education::smallint END AS education,
   coalesce(t.vocations, '{{}}')::varchar(60)[] AS vocations, coalesce(t.sectors, '{{}}') AS sectors,
   l.person_id IS NOT NULL AND coalesce(a.is_poor, false) AS is_poor, l.person_id IS NOT NULL AS is_listed
  FROM register_person p JOIN register_household h ON h.id = p.household_id
  LEFT JOIN latest a ON a.person_id = p.id
  LEFT JOIN listed l ON l.person_id = p.id
  LEFT JOIN trained t ON t.person_id = p.id
  WHERE p.status = 'alive' AND p.possible_duplicate_of_id IS NULL
   AND p.birth_date <= today - interval '15 years' AND p.birth_date > today - interval '65 years'),
 profiles AS (
  INSERT INTO matching_profile AS p (city, region_id, occupation, vocations, sectors, is_poor, people)
  SELECT city, region_id, occupation, vocations, sectors, is_poor, count(*) FROM wanted GROUP BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (city, region_id, occupation, vocations, sectors, is_poor) DO UPDATE SET people = excluded.people
  RETURNING *),
 idle AS (
  UPDATE matching_profile SET people = 0 WHERE people > 0 AND id NOT IN (SELECT id FROM profiles)),
 gone AS (
  DELETE FROM matching_candidate c WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.id = c.person_id))
 INSERT INTO matching_candidate AS c (person_id, household_id, city, region_id, birth_date, occupation, education,
  vocations, sectors, is_poor, is_listed, profile_id)
 SELECT w.*, p.id FROM wanted w JOIN profiles p USING (city, region_id, occupation, vocations, sectors, is_poor)
 ON CONFLICT (person_id) DO UPDATE SET (household_id, city, region_id, birth_date, occupation, education, vocations,
  sectors, is_poor, is_listed, profile_id) = (excluded.household_id, excluded.city, excluded.region_id, excluded.birth_date,
  excluded.occupation, excluded.education, excluded.vocations, excluded.sectors, excluded.is_poor, excluded.is_listed,
  excluded.profile_id)
 WHERE (c.household_id, c.city, c.region_id, c.birth_date, c.occupation, c.education, c.vocations, c.sectors,
  c.is_poor, c.is_listed, c.profile_id) IS DISTINCT FROM (excluded.household_id, excluded.city, excluded.region_id,
  excluded.birth_date, excluded.occupation, excluded.education, excluded.vocations, excluded.sectors, excluded.is_poor,
  excluded.is_listed, excluded.profile_id)
$$"""

# Of the caller's city: village, occupation, fields trained in, and how many registered people; no names.
COUNT = f"""
CREATE FUNCTION count_candidates() RETURNS json LANGUAGE sql STABLE {OWNERS} AS $$
 SELECT coalesce(json_agg(json_build_array(region_id, occupation, sectors, people)), '[]') FROM (
  SELECT region_id, occupation, sectors, count(*) AS people FROM matching_candidate
  WHERE is_listed AND city = current_setting('app.city', true) GROUP BY region_id, occupation, sectors) g
$$"""

FUNCTIONS = {"tend_candidates(date)": TEND, "count_candidates()": COUNT}


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial"), ("trainees", "0001_initial")]

    operations = [
        operation
        for signature, text in FUNCTIONS.items()
        for operation in (
            migrations.RunSQL(text, f"DROP FUNCTION {signature}"),
            migrations.RunSQL(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC", migrations.RunSQL.noop),
        )
    ]
