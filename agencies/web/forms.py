"""Forms of pages, made from the shapes of the API, so that a page asks for and refuses what a call does."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone
from rest_framework import serializers

from agencies.access.caller import Caller
from agencies.web.inputs import Day, Reference
from agencies.web.labels import choose, field_label, value_label
from agencies.web.problems import Fault, faults
from agencies.web.reasons import fault_words

Choices = Iterable[tuple[Any, Any]]
Shape = type[serializers.Serializer[Any]]
LONG = 200
ROWS = 3


class ShapeForm(forms.Form):
    """One call's input as a form. `given` is what the call would be sent; what the shape refuses stands beside it."""

    required_css_class = "required"

    def __init__(
        self,
        shape: Shape,
        data: Any = None,
        files: Any = None,
        *,
        caller: Caller,
        names: Iterable[str] = (),
        choices: Mapping[str, Choices] | None = None,
        initial: Mapping[str, Any] | None = None,
        fixed: Mapping[str, Any] | None = None,
    ) -> None:
        """The fields of `names`, or all; `choices` lists the records that a reference may name.

        What is `fixed` is not asked: the page knows it.
        """
        super().__init__(data, files, initial=dict(initial or {}), label_suffix="")
        self.shape, self.caller, self.fixed = shape, caller, dict(fixed or {})
        self.known: dict[str, Any] = dict(shape().fields)
        for name in names or _asked(shape, self.fixed):
            self.fields[name] = _field(name, self.known[name], (choices or {}).get(name, ()))

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in, as JSON would bear it."""
        told = {name: _plain(value) for name, value in self.cleaned_data.items()}
        return self.fixed | {name: value for name, value in told.items() if not _left_empty(self.known[name], value)}

    def clean(self) -> dict[str, Any]:
        """Ask the shape of the call, once every field is sound for itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.checked: dict[str, Any] = {}
        if not self.errors:
            shaped = self.shape(data=self.given, context={"caller": self.caller})
            if shaped.is_valid():
                self.checked = dict(shaped.validated_data)
            else:
                self.blame(faults(shaped.errors))
        return cleaned

    def blame(self, found: Iterable[Fault]) -> None:
        """Put each fault beside its field, in the language of the page; those of no field above all of them."""
        for fault in found:
            name = fault.pointer.strip("/").partition("/")[0]
            self.add_error(name if name in self.fields else NON_FIELD_ERRORS, fault_words(fault))


def _asked(shape: Shape, fixed: Mapping[str, Any]) -> list[str]:
    """The fields in the order of the work: what a shape adds stands before what it shares with others."""
    shared = getattr(shape.__bases__[0], "_declared_fields", {})
    names = [str(name) for name in shape().fields]
    return sorted((name for name in names if name not in fixed), key=lambda name: name in shared)


def _plain(value: Any) -> Any:
    """As JSON: a day as text, several lines of text as one."""
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value.split()) if isinstance(value, str) else value


def _left_empty(field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
    return value is None or (value == "" and not getattr(field, "allow_blank", False))


def _field(name: str, shape: Any, choices: Choices) -> forms.Field:
    """The field of a form for one of a shape."""
    about: dict[str, Any] = {"required": shape.required and not shape.allow_null, "label": field_label(name)}
    if isinstance(shape, serializers.ListField):
        about |= {"required": not shape.allow_empty, "widget": forms.CheckboxSelectMultiple}
        return forms.MultipleChoiceField(choices=_spoken(getattr(shape.child, "choices", {})), **about)
    if isinstance(shape, Reference):
        return forms.ChoiceField(choices=[("", "---------"), *choices], **about)
    if isinstance(shape, serializers.ChoiceField):
        return forms.ChoiceField(choices=[("", "---------"), *_spoken(shape.choices)], **about)
    if isinstance(shape, serializers.BooleanField):
        kind = forms.NullBooleanField if shape.allow_null else forms.BooleanField
        return kind(**{**about, "required": False})
    if isinstance(shape, serializers.IntegerField):
        return forms.IntegerField(min_value=shape.min_value, max_value=shape.max_value, **about)
    if isinstance(shape, serializers.FileField):
        return forms.FileField(**about, allow_empty_file=True)
    return _day(shape, about) if isinstance(shape, Day) else _text(shape, about)


def _day(shape: Day, about: dict[str, Any]) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    start = timezone.localdate if about["required"] else None
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], initial=start, **about)


def _text(shape: Any, about: dict[str, Any]) -> forms.Field:
    is_long = (shape.max_length or 0) > LONG
    widget = forms.Textarea(attrs={"rows": ROWS, "class": "vLargeTextField"}) if is_long else forms.TextInput()
    return forms.CharField(max_length=shape.max_length, widget=widget, **about)


def _spoken(choices: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return [(value, value_label(str(value), str(text))) for value, text in choices.items()]


def optional(choices: Choices, label: Any) -> forms.ChoiceField:
    """A field that narrows a list; nothing chosen is everything."""
    return forms.ChoiceField(choices=[("", choose("Semua", "All")), *choices], required=False, label=label)
