"""How models, fields and values come by their words in the language of the page."""

from typing import Any

from django.db import models
from django.utils.functional import lazystr
from django.utils.translation import get_language

from agencies.access import policy
from agencies.access.models import RESOURCES
from agencies.web.words.codes import CODE_WORDS
from agencies.web.words.fields import FIELD_WORDS
from agencies.web.words.resources import APPS, PLURALS_EN, RESOURCE_WORDS
from agencies.web.words.values import VALUE_WORDS


def speaks_english() -> bool:
    """Whether the reader of this page chose English; everybody else reads Indonesian."""
    return (get_language() or "id").startswith("en")


def choose(indonesian: str, english: str) -> str:
    """One of two texts, by the language of the page."""
    return english if speaks_english() else indonesian


class Spoken:
    """A text in both languages that decides when it is shown."""

    def __init__(self, indonesian: str, english: str, source: str) -> None:
        self.indonesian, self.english, self.source = indonesian, english, source

    def __str__(self) -> str:
        if get_language() is None:  # as in makemigrations, which must find the models as they were written
            return self.source
        return choose(self.indonesian, self.english)


def spoken(indonesian: str, english: str, source: str | None = None) -> Any:
    """A lazy text in both languages; `source` is shown where translations are off."""
    return lazystr(Spoken(indonesian, english, indonesian if source is None else source))


def value_label(value: str, source: str = "") -> Any:
    """The words of a value of a closed list; `source` is the model's own."""
    if value in policy.PURPOSES and source:
        return spoken(policy.PURPOSES[value].text_id, policy.PURPOSES[value].text_en, source)
    if len(value) > 1 and value.isupper():  # an abbreviation says itself
        return spoken(value, value, source or value)
    english = source or value.replace("_", " ").capitalize()
    return spoken(VALUE_WORDS.get(english) or VALUE_WORDS.get(value, english), english, english)


def code_label(code: str) -> str:
    """The words of a code of the log, a job or a unit; a resource bears its own, an unknown code itself."""
    if code in CODE_WORDS or code in RESOURCE_WORDS:
        return choose(*(CODE_WORDS.get(code) or RESOURCE_WORDS[code]))
    if code in policy.PURPOSES:
        return str(value_label(code, code))
    return str(value_label(code)) if code in VALUE_WORDS else code


def field_label(name: str) -> Any:
    """The heading of a field; a field without words of its own bears its name."""
    plain = name.replace("_", " ").capitalize()
    return spoken(*FIELD_WORDS.get(name, (plain, plain)))


def name_model(model: type[models.Model]) -> None:
    """Give a model, its fields and its application their words. Migrations do not see them."""
    meta, resource = model._meta, RESOURCES[model._meta.label]
    indonesian, english = RESOURCE_WORDS[resource]
    meta.verbose_name = spoken(_within_a_sentence(indonesian), _within_a_sentence(english))
    meta.verbose_name_plural = spoken(indonesian, PLURALS_EN.get(resource, f"{english}s"))
    meta.app_config.verbose_name = spoken(*APPS[meta.app_label])
    for field in meta.concrete_fields:
        field.verbose_name = field_label(field.name)
        if field.choices:
            field.choices = [(value, value_label(value, str(text))) for value, text in field.flatchoices]


def _within_a_sentence(words: str) -> str:
    """Without a capital at its beginning, unless it begins with an abbreviation."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
