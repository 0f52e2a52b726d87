"""Walking a schooling case along its road, through HTTP."""

from datetime import timedelta

from django.utils.timezone import localdate

from agencies.models import Officer
from tests.conftest import owner
from tests.coordination.schools import make_place, make_school
from tests.coordination.test_referrals import post, refer

TODAY = localdate()
VISIT = {"visited_on": TODAY.isoformat(), "met": "guardian", "found": "canary-visit: helps at the market"}
VERIFIED = {
    "verified_on": TODAY.isoformat(),
    "category": "dropped_out",
    "reasons": ["cost", "working"],
    "last_grade": 6,
    "documents": ["family_card"],
    "wish": "school",
    "remarks": "canary-remarks: wants to go back",
    "support_needs": ["transport", "hearing"],
    "support_notes": "canary-support: hears on the left only",
}
PLAN = {"programme": "regular", "grade": 7, "school_year": 2026}
ROADS = {
    "candidate": (),
    "assigned": ("assign",),
    "visited": ("assign", "record-visit"),
    "verified": ("assign", "record-visit", "verify"),
    "planned": ("assign", "record-visit", "verify", "plan"),
    "offered": ("assign", "record-visit", "verify", "plan", "offer"),
    "enrolled": ("assign", "record-visit", "verify", "plan", "offer", "enrol"),
}


def officer_of(name):
    with owner():
        return str(Officer.objects.get(username=f"{name}.officer").pk)


def open_case(client, world, *, person="A daughter", **more):
    """A case of a fresh referral; returns its document."""
    referral = refer(client, world, person=person)
    assert referral.status_code == 201, referral.content
    answer = post(client, world, "basim", "schooling-cases", {"referral": referral.json()["id"], **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def body_of(name, *, place=None, enrolled_on=None):
    return {
        "assign": lambda: {"officer": officer_of("basim")},
        "record-visit": lambda: VISIT,
        "verify": lambda: VERIFIED,
        "plan": lambda: PLAN,
        "offer": lambda: {"place": str((place or make_place(make_school(), capacity=2)).pk)},
        "withdraw-offer": lambda: {"words": "the school burnt down"},
        "enrol": lambda: {"enrolled_on": (enrolled_on or TODAY).isoformat(), "holds_aid_card": False},
        "close": lambda: {"outcome": "moved"},
    }[name]()


def act(client, world, key, name, body=None, who="basim"):
    return post(client, world, who, f"schooling-cases/{key}/{name}", body_of(name) if body is None else body)


def case_in(client, world, status, *, person="A daughter", **more):
    """A case that went the road to a state; returns its document."""
    case = open_case(client, world, person=person)
    for name in ROADS[status]:
        answer = act(client, world, case["id"], name, body_of(name, **more))
        assert answer.status_code == 200, (name, answer.content)
        case = answer.json()
    assert case["status"] == status
    return case


def long_ago(days=420):
    """A day of enrolment whose last check is due by now."""
    return TODAY - timedelta(days=days)
