"""What awaits whom, worked out by PostgreSQL whenever the records that it follows from have changed."""

from django.conf import settings
from django.db import migrations

RIGHTS = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
ALWAYS, FOREVER = "date '0001-01-01'", "date '9999-12-31'"
OPEN = "('draft', 'requested', 'accepted', 'in_progress', 'on_hold', 'returned')"


def day(moment: str) -> str:
    """The day of a moment in the city's zone."""
    return f"({moment} AT TIME ZONE '{settings.TIME_ZONE}')::date"


def birthday(years: int) -> str:
    """The day from which a person is that old; who was born on 29 February comes of age on 1 March."""
    turned = f"(p.birth_date + interval '{years} years')::date"
    return f"({turned} + (extract(day FROM {turned}) <> extract(day FROM p.birth_date))::int)"


# A check after enrolment stands in the queue so many days before it is due.
NOTICE = 14
# What a referral of a person waits for; of a child at work on its case, the next step of the case.
STEPS = f"""
 SELECT r.*, c.id AS case_id, c.assignee_id AS case_assignee_id, c.check_on,
  CASE WHEN r.status IN ('draft', 'returned') THEN 'referral_to_send' WHEN r.status = 'requested' THEN 'referral_to_answer'
   WHEN r.status = 'on_hold' THEN 'referral_on_hold' WHEN c.id IS NULL AND r.kind = 'schooling' THEN 'case_to_open'
   WHEN c.status = 'candidate' THEN 'case_to_assign' WHEN c.status = 'assigned' THEN 'visit_due'
   WHEN c.status = 'visited' THEN 'verification_due' WHEN c.status = 'verified' THEN 'plan_to_make'
   WHEN c.status = 'planned' THEN 'place_to_find' WHEN c.status = 'offered' THEN 'enrolment_to_confirm'
   WHEN c.status = 'enrolled' AND c.check_on IS NOT NULL THEN 'follow_up_due' ELSE 'referral_to_work' END AS step
 FROM referrals_referral r LEFT JOIN LATERAL (SELECT c.*, (SELECT min(f.due_on) FROM schooling_followup f
   WHERE f.case_id = c.id AND f.answer = 'pending') AS check_on
  FROM schooling_schoolingcase c WHERE c.referral_id = r.id OFFSET 0) c ON true
 WHERE r.person_id = p.id AND r.status IN {OPEN} OFFSET 0
"""

# THE definition; each source is probed by person (OFFSET 0), whether one is asked about or a whole register.
# School age is 7 to 18 years, as the offices count children out of school (anak tidak sekolah);
# out of school is who answers 1 or 3 to question 412 of Regsosek. What a child no longer is by age is left out.
DEFINITION = f"""WITH asked AS (
 SELECT p.*, h.region_id AS village FROM unnest(people) AS one (id) JOIN register_person p ON p.id = one.id
 JOIN register_household h ON h.id = p.household_id
), child AS (
 SELECT p.id AS subject, p.id AS person, p.city, {birthday(7)} AS starts_on, {birthday(19)} - 1 AS ends_on, l.entered_on,
  CASE p.school_participation WHEN 'never' THEN 'never_enrolled' ELSE 'no_longer_in_school' END AS reason
 FROM asked p CROSS JOIN LATERAL (SELECT min(l.entered_on) AS entered_on FROM register_listing l
  WHERE l.person_id = p.id AND l.exited_on IS NULL) l
 WHERE p.status = 'alive' AND p.school_participation IN ('never', 'no_longer') AND l.entered_on IS NOT NULL
  AND p.birth_date > current_date - interval '19 years 1 day'
  AND NOT EXISTS (SELECT 1 FROM referrals_referral r
   WHERE r.person_id = p.id AND r.kind = 'schooling' AND r.status IN {OPEN} OFFSET 0)
), work AS (
 SELECT a.id AS agency, 'child_out_of_school' AS kind, c.subject, c.person, NULL::uuid AS referral, NULL::uuid AS schooling_case,
  (SELECT q.id FROM referrals_pullrequest q WHERE q.person_id = c.person AND q.from_agency_id = a.id
   AND q.status = 'asked' ORDER BY q.id LIMIT 1) AS pull_request, c.reason, NULL::uuid AS assignee,
  greatest(c.entered_on, c.starts_on) AS since, NULL::date AS due_on, false AS is_escalated, c.starts_on, c.ends_on
 FROM child c JOIN agencies_agency a ON a.region_id = c.city AND a.kind IN ('social', 'education') AND a.is_active
 UNION ALL
 SELECT CASE r.step WHEN 'referral_to_send' THEN r.from_agency_id ELSE r.to_agency_id END, r.step, r.id, r.person_id, r.id,
  r.case_id, NULL,
  CASE WHEN r.status IN ('draft', 'returned', 'requested', 'on_hold') OR r.step = 'referral_to_work'
   THEN CASE r.status WHEN 'draft' THEN 'not_sent' WHEN 'requested' THEN 'not_answered' WHEN 'accepted' THEN 'not_started'
    ELSE r.status END ELSE r.step END,
  CASE WHEN r.step <> 'referral_to_send' THEN coalesce(r.case_assignee_id, r.assignee_id) END,
  CASE r.step WHEN 'follow_up_due' THEN r.check_on - {NOTICE}
   ELSE {day("coalesce(r.decided_at, r.sent_at, r.created_at)")} END,
  CASE r.step WHEN 'follow_up_due' THEN r.check_on WHEN 'referral_on_hold' THEN NULL
   ELSE coalesce({day("r.due_at")}, r.due_on) END,
  r.escalated_at IS NOT NULL, CASE r.step WHEN 'follow_up_due' THEN r.check_on - {NOTICE} ELSE {ALWAYS} END, {FOREVER}
 FROM asked p CROSS JOIN LATERAL ({STEPS}) r
 UNION ALL
 SELECT t.provider_id, 'application_to_decide', t.id, t.person_id, NULL, NULL, NULL, 'not_decided', NULL,
  {day("t.created_at")}, NULL, false, {ALWAYS}, {FOREVER}
 FROM asked p CROSS JOIN LATERAL (SELECT t.* FROM training_application t
  WHERE t.person_id = p.id AND t.status = 'submitted' OFFSET 0) t
 UNION ALL
 SELECT q.to_agency_id, 'pull_request_to_answer', q.id, q.person_id, NULL, NULL, q.id, 'asked', NULL, {day("q.asked_at")},
  NULL, false, {ALWAYS}, {FOREVER}
 FROM asked p CROSS JOIN LATERAL (SELECT q.* FROM referrals_pullrequest q
  WHERE q.person_id = p.id AND q.status = 'asked' OFFSET 0) q
), sight AS (
 -- Until when the office sees the person: Social Affairs those of its city, the others while a share says so.
 SELECT w.*, p.household_id, p.city, p.village,
  CASE WHEN a.kind = 'social' THEN CASE WHEN a.region_id = p.city THEN {FOREVER} END ELSE (
   SELECT max(s.until) FROM register_share s WHERE s.household_id = p.household_id AND s.agency_id = a.id
    AND s.closed_at IS NULL AND s.subjects @> ARRAY[p.id]
    AND s.purpose = CASE a.kind WHEN 'education' THEN 'schooling' WHEN 'manpower' THEN 'training' END) END AS seen_until
 FROM work w JOIN asked p ON p.id = w.person JOIN agencies_agency a ON a.id = w.agency
)
SELECT s.agency, s.city, s.kind, s.person, s.household_id, s.referral, s.schooling_case, s.pull_request, s.village, s.reason, s.assignee,
 s.since, s.due_on, s.is_escalated, s.starts_on, least(s.ends_on, s.seen_until), s.subject, s.person, s.village, true
FROM sight s WHERE s.seen_until >= s.starts_on
UNION ALL
-- Before and after: no name and no village, and no birthday between the lines either, so whole months.
SELECT s.agency, s.city, s.kind, NULL, NULL, s.referral, s.schooling_case, s.pull_request, s.city, s.reason, s.assignee,
 date_trunc('month', coalesce(c.entered_on, s.since))::date, s.due_on, s.is_escalated,
 greatest(s.seen_until + 1, s.starts_on, date_trunc('month', c.starts_on + interval '1 month')::date),
 least(s.ends_on, date_trunc('month', c.ends_on)::date - 1), s.subject, s.person, left(s.village, 8), false
FROM sight s LEFT JOIN child c ON c.subject = s.subject
WHERE s.seen_until IS NULL OR s.seen_until < s.ends_on
UNION ALL
-- A request by a number that may be nobody's is about itself.
SELECT q.to_agency_id, a.region_id, 'pull_request_to_answer', NULL, NULL, NULL, NULL, q.id, a.region_id, 'asked', NULL,
 {day("q.asked_at")}, NULL, false, {ALWAYS}, {FOREVER}, q.id, q.id, a.region_id, false
FROM unnest(people) AS one (id) JOIN referrals_pullrequest q ON q.id = one.id AND q.person_id IS NULL
 AND q.status = 'asked' JOIN agencies_agency a ON a.id = q.to_agency_id
"""
COLUMNS = (
    "agency uuid, city text, kind text, person uuid, household uuid, referral uuid, schooling_case uuid,"
    " pull_request uuid, region text,"
    " reason text, assignee uuid, since date, due_on date, is_escalated boolean, starts_on date, ends_on date,"
    " subject uuid, about uuid, place text, named boolean"
)
AWAITING = f"""
CREATE FUNCTION queue_awaiting(people uuid[]) RETURNS TABLE ({COLUMNS}) LANGUAGE sql STABLE AS $$ {DEFINITION} $$
"""

SAME = (
    "city",
    "person",
    "household",
    "referral",
    "schooling_case",
    "pull_request",
    "region",
    "reason",
    "assignee",
    "since",
    "due_on",
)
SAME += ("is_escalated", "starts_on", "ends_on", "about", "place")
REFERENCES = ("agency", "person", "household", "referral", "schooling_case", "pull_request", "region", "assignee")


def column(name: str) -> str:
    return f"{name}_id" if name in REFERENCES else name


WANTED = ", ".join(part.split()[0] for part in COLUMNS.split(","))
KEY = "(i.agency_id, i.kind, i.subject, i.named) = (w.agency, w.kind, w.subject, w.named)"
NAMES = ("agency", "kind", "subject", "named", *SAME)
# Two changes of one person wait for each other, and the second sees what the first has left.
REFRESH = f"""
CREATE FUNCTION refresh_queue(people uuid[]) RETURNS void LANGUAGE plpgsql {RIGHTS}
 SET plan_cache_mode = force_generic_plan AS $$
BEGIN
 IF cardinality(people) > 0 THEN
  PERFORM 1 FROM register_person WHERE id = ANY (people) ORDER BY id FOR NO KEY UPDATE;
  WITH wanted ({WANTED}) AS MATERIALIZED ({DEFINITION}), gone AS (
   DELETE FROM queue_queueitem i USING unnest(people) AS one (id)
   WHERE i.about = one.id AND NOT EXISTS (SELECT 1 FROM wanted w WHERE {KEY}))
  INSERT INTO queue_queueitem (id, {", ".join(map(column, NAMES))})
  -- An id in order of time would tell which nameless items came together, such as those of one family.
  SELECT CASE WHEN w.named THEN time_ordered_uuid() ELSE gen_random_uuid() END, {", ".join(f"w.{name}" for name in NAMES)}
  FROM wanted w LEFT JOIN queue_queueitem i ON i.about = w.about AND {KEY}
  WHERE i.id IS NULL OR ({", ".join(f"i.{column(name)}" for name in SAME)})
   IS DISTINCT FROM ({", ".join(f"w.{name}" for name in SAME)})
  ON CONFLICT (agency_id, kind, subject, named) DO UPDATE
  SET {", ".join(f"{column(name)} = excluded.{column(name)}" for name in SAME)};
 END IF;
END $$
"""


def changed(*columns: str) -> str:
    """Where an update touched one of the columns."""
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("n", "o"))
    return f"new_rows n JOIN old_rows o USING (id) WHERE ({new}) IS DISTINCT FROM ({old})"


def either(person: str, *columns: str) -> str:
    """The people of the rows before and after an update that touched one of the columns."""
    return " UNION ".join(f"SELECT {person.format(row)} FROM {changed(*columns)}" for row in ("n", "o"))


IN_CITY = "SELECT p.id FROM register_person p JOIN new_rows n ON n.region_id = p.city"
# Table -> what happens to its rows -> the people whose items may be others now. A new person has no entry yet.
SOURCES = {
    "register_person": {
        "UPDATE": f"SELECT n.id FROM {changed('household_id', 'city', 'birth_date', 'school_participation', 'status')}",
        "DELETE": "SELECT o.id FROM old_rows o",
    },
    "register_household": {
        "UPDATE": f"SELECT p.id FROM register_person p WHERE p.household_id IN (SELECT n.id FROM {changed('region_id')})",
    },
    "register_listing": {
        "INSERT": "SELECT n.person_id FROM new_rows n",
        "UPDATE": either("{}.person_id", "person_id", "exited_on", "entered_on"),
        "DELETE": "SELECT o.person_id FROM old_rows o",
    },
    "register_share": {
        "INSERT": "SELECT unnest(n.subjects) FROM new_rows n",
        "UPDATE": either(
            "unnest({}.subjects)", "household_id", "agency_id", "purpose", "subjects", "until", "closed_at"
        ),
        "DELETE": "SELECT unnest(o.subjects) FROM old_rows o",
    },
    "referrals_referral": {
        "INSERT": "SELECT n.person_id FROM new_rows n",
        "UPDATE": either(
            "{}.person_id",
            "person_id",
            "to_agency_id",
            "kind",
            "status",
            "due_on",
            "due_at",
            "escalated_at",
            "assignee_id",
        ),
        "DELETE": "SELECT o.person_id FROM old_rows o",
    },
    "referrals_pullrequest": {
        "INSERT": "SELECT coalesce(n.person_id, n.id) FROM new_rows n",
        "UPDATE": either("unnest(ARRAY[{0}.id, {0}.person_id])", "person_id", "status"),
        "DELETE": "SELECT unnest(ARRAY[o.id, o.person_id]) FROM old_rows o",
    },
    "schooling_schoolingcase": {
        "INSERT": "SELECT n.person_id FROM new_rows n",
        "UPDATE": either("{}.person_id", "person_id", "referral_id", "status", "assignee_id"),
        "DELETE": "SELECT o.person_id FROM old_rows o",
    },
    "schooling_followup": {
        "INSERT": "SELECT c.person_id FROM new_rows n JOIN schooling_schoolingcase c ON c.id = n.case_id",
        "UPDATE": "SELECT c.person_id FROM schooling_schoolingcase c WHERE c.id IN"
        f" (SELECT n.case_id FROM {changed('case_id', 'answer', 'due_on')})",
        "DELETE": "SELECT c.person_id FROM old_rows o JOIN schooling_schoolingcase c ON c.id = o.case_id",
    },
    "training_application": {
        "INSERT": "SELECT n.person_id FROM new_rows n",
        "UPDATE": either("{}.person_id", "person_id", "provider_id", "status"),
        "DELETE": "SELECT o.person_id FROM old_rows o",
    },
    "agencies_agency": {
        "INSERT": IN_CITY,
        "UPDATE": "SELECT p.id FROM register_person p WHERE p.city IN"
        f" (SELECT unnest(ARRAY[n.region_id, o.region_id]) FROM {changed('is_active', 'kind', 'region_id')})",
    },
}
ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def trigger(table: str, operation: str, name: str, work: str) -> str:
    """A function and the statement trigger that calls it once for all rows of a statement."""
    function = f"{table}_{name}_{operation.lower()}"
    return (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {RIGHTS} AS $$ BEGIN {work}; RETURN NULL; END $$;"
        f" CREATE TRIGGER {name}_{operation.lower()} AFTER {operation} ON {table} REFERENCING {ROWS[operation]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def follow() -> list[str]:
    """Every trigger by which items follow their sources."""
    return [
        trigger(table, operation, "queue", f"PERFORM refresh_queue(ARRAY({people}))")
        for table, operations in SOURCES.items()
        for operation, people in operations.items()
    ]


def added(rows: str, sign: int) -> str:
    """What items add to the counts on the day on which they begin, and take away on the day after their last.

    A day that is past counts the same as any earlier one.
    """
    days = (("starts_on", sign), ("ends_on + 1", -sign))
    return " UNION ALL ".join(
        f"SELECT agency_id, kind, place, assignee_id AS assignee, named, CASE WHEN {day} < current_date THEN {ALWAYS} ELSE {day} END AS day,"
        f" {change} AS change FROM {rows} WHERE {day} <= {FOREVER}"
        for day, change in days
    )


COUNTED = {
    "INSERT": added("new_rows", 1),
    "UPDATE": f"{added('old_rows', -1)} UNION ALL {added('new_rows', 1)}",
    "DELETE": added("old_rows", -1),
}
COUNT_COLUMNS = "agency_id, kind, place, assignee, named, day"


def count(operation: str, changes: str) -> str:
    """The trigger that keeps the counts when items come, change or go."""
    work = (
        f"INSERT INTO queue_queuecount ({COUNT_COLUMNS}, change) SELECT {COUNT_COLUMNS}, sum(change)"
        f" FROM ({changes}) c GROUP BY {COUNT_COLUMNS} HAVING sum(change) <> 0"
    )
    return trigger("queue_queueitem", operation, "count", work)


# Without it nothing is wrong, only slower: days that are past are added up, and items that are over go.
TEND = f"""
CREATE FUNCTION tend_queue(today date) RETURNS void LANGUAGE plpgsql {RIGHTS} AS $$
BEGIN
 DELETE FROM queue_queueitem WHERE ends_on < today;
 WITH past AS (DELETE FROM queue_queuecount WHERE day <= today RETURNING *)
 INSERT INTO queue_queuecount ({COUNT_COLUMNS}, change)
 SELECT agency_id, kind, place, assignee, named, {ALWAYS}, sum(change) FROM past
 GROUP BY agency_id, kind, place, assignee, named HAVING sum(change) <> 0;
END $$
"""
# An office asks for the child of a nameless item; it never learns who that is. False: somebody has asked already.
ASK = f"""
CREATE FUNCTION ask_for_queue_item(item uuid, request uuid) RETURNS boolean LANGUAGE plpgsql {RIGHTS} AS $$
DECLARE me uuid := nullif(current_setting('app.agency', true), '')::uuid; child uuid;
BEGIN
 SELECT i.about INTO child FROM queue_queueitem i WHERE i.id = item;
 PERFORM 1 FROM register_person WHERE id = child FOR NO KEY UPDATE;
 UPDATE referrals_pullrequest q SET person_id = i.about FROM queue_queueitem i
 WHERE q.id = request AND q.from_agency_id = me AND q.person_id IS NULL AND q.status = 'asked'
  AND i.id = item AND i.agency_id = me AND i.kind = 'child_out_of_school' AND NOT i.named AND i.pull_request_id IS NULL;
 RETURN FOUND;
END $$
"""
FILL = "SELECT refresh_queue(ARRAY(SELECT id FROM register_person))"


class Migration(migrations.Migration):
    dependencies = [
        ("queue", "0001_initial"),
        ("register", "0002_sex_unknown"),
        ("training", "0001_initial"),
        ("referrals", "0004_place"),
        ("schooling", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (
            AWAITING,
            REFRESH,
            TEND,
            ASK,
            *(count(operation, changes) for operation, changes in COUNTED.items()),
            *follow(),
            FILL,
        )
    ]
