"""PostgreSQL addresses: reading and writing the URL form in which the product takes them."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from coordination.sandbox.refusal import Refusal


def parts(url: str) -> dict[str, str]:
    """The named parts of an address. Raises Refusal when it is none, without repeating its password."""
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError:
        raise Refusal(
            "DATABASE_URL is not an address of PostgreSQL: write postgresql://user:password@host:5432/database.",
            code=2,
        ) from None


def write(given: Mapping[str, str]) -> str:
    """The URL of these parts; a Unix socket's directory stands in the query, as all readers accept."""
    rest = dict(given)
    user, password = rest.pop("user", ""), rest.pop("password", "")
    database = rest.pop("dbname", "")
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    place = ""
    if not rest.get("host", "").startswith("/"):
        place = rest.pop("host", "") + (f":{rest.pop('port')}" if "port" in rest else "")
    query = urlencode(rest, safe="/")
    return f"postgresql://{login}@{place}/{quote(database, safe='')}" + (f"?{query}" if query else "")


def change(url: str, **changes: str | None) -> str:
    """The same address with some parts changed, or taken away where None."""
    changed = {**parts(url), **changes}
    return write({name: value for name, value in changed.items() if value is not None})


def without_secrets(url: str) -> str:
    """How a message may name a server: user, host and database only."""
    named = parts(url)
    shown = {name: named[name] for name in ("user", "host", "port", "dbname") if name in named}
    return write(shown)
