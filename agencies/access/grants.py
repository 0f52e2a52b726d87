"""Who may do what: agency kind and role, resource, actions, rows and fields. Data only; absent means refused."""

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
    "access_record": Grant("list read", "own", "call purpose what"),
    "officer": Grant("list", "own", "badge"),
    "joint_leave": Grant("list read", "every", "day"),
}
# What awaits the office today: named where it may see the person, without a name where it may not.
QUEUE = {
    "queue_item": Grant("list", "shared", "item"),
    "queue_count": Grant("count", "own", "figure"),
}
ACCOUNTS = {
    "officer": Grant("list read create change", "own", "badge account", "badge account secret", uses="secret"),
    "client": Grant("list read create change", "own", "account", "account secret", uses="secret"),
}
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

NUMBERS = "sealed lookup student_sealed student_lookup"
PERSON_FILE = "identity relation civil origin national_number student_number contact schooling work vital review"
SOCIAL = {
    **OFFICE,
    **QUEUE,
    "queue_item": Grant("list refer", "registrar", "item"),
    **SCHOOLS,
    **SCHOOLING,
    "household": Grant(
        "list read create change history",
        "registrar",
        "place neighbourhood address",
        "place neighbourhood address",
    ),
    "family_card": Grant("list read create lookup", "registrar", "card", uses="sealed lookup"),
    "person": Grant(
        "list read create change move history lookup reveal",
        "registrar",
        PERSON_FILE,
        f"{PERSON_FILE} {NUMBERS}",
        uses=f"{NUMBERS} search",
    ),
    "membership": Grant("list read create change", "registrar", "period", "period"),
    "assessment": Grant("list read create", "registrar", "welfare aid"),
    "listing": Grant("list read change exit history", "registrar", "entry exit", "exit"),
    "share": Grant("list read create change close history", "registrar", "terms term end subjects", "end subjects"),
    "job": Grant("list read create", "own", "progress"),
    "import": Grant("list read create", "own", "request result"),
    "finding": Grant("list", "own", "finding"),
    "referral": Grant(
        "list read create change history",
        "party",
        "request state chain",
        "request state pause link",
        creates="sender",
        uses="link pause",
    ),
    **THREAD,
    "pull_request": Grant("list read change", "party", "request state subject", "state subject", uses="lookup"),
    "batch": Grant("list read change", "offered", "offer seats counter kinds"),
    "application": Grant("list read create change", "registrar", "state priority seat", "state"),
    "headcount": Grant("list read create", "counted", "figure"),
}
HEALTH_FILE = PERSON_FILE + " health"
SOCIAL_HEALTH = {
    **SOCIAL,
    "person": Grant(
        "list read create change move history lookup reveal",
        "registrar",
        HEALTH_FILE,
        f"{HEALTH_FILE} {NUMBERS}",
        uses=f"{NUMBERS} search",
    ),
}
# Not a role of people: the worker takes a register file in under it, for the agency that sent the file.
INTAKE = {
    "household": Grant(
        "list create change",
        "registrar",
        "place neighbourhood address",
        "place neighbourhood address",
    ),
    "family_card": Grant("list create change", "registrar", "card", "card", uses="sealed lookup"),
    "person": Grant(
        "list create change",
        "registrar",
        HEALTH_FILE,
        f"{HEALTH_FILE} {NUMBERS}",
        uses=f"{NUMBERS} search",
    ),
    "membership": Grant("list create change", "registrar", "period", "period"),
    "assessment": Grant("list create", "registrar", "welfare aid"),
    "listing": Grant("list create change", "registrar", "entry exit", "entry exit"),
    "share": Grant("list change", "registrar", "terms term end subjects", "subjects"),
    "import": Grant("list change", "own", "request result", "result file", uses="file"),
    "finding": Grant("list create", "own", "finding"),
    "job": Grant("list change", "own", "progress", "progress"),
    "headcount": Grant("list create change", "counted", "figure", "figure"),
}
PROVIDER = Grant(
    "list read create change", "every", "offer entry", "offer entry", creates="provider", changes="provider"
)
# Not a role of people: what falls due by itself, and the sender's half of passing a referral on.
CARETAKER = {
    "agency": OFFICE["agency"],
    "joint_leave": OFFICE["joint_leave"],
    "household": Grant("list", "registrar", "place"),
    "person": Grant("list", "registrar", "identity relation vital"),
    "share": Grant("list create change", "registrar", "terms term end subjects", "end term"),
    "referral": Grant("list create change", "party", "request state chain", "state", creates="sender", uses="link"),
    "referral_move": Grant("list create", "thread", "move"),
    "batch": Grant("list change", "offered", "offer seats counter"),
    "application": Grant("list change", "registrar", "state", "state"),
    "school": Grant("list", "every", "facts"),
    "place": Grant("list change", "every", "offer counter", "counter", changes="local"),
    "placement": Grant("list change", "registrar", "state", "state"),
}
EDUCATION = {
    **OFFICE,
    **QUEUE,
    **PARTY,
    **SCHOOL_OFFICE,
    "household": Grant("list read", "shared", "place neighbourhood"),
    "person": Grant(
        "list read change lookup reveal",
        "shared",
        "identity relation national_number student_number contact schooling",
        "schooling student_number student_sealed student_lookup",
        uses=f"{NUMBERS} search",
    ),
    "share": Grant("list read change", "received", "terms term end subjects", "end"),
}
MANPOWER = {
    **OFFICE,
    **QUEUE,
    **PARTY,
    "household": Grant("list read", "shared", "place neighbourhood address"),
    "person": Grant(
        "list read change lookup reveal",
        "shared",
        "identity relation national_number contact work",
        "work",
        uses="sealed lookup search",
    ),
    "share": Grant("list read change", "received", "terms term end subjects", "end"),
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
        "list read create change",
        "planned",
        "state selection priority",
        "state selection",
        creates="provider",
        changes="provider",
    ),
}
FIGURES = {"agency": OFFICE["agency"], "headcount": OFFICE["headcount"]}
# Another office or a licensed centre that gives courses: of people shared with it, no more than who they are.
PARTNER = {
    **{name: OFFICE[name] for name in ("agency", "agreement", "headcount", "access_record")},
    "household": Grant("list read", "shared", "place"),
    "person": Grant("list read", "shared", "identity"),
    "share": Grant("list read", "received", "terms term end subjects"),
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
        "list read create change",
        "provider",
        "state selection",
        "state selection",
        creates="provider",
        changes="provider",
    ),
}
OVERSIGHT = {**FIGURES, "access_record": Grant("list read", "city", "call purpose what")}


GRANTS = {
    ("social", "officer"): SOCIAL,
    ("social", "supervisor"): SOCIAL,
    ("social", "health_officer"): SOCIAL_HEALTH,
    ("social", "analyst"): FIGURES,
    ("social", "administrator"): {**SOCIAL, **ACCOUNTS, **CALENDAR},
    ("social", "intake"): INTAKE,
    ("social", "caretaker"): CARETAKER,
    ("education", "officer"): EDUCATION,
    ("education", "supervisor"): EDUCATION,
    ("education", "analyst"): FIGURES,
    ("education", "administrator"): {**EDUCATION, **ACCOUNTS},
    ("manpower", "officer"): MANPOWER,
    ("manpower", "supervisor"): MANPOWER,
    ("manpower", "analyst"): FIGURES,
    ("manpower", "administrator"): {**MANPOWER, **ACCOUNTS},
    ("oversight", "auditor"): OVERSIGHT,
    ("oversight", "administrator"): {**FIGURES, **ACCOUNTS},
    ("partner", "officer"): PARTNER,
}

# Functions that PostgreSQL runs with the rights of its owner, and whoever may call them: the roles that are granted
# an action on a resource. What such a function looks at, its caller may not; its answer tells no more than needed.
FUNCTIONS = {
    "give_training_seat(uuid, text, timestamptz)": ("application", "change"),
    "leave_training_seat(uuid, text)": ("application", "change"),
    "fill_training_seats(uuid)": ("session", "change"),
    "empty_training_batch(uuid)": ("session", "change"),
    "ask_for_queue_item(uuid, uuid)": ("pull_request", "create"),
}
# Those that the worker calls under its own login, for nobody in particular.
WORKER_FUNCTIONS = ("settle_training_seats(date)", "tend_queue(date)")
