"""Who may do what: agency kind and role, resource, actions, rows and fields. Data only; absent means refused."""

from agencies.access.duties import (
    ACCOUNTS,
    CALENDAR,
    FREEZING,
    MATCHING,
    MATCHING_GROUND,
    OFFICE,
    PARTY,
    QUEUE,
    SCHOOL_OFFICE,
    SCHOOLING,
    SCHOOLS,
    THREAD,
    TRAINING,
    TRAINING_CENTRE,
    TRAINING_OFFICE,
    Grant,
)

NUMBERS = "sealed lookup student_sealed student_lookup"
PERSON_FILE = "identity sex relation civil origin national_number student_number contact schooling work vital review"
SOCIAL = {
    **OFFICE,
    **QUEUE,
    **MATCHING,
    "profile": Grant("match", "counted", "facts training need"),
    "candidate": Grant("match", "registrar", "facts training need"),
    "queue_item": Grant("list refer", "registrar", "item"),
    **SCHOOLS,
    **SCHOOLING,
    **TRAINING,
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
    "application": Grant("list read create change import", "registrar", "state priority seat", "state"),
    "headcount": Grant("list read create", "counted", "figure"),
}
HEALTH_FILE = PERSON_FILE + " disability health"
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
# Not a role of people: the worker counts under it what became of referrals, and tells figures only.
STATISTICIAN = {
    "agency": OFFICE["agency"],
    "household": Grant("list", "registrar", "place"),
    "referral": Grant("list", "party", "request state"),
    "referral_move": Grant("list", "sender", "move"),
    "schooling_case": Grant("list", "sender", "state plan"),
    "case_move": Grant("list", "sender", "move"),
    "follow_up": Grant("list", "sender", "state"),
    "school": Grant("list", "every", "facts"),
    "place": Grant("list", "every", "offer"),
    "placement": Grant("list", "registrar", "state"),
    "programme": Grant("list", "every", "offer"),
    "batch": Grant("list", "planned", "offer seats"),
    "application": Grant("list", "planned", "state", uses="scope"),
    "trainee": Grant("list", "planned", "state attendance"),
    "outcome": Grant("list", "planned", "state"),
    # Sex, disability and need of those who take courses: read here alone, and told as figures.
    "person": Grant("list", "registrar", "sex disability"),
    "listing": Grant("list", "registrar", "entry exit"),
    "assessment": Grant("list", "registrar", "welfare"),
    "cohort": Grant("list create change", "counted", "cohort figures", "figures", changes="live"),
    "cohort_edition": Grant("list", "counted", "edition"),
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
        "identity sex relation national_number student_number contact schooling",
        "schooling student_number student_sealed student_lookup",
        uses=f"{NUMBERS} search",
    ),
    "share": Grant("list read change", "received", "terms term end subjects", "end"),
}
MANPOWER = {
    **OFFICE,
    **QUEUE,
    **MATCHING,
    "candidate": Grant("match", "shared", "facts training need"),
    **PARTY,
    **TRAINING_OFFICE,
    "household": Grant("list read", "shared", "place neighbourhood address"),
    "person": Grant(
        "list read change lookup reveal",
        "shared",
        "identity sex relation national_number contact work",
        "work",
        uses="sealed lookup search",
    ),
    "share": Grant("list read change", "received", "terms term end subjects", "end"),
}
FIGURES = {
    **{name: OFFICE[name] for name in ("agency", "headcount", "cohort_edition", "programme")},
    "cohort": Grant("list read", "counted", "cohort figures"),
}
# Another office or a licensed centre that gives courses: of people shared with it, no more than who they are.
PARTNER = {
    **{name: OFFICE[name] for name in ("agency", "agreement", "headcount", "access_record")},
    **{name: OFFICE[name] for name in ("cohort", "cohort_edition")},
    **TRAINING_CENTRE,
    "household": Grant("list read", "shared", "place"),
    "person": Grant("list read", "shared", "identity sex"),
    "share": Grant("list read", "received", "terms term end subjects"),
}
OVERSIGHT = {**FIGURES, "access_record": Grant("list read", "city", "call purpose what")}


GRANTS = {
    ("social", "officer"): SOCIAL,
    ("social", "supervisor"): {**SOCIAL, **FREEZING},
    ("social", "health_officer"): SOCIAL_HEALTH,
    ("social", "analyst"): FIGURES,
    ("social", "administrator"): {**SOCIAL, **FREEZING, **ACCOUNTS, **CALENDAR, **MATCHING_GROUND},
    ("social", "intake"): INTAKE,
    ("social", "caretaker"): CARETAKER,
    ("social", "statistician"): STATISTICIAN,
    ("education", "officer"): EDUCATION,
    ("education", "supervisor"): EDUCATION,
    ("education", "analyst"): FIGURES,
    ("education", "administrator"): {**EDUCATION, **ACCOUNTS},
    ("manpower", "officer"): MANPOWER,
    ("manpower", "supervisor"): MANPOWER,
    ("manpower", "analyst"): FIGURES,
    ("manpower", "administrator"): {**MANPOWER, **ACCOUNTS, **MATCHING_GROUND},
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
    "count_training_attendance(uuid, integer, integer)": ("attendance", "create"),
    "ask_for_queue_item(uuid, uuid)": ("pull_request", "create"),
    "count_candidates()": ("livelihood", "gaps"),
}
# Those that the worker calls under its own login, for nobody in particular.
WORKER_FUNCTIONS = ("settle_training_seats(date)", "tend_queue(date)", "tend_candidates(date)")
# Those of the pages without a log-in: each answers with what its page tells, and no more.
OPEN_FUNCTIONS = (
    "seated_in_session(uuid)",
    "check_in_to_session(uuid, uuid, integer, integer, integer)",
    "certificate_validity(text, date)",
)
