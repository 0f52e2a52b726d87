"""The access table for people: one line a grant, and the document made of it."""

from collections.abc import Iterable, Iterator

from agencies.access import policy
from agencies.access.policy import Grant

HEADER = """# Who may do what

Generated from `agencies/access/grants.py` and `fields.py` by `manage.py access_matrix`; do not edit. What stands in no
line is refused. Python and PostgreSQL both enforce these lines. `key` and `system` fields belong to every readable
record.
"""
KIND_TITLES = {
    "social": "Social Affairs (Dinas Sosial)",
    "education": "Education (Dinas Pendidikan)",
    "manpower": "Manpower (Dinas Tenaga Kerja)",
    "oversight": "Oversight (Inspektorat)",
    "partner": "Partners (Mitra)",
}


def matrix_lines() -> Iterator[str]:
    """The whole table as text, one line for each grant, group, nested list, purpose and pair of roles."""
    for (kind, role), grants in sorted(policy.GRANTS.items()):
        for resource, found in sorted(grants.items()):
            yield f"grant {kind} {role} {resource}: {_grant_words(found)}"
    yield from _vocabulary()
    for code, purpose in sorted(policy.PURPOSES.items()):
        yield f"purpose {code}: basis {purpose.basis} | statutory for {purpose.statutory_for or 'nobody'}"
    for function, (resource, action) in sorted(policy.FUNCTIONS.items()):
        yield f"function {function}: whoever may {action} {resource}"
    for function in policy.WORKER_FUNCTIONS:
        yield f"function {function}: the worker"
    for function in policy.OPEN_FUNCTIONS:
        yield f"function {function}: a page without a log-in"
    for first, second in policy.INCOMPATIBLE_ROLES:
        yield f"never together: {first} + {second}"


def _vocabulary() -> Iterator[str]:
    for resource, groups in sorted(policy.FIELDS.items()):
        for group, names in groups.items():
            yield f"group {resource} {group}: {names}"
    for resource, lists in sorted(policy.NESTED.items()):
        for name, (child, link) in lists.items():
            yield f"nested {resource}.{name}: {child} by {link}"


def _grant_words(found: Grant) -> str:
    parts = {
        "may": found.actions,
        "rows": found.rows,
        "new rows": found.creates,
        "changed rows": found.changes,
        "reads": found.read,
        "writes": found.write,
        "touches": found.uses,
    }
    return " | ".join(f"{name} {words}" for name, words in parts.items() if words)


def matrix_markdown() -> str:
    """The document: purposes, roles that exclude each other, field groups, and one table for each agency kind."""
    sections = [HEADER, _purposes(), _incompatible(), *(_kind_section(kind) for kind in policy.KINDS), _groups()]
    return "\n".join(sections)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _purposes() -> str:
    rows = (
        (f"`{code}`", p.text_en, p.text_id, p.basis, p.statutory_for or "by agreement only")
        for code, p in policy.PURPOSES.items()
    )
    head = ("Purpose", "Meaning", "Arti", "Legal basis", "Open by law to")
    return "## Purposes\n\n" + _table(head, rows)


def _incompatible() -> str:
    pairs = "\n".join(f"- {first} and {second}" for first, second in policy.INCOMPATIBLE_ROLES)
    return f"## Roles that one officer may not hold together\n\n{pairs}\n"


def _kind_section(kind: str) -> str:
    """Roles with the same grants stand in one table."""
    by_grants: dict[str, list[str]] = {}
    tables: dict[str, dict[str, Grant]] = {}
    for (owner, role), grants in policy.GRANTS.items():
        if owner == kind:
            by_grants.setdefault(repr(grants), []).append(role)
            tables[repr(grants)] = grants
    parts = [f"### {', '.join(by_grants[same])}\n\n{_grants_table(grants)}" for same, grants in tables.items()]
    lawful = ", ".join(f"`{code}`" for code, p in policy.PURPOSES.items() if kind in p.statutory_for.split())
    basis = f"Purposes open by law: {lawful}; every other one needs an agreement.\n"
    return f"## {KIND_TITLES.get(kind, kind)}\n\n{basis}\n" + "\n".join(parts)


def _grants_table(grants: dict[str, Grant]) -> str:
    rows = (
        (
            resource,
            found.actions,
            _row_words(found),
            found.read,
            found.write,
            found.uses,
        )
        for resource, found in grants.items()
    )
    return _table(("Resource", "May", "Rows", "Reads", "Writes", "Touches, never shows"), rows)


def _row_words(found: Grant) -> str:
    others = {"new": found.creates, "changed": found.changes}
    return "; ".join([found.rows, *(f"{name}: {scope}" for name, scope in others.items() if scope)])


def _groups() -> str:
    rows = (
        (resource, group, names.replace(" ", ", "))
        for resource, groups in policy.FIELDS.items()
        for group, names in groups.items()
    )
    return "## Field groups\n\n" + _table(("Resource", "Group", "Fields"), rows)
