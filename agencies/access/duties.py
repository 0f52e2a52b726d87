"""Duties: what several offices may do alike, by the work that they do; whose they are stands in grants. Data only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one resource; every attribute is a string of words.

    `rows` names the row scope, `creates` and `changes` those of new and of changed rows where they are others; `read`
    and `write` name field groups; `uses` names groups that statements may touch but that never stand in a document.
    """

    actions: str
    rows: str
    read: str
    write: str = ""
    creates: str = ""
    changes: str = ""
    uses: str = ""


OFFICE = {
    "agency": Grant("list read", "every", "office"),
    "agreement": Grant("list read", "party", "terms"),
    "job": Grant("list read", "own", "progress"),
    "programme": Grant("list read", "every", "offer entry"),
    "batch": Grant("list read", "offered", "offer seats counter"),
    "session": Grant("list read", "offered", "plan"),
    "headcount": Grant("list read", "counted", "figure"),
    "cohort": Grant("list read", "own", "cohort figures"),
    "cohort_edition": Grant("list read", "counted", "edition"),
    "access_record": Grant("list read", "own", "call purpose what"),
    "officer": Grant("list", "own", "badge"),
    "joint_leave": Grant("list read", "every", "day"),
}
# What awaits the office today: named where it may see the person, without a name where it may not.
QUEUE = {
    "queue_item": Grant("list", "shared", "item"),
    "queue_count": Grant("count", "own", "figure"),
}
# Whom a course would serve, and which to plan: what places live on is nobody's secret, people only whom one may see.
MATCHING = {
    "livelihood": Grant("list read gaps", "counted", "statement"),
    "weighting": Grant("list read", "counted", "points"),
}
MATCHING_GROUND = {
    "livelihood": Grant("list read create gaps", "counted", "statement", "statement"),
    "weighting": Grant("list read create", "counted", "points", "points"),
}
ACCOUNTS = {
    "officer": Grant("list read create change", "own", "badge account", "badge account secret", uses="secret"),
    "client": Grant("list read create change", "own", "account", "account secret", uses="secret"),
}
# Whoever answers for Dinsos freezes the figures of its city.
FREEZING = {"cohort_edition": Grant("list read create", "counted", "edition")}
CALENDAR = {"joint_leave": Grant("list read create change", "every", "day", "day")}
# What is written and filed about a referral is the sender's always, and the receiver's while it sees the person.
THREAD = {
    "referral_move": Grant("list read create", "thread", "move", creates="mover"),
    "note": Grant("list read create", "thread", "note", creates="author"),
    "attachment": Grant(
        "list read create change", "thread", "file end", "end", creates="author", changes="author", uses="place"
    ),
}
PARTY = {
    **THREAD,
    "referral": Grant(
        "list read change history", "party", "request state chain desk", "state desk pause", uses="link pause"
    ),
    "pull_request": Grant("list read create", "party", "request state", creates="asker"),
}

SCHOOLS = {
    "school": Grant("list read", "every", "facts", uses="search"),
    # Whoever refers a child to a named place counts it as taken.
    "place": Grant("list read change", "every", "offer counter", "counter", changes="local"),
    "placement": Grant("list read create change", "registrar", "state", "state"),
}
# Of the work on a child whom it referred, Dinsos sees how far it is and how it ended, not what was found at home.
SCHOOLING = {
    "schooling_case": Grant("list read", "sender", "state"),
    "case_move": Grant("list read", "sender", "move"),
    "follow_up": Grant("list read", "sender", "state"),
    "pupil": Grant("count", "registrar", "", uses="school aid"),
}
SCHOOL_OFFICE = {
    "school": Grant(
        "list read create change", "every", "facts", "facts", uses="search", creates="kept", changes="kept"
    ),
    "place": Grant(
        "list read create change", "every", "offer counter", "offer counter", creates="kept", changes="kept"
    ),
    "placement": Grant("list read create change", "shared", "state", "state"),
    "schooling_case": Grant(
        "list read create change history",
        "worked",
        "state desk findings plan support",
        "state desk findings plan support",
    ),
    "case_move": Grant("list read create", "worked", "move why"),
    "visit": Grant("list read create", "worked", "visit"),
    "verification": Grant("list read create", "worked", "facts"),
    "follow_up": Grant("list read create change", "worked", "state why", "state why"),
    "pupil": Grant("list read create change", "shared", "school aid", "school aid"),
}
PROVIDER = Grant(
    "list read create change", "every", "offer entry", "offer entry", creates="provider", changes="provider"
)


def _trainees(rows: str) -> dict[str, Grant]:
    """Who takes part in courses: seen in these rows, and written by the provider of the course alone."""
    own = {"creates": "provider", "changes": "provider"}
    return {
        "trainee": Grant("list read change history", rows, "state attendance", "state", changes="provider"),
        "attendance": Grant("list read create change", rows, "mark", "mark", **own),
        "competency_test": Grant("list read create", rows, "test", creates="provider"),
        "certificate": Grant("list read create change history", rows, "paper why", "paper why", **own),
        "outcome": Grant("list read create change history", rows, "state income why", "state income why", **own),
        **_groups("formed"),
    }


def _groups(rows: str) -> dict[str, Grant]:
    """Business groups (KUBE), and of their members those whom the office may see."""
    return {
        "business_group": Grant("list read create change history", rows, "group state", "state"),
        "group_member": Grant("list read create change", rows, "part", "part"),
    }


# Of people whom it sent to a course, Dinsos sees how far they are and what became of them, not how they were tested.
TRAINING = {
    "trainee": Grant("list read", "sender", "state"),
    "certificate": Grant("list read", "sender", "paper"),
    "outcome": Grant("list read", "sender", "state"),
    **_groups("registrar"),
}
# The city's training office sees every course of its city; a centre sees those that it gives.
TRAINING_OFFICE = {
    **_trainees("planned"),
    "programme": PROVIDER,
    "batch": Grant(
        "list read create change",
        "planned",
        "offer seats counter",
        "offer seats",
        creates="provider",
        changes="provider",
    ),
    "session": Grant("list read create change", "planned", "plan", "plan", creates="provider", changes="provider"),
    "application": Grant(
        "list read create change import export",
        "planned",
        "state selection priority",
        "state selection",
        creates="provider",
        changes="provider",
    ),
}
TRAINING_CENTRE = {
    **_trainees("provider"),
    "programme": PROVIDER,
    "batch": Grant(
        "list read create change",
        "offered",
        "offer seats counter",
        "offer seats",
        creates="provider",
        changes="provider",
    ),
    "session": Grant("list read create change", "offered", "plan", "plan", creates="provider", changes="provider"),
    "application": Grant(
        "list read create change export",
        "provider",
        "state selection",
        "state selection",
        creates="provider",
        changes="provider",
    ),
}
