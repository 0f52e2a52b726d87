"""Seats are counted by functions with the rights of the tables' owner, since what kind of seat a person may take
follows from welfare records that no provider of training may read. They answer yes or no, or how many."""

from django.db import migrations

OWNERS = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# 2 extremely poor, 1 poor, 0 neither, for people with an open entry of a register; after the latest assessment.
NEED = f"""
CREATE FUNCTION training_need(who uuid) RETURNS integer LANGUAGE sql STABLE {OWNERS} AS $$
 SELECT coalesce((
  SELECT CASE a.status WHEN 'extreme_poor' THEN 2 WHEN 'poor' THEN 1 ELSE 0 END FROM register_assessment a
  WHERE a.person_id = who AND EXISTS (SELECT 1 FROM register_listing l WHERE l.person_id = who AND l.exited_on IS NULL)
  ORDER BY a.period DESC, a.id DESC LIMIT 1), 0)
$$"""

# The most specific free seat for a need; NULL when none is free. Once released, every free seat is anybody's.
KIND = """
CREATE FUNCTION training_seat_kind(b training_batch, need integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
 SELECT CASE
  WHEN b.seats_taken >= b.capacity THEN NULL
  WHEN b.released_at IS NOT NULL THEN 'open'
  WHEN need = 2 AND b.taken_extreme < b.reserved_extreme THEN 'extreme'
  WHEN need >= 1 AND b.taken_poor < b.reserved_poor - b.reserved_extreme THEN 'poor'
  WHEN b.taken_open < b.capacity - b.reserved_poor THEN 'open'
 END
$$"""

# Whose call it is: the provider's, or one of the batch's city; the worker acts for nobody and calls from within.
MINE = """
CREATE FUNCTION training_batch_is_mine(b training_batch) RETURNS boolean LANGUAGE sql STABLE AS $$
 SELECT coalesce(current_setting('app.agency', true), '') IN ('', b.provider_id::text)
  OR b.city = current_setting('app.city', true)
$$"""

# One conditional statement: the seat is chosen, counted and given under the lock of the batch.
GIVE = f"""
CREATE FUNCTION give_training_seat(wanted uuid, becomes text, until timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE sql {OWNERS} AS $$
 WITH chosen AS (
  SELECT b.id AS batch, training_seat_kind(b, training_need(a.person_id)) AS kind
  FROM training_application a JOIN training_batch b ON b.id = a.batch_id
  WHERE a.id = wanted AND a.seat IS NULL AND training_batch_is_mine(b)
   AND b.status IN ('open', 'closed', 'selecting')
  FOR UPDATE OF b),
 counted AS (
  UPDATE training_batch b SET taken_open = b.taken_open + (c.kind = 'open')::int,
   taken_poor = b.taken_poor + (c.kind = 'poor')::int, taken_extreme = b.taken_extreme + (c.kind = 'extreme')::int,
   version = b.version + 1, updated_at = now()
  FROM chosen c WHERE b.id = c.batch AND c.kind IS NOT NULL RETURNING c.kind)
 UPDATE training_application a SET status = becomes, seat = c.kind, is_reserved = c.kind <> 'open', rank = NULL,
  confirm_by = until, version = a.version + 1, updated_at = now()
 FROM counted c WHERE a.id = wanted RETURNING true
$$"""

# Free seats go down the reserve list to whoever may take one and has no other seat on those days.
FILL = f"""
CREATE FUNCTION fill_training_seats(which uuid) RETURNS integer LANGUAGE plpgsql {OWNERS} AS $$
DECLARE next uuid; until timestamptz; passed uuid[] := '{{}}'; moved integer := 0;
BEGIN
 SELECT now() + confirm_hours * interval '1 hour' INTO until FROM training_batch b
 WHERE id = which AND status IN ('open', 'closed', 'selecting') AND training_batch_is_mine(b) FOR UPDATE;
 IF NOT FOUND THEN RETURN 0; END IF;
 LOOP
  SELECT a.id INTO next FROM training_application a JOIN training_batch b ON b.id = a.batch_id
  WHERE b.id = which AND a.status = 'reserve' AND a.id <> ALL (passed)
   AND training_seat_kind(b, training_need(a.person_id)) IS NOT NULL
   AND EXISTS (SELECT 1 FROM register_person p WHERE p.id = a.person_id AND p.status = 'alive')
   AND NOT EXISTS (SELECT 1 FROM training_application o WHERE o.person_id = a.person_id AND o.seat IS NOT NULL
    AND daterange(o.starts_on, o.ends_on, '[]') && daterange(a.starts_on, a.ends_on, '[]'))
  ORDER BY a.rank LIMIT 1;
  IF NOT FOUND THEN RETURN moved; END IF;
  BEGIN
   IF give_training_seat(next, 'held', until) THEN
    moved := moved + 1;
   ELSE
    passed := passed || next;
   END IF;
  EXCEPTION WHEN exclusion_violation THEN -- another batch was faster
   passed := passed || next;
  END;
 END LOOP;
END $$"""

LEAVE = f"""
CREATE FUNCTION leave_training_seat(given uuid, becomes text) RETURNS integer LANGUAGE sql {OWNERS} AS $$
 WITH left_seat AS (
  SELECT a.id, a.batch_id, a.seat FROM training_application a JOIN training_batch b ON b.id = a.batch_id
  WHERE a.id = given AND a.status IN ('applied', 'held', 'accepted', 'reserve') AND training_batch_is_mine(b)
  FOR UPDATE),
 counted AS (
  UPDATE training_batch b SET taken_open = b.taken_open - (l.seat = 'open')::int,
   taken_poor = b.taken_poor - (l.seat = 'poor')::int, taken_extreme = b.taken_extreme - (l.seat = 'extreme')::int,
   version = b.version + 1, updated_at = now()
  FROM left_seat l WHERE b.id = l.batch_id AND l.seat IS NOT NULL)
 UPDATE training_application a SET status = becomes, seat = NULL, is_reserved = false, rank = NULL, confirm_by = NULL,
  decided_at = CASE becomes WHEN 'declined' THEN now() ELSE decided_at END, version = a.version + 1, updated_at = now()
 FROM left_seat l WHERE a.id = l.id;
 SELECT fill_training_seats(a.batch_id) FROM training_application a WHERE a.id = given
$$"""

EMPTY = f"""
CREATE FUNCTION empty_training_batch(which uuid) RETURNS void LANGUAGE sql {OWNERS} AS $$
 UPDATE training_application a SET status = 'declined', seat = NULL, is_reserved = false, rank = NULL,
  confirm_by = NULL, decided_at = now(), version = a.version + 1, updated_at = now()
 FROM training_batch b WHERE b.id = which AND a.batch_id = which AND training_batch_is_mine(b)
  AND a.status IN ('applied', 'held', 'accepted', 'reserve');
 UPDATE training_batch b SET taken_open = 0, taken_poor = 0, taken_extreme = 0
 WHERE id = which AND training_batch_is_mine(b)
$$"""

# What the clock brings, batch after batch: confirmations lapse, reserved seats are released, the list moves up. A
# batch that somebody works on is left for the next round; whoever comes second finds nothing to do.
SETTLE = f"""
CREATE FUNCTION settle_training_seats(today date) RETURNS integer LANGUAGE plpgsql {OWNERS} AS $$
DECLARE which uuid; released boolean; settled integer := 0;
BEGIN
 FOR which IN
  SELECT b.id FROM training_batch b
  WHERE EXISTS (SELECT 1 FROM training_application a WHERE a.batch_id = b.id AND a.confirm_by < now())
   OR (b.released_at IS NULL AND b.release_on <= today AND b.status IN ('open', 'closed', 'selecting'))
  ORDER BY b.id FOR UPDATE SKIP LOCKED
 LOOP
  UPDATE training_batch SET released_at = now(), version = version + 1, updated_at = now()
  WHERE id = which AND released_at IS NULL AND release_on <= today AND status IN ('open', 'closed', 'selecting');
  released := FOUND;
  WITH due AS (
   SELECT id, seat FROM training_application WHERE batch_id = which AND confirm_by < now() FOR UPDATE),
  gone AS (
   UPDATE training_application a SET status = 'lapsed', seat = NULL, is_reserved = false, confirm_by = NULL,
    version = a.version + 1, updated_at = now() FROM due WHERE a.id = due.id)
  UPDATE training_batch b SET taken_open = b.taken_open - n.open, taken_poor = b.taken_poor - n.poor,
   taken_extreme = b.taken_extreme - n.extreme, version = b.version + 1, updated_at = now()
  FROM (SELECT count(*) FILTER (WHERE seat = 'open') AS open, count(*) FILTER (WHERE seat = 'poor') AS poor,
   count(*) FILTER (WHERE seat = 'extreme') AS extreme, count(*) AS every FROM due) n
  WHERE b.id = which AND n.every > 0;
  IF released OR FOUND THEN
   PERFORM fill_training_seats(which);
   settled := settled + 1;
  END IF;
 END LOOP;
 RETURN settled;
END $$"""

FUNCTIONS = {
    "training_need(uuid)": NEED,
    "training_seat_kind(training_batch, integer)": KIND,
    "training_batch_is_mine(training_batch)": MINE,
    "give_training_seat(uuid, text, timestamptz)": GIVE,
    "fill_training_seats(uuid)": FILL,
    "leave_training_seat(uuid, text)": LEAVE,
    "empty_training_batch(uuid)": EMPTY,
    "settle_training_seats(date)": SETTLE,
}


class Migration(migrations.Migration):
    dependencies = [("training", "0002_seats")]

    operations = [
        operation
        for signature, text in FUNCTIONS.items()
        for operation in (
            migrations.RunSQL(text, f"DROP FUNCTION {signature}"),
            migrations.RunSQL(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC", migrations.RunSQL.noop),
        )
    ]
