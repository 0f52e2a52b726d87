"""The table: which agency kind and role may do what, to which rows and fields, for which purposes.

Data only. Absent means refused; there is no wildcard. Python and PostgreSQL both enforce what stands here.
"""

from dataclasses import dataclass

from agencies.access.duties import Grant
from agencies.access.fields import FIELDS, INTERNAL
from agencies.access.grants import FUNCTIONS, GRANTS, OPEN_FUNCTIONS, WORKER_FUNCTIONS
from agencies.access.resources import MODELS, NESTED

__all__ = (
    "FIELDS",
    "FUNCTIONS",
    "GRANTS",
    "INTERNAL",
    "MODELS",
    "NESTED",
    "OPEN_FUNCTIONS",
    "WORKER_FUNCTIONS",
    "Grant",
)

KINDS = ("social", "education", "manpower", "oversight", "partner")
ROLES = ("officer", "supervisor", "health_officer", "analyst", "auditor", "administrator")

# Roles for which the admin opens: who keeps an office's accounts, and who reads the access log.
ADMIN_ROLES = ("administrator", "auditor")
# In these offices it opens for the day's work too, to those who do it; whoever keeps the accounts does none of it.
DESK_ROLES = ("officer", "supervisor")
DESK_KINDS = ("social", "education", "manpower")

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


def grant(kind: str, role: str, resource: str) -> Grant | None:
    """The grant of an agency kind and role on a resource, or None: refused."""
    return GRANTS.get((kind, role), {}).get(resource)


def allows(kind: str, role: str, resource: str, action: str) -> bool:
    """Whether the table grants the action."""
    found = grant(kind, role, resource)
    return found is not None and action in found.actions.split()


def works_at_desk(kind: str, role: str) -> bool:
    """Whether this role does the day's work of its office on the admin's pages."""
    return kind in DESK_KINDS and role in DESK_ROLES


def opens_admin(kind: str, role: str) -> bool:
    """Whether the admin opens for this role at all."""
    return (kind, role) in GRANTS and (role in ADMIN_ROLES or works_at_desk(kind, role))


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


def function_grants() -> list[tuple[str, str]]:
    """Each function that runs with its owner's rights, with a PostgreSQL role that may call it."""
    return [
        (function, database_role(*key))
        for function, (resource, action) in FUNCTIONS.items()
        for key in GRANTS
        if allows(*key, resource, action)
    ]
