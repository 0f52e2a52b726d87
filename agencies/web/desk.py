"""The desk: pages on which officers do the day's work, through the very services of the API."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.expressions import model_of
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.admin import ShieldedAdmin, acting
from agencies.web.deeds import Deed, Part
from agencies.web.forms import ShapeForm
from agencies.web.labels import choose, field_label
from agencies.web.locking import locked
from agencies.web.problems import KINDS, Fault, Problem, as_problem
from agencies.web.reasons import problem_words
from agencies.web.showing import name_links, shown

MOST_ROWS_OF_A_PART = 100


def at_desk(resource: str = "", action: str = "") -> Caller:
    """The officer whose work this is. Raises PermissionDenied for others, and where the table does not grant it."""
    caller = acting()
    granted = not resource or policy.allows(caller.kind, caller.role, resource, action)
    if not (policy.works_at_desk(caller.kind, caller.role) and granted):
        raise PermissionDenied
    return caller


def offices(caller: Caller, kind: str) -> list[tuple[Any, str]]:
    """The offices of a kind that work for the caller's city, its province's among them."""
    rows = visible(caller, "agency").filter(kind=kind, is_active=True, region__in=[caller.city, caller.city[:2]])
    return list(rows.order_by("-region", "name").values_list("pk", "name"))


def colleagues(caller: Caller) -> list[tuple[Any, str]]:
    """Those of the caller's office to whom work can be given."""
    rows = visible(caller, "officer").filter(is_active=True, roles__overlap=list(policy.DESK_ROLES))
    return list(rows.order_by("full_name").values_list("pk", "full_name"))


def attempt(work: Callable[..., Any], *given: Any) -> Problem | None:
    """Do the work, or tell why it was refused; a refused one leaves nothing behind, and the page goes on."""
    try:
        with transaction.atomic():
            work(*given)
    except (Problem, DatabaseError, ObjectDoesNotExist) as fault:
        problem = as_problem(fault)
        if KINDS[problem.code].status >= 500:  # nothing that an officer could mend
            raise
        return problem
    return None


class DeskAdmin(ShieldedAdmin):
    """Records on which officers work: each page tells what belongs to it and offers what may be done with it now."""

    change_form_template = "admin/desk.html"
    catalogue: ClassVar[tuple[Deed, ...]] = ()
    parts: ClassVar[tuple[Part, ...]] = ()

    # ---- what a kind of record says of itself

    def allowed(self, record: Any, by: Caller) -> Collection[str]:
        """The names of the deeds that the record's state lets the caller do now."""
        return ()

    def locked(self, key: UUID, by: Caller) -> Any:
        """The record, locked as its services lock it. Raises Problem when it is out of sight."""
        return locked(by, self.resource, key)

    def state(self, record: Any) -> str:
        """What a reader has seen of the record: a deed is refused once this has changed."""
        return str(record.version)

    # ---- the record's page

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What is known of the record, beginning with what its list shows; nothing that is empty."""
        if obj is None:
            return super().get_fields(request, obj)
        names = [name for name in self.readable() if name not in ("id", "version", "updated_at")]
        told = {field.name: getattr(obj, field.attname) for field in self.opts.concrete_fields if field.name in names}
        known = [name for name in names if told[name] not in (None, "", [])]
        first = [name for name in self.columns if name in known]
        return [self.spoken(name) for name in dict.fromkeys([*first, *known])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them: a record of work changes by what is done with it."""
        return self.get_fields(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """One more: the page of a deed."""
        deed = path("<uuid:key>/do/<slug:name>/", self.admin_site.admin_view(self.deed_view), name=self._named("deed"))
        return [deed, *super().get_urls()]

    def _named(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The record, what can be done with it, and what belongs to it."""
        record, caller = kwargs.get("obj"), acting()
        if record is not None:
            found = self.possible(record, caller)
            context["deeds"] = [(deed, self._address("deed", record.pk, deed.name)) for deed in found]
            context["seen"] = self.state(record) if found else ""
            context["parts"] = [rows_of(part, record.pk, caller) for part in self.parts]
        return super().render_change_form(request, context, *args, **kwargs)

    def possible(self, record: Any, by: Caller) -> list[Deed]:
        """What the caller may do with the record now."""
        if not policy.works_at_desk(by.kind, by.role):
            return []
        granted = [deed for deed in self.catalogue if policy.allows(by.kind, by.role, deed.resource, deed.action)]
        allowed = self.allowed(record, by) if granted else ()
        return [deed for deed in granted if deed.name in allowed]

    def _address(self, page: str, *about: Any) -> str:
        return reverse(f"admin:{self._named(page)}", args=about)

    # ---- one deed

    def deed_view(self, request: HttpRequest, key: UUID, name: str) -> HttpResponse:
        """Ask for what a deed needs, and do it; when it is refused, what was filled in stays on the page.

        Raises PermissionDenied where the table does not grant it, Problem for a record that is out of sight.
        """
        deed = next((deed for deed in self.catalogue if deed.name == name), None)
        if deed is None:
            raise Problem("not_found")
        caller = at_desk(deed.resource, deed.action)
        if request.method == "POST":
            return self._sent(request, deed, key, caller)
        record = self.get_object(request, str(key))
        if record is None:
            raise Problem("not_found")
        if deed not in self.possible(record, caller):
            raise Problem("transition_refused", allowed=[known.name for known in self.possible(record, caller)])
        return self._asking(request, deed, key, deed.form(key, record, caller), record)

    def _sent(self, request: HttpRequest, deed: Deed, key: UUID, caller: Caller) -> HttpResponse:
        """Done, and on to the page that follows; or the form once more, with why not."""
        form = deed.form(key, self.get_object(request, str(key)), caller, request.POST, request.FILES)
        done: list[Any] = []
        problem = None
        if form.is_valid():
            problem = attempt(lambda: done.append(self._do(deed, key, form, request.POST.get("seen", ""), caller)))
            if problem is None:
                told = choose("Tersimpan: {}.", "Done: {}.").format(deed.words)
                self.message_user(request, told, messages.SUCCESS)
                return redirect(self._following(deed, key, done[0], caller))
            form.blame(problem.errors or [Fault("", problem.code, problem_words(problem))])
        record = self.get_object(request, str(key))  # as it stands by now
        return self._asking(request, deed, key, form, record, KINDS[problem.code].status if problem else 200)

    def _do(self, deed: Deed, key: UUID, form: ShapeForm, seen: str, caller: Caller) -> Any:
        record = self.locked(key, caller)
        if deed.bound and seen != self.state(record):
            raise Problem("etag_stale")
        made = deed.work(record, form.checked, caller)
        person = getattr(record, "person_id", None)
        log_call(caller, deed.name, self.resource, subjects=[key, person] if person else [key])
        return made

    def _following(self, deed: Deed, key: UUID, made: Any, caller: Caller) -> str:
        """The record's page; the day's work when it is out of sight now; or where the deed leads."""
        if deed.leads:
            return reverse(f"admin:{deed.leads}_change", args=[made])
        if visible(caller, self.resource).filter(pk=key).exists():
            return self._address("change", key)
        return reverse("admin:desk")

    def _asking(
        self, request: HttpRequest, deed: Deed, key: UUID, form: ShapeForm, record: Any, status: int = 200
    ) -> HttpResponse:
        if record is not None:
            record.names = name_links(acting(), self.resource, self.readable(), [record])
            self.log("read", [key, *record.names.people], count=1)
        context = {
            **self.admin_site.each_context(request),
            "title": deed.words,
            "subtitle": self.called(record) if record is not None else "",
            "opts": self.opts,
            "called": self.called(record) if record is not None else "",
            "back": self._address("change", key) if record is not None else "",
            "form": form,
            "deed": deed,
            "seen": self.state(record) if record is not None else "",
        }
        return TemplateResponse(request, "admin/deed.html", context, status=status)


def rows_of(part: Part, key: UUID, caller: Caller) -> dict[str, Any]:
    """The rows of a part of a record, newest first, in words; logged as a list is."""
    readable = policy.readable(caller.kind, caller.role, part.resource)
    columns, meta = [name for name in part.columns if name in readable], model_of(part.resource)._meta
    fields: Any = [meta.get_field(name) for name in columns]
    rows: list[Any] = []
    if columns:
        found = visible(caller, part.resource).filter(**{part.link: key}).only(*readable)
        rows = list(found.order_by("-pk")[:MOST_ROWS_OF_A_PART])
        log_call(caller, "list", part.resource, subjects=[row.pk for row in rows])
    names, page = name_links(caller, part.resource, columns, rows), f"admin:{meta.app_label}_{meta.model_name}_change"

    def words(row: Any) -> list[Any]:
        return [shown(part.resource, field.name, getattr(row, field.attname), names) for field in fields]

    return {
        "title": meta.verbose_name_plural,
        "headings": [field_label(name) for name in columns],
        "rows": [(reverse(page, args=[row.pk]) if part.opens else "", words(row)) for row in rows],
    }
