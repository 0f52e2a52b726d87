"""Whatever refuses an officer's work says so in both languages."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from agencies.web.deeds import DEED_WORDS
from agencies.web.reasons import FAULT_WORDS, detail_words
from agencies.web.words.values import VALUE_WORDS
from coordination.queue.models import QueueItem
from coordination.referrals.admin import AttachmentAdmin, PullRequestAdmin, ReferralAdmin
from coordination.schooling.admin import SchoolingCaseAdmin
from coordination.trainees.admin import OutcomeAdmin
from coordination.training.admin import ApplicationAdmin

ROOT = Path(__file__).parents[2] / "coordination"
# The services behind the deeds.
SERVICES = {
    "queue": ("services",),
    "referrals": ("services", "passing", "pulling", "transitions", "files", "faults", "offers"),
    "schooling": ("services", "moves", "placing", "following", "opening", "transitions", "ages"),
    "schools": ("places",),
    "trainees": ("outcomes",),
    "training": ("applications", "seats", "transitions"),
}


def text_of(node):
    """A text with 7 for whatever is filled in; None for what is no text."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def calls(name):
    files = [ROOT / package / f"{module}.py" for package, modules in SERVICES.items() for module in modules]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and len(node.args) > 1:
                yield [text_of(argument) for argument in node.args]


def test_every_detail_of_a_service_behind_a_deed_is_said_in_both_languages():
    said = {detail for call in (*calls("Problem"), *calls("Fit")) if (detail := call[1])}
    assert len(said) > 20
    for detail in said:
        with translation.override("id"):
            indonesian = detail_words(detail)
        with translation.override("en"):
            english = detail_words(detail)
        assert indonesian and english and indonesian != english, detail


def test_every_fault_of_a_service_behind_a_deed_is_said_in_both_languages():
    codes = {call[1] for call in calls("Fault") if call[1] and "7" not in call[1]}
    assert len(codes) > 6
    assert sorted(codes - set(FAULT_WORDS)) == []


@pytest.mark.parametrize(
    "page", [AttachmentAdmin, PullRequestAdmin, ReferralAdmin, SchoolingCaseAdmin, ApplicationAdmin, OutcomeAdmin]
)
def test_every_button_has_its_words(page):
    assert {deed.name for deed in page.catalogue} <= set(DEED_WORDS)


@pytest.mark.parametrize("kind", QueueItem.Kind.values)
def test_every_kind_of_work_has_its_words(kind):
    assert kind in VALUE_WORDS
