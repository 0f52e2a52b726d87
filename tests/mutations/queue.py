"""Ways to break the queue and the timeline."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "a queue names whom its office may not see",
        "coordination/queue/migrations/0002_awaiting.py",
        "FROM sight s WHERE s.seen_until >= s.starts_on",
        "FROM sight s WHERE true",
        "coordination/test_queue_rights.py -k may_not_see",
    ),
    Mutation(
        "a queue keeps the names of an ended share",
        "agencies/access/rows.py",
        '_awaiting(me) & (Q(person=None) | _shared_person(me, "person"))',
        "_awaiting(me)",
        "coordination/test_queue_rights.py -k the_database_alone_hides",
    ),
    Mutation(
        "a queue does not follow its records",
        "coordination/queue/migrations/0004_each_once.py",
        'IF cardinality(people) > 0 THEN")',
        'IF cardinality(people) > 9 THEN")',
        "coordination/test_queue.py -k follows",
    ),
    Mutation(
        "a queue tells numbers of a few",
        "coordination/queue/counts.py",
        "None if code in hidden else number",
        "number",
        "coordination/test_queue_rights.py -k few",
    ),
    Mutation(
        "a timeline of whom one may not see",
        "agencies/access/streams.py",
        "AS MATERIALIZED (SELECT count(*) AS households FROM ({household}) h)",
        "AS MATERIALIZED (SELECT 1 AS households)",
        "coordination/test_timeline.py -k alike",
    ),
    Mutation(
        "a timeline beyond the readable fields",
        "agencies/access/streams.py",
        "for name in source.shows.split() if name in readable}",
        "for name in source.shows.split()}",
        "coordination/test_timeline.py -k readable",
    ),
    Mutation(
        "a child that is reported gone is referred again",
        "coordination/queue/migrations/0005_reports.py",
        "CASE WHEN c.is_reported THEN 'report_to_check'",
        "CASE WHEN false THEN 'report_to_check'",
        "coordination/test_queue_schooling.py -k reported_child",
    ),
    Mutation(
        "a warning of absence outlives the course",
        "coordination/trainees/migrations/0004_absences_in_the_queue.py",
        " AND t.result = 'taking_part'",
        "",
        "coordination/test_attendance.py -k absent_too_often",
    ),
)
