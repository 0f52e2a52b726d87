"""The page of the day's work: what awaits my office, and referring or asking for the children on it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from agencies.access import documents, policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.desk import at_desk, attempt, offices
from agencies.web.filters import read_filters, read_uuid
from agencies.web.forms import ShapeForm
from agencies.web.labels import choose, field_label
from agencies.web.paging import make_cursor, read_cursor
from agencies.web.problems import Problem
from agencies.web.reasons import problem_words
from agencies.web.results import Result
from agencies.web.showing import Names, name_records
from coordination.queue.api import QueueViewSet
from coordination.queue.counts import count_queue
from coordination.queue.inputs import AskInput, ReferInput
from coordination.queue.listing import filter_form, rows_of, unnamed_words
from coordination.queue.services import ask_for_child, refer_children

LIMIT = 50
COLUMNS = ("person", "reason", "region", "assignee", "since", "due_on")


def show_queue(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A page of the queue; posted, the ticked children, or all that it shows, are referred, or asked for unseen."""
    caller, picked = at_desk("queue_item", "list"), "shown" if "all" in request.POST else "items"
    ticked = request.POST.getlist(picked)[:LIMIT]
    form = _form(request, ticked, caller)
    if form is not None and form.is_valid():
        if ticked:
            return _done(request, context, form, ticked, caller)
        form.add_error(None, choose("Centang sekurang-kurangnya satu anak.", "Tick at least one child."))
    return TemplateResponse(request, "admin/queue.html", {**context, **_page(request, caller), "form": form})


def _page(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """What stands on one page, in the queue's own order. Raises Problem for a filter or a cursor that is not valid."""
    query = {name: str(request.GET[name]) for name in (*QueueViewSet.filters, "cursor") if request.GET.get(name)}
    kept = {name: query[name] for name in sorted(query) if name != "cursor"}
    what = f"{request.path}?{urlencode(kept)}"
    found = documents.page(
        caller,
        "queue_item",
        filters=read_filters(query, QueueViewSet.filters, policy.readable(caller.kind, caller.role, "queue_item")),
        after=read_cursor(caller, what, query["cursor"]) if "cursor" in query else None,
        limit=LIMIT,
        order="urgency",
    )
    counts = count_queue(caller)
    rows = rows_of(json.loads(f"[{found.text}]"), caller, ticked=set(request.POST.getlist("items")))
    cursor = make_cursor(caller, what, found.last) if found.has_more and found.last else ""
    return {
        "title": choose("Pekerjaan hari ini", "Today's work"),
        "rows": rows,
        "is_pickable": any(row.is_pickable for row in rows),
        "filters": filter_form(query, counts, caller),
        "unnamed": unnamed_words(counts["unnamed"]),
        "total": sum(counts["kind"].values()),
        "next": f"?{urlencode({**kept, 'cursor': cursor})}" if cursor else "",
        "first": f"?{urlencode(kept)}" if "cursor" in query else "",
        "headings": [field_label(name) for name in COLUMNS],
    }


def _form(request: HttpRequest, ticked: Sequence[str], caller: Caller) -> ShapeForm | None:
    """What is asked about the children that are ticked; None for offices that neither refer nor ask."""
    data = request.POST if request.method == "POST" else None
    if policy.allows(caller.kind, caller.role, "queue_item", "refer"):
        choices, fixed = {"to_agency": offices(caller, "education")}, {"items": ticked or ["-"]}
        names = ("to_agency", "reason", "due_on")
        return ShapeForm(ReferInput, data, caller=caller, names=names, choices=choices, fixed=fixed)
    if caller.kind == "education":
        return ShapeForm(AskInput, data, caller=caller)
    return None


def _done(
    request: HttpRequest, context: dict[str, Any], form: ShapeForm, ticked: Sequence[str], caller: Caller
) -> HttpResponse:
    """What became of each ticked child."""
    names = _names(ticked, caller)
    results = (_referred if form.shape is ReferInput else _asked)(ticked, form.checked, caller)
    context |= {
        "title": choose("Hasil", "Results"),
        "headings": [field_label("person"), field_label("outcome")],
        "results": [(names.get(key), *_told(found, form.shape)) for key, found in zip(ticked, results, strict=True)],
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/queue_done.html", context)


def _names(ticked: Sequence[str], caller: Caller) -> dict[str, str]:
    """Item -> whom it names."""
    keys = [key for text in ticked if (key := _key(text))]
    people = dict(visible(caller, "queue_item").filter(pk__in=keys).values_list("pk", "person_id"))
    names = Names()
    name_records(caller, "person", {key for key in people.values() if key}, names)
    return {str(item): names.of.get(("person", person), "") for item, person in people.items()}


def _key(text: str) -> UUID | None:
    try:
        return read_uuid(text)
    except ValueError:
        return None


def _referred(ticked: Sequence[str], given: Mapping[str, Any], caller: Caller) -> list[Result]:
    results = refer_children(by=caller, **given)  # the items among them
    return [results[index] for index in range(len(ticked))]


def _asked(ticked: Sequence[str], given: Mapping[str, Any], caller: Caller) -> list[Result]:
    """A pull request for each child; each is asked for or refused alone."""
    results: list[Result] = []

    def ask(text: str) -> None:
        if (key := _key(text)) is None:
            raise Problem("not_found")
        results.append(ask_for_child(key, by=caller, **given))

    for text in ticked:
        if problem := attempt(ask, text):
            results.append(problem)
    log_call(caller, "create", "pull_request", subjects=[key for key in results if isinstance(key, UUID)])
    return results


def _told(found: Result, shape: Any) -> tuple[str, str]:
    """What became of one child, and the address of what was made."""
    if isinstance(found, Problem):
        return problem_words(found), ""
    if shape is ReferInput:
        return choose("Sudah dirujuk", "Referred"), reverse("admin:referrals_referral_change", args=[found])
    return choose("Sudah diminta", "Asked for"), reverse("admin:referrals_pullrequest_change", args=[found])
