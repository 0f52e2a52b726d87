"""Admin pages of the register: families, people, and finding them by their numbers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from agencies.access import policy
from agencies.access.scopes import visible
from agencies.web.admin import ShieldedAdmin, acting
from agencies.web.labels import choose, field_label, spoken
from households.register.lookup import count_lookups, look_up
from households.register.models import Assessment, FamilyCard, Household, Listing, Membership, Person, Share

SHORTEST_NUMBER = 8


class NumberForm(forms.Form):
    """One identity number; posted, so that it stands in no address."""

    kind = forms.ChoiceField(
        choices=[
            ("nik", "NIK"),
            ("family_card_number", spoken("Nomor KK", "Family card")),
            ("nisn", "NISN"),
        ],
        label=spoken("Jenis nomor", "Kind of number"),
    )
    number = forms.RegexField(
        r"^(\d{10}|\d{16})$",
        label=spoken("Nomor", "Number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"invalid": spoken("10 angka (NISN) atau 16 angka.", "10 digits (NISN) or 16 digits.")},
    )


@admin.register(Household)
class HouseholdAdmin(ShieldedAdmin):
    """Families, with the name of their head."""

    columns = ("id", "head", "region", "address", "rt", "rw")
    search_fields = ("region_id__startswith",)
    editable = ("region", "address", "rt", "rw")

    @admin.display(description=field_label("head"))
    def head(self, row: Household) -> str:
        return getattr(row, "head_name", "")

    def complete(self, rows: Sequence[Any]) -> Sequence[UUID]:
        """The heads' names, in one query."""
        heads = visible(acting(), "person").filter(household__in=[row.pk for row in rows], relation="head")
        found = {home: (key, name) for home, key, name in heads.values_list("household_id", "pk", "name")}
        for row in rows:
            row.head_name = found[row.pk][1] if row.pk in found else ""
        return [key for key, _ in found.values()]


class OfPersonAdmin(ShieldedAdmin):
    """Records of people, with the person's name as far as the officer may see the person."""

    @admin.display(description=field_label("person"))
    def person_name(self, row: Any) -> str:
        return str(getattr(row, "name_of_person", row.person_id))

    def complete(self, rows: Sequence[Any]) -> Sequence[UUID]:
        """The people's names, in one query."""
        people = visible(acting(), "person").filter(pk__in={row.person_id for row in rows})
        names = dict(people.values_list("pk", "name"))
        for row in rows:
            row.name_of_person = names.get(row.person_id, row.person_id)
        return list(names)


@admin.register(Person)
class PersonAdmin(ShieldedAdmin):
    """People: found by the beginning of their name, or on a page of its own by number."""

    columns = ("name", "sex", "birth_date", "relation", "nik_last4", "nisn_last4", "status")
    filters = ("sex", "status")
    search_fields = ("name",)
    change_list_template = "admin/people.html"
    editable = tuple(
        policy.fields("person", "identity relation origin contact schooling work health vital"),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """People whose name begins so. A number is not looked for here: it would stand in the address."""
        term = " ".join(search_term.lower().split())
        if not term:
            return queryset, False
        if sum(letter.isdigit() for letter in term) >= SHORTEST_NUMBER:
            self.hint(
                request,
                "Jangan ketik NIK atau KK di sini. Gunakan halaman Cari nomor.",
                "Do not type identity numbers here. Use the page for numbers.",
            )
            return queryset.none(), False
        return queryset.filter(name_key__startswith=term), False

    def get_urls(self) -> list[URLPattern]:
        return [
            path("lookup/", self.admin_site.admin_view(self.lookup_view), name="register_person_lookup"),
            *super().get_urls(),
        ]

    def lookup_view(self, request: HttpRequest) -> HttpResponse:
        """Find people by one number, within the quota. Raises PermissionDenied where the table grants no look-up."""
        caller = acting()
        if not policy.allows(caller.kind, caller.role, "person", "lookup"):
            raise PermissionDenied
        form, found, asked = NumberForm(request.POST or None), None, False
        if request.method == "POST" and form.is_valid():
            count_lookups(caller, 1)
            [found] = look_up(caller, [{form.cleaned_data["kind"]: form.cleaned_data["number"]}])
            asked, form = True, NumberForm(initial={"kind": form.cleaned_data["kind"]})
        context = {
            **self.admin_site.each_context(request),
            "title": choose("Cari dengan nomor", "Look up a number"),
            "nothing": choose("Tidak ditemukan.", "Not found.") if asked and not (found or {}).get("persons") else "",
            "form": form,
            "people": (found or {}).get("persons", ()),
            "household": (found or {}).get("household"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/lookup.html", context)


@admin.register(FamilyCard)
class FamilyCardAdmin(ShieldedAdmin):
    """Family cards by their last digits."""

    columns = ("number_last4", "household", "since", "until")


@admin.register(Membership)
class MembershipAdmin(OfPersonAdmin):
    """Who belonged to which family, when."""

    columns = ("person_name", "household", "since", "until")


@admin.register(Assessment)
class AssessmentAdmin(OfPersonAdmin):
    """What registers said of people's welfare."""

    columns = ("person_name", "source", "period", "status", "decile", "food_aid", "cash_transfer", "premium_subsidy")
    filters = ("source", "status")


@admin.register(Listing)
class ListingAdmin(OfPersonAdmin):
    """Entries of people on registers."""

    columns = ("register_number", "person_name", "source", "entered_on", "exited_on", "exit_reason")
    filters = ("source", "exit_reason")
    search_fields = ("register_number__startswith",)


@admin.register(Share)
class ShareAdmin(ShieldedAdmin):
    """Which agency may see which family, for what."""

    columns = ("id", "household", "agency", "purpose", "opened_at", "until", "closed_at")
    filters = ("purpose",)
