"""The bridge from the access table to HTTP: a view set names its resource, its filters and its inputs."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseNotModified
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from agencies.access import documents, policy
from agencies.access.caller import Caller, acting_as
from agencies.access.history import versions
from agencies.access.log import log_refusal
from agencies.web import idempotency
from agencies.web.authentication import caller_of
from agencies.web.calls import Answer
from agencies.web.filters import Filter, read_filters, read_uuid
from agencies.web.locking import locked
from agencies.web.paging import Walk, make_cursor, read_walk
from agencies.web.parsing import MergePatch, StrictJSON
from agencies.web.problems import Fault, Problem
from agencies.web.uploads import payload_of

PAGING = ("limit", "cursor", "count", "fields", "order")
ACTIONS = {
    "list": "list",
    "retrieve": "read",
    "create": "create",
    "partial_update": "change",
    "history": "history",
}


class ResourceViewSet(ViewSetMixin, APIView):
    """Lists, reads, creates and changes one resource as far as the table grants it."""

    resource: ClassVar[str]
    scope_name: ClassVar[str]
    is_personal: ClassVar[bool] = True
    filters: ClassVar[Mapping[str, Filter]] = {}
    # View method -> action of the table, beyond ACTIONS.
    actions: ClassVar[Mapping[str, str]] = {}
    # View method -> serializer of the body, for checking and for the schema.
    inputs: ClassVar[Mapping[str, type[Serializer[Any]]]] = {}
    # View method -> what it answers, where that is not a document of the resource.
    answers: ClassVar[Mapping[str, Answer]] = {}
    # View methods beyond `list` that answer page by page.
    walks: ClassVar[tuple[str, ...]] = ()
    # What `order` may say, the usual one first.
    orders: ClassVar[tuple[str, ...]] = ("id", "-id")
    # Members of a list's answer beside its page -> schema; `beside` gives the values.
    besides: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    parser_classes = (StrictJSON, MergePatch)
    http_method_names = [name for name in APIView.http_method_names if name != "options"]

    action: str | None  # type: ignore[assignment] # None when the path lacks the method

    @property
    def granted_action(self) -> str:
        """What the table is asked for. Raises MethodNotAllowed through DRF for an unknown method and for OPTIONS."""
        if self.action in (None, "metadata"):
            self.http_method_not_allowed(self.request)
        return self.actions.get(str(self.action)) or ACTIONS[str(self.action)]

    @property
    def caller(self) -> Caller:
        """Who calls."""
        return self.request.user  # type: ignore[return-value]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Quota headers, and no shared cache ever keeps an answer."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(getattr(request._request, "quota", None), "headers", {}).items():
            response[name] = value
        response.setdefault("Cache-Control", "no-store")
        return response

    # ---- reading

    def list(self, request: Request) -> HttpResponse:
        """A page of documents."""
        self._check_parameters(request, (*PAGING, *self.filters))
        readable = policy.readable(self.caller.kind, self.caller.role, self.resource)
        filters = read_filters(request.query_params, self.filters, readable)
        return self._page(request, filters)

    def _page(self, request: Request, filters: Mapping[str, Any]) -> HttpResponse:
        query, order = request.query_params, self._order(request.query_params)
        walk = read_walk(request, self.caller)
        found = documents.page(
            self.caller,
            self.resource,
            filters=filters,
            after=walk.after,
            backwards=order.startswith("-"),
            limit=walk.limit,
            fields=self._fields(query),
            order=order.removeprefix("-"),
        )
        total = {"count": documents.count(self.caller, self.resource, filters)} if "count" in query else {}
        return self.page_response(request, walk, found, **total, **self.beside())

    def page_response(self, request: Request, walk: Walk, found: documents.Page, **beside: Any) -> HttpResponse:
        """The answer of one page: its documents, the way to the next one, and what stands beside them."""
        cursor = make_cursor(self.caller, walk.what, found.last) if found.has_more and found.last else None
        members = {"next_cursor": cursor, "has_more": found.has_more, **beside}
        response = json_response(f'{{"data":[{found.text}],{json.dumps(members, separators=(",", ":"))[1:]}')
        if cursor:
            asked = urlencode({**walk.kept, "limit": walk.limit, "cursor": cursor})
            response["Link"] = f'<{request.build_absolute_uri(f"{request.path}?{asked}")}>; rel="next"'
        return response

    def beside(self) -> Mapping[str, Any]:
        """The values of `besides`."""
        return {}

    def retrieve(self, request: Request, id: str) -> HttpResponse:
        """One document, with its ETag."""
        self._check_parameters(request, ("fields",))
        text = documents.one(self.caller, self.resource, self._key(id), fields=self._fields(request.query_params))
        if text is None:
            raise Problem("not_found")
        if etag(text) in tags_in(request.headers.get("If-None-Match", "")):
            unchanged = HttpResponseNotModified()
            unchanged["ETag"] = etag(text)
            return unchanged
        return json_response(text, tag=True)

    def _key(self, id: str) -> Any:
        try:
            return read_uuid(id)
        except ValueError as fault:
            raise Problem("not_found") from fault

    def _check_parameters(self, request: Request, known: tuple[str, ...]) -> None:
        readable = policy.readable(self.caller.kind, self.caller.role, self.resource)
        for name in request.query_params:
            hidden = name in self.filters and self.filters[name].field not in readable
            if name not in known or hidden:
                raise Problem("parameter_unknown", f"{name[:60]}")
            if len(request.query_params.getlist(name)) > 1:
                raise Problem("parameter_invalid", f"{name[:60]}: given twice.")
            if "\0" in request.query_params[name]:
                raise Problem("parameter_invalid", f"{name[:60]}: NUL character.")
        if request.query_params.get("count", "exact") not in ("exact", "estimated"):
            raise Problem("parameter_invalid", "count: exact or estimated.")

    def _order(self, query: Mapping[str, str]) -> str:
        given = query.get("order", self.orders[0])
        if given not in self.orders:
            raise Problem("parameter_invalid", f"order: {' or '.join(self.orders)}.")
        return given

    def _fields(self, query: Mapping[str, str]) -> tuple[str, ...]:
        """The fields asked for. Raises Problem for one that the caller's documents do not have."""
        if "fields" not in query:
            return ()
        question = documents.Question(self.caller.kind, self.caller.role, self.resource)
        own, nested = documents.document_fields(question)
        known = {*own, *nested, *(f"{name}.{item}" for name, items in nested.items() for item in items)}
        wanted = [part.strip() for part in query["fields"].split(",") if part.strip()]
        for name in wanted:
            if name not in known:
                raise Problem("parameter_invalid", f"fields: {name[:60]} is not among those that you may read.")
        return tuple(wanted)

    def history(self, request: Request, id: str) -> HttpResponse:
        """Every change of one record: when, which, by whom and why, newest first."""
        self._check_parameters(request, ())
        found = versions(self.caller, self.resource, self._key(id))
        if found is None:
            raise Problem("not_found")
        return json_response(json.dumps({"data": found}, cls=DjangoJSONEncoder))

    # ---- changing

    def body(self, request: Request, *, partial: bool = False, name: str | None = None) -> dict[str, Any]:
        """The checked body of the current action. Raises Problem for unknown, missing or wrong fields."""
        kind = self.inputs[name or str(self.action)]
        given: Any = request.data
        checked = kind(data=given, partial=partial, context={"caller": self.caller})
        unknown = sorted(set(given) - set(checked.fields))
        faults = [Fault(f"/{name[:60]}", "unknown_field", "Not a field of this call.") for name in unknown]
        faults += [Fault(f"/{name}", "max_length", "Too many items.") for name in _too_long(given, checked.fields)]
        if faults:
            raise Problem("invalid", errors=faults[:50])
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def act(
        self,
        request: Request,
        work: Callable[[], UUID],
        *,
        status: int = 200,
        action: str | None = None,
        at: str | None = None,
    ) -> HttpResponse:
        """Do `work` once for this Idempotency-Key, and answer with the document that it leaves behind.

        What was made is found below `at`, by default below the path of the call. Key, work, document and access-log row
        commit together. The record must still be in the caller's rows.
        """

        def answer() -> tuple[HttpResponse, UUID]:
            key = work()
            text = documents.one(self.caller, self.resource, key, action=action or self.granted_action)
            if text is None:
                raise Problem("out_of_scope")
            response = json_response(text, status=status, tag=True)
            if status == 201:
                response["Location"] = f"{at or request.path.rstrip('/')}/{key}"
            return response, key

        return self.once(request, answer)

    def once(self, request: Request, answer: Callable[[], tuple[HttpResponse, UUID | None]]) -> HttpResponse:
        """Run `answer` in the caller's transaction unless this key was answered before; then replay."""
        key, route = idempotency.idempotency_key(request), f"{request.method} {request.path.rstrip('/')}"
        claim = idempotency.claim(self.caller, key, route, payload_of(request))
        with acting_as(self.caller, *claim.sent) as acting:
            if stored := idempotency.kept(claim, *acting.rows):
                self._still_visible(stored.resource, stored.subject)
                return idempotency.replay(stored)
            response, subject = answer()
            acting.last.append(idempotency.keeping(claim, response, self.resource, subject))
        return response

    def _still_visible(self, resource: str, subject: UUID | None) -> None:
        """A replay shows nothing that the caller may no longer see."""
        if subject and documents.one(self.caller, resource, subject, action="replay") is None:
            raise Problem("not_found")

    def change(self, request: Request, id: str, work: Callable[[Any], None]) -> HttpResponse:
        """Change one record that the caller has seen in its present state (If-Match), and answer with its document."""
        key, tags = self._key(id), tags_in(request.headers.get("If-Match", ""))
        if not tags:
            raise Problem("if_match_missing")
        with acting_as(self.caller):
            record = self.locked(key)
            before = documents.one(self.caller, self.resource, key)
            if before is None or (etag(before) not in tags and "*" not in tags):
                raise Problem("etag_stale", headers={"ETag": etag(before or "")})
            work(record)
            text = documents.one(self.caller, self.resource, key, action="change")
            if text is None:
                raise Problem("out_of_scope")
        return json_response(text, tag=True)

    def locked(self, key: UUID) -> Any:
        """The caller's record, locked. Raises Problem when it sees none, or sees it but may not change it."""
        return locked(self.caller, self.resource, key)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override] # our handler makes no Response
        """Refusals by the database are on record too."""
        response: HttpResponse = super().handle_exception(exc)
        caller = caller_of(self.request) if response.status_code == 403 and not isinstance(exc, Problem) else None
        if caller:
            log_refusal(caller, str(self.action), self.resource, "refused")
        return response


def json_response(text: str, *, status: int = 200, tag: bool = False) -> HttpResponse:
    """An answer from JSON text."""
    response = HttpResponse(text, status=status, content_type="application/json")
    if tag:
        response["ETag"] = etag(text)
    return response


def etag(text: str) -> str:
    """A strong tag of what this caller sees."""
    return f'"{base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=")}"'


def _too_long(given: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """Lists beyond their bound: the framework would look at each of a million items before it counts them."""
    most = {name: getattr(fields[name], "max_length", None) for name in fields if isinstance(given.get(name), list)}
    return [name for name, bound in most.items() if bound and len(given[name]) > bound]


def tags_in(header: str) -> list[str]:
    """The entity tags that If-Match or If-None-Match names."""
    return [part.strip() for part in header.split(",") if part.strip()]
