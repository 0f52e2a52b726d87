"""Admin pages under the access table: rows, fields and actions are the officer's, and every page is logged."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from agencies.access import policy
from agencies.access.caller import Caller, current_caller
from agencies.access.log import log_call
from agencies.access.models import RESOURCES
from agencies.access.scopes import visible
from agencies.models import Agency, Region
from agencies.web.histories import changes_in_words
from agencies.web.labels import choose, name_model
from agencies.web.paginator import CappedPaginator
from agencies.web.searching import conceal, disclose
from agencies.web.showing import (
    Names,
    WordedFilter,
    in_words,
    is_shown_otherwise,
    name_links,
    name_records,
    timeline_of,
)
from agencies.web.words.hints import HELP_WORDS

MOST_LETTERS = 200
# Rows that every office may read: a list may show their names by joining, without losing rows of its own.
OPEN_TO_ALL = (Agency, Region)
LINKS = ("household", "person", "batch", "referral", "programme")


def acting() -> Caller:
    """The officer under whose role this page runs. Raises PermissionDenied outside of one."""
    caller = current_caller()
    if caller is None:
        raise PermissionDenied
    return caller


class ShieldedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The admin of a model that the access table governs. Nothing is ever deleted here."""

    columns: ClassVar[tuple[str, ...]] = ()
    filters: ClassVar[tuple[str, ...]] = ()
    can_add: ClassVar[bool] = False
    # Fields that may be set here; everything else that the table lets a role write has rules of its own.
    editable: ClassVar[tuple[str, ...]] = ()

    actions = None
    sortable_by = ()
    ordering = ("-pk",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    save_as = False
    view_on_site = False

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self.resource = RESOURCES[model._meta.label]
        self._spoken: dict[str, Any] = {}
        name_model(model)

    # ---- what the table grants

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def readable(self) -> list[str]:
        """The fields that the officer may see."""
        caller = acting()
        return policy.readable(caller.kind, caller.role, self.resource)

    def settable(self) -> list[str]:
        """The fields that the officer may set on this page."""
        caller = acting()
        allowed = policy.writable(caller.kind, caller.role, self.resource)
        return [name for name in self.editable if name in allowed]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The officer's rows, with the columns of the officer's documents and no others."""
        if not self.has_view_permission(request):  # Django looks for the record before it asks
            raise PermissionDenied
        readable = self.readable()
        joined = [name for name in readable if self.model._meta.get_field(name).related_model in OPEN_TO_ALL]
        rows = visible(acting(), self.resource).only(*readable).order_by("-pk")
        return rows.select_related(*joined) if joined else rows  # without a name it would join everything

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the filters offered on the page and the links between records; nobody guesses at hidden fields."""
        name, _, rest = lookup.partition("__")
        allowed = {*self.filters, *LINKS} & set(self.readable())
        return name in allowed and rest in ("", "exact", "id__exact", "isnull")

    # ---- lists

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        readable = self.readable()
        return [self.spoken(name) for name in self.columns if name in readable or hasattr(self, name)]

    def get_list_display_links(self, request: HttpRequest, list_display: Sequence[Any]) -> list[Any]:
        return list(list_display[:1])

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        worded = {field.name for field in self.opts.concrete_fields if field.generated}
        return [(name, WordedFilter) if name in worded else name for name in self.filters if name in self.readable()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A list; a posted search term is sealed and comes back in the address of the page."""
        if request.method != "POST" or SEARCH_VAR not in request.POST:
            return super().changelist_view(request, extra_context)
        query, term = request.GET.copy(), request.POST[SEARCH_VAR].strip()[:MOST_LETTERS]
        for name in (SEARCH_VAR, "p"):
            query.pop(name, None)
        if term:
            query[SEARCH_VAR] = conceal(term, acting().officer)
        return redirect(f"{request.path}?{query.urlencode()}")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The rows that fit a sealed term; none for one that was typed into the address."""
        if not search_term:
            return queryset, False
        term = disclose(search_term, acting().officer)
        return self.find(request, queryset, term) if term else (queryset.none(), False)

    def find(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The rows that fit a term."""
        return super().get_search_results(request, queryset, term)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """One page of the list: logged with everybody on it."""
        page = super().get_changelist_instance(request)
        page.query = disclose(page.query, acting().officer)
        page.result_list = list(page.result_list)
        also = self.complete(page.result_list)
        self.log("list", [row.pk for row in page.result_list] + list(also), count=len(page.result_list))
        return page

    def complete(self, rows: Sequence[Any]) -> Sequence[UUID]:
        """Add to the rows of one page what their columns need; returns the ids of others who appear by it."""
        names = name_links(acting(), self.resource, set(self.columns) & set(self.readable()), rows)
        for row in rows:
            row.names = names
        return list(names.people)

    def spoken(self, name: str) -> Any:
        """A field as it is shown: by its name, or a function that puts its keys and codes in words."""
        if name not in {field.name for field in self.opts.concrete_fields} or not is_shown_otherwise(
            self.resource, name
        ):
            return name
        if name not in self._spoken:
            self._spoken[name] = in_words(self.resource, self.opts.get_field(name))
        return self._spoken[name]

    def log(self, action: str, subjects: Sequence[Any], *, count: int | None = None) -> None:
        """An entry in the access log, in the transaction of the page."""
        caller, keys = acting(), [key for key in dict.fromkeys(subjects) if isinstance(key, UUID)]
        groups = policy.GRANTS[caller.kind, caller.role][self.resource].read
        log_call(caller, action, self.resource, subjects=keys, groups=groups, count=count)

    # ---- one record

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return self.settable()
        settable = self.settable()
        names = [name for name in self.readable() if name not in ("id", "version")]
        return [name if name in settable else self.spoken(name) for name in names]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self.settable()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, with its hints in the language of the page."""
        hints = {field.name: str(field.help_text) for field in self.opts.concrete_fields}
        words = {name: choose(HELP_WORDS[hint], hint) for name, hint in hints.items() if hint in HELP_WORDS}
        return super().get_form(request, obj, change, help_texts=words, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Only what the officer sees may be chosen; of regions, those of the officer's city."""
        target = db_field.related_model
        if target is Region:
            kwargs["queryset"] = Region.objects.filter(code__startswith=acting().city)
        else:
            kwargs["queryset"] = visible(acting(), RESOURCES[target._meta.label])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of one record: logged with its subject."""
        obj = kwargs.get("obj")
        if obj is not None:
            obj.names = name_links(acting(), self.resource, self.readable(), [obj])
            obj.is_alone = True
            context["called"] = context["subtitle"] = self.called(obj)
            self.log("read", [obj.pk, *obj.names.people], count=1)
            context["timeline"] = timeline_of(acting(), self.resource, obj)
        caller = acting()
        context["has_history"] = policy.allows(caller.kind, caller.role, self.resource, "history")
        return super().render_change_form(request, context, *args, **kwargs)

    def called(self, obj: Any) -> str:
        """What the record goes by, instead of its key."""
        names: Names = obj.names
        name_records(acting(), self.resource, [obj.pk], names)
        readable = self.readable()
        links = [(name, getattr(obj, f"{name}_id")) for name in ("person", "household") if name in readable]
        found = [names.of[key] for key in [(self.resource, obj.pk), *links] if key in names.of]
        return found[0] if found else str(self.opts.verbose_name)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new row, or only the columns that were changed. Raises PermissionDenied when the row is out of reach."""
        if not change:
            obj.save(force_insert=True)
            return
        allowed = set(self.settable())
        columns = {name: getattr(obj, name) for name in form.changed_data if name in allowed}
        columns |= self.extra_columns(obj, form)
        if columns and not self.model._default_manager.filter(pk=obj.pk).update(**columns, **self._stamp()):
            raise PermissionDenied

    def extra_columns(self, obj: Any, form: Any) -> Mapping[str, Any]:
        """Columns that a change sets beside the fields of the form."""
        return {}

    def _stamp(self) -> dict[str, Any]:
        names = {field.name for field in self.model._meta.concrete_fields}
        return {"version": F("version") + 1, "updated_at": Now()} if "version" in names else {}

    # ---- the access log and the history stand in for Django's own log, which would copy names

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.log("create", [obj.pk], count=1)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.log("change", [obj.pk], count=1)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed the record, when and why. Raises PermissionDenied where the table grants no history."""
        caller = acting()
        if not policy.allows(caller.kind, caller.role, self.resource, "history"):
            raise PermissionDenied
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        changes, obj.names = changes_in_words(caller, self.resource, obj.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": choose("Riwayat perubahan", "History of changes"),
            "changes": changes,
            "opts": self.opts,
            "object": obj,
            "called": self.called(obj),
        }
        return TemplateResponse(request, "admin/versions.html", context)

    def hint(self, request: HttpRequest, indonesian: str, english: str) -> None:
        """A message at the top of the page."""
        self.message_user(request, choose(indonesian, english), messages.WARNING)
