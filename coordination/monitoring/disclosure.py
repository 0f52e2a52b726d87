"""Which figures are too small to show, and which others must go with them so that no subtraction gives them back."""

from collections.abc import Mapping


def hidden_codes(totals: Mapping[str, int], parents: Mapping[str, str], top: str, *, limit: int) -> set[str]:
    """The places below `top` whose figures are hidden; the total of `top` itself is always shown."""
    hidden: set[str] = set()
    waiting = [top]
    while waiting:
        place = waiting.pop()
        parts = {code: totals[code] for code, parent in parents.items() if parent == place}
        hidden |= _hidden_parts(parts, place in hidden, limit)
        waiting.extend(parts)
    return hidden


def _hidden_parts(parts: Mapping[str, int], whole_is_hidden: bool, limit: int) -> set[str]:
    """Small parts, and the next smallest with them: two at least, so that the whole less the rest tells no single one.

    They also hold enough people together that two tiny ones do not give each other away. The parts of a hidden whole
    may not add up to it.
    """
    hidden = {code for code, value in parts.items() if 0 < value < limit}
    if not hidden and not whole_is_hidden:
        return hidden
    for code in sorted(parts, key=lambda code: (parts[code] == 0, parts[code], code)):
        if len(hidden) >= 2 and sum(parts[part] for part in hidden) >= 2 * limit:
            break
        hidden.add(code)
    return hidden
