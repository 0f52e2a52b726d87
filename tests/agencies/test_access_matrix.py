"""Every grant is written down a second time, by hand: a change of the table must be meant."""

import difflib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agencies.access import policy
from agencies.access.matrix import matrix_lines, matrix_markdown

GOLDEN = Path(__file__).with_name("golden_matrix.txt")


def test_the_table_says_what_the_golden_copy_says():
    kept = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    different = list(difflib.unified_diff(kept, list(matrix_lines()), "golden copy", "table", lineterm="", n=0))
    assert not different, "\n".join(different)


def test_nobody_is_granted_a_sealed_or_internal_field_in_a_document():
    hidden = {"sealed", "lookup", "student_sealed", "student_lookup", "search", "scope", "secret", policy.INTERNAL}
    for key, grants in policy.GRANTS.items():
        for resource, found in grants.items():
            assert not hidden & set(found.read.split()), (key, resource)


def test_the_document_is_up_to_date():
    call_command("access_matrix", "--check")


def test_a_document_that_differs_is_refused(tmp_path):
    path = tmp_path / "MATRIX.md"
    with pytest.raises(CommandError, match="differs"):
        call_command("access_matrix", "--check", "--path", str(path))
    call_command("access_matrix", "--path", str(path))
    call_command("access_matrix", "--check", "--path", str(path))
    path.write_text(matrix_markdown().replace("registrar", "every", 1))
    with pytest.raises(CommandError, match="differs"):
        call_command("access_matrix", "--check", "--path", str(path))


def test_the_document_names_every_resource_that_a_kind_is_granted():
    text = matrix_markdown()
    for (_, role), grants in policy.GRANTS.items():
        assert role in text
        for resource in grants:
            assert f"| {resource} |" in text
