"""The table: which agency kind and role may do what, to which rows and fields, for which purposes.

Data only. Absent means refused; there is no wildcard. Python and PostgreSQL both enforce what stands here.
"""

from dataclasses import dataclass

KINDS = ("social", "education", "manpower", "oversight", "partner")
ROLES = ("officer", "supervisor", "health_officer", "analyst", "auditor", "administrator")

# Roles that one officer may not hold together: whoever does the work does not check it, whoever grants
# accounts does not do the work (separation of duties, after Kepmensos 73/HUK/2024).
INCOMPATIBLE_ROLES = (
    ("officer", "supervisor"),
    ("officer", "auditor"),
    ("officer", "administrator"),
    ("supervisor", "auditor"),
    ("supervisor", "administrator"),
    ("health_officer", "supervisor"),
    ("health_officer", "auditor"),
    ("health_officer", "administrator"),
    ("analyst", "auditor"),
    ("auditor", "administrator"),
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data is processed: the words for people, and the legal basis (UU 27/2022 article 20(2))."""

    text_id: str
    text_en: str
    basis: str
    statutory_for: str = ""


# A purpose is open to the kinds in `statutory_for` by law; every other agency needs an agreement for it.
PURPOSES = {
    "registry": Purpose(
        "Pengelolaan data terpadu", "Keeping the welfare register", "UU 27/2022 20(2)e; UU 13/2011", "social"
    ),
    "casework": Purpose(
        "Pendampingan keluarga", "Working on a family's case", "UU 27/2022 20(2)e; UU 11/2009", "social"
    ),
    "schooling": Purpose("Layanan pendidikan anak", "Getting a child into school", "UU 27/2022 20(2)e; UU 20/2003"),
    "training": Purpose("Pelatihan kerja", "Getting an adult into training", "UU 27/2022 20(2)e; UU 13/2003"),
    "oversight": Purpose(
        "Pengawasan pemrosesan data", "Watching over the processing", "UU 27/2022 31, 32", "oversight"
    ),
    "statistics": Purpose(
        "Statistik tanpa data pribadi",
        "Figures without personal data",
        "Perpres 39/2019",
        "social education manpower oversight partner",
    ),
}

MODELS = {
    "agency": "agencies.Agency",
    "agreement": "agencies.Agreement",
    "officer": "agencies.Officer",
    "client": "agencies.Client",
    "access_record": "access.AccessRecord",
    "job": "jobs.Job",
    "household": "register.Household",
    "family_card": "register.FamilyCard",
    "person": "register.Person",
    "membership": "register.Membership",
    "assessment": "register.Assessment",
    "listing": "register.Listing",
    "share": "register.Share",
    "import": "intake.ImportBatch",
    "finding": "intake.Finding",
    "referral": "referrals.Referral",
    "note": "referrals.Note",
    "programme": "training.Programme",
    "batch": "training.Batch",
    "application": "training.Application",
    "headcount": "monitoring.Headcount",
}

INTERNAL = "INTERNAL"

# Resource -> group -> fields. Every field of a model stands in exactly one group; a new field in none stops the
# server. `key` and `system` are read by all who read the resource, `system` is written by all who change it; `scope`
# is what row scopes compare and what an INSERT gives back; it never stands in a document.
FIELDS = {
    "agency": {"key": "id", "office": "kind name region is_active"},
    "agreement": {
        "key": "id",
        "terms": "from_agency to_agency purpose legal_basis number region starts until ended_at",
    },
    "officer": {
        "key": "id",
        "account": "username full_name staff_number agency roles is_active last_login created_at",
        "secret": "password",
    },
    "client": {
        "key": "id",
        "account": "client_id name agency role scopes purposes jwks is_active created_at",
        "secret": "secret_digest",
    },
    "access_record": {
        "key": "id",
        "call": "at agency client officer initiator action resource decision request_id",
        "purpose": "purpose basis agreement",
        "what": "subjects fields count",
        "scope": "city",
        INTERNAL: "txid",
    },
    "job": {
        "key": "id",
        "progress": "kind subject status done total counts problem created_at finished_at expires_at",
        "scope": "agency",
        INTERNAL: "caller attempts",
    },
    "household": {
        "key": "id",
        "place": "region",
        "neighbourhood": "rt rw",
        "address": "address",
        "system": "version updated_at",
        "scope": "city district created_at",
    },
    "family_card": {
        "key": "id household",
        "card": "number_last4 since until",
        "sealed": "number_cipher",
        "lookup": "number_digest",
        "scope": "city",
    },
    "person": {
        "key": "id household",
        "identity": "name sex birth_date",
        "relation": "relation marital_status",
        "origin": "birth_place mother_name",
        "national_number": "nik_last4",
        "student_number": "nisn_last4",
        "contact": "phone",
        "schooling": "school_participation",
        "work": "occupation education",
        "health": "disabilities pregnant",
        "vital": "status",
        "review": "possible_duplicate_of",
        "system": "version updated_at",
        "sealed": "nik_cipher nisn_cipher",
        "lookup": "nik_digest nisn_digest",
        "search": "name_key",
        "scope": "city created_at",
    },
    "membership": {"key": "id household person", "period": "since until"},
    "assessment": {
        "key": "id person",
        "welfare": "source period status decile",
        "aid": "food_aid cash_transfer premium_subsidy",
        INTERNAL: "batch",
    },
    "listing": {
        "key": "id person",
        "entry": "source register_number household entered_on entry_reason decree",
        "exit": "exited_on exit_reason evidence",
        "scope": "city",
        INTERNAL: "batch",
    },
    "share": {
        "key": "id household agency",
        "terms": "purpose agreement opened_at until",
        "end": "closed_at closed_reason",
        "subjects": "subjects",
    },
    "import": {
        "key": "id",
        "request": "kind period dry_run file_name job created_at",
        "result": "counts applied_at",
        "file": "content",
        "scope": "agency city",
        INTERNAL: "content_digest",
    },
    "finding": {"key": "id batch", "finding": "line column code severity"},
    "referral": {
        "key": "id household person",
        "request": "from_agency to_agency kind reason due_on batch",
        "state": "status sent_at decided_at ended_at outcome",
        "system": "version updated_at",
        "link": "share",
        "scope": "created_at",
    },
    "note": {"key": "id referral", "note": "text author agency created_at"},
    "programme": {
        "key": "id",
        "offer": "name vocation sector hours minimum_age provider",
        "system": "version updated_at",
    },
    "batch": {
        "key": "id programme",
        "offer": "name venue region starts_on ends_on registration_until provider",
        "seats": "capacity status",
        "counter": "seats_taken",
        "system": "version updated_at",
        "scope": "city",
    },
    "application": {
        "key": "id batch person household",
        "state": "status rank decided_at source provider created_at",
        "system": "version updated_at",
    },
    "headcount": {
        "key": "id",
        "figure": "year region measure basis value hidden unit source as_of published_by",
        "scope": "city",
    },
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one resource; every attribute is a string of words.

    `rows` names the row scope, `creates` the scope of new rows where it is another one; `read` and `write` name
    field groups; `uses` names groups that statements may touch but that never stand in a document.
    """

    actions: str
    rows: str
    read: str
    write: str = ""
    creates: str = ""
    uses: str = ""


OFFICE = {
    "agency": Grant("list read", "every", "office"),
    "agreement": Grant("list read", "party", "terms"),
    "job": Grant("list read create cancel", "own", "progress", "progress"),
    "programme": Grant("list read", "every", "offer"),
    "batch": Grant("list read", "offered", "offer seats counter"),
    "headcount": Grant("list read", "counted", "figure"),
    "access_record": Grant("list read", "own", "call purpose what"),
}
ACCOUNTS = {
    "officer": Grant("list read create change", "own", "account", "account secret", uses="secret"),
    "client": Grant("list read create change", "own", "account", "account secret", uses="secret"),
}
PARTY = {
    "referral": Grant("list read change history", "party", "request state", "state", uses="link"),
    "note": Grant("list read create", "party", "note", creates="author"),
}

PERSON_FILE = "identity relation origin national_number student_number contact schooling work vital review"
SOCIAL = {
    **OFFICE,
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
        PERSON_FILE + " sealed lookup",
        uses="sealed lookup search",
    ),
    "membership": Grant("list read create change", "registrar", "period", "period"),
    "assessment": Grant("list read create", "registrar", "welfare aid"),
    "listing": Grant("list read change exit history", "registrar", "entry exit", "exit"),
    "share": Grant("list read create change close history", "registrar", "terms end subjects", "end subjects"),
    "import": Grant("list read create", "own", "request result"),
    "finding": Grant("list", "own", "finding"),
    "referral": Grant(
        "list read create change history",
        "party",
        "request state",
        "request state link",
        creates="sender",
        uses="link",
    ),
    "note": PARTY["note"],
    "batch": Grant("list read change", "offered", "offer seats counter", "counter"),
    "application": Grant("list read create change", "registrar", "state", "state"),
    "headcount": Grant("list read create", "counted", "figure"),
}
HEALTH_FILE = PERSON_FILE + " health"
SOCIAL_HEALTH = {
    **SOCIAL,
    "person": Grant(
        "list read create change move history lookup reveal",
        "registrar",
        HEALTH_FILE,
        HEALTH_FILE + " sealed lookup",
        uses="sealed lookup search",
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
        HEALTH_FILE + " sealed lookup",
        uses="sealed lookup search",
    ),
    "membership": Grant("list create change", "registrar", "period", "period"),
    "assessment": Grant("list create", "registrar", "welfare aid"),
    "listing": Grant("list create change", "registrar", "entry exit", "entry exit"),
    "share": Grant("list change", "registrar", "terms end subjects", "subjects"),
    "import": Grant("list change", "own", "request result", "result file", uses="file"),
    "finding": Grant("list create", "own", "finding"),
    "job": Grant("list change", "own", "progress", "progress"),
    "headcount": Grant("list create change", "counted", "figure", "figure"),
}
EDUCATION = {
    **OFFICE,
    **PARTY,
    "household": Grant("list read", "shared", "place neighbourhood"),
    "person": Grant(
        "list read change lookup reveal",
        "shared",
        "identity relation national_number student_number contact schooling",
        "schooling student_number sealed lookup",
        uses="sealed lookup search",
    ),
    "share": Grant("list read change", "received", "terms end subjects", "end"),
}
MANPOWER = {
    **OFFICE,
    **PARTY,
    "household": Grant("list read", "shared", "place neighbourhood address"),
    "person": Grant(
        "list read change lookup reveal",
        "shared",
        "identity relation national_number contact work",
        "work",
        uses="sealed lookup search",
    ),
    "share": Grant("list read change", "received", "terms end subjects", "end"),
    "programme": Grant("list read create change", "every", "offer", "offer", creates="provider"),
    "batch": Grant(
        "list read create change", "offered", "offer seats counter", "offer seats counter", creates="provider"
    ),
    "application": Grant("list read create change", "provider", "state", "state", creates="provider"),
}
FIGURES = {"agency": OFFICE["agency"], "headcount": OFFICE["headcount"]}
OVERSIGHT = {**FIGURES, "access_record": Grant("list read", "city", "call purpose what")}


GRANTS = {
    ("social", "officer"): SOCIAL,
    ("social", "supervisor"): SOCIAL,
    ("social", "health_officer"): SOCIAL_HEALTH,
    ("social", "analyst"): FIGURES,
    ("social", "administrator"): {**SOCIAL, **ACCOUNTS},
    ("social", "intake"): INTAKE,
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
    ("partner", "officer"): FIGURES,
}

# Documents that carry rows of another resource: resource -> name in the document -> (resource, its link back).
NESTED = {"household": {"people": ("person", "household"), "family_cards": ("family_card", "household")}}


def grant(kind: str, role: str, resource: str) -> Grant | None:
    """The grant of an agency kind and role on a resource, or None: refused."""
    return GRANTS.get((kind, role), {}).get(resource)


def allows(kind: str, role: str, resource: str, action: str) -> bool:
    """Whether the table grants the action."""
    found = grant(kind, role, resource)
    return found is not None and action in found.actions.split()


def fields(resource: str, groups: str) -> list[str]:
    """The fields of the named groups, in the order of the table."""
    wanted = set(groups.split())
    return [name for group, names in FIELDS[resource].items() if group in wanted for name in names.split()]


def readable(kind: str, role: str, resource: str) -> list[str]:
    """The fields that stand in a document for this role; empty without a grant."""
    found = grant(kind, role, resource)
    return fields(resource, f"key {found.read} system") if found else []


def selectable(resource: str, found: Grant) -> list[str]:
    """The fields that statements under a grant may name; a superset of those in its documents."""
    return fields(resource, f"key scope {found.read} {found.uses} system")


def writable(kind: str, role: str, resource: str) -> list[str]:
    """The fields that this role may set; `system` ones are set by services."""
    found = grant(kind, role, resource)
    return fields(resource, found.write) if found else []


def database_role(kind: str, role: str) -> str:
    """The PostgreSQL role under which a call of this kind and role runs."""
    return f"sinergi_{kind}_{role}"


def database_roles() -> list[str]:
    """Every PostgreSQL role of the table."""
    return [database_role(*key) for key in GRANTS]
