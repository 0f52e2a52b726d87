"""How often something was called in one time window, counted across all processes."""

from agencies.access.prepared import together

COUNTED = """INSERT INTO web_callcounter AS n (name, slot, calls) {rows}
 ON CONFLICT (name, slot) DO UPDATE SET calls = n.calls + excluded.calls RETURNING calls"""


def count_calls(name: str, slot: int, number: int) -> int:
    """Add to a counter; returns how many calls the window has had."""
    [[(calls,)]] = together((COUNTED.format(rows="VALUES (%s, %s, %s)"), (name, slot, number)))
    return int(calls)
