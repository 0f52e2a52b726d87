"""Locks by name, which PostgreSQL holds until the transaction ends."""

from agencies.access.prepared import together

ROTATION = "key rotation"
"""Held by what makes digests anew, and shared by what must not see them change under its hands."""


def lock(name: str, *, shared: bool = False) -> None:
    """Wait until nobody else holds this name; with `shared`, until nobody holds it alone."""
    together((f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(hashtextextended(%s, 3))", [name]))
