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
from agencies.web.admin import ShieldedAdmin, acting
from agencies.web.labels import choose, field_label, spoken
from agencies.web.showing import Names, name_records
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

    columns = ("head", "region", "address", "rt", "rw")
    search_fields = ("region_id__startswith",)
    editable = ("region", "address", "rt", "rw")

    @admin.display(description=field_label("household"))
    def head(self, row: Household) -> str:
        return str(row.names.get("household", row.pk))  # type: ignore[attr-defined]

    def complete(self, rows: Sequence[Any]) -> Sequence[UUID]:
        """The families by their heads, in one query."""
        names = Names()
        name_records(acting(), "household", [row.pk for row in rows], names)
        for row in rows:
            row.names = names
        return list(names.people)


@admin.register(Person)
class PersonAdmin(ShieldedAdmin):
    """People: found by the beginning of their name, or on a page of its own by number."""

    columns = ("name", "sex", "birth_date", "relation", "nik_last4", "nisn_last4", "status")
    filters = ("sex", "status")
    search_fields = ("name",)
    change_list_template = "admin/people.html"
    editable = tuple(
        policy.fields("person", "identity sex relation origin contact schooling work disability health vital"),
    )

    def find(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """People whose name begins so. A number is not looked for here: it has a page that counts against the quota."""
        term = " ".join(term.lower().split())
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
        people, home = _keys((found or {}).get("persons")), (found or {}).get("household")
        names = Names()
        name_records(caller, "person", people, names)
        name_records(caller, "household", _keys([home] if home else []), names)
        self.log("list", list(names.people))
        context = {
            **self.admin_site.each_context(request),
            "title": choose("Cari dengan nomor", "Look up a number"),
            "nothing": choose("Tidak ditemukan.", "Not found.") if asked and not people else "",
            "form": form,
            "people": [(key, names.get("person", key)) for key in people],
            "household": (home, names.get("household", UUID(str(home)))) if home else None,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/lookup.html", context)


@admin.register(FamilyCard)
class FamilyCardAdmin(ShieldedAdmin):
    """Family cards by their last digits."""

    columns = ("number_last4", "household", "since", "until")


@admin.register(Membership)
class MembershipAdmin(ShieldedAdmin):
    """Who belonged to which family, when."""

    columns = ("person", "household", "since", "until")


@admin.register(Assessment)
class AssessmentAdmin(ShieldedAdmin):
    """What registers said of people's welfare."""

    columns = ("person", "source", "period", "status", "decile", "food_aid", "cash_transfer", "premium_subsidy")
    filters = ("source", "status")


@admin.register(Listing)
class ListingAdmin(ShieldedAdmin):
    """Entries of people on registers."""

    columns = ("register_number", "person", "source", "entered_on", "exited_on", "exit_reason")
    filters = ("source", "exit_reason")
    search_fields = ("register_number__startswith",)


@admin.register(Share)
class ShareAdmin(ShieldedAdmin):
    """Which agency may see which family, for what."""

    columns = ("household", "agency", "purpose", "opened_at", "until", "closed_at")
    filters = ("purpose",)


def _keys(found: Sequence[Any] | None) -> list[UUID]:
    return [UUID(str(key)) for key in found or ()]
