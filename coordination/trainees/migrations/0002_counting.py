"""What is counted and answered with the rights of the tables' owner: attendance adds up across all who record it, and
pages without a log-in get one word for an answer."""

from django.conf import settings
from django.db import migrations

NOW = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')"
TODAY = f"{NOW}::date"
OWNERS = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# How often everybody of a batch came. Two who record at once wait for each other by the batch, and the second counts
# what the first has left. A run of absences ends with any other mark.
COUNT = f"""
CREATE FUNCTION count_training_attendance(which uuid, most_percent integer, most_in_a_row integer) RETURNS void
LANGUAGE plpgsql {OWNERS} AS $$
DECLARE meetings integer; today date := {TODAY};
BEGIN
 PERFORM 1 FROM training_batch b WHERE b.id = which AND training_batch_is_mine(b) FOR NO KEY UPDATE;
 IF NOT FOUND THEN RETURN; END IF;
 SELECT count(*) INTO meetings FROM training_session s WHERE s.batch_id = which AND NOT s.is_cancelled;
 WITH marks AS (
  SELECT t.application_id AS who, t.status, row_number() OVER (PARTITION BY t.application_id ORDER BY s.day, s.starts)
   - row_number() OVER (PARTITION BY t.application_id, t.status = 'absent' ORDER BY s.day, s.starts) AS run
  FROM training_session s JOIN trainees_attendance t ON t.session_id = s.id
  WHERE s.batch_id = which AND NOT s.is_cancelled),
 runs AS (
  SELECT who, max(length) AS longest FROM (
   SELECT who, count(*) AS length FROM marks WHERE status = 'absent' GROUP BY who, run) each GROUP BY who),
 counted AS (
  SELECT m.who, count(*) AS recorded, count(*) FILTER (WHERE m.status IN ('present', 'late')) AS came,
   count(*) FILTER (WHERE m.status = 'excused') AS excused, count(*) FILTER (WHERE m.status = 'absent') AS absent,
   coalesce(max(r.longest), 0) AS longest
  FROM marks m LEFT JOIN runs r ON r.who = m.who GROUP BY m.who),
 judged AS (
  SELECT a.id, a.person_id, a.household_id, a.provider_id, a.source, coalesce(c.recorded, 0) AS recorded,
   coalesce(c.came, 0) AS came, coalesce(c.excused, 0) AS excused, coalesce(c.absent, 0) AS absent,
   coalesce(c.longest, 0) AS longest,
   coalesce(c.absent * 100 > most_percent * meetings OR c.longest >= most_in_a_row, false) AS warned
  FROM training_application a LEFT JOIN counted c ON c.who = a.id
  WHERE a.batch_id = which AND (a.status = 'accepted' OR c.who IS NOT NULL))
 INSERT INTO trainees_trainee AS t (id, application_id, batch_id, person_id, household_id, provider_id, source, sessions,
  recorded, came, excused, absent, absent_in_a_row, is_warned, warned_on, result, version)
 SELECT j.id, j.id, which, j.person_id, j.household_id, j.provider_id, j.source, meetings, j.recorded, j.came, j.excused,
  j.absent, j.longest, j.warned, CASE WHEN j.warned THEN today END, 'taking_part', 1 FROM judged j
 ON CONFLICT (id) DO UPDATE SET sessions = excluded.sessions, recorded = excluded.recorded, came = excluded.came,
  excused = excluded.excused, absent = excluded.absent, absent_in_a_row = excluded.absent_in_a_row,
  is_warned = excluded.is_warned, version = t.version + 1, updated_at = now(),
  warned_on = CASE WHEN excluded.is_warned THEN coalesce(t.warned_on, excluded.warned_on) END
 WHERE (t.sessions, t.recorded, t.came, t.excused, t.absent, t.absent_in_a_row, t.is_warned) IS DISTINCT FROM
  (excluded.sessions, excluded.recorded, excluded.came, excluded.excused, excluded.absent, excluded.absent_in_a_row,
   excluded.is_warned);
END $$"""

# Whose codes count in a meeting that takes place today: keys that say nothing of anybody.
SEATED = f"""
CREATE FUNCTION seated_in_session(which uuid) RETURNS uuid[] LANGUAGE sql STABLE {OWNERS} AS $$
 SELECT coalesce(array_agg(a.id ORDER BY a.id), '{{}}') FROM training_session s
 JOIN training_batch b ON b.id = s.batch_id AND b.status = 'running'
 JOIN training_application a ON a.batch_id = b.id AND a.status = 'accepted'
 WHERE s.id = which AND NOT s.is_cancelled AND s.day = {TODAY}
$$"""

# A participant says: I am here. What was recorded before stands.
CHECK_IN = f"""
CREATE FUNCTION check_in_to_session(meeting uuid, participant uuid, late_minutes integer, most_percent integer,
 most_in_a_row integer) RETURNS boolean LANGUAGE plpgsql {OWNERS} AS $$
DECLARE batch uuid; office uuid; place text; who uuid; late boolean;
BEGIN
 IF participant <> ALL (seated_in_session(meeting)) THEN RETURN false; END IF;
 SELECT b.id, b.provider_id, b.city, a.person_id, {NOW} > s.day + s.starts + late_minutes * interval '1 minute'
 INTO batch, office, place, who, late FROM training_session s JOIN training_batch b ON b.id = s.batch_id
 JOIN training_application a ON a.id = participant WHERE s.id = meeting;
 INSERT INTO trainees_attendance (id, session_id, application_id, status, way, author, version)
 VALUES (time_ordered_uuid(), meeting, participant, CASE WHEN late THEN 'late' ELSE 'present' END, 'code', '', 1)
 ON CONFLICT (session_id, application_id) DO NOTHING;
 IF FOUND THEN
  PERFORM count_training_attendance(batch, most_percent, most_in_a_row);
  INSERT INTO access_accessrecord (agency, city, initiator, purpose, basis, action, resource, decision, subjects,
   fields, count, request_id)
  VALUES (office, place, '', 'training', '', 'check_in', 'attendance', 'granted', ARRAY[who], 'mark', 1, '');
 END IF;
 RETURN true;
END $$"""

# One word about a number, and nothing about the holder.
VALIDITY = f"""
CREATE FUNCTION certificate_validity(asked text, today date) RETURNS text LANGUAGE sql STABLE {OWNERS} AS $$
 SELECT coalesce((SELECT CASE WHEN c.revoked_on IS NOT NULL THEN 'revoked' WHEN c.valid_until < today THEN 'expired'
  ELSE 'valid' END FROM trainees_certificate c WHERE c.number = asked), 'unknown')
$$"""
FUNCTIONS = {
    "count_training_attendance(uuid, integer, integer)": COUNT,
    "seated_in_session(uuid)": SEATED,
    "check_in_to_session(uuid, uuid, integer, integer, integer)": CHECK_IN,
    "certificate_validity(text, date)": VALIDITY,
}


class Migration(migrations.Migration):
    dependencies = [("trainees", "0001_initial"), ("training", "0004_one_seat_at_a_time")]

    operations = [
        operation
        for signature, text in FUNCTIONS.items()
        for operation in (
            migrations.RunSQL(text, f"DROP FUNCTION {signature}"),
            migrations.RunSQL(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC", migrations.RunSQL.noop),
        )
    ]
