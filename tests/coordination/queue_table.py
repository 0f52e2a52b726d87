"""The queue's table beside its definition."""

from django.db import connection
from django.utils.timezone import localdate

from tests.conftest import owner

KEPT = (
    "agency_id, city, kind, person_id, household_id, referral_id, schooling_case_id, pull_request_id, region_id,"
    " reason, assignee_id, since, due_on, is_escalated, starts_on, ends_on, subject, about, place, named"
)


def asked(sql, *values):
    with owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def assert_consistent():
    """The items are what the definition says of everybody, and the counts are what the items say."""
    everybody = "SELECT id FROM register_person UNION ALL SELECT id FROM referrals_pullrequest"
    today = f"date '{localdate()}'"
    lasting = f"WHERE ends_on >= {today} - 1"
    wanted = asked(f"SELECT * FROM queue_awaiting(ARRAY({everybody})) {lasting}")
    kept = asked(f"SELECT {KEPT} FROM queue_queueitem {lasting}")
    assert sorted(map(str, kept)) == sorted(map(str, wanted))
    now = f"starts_on <= {today} AND ends_on >= {today}"
    items = asked(
        "SELECT agency_id, kind, place, assignee_id, named, count(*) FROM queue_queueitem"
        f" WHERE {now} GROUP BY 1, 2, 3, 4, 5"
    )
    counts = asked(
        "SELECT agency_id, kind, place, assignee, named, sum(change) FROM queue_queuecount"
        f" WHERE day <= {today} GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0"
    )
    assert sorted(map(str, counts)) == sorted(map(str, items))
