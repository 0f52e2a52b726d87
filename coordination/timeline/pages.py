"""The page of a family's timeline: the stream of the API, as sentences."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format

from agencies.access.caller import Caller
from agencies.access.expressions import model_of
from agencies.access.log import log_call
from agencies.access.streams import stream
from agencies.web.desk import at_desk
from agencies.web.labels import choose, field_label, speaks_english
from agencies.web.paging import make_cursor, read_cursor
from agencies.web.problems import Problem
from agencies.web.showing import Names, name_records, name_values, shown, target
from coordination.timeline.sentences import SENTENCES
from coordination.timeline.sources import SOURCES

LIMIT = 50
Event = Mapping[str, Any]


def show_timeline(request: HttpRequest, context: dict[str, Any], household: UUID) -> HttpResponse:
    """A page of what the offices did with a family. Raises Problem for one that the officer does not see."""
    caller = at_desk("household", "read")
    cursor = request.GET.get("cursor", "")
    after = read_cursor(caller, request.path, cursor) if cursor else None
    found = stream(caller, SOURCES, household, after=after, limit=LIMIT)
    if found is None:
        raise Problem("not_found")
    events = json.loads(f"[{found.text}]")
    names = _names(events, household, caller)
    called = names.of.get(("household", household), "")
    following = make_cursor(caller, request.path, found.last) if found.has_more and found.last else ""
    context |= {
        "title": choose("Linimasa", "Timeline"),
        "subtitle": called,
        "called": called,
        "headings": [field_label("day"), field_label("person"), choose("Peristiwa", "Event")],
        "events": [_line(event, names) for event in events],
        "next": f"?cursor={following}" if following else "",
        "is_later": bool(cursor),
    }
    return TemplateResponse(request, "admin/timeline.html", context)


def _names(events: Sequence[Event], household: UUID, caller: Caller) -> Names:
    """What all that the events name is called; one query a kind of record, and one entry in the log for the people."""
    names = Names()
    name_records(caller, "household", [household], names)
    name_records(caller, "person", {UUID(event["person"]) for event in events if event["person"]}, names)
    for resource in {event["resource"] for event in events}:
        told = [event["details"] for event in events if event["resource"] == resource]
        linked = [(name, _read(resource, name, value)) for each in told for name, value in each.items()]
        more = name_values(caller, resource, [(name, value) for name, value in linked if target(resource, name)])
        names.of |= more.of
        names.people |= more.people
    log_call(caller, "list", "person", subjects=sorted(names.people))
    return names


def _read(resource: str, name: str, value: Any) -> Any:
    """A value of JSON as the field's own: keys and days."""
    field: Any = model_of(resource)._meta.get_field(name)
    if value is None or isinstance(value, list):
        return value
    if target(resource, name) or isinstance(field, models.UUIDField):
        return UUID(value)
    return date.fromisoformat(value) if isinstance(field, models.DateField) and len(value) == 10 else value


def _line(event: Event, names: Names) -> tuple[date, str, str]:
    """Day, who, and the sentence."""
    who = names.of.get(("person", UUID(event["person"])), "") if event["person"] else ""
    return date.fromisoformat(event["on"]), who, sentence(event, names)


def sentence(event: Event, names: Names) -> str:
    """The clauses whose every part is known, as one sentence in the language of the page."""
    known = {name: _words(event["resource"], name, value, names) for name, value in event["details"].items()}
    indonesian, english = SENTENCES[event["event"]]
    clauses = [clause for clause in (english if speaks_english() else indonesian) if _parts(clause) <= _filled(known)]
    said = [clause.format(**known) for clause in clauses] or [choose(event["words_id"], event["words_en"])]
    return f"{', '.join(said)}."


def _filled(known: Mapping[str, str]) -> set[str]:
    return {name for name, words in known.items() if words}


def _parts(clause: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", clause))


def _words(resource: str, name: str, value: Any, names: Names) -> str:
    """A detail in words; empty where the reader may not know what it points at."""
    read = _read(resource, name, value)
    if read in (None, "", []):
        return ""
    if (linked := target(resource, name)) and (linked, read) not in names.of:
        return ""
    return date_format(read) if isinstance(read, date) else str(shown(resource, name, read, names))
