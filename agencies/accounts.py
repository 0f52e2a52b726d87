"""Forms by which an office's administrator keeps its officers and API clients."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from agencies.access import policy
from agencies.access.caller import current_caller
from agencies.models import Client, Officer
from agencies.web.labels import choose, spoken, value_label

SCOPE_NAMES = (
    "households",
    "persons",
    "shares",
    "imports",
    "referrals",
    "queue",
    "schooling",
    "training",
    "headcounts",
    "agencies",
    "access_records",
    "jobs",
)
CLIENT_SCOPES = [f"{name}:{verb}" for name in SCOPE_NAMES for verb in ("read", "write")]


def roles_of(kind: str) -> list[str]:
    """The roles that officers and clients of a kind of agency may have."""
    return [role for role in policy.ROLES if (kind, role) in policy.GRANTS]


def incompatible(roles: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs among these roles that nobody may hold together."""
    held = set(roles)
    return [pair for pair in policy.INCOMPATIBLE_ROLES if held.issuperset(pair)]


class WordsField(forms.TypedMultipleChoiceField):
    """Several words of a closed list, stored as an array."""

    def __init__(self, words: Iterable[str], label: Any) -> None:
        choices = [(word, value_label(word, word)) for word in words]
        super().__init__(choices=choices, label=label, widget=forms.CheckboxSelectMultiple)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(initial or []) != sorted(data or [])


class OfficerForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account of the officer's own office."""

    roles = WordsField(policy.ROLES, spoken("Peran", "Roles"))
    new_password = forms.CharField(
        required=False,
        strip=False,
        label=spoken("Kata sandi baru", "New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Officer
        fields = ("username", "full_name", "staff_number", "roles", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        self.fields["new_password"].required = self.is_new
        caller = current_caller()
        if caller and "roles" in self.fields:
            self.fields["roles"].choices = [(role, value_label(role)) for role in roles_of(caller.kind)]  # type: ignore[attr-defined]

    def clean_roles(self) -> list[str]:
        """Raises ValidationError for roles that one officer may not hold together, and for changing one's own."""
        roles: list[str] = self.cleaned_data["roles"]
        if pairs := incompatible(roles):
            named = "; ".join(f"{value_label(one)} + {value_label(other)}" for one, other in pairs)
            raise ValidationError(
                choose(
                    f"Satu petugas tidak boleh merangkap peran ini: {named}.",
                    f"One officer may not hold these roles together: {named}.",
                ),
                code="incompatible_roles",
            )
        caller = current_caller()
        if caller and not self.is_new and caller.officer == self.instance.pk and set(roles) != set(self.instance.roles):
            raise ValidationError(choose("Peran Anda sendiri diubah oleh orang lain.", "Somebody else changes yours."))
        return roles

    def clean_new_password(self) -> str:
        """Raises ValidationError for a short or common password."""
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


class KeysField(forms.JSONField):
    """Public keys as JSON; none is an empty field."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class ClientForm(forms.ModelForm):  # type: ignore[type-arg]
    """An API client of the officer's own office."""

    scopes = WordsField(CLIENT_SCOPES, spoken("Cakupan", "Scopes"))
    purposes = WordsField(policy.PURPOSES, spoken("Tujuan pemrosesan", "Purposes"))
    jwks = KeysField(required=False, label=spoken("Kunci publik (JWKS)", "Public keys (JWKS)"))

    class Meta:
        model = Client
        fields = ("client_id", "name", "role", "scopes", "purposes", "jwks", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caller = current_caller()
        if caller and "role" in self.fields:
            self.fields["role"].choices = [(role, value_label(role)) for role in roles_of(caller.kind)]  # type: ignore[attr-defined]
