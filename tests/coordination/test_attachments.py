"""Papers about a referral: what is taken, how it lies, who reads it and for how long."""

import hashlib
import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from agencies.access.models import AccessRecord
from agencies.web.problems import Problem
from coordination.referrals import files
from coordination.referrals.files import checked_type, content_type_of, sweep_files
from coordination.referrals.models import Attachment
from tests.conftest import owner
from tests.coordination.test_referrals import get, move, post, refer, referral_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 17 + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01" + b"\0" * 60 + b"\xff\xd9"
GOOD = {"letter.pdf": (PDF, "application/pdf"), "KK.PNG": (PNG, "image/png"), "foto.jpeg": (JPEG, "image/jpeg")}


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    """Files of a test lie in a directory of its own."""
    options = {"location": str(tmp_path), "file_permissions_mode": 0o600}
    settings.STORAGES = {**settings.STORAGES, "attachments": {**settings.STORAGES["attachments"], "OPTIONS": options}}
    return tmp_path


def stored(place):
    return [path for path in Path(place).rglob("*") if path.is_file()]


def hand_in(client, world, key, who="basim", name="letter.pdf", content=PDF, kind="application/pdf", **headers):
    body = {"referral": key, "file": SimpleUploadedFile(name, content, kind)}
    return client.post(
        "/api/v1/attachments", body, headers=world.headers(who, **{"Idempotency-Key": uuid4().hex, **headers})
    )


@pytest.mark.parametrize("name", GOOD)
def test_a_paper_is_kept_sealed_and_given_back_as_it_was(client, world, place, name):
    content, kind = GOOD[name]
    key = referral_in(client, world, "accepted")
    answer = hand_in(client, world, key, name=name, content=content, kind=kind)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert {k: v for k, v in made.items() if k not in ("id", "created_at")} == {
        "referral": key,
        "name": name,
        "content_type": kind,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "agency": str(world.agencies["basim"].pk),
        "author": "basim",
        "removed_at": None,
    }
    [file] = stored(place)
    assert name not in str(file) and content not in file.read_bytes() and content[:8] not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    for who in ("amal", "basim"):
        got = get(client, world, who, f"attachments/{made['id']}/content")
        assert (got.status_code, got.content, got["Content-Type"]) == (200, content, kind)
        assert got["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
        assert (got["X-Content-Type-Options"], got["Cache-Control"]) == ("nosniff", "no-store")
    with owner():
        record = AccessRecord.objects.filter(action="download").latest("id")
    assert {str(subject) for subject in record.subjects} == {made["id"], str(world.people["A daughter"].pk)}


BAD = {
    "empty": ("a.pdf", b"", "application/pdf"),
    "text": ("a.pdf", b"hello", "application/pdf"),
    "page": ("a.pdf", b"<html><script>alert(1)</script></html>", "application/pdf"),
    "page by type": ("a.html", PDF, "text/html"),
    "other ending": ("a.exe", PDF, "application/pdf"),
    "two endings": ("a.pdf.html", PDF, "application/pdf"),
    "no ending": ("a", PDF, "application/pdf"),
    "other type": ("a.pdf", PDF, "image/png"),
    "other content": ("a.png", PDF, "image/png"),
    "archive": ("a.pdf", b"PK\x03\x04" + b"\0" * 40, "application/pdf"),
    "cut off": ("a.png", PNG[:-6], "image/png"),
    "picture and paper": ("a.png", PNG[:33] + PDF + PNG[33:], "image/png"),
    "picture and archive": ("a.jpg", JPEG[:-2] + b"PK\x05\x06" + b"\0" * 18 + b"\xff\xd9", "image/jpeg"),
    "paper and archive": ("a.pdf", PDF + b"PK\x05\x06" + b"\0" * 18 + b"%%EOF", "application/pdf"),
    "picture and page": ("a.png", PNG + b"<script>alert(1)</script>", "image/png"),
    "paper and page": ("a.pdf", PDF + b"<script>", "application/pdf"),
    "long name": ("a" * 120 + ".pdf", PDF, "application/pdf"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_plainly_one_allowed_file_is_refused_and_nothing_is_left(client, world, place, case):
    name, content, kind = BAD[case]
    key = referral_in(client, world, "accepted")
    answer = hand_in(client, world, key, name=name, content=content, kind=kind)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["pointer"] == "/file"
    assert stored(place) == []


def test_a_file_over_the_limit_is_413(client, world, place, monkeypatch):
    monkeypatch.setattr("coordination.referrals.attachments.MAXIMUM_BYTES", 40)
    assert hand_in(client, world, referral_in(client, world, "accepted")).status_code == 413
    assert stored(place) == []


@pytest.mark.parametrize("content", [b"", b"\0", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%%EOF", b"GIF89a"])
def test_scraps_are_of_no_type(content):
    assert content_type_of(content) is None


def test_an_ended_share_ends_list_document_file_and_replay_at_once(client, world):
    key = referral_in(client, world, "in_progress")
    once = {"Idempotency-Key": "one-paper"}
    made = hand_in(client, world, key, **once).json()
    hand_in(client, world, key, who="amal", name="from-amal.pdf")
    tag = get(client, world, "basim", f"attachments/{made['id']}")["ETag"]
    page = get(client, world, "basim", "attachments?limit=1").json()["next_cursor"]
    assert get(client, world, "basim", f"attachments/{made['id']}", **{"If-None-Match": tag}).status_code == 304
    move(client, world, "basim", key, "complete")
    assert get(client, world, "basim", f"attachments?referral={key}").json()["data"] == []
    assert get(client, world, "basim", f"attachments?limit=1&cursor={page}").json()["data"] == []
    for path in ("", "/content"):
        ended = get(client, world, "basim", f"attachments/{made['id']}{path}", **{"If-None-Match": tag})
        never = get(client, world, "basim", f"attachments/{uuid4()}{path}")
        assert (
            (ended.status_code, ended.json()["code"]) == (never.status_code, never.json()["code"]) == (404, "not_found")
        )
    assert hand_in(client, world, key, **once).status_code == 404
    assert hand_in(client, world, key).status_code == 409
    assert post(client, world, "basim", f"attachments/{made['id']}/remove").status_code == 404
    # the sender keeps what was filed
    assert get(client, world, "amal", f"attachments/{made['id']}/content").content == PDF
    assert len(get(client, world, "amal", "attachments").json()["data"]) == 2


def test_strangers_find_no_paper(client, world):
    key = referral_in(client, world, "accepted")
    made = hand_in(client, world, key).json()
    purpose = {"X-Purpose": "statistics"}
    for who in ("carla", "gita", "dina"):
        for path in (f"attachments/{made['id']}", f"attachments/{made['id']}/content"):
            assert get(client, world, who, path, **purpose).status_code == 404
        assert get(client, world, who, "attachments", **purpose).json()["data"] == []
        refused = hand_in(client, world, key, who=who, **purpose)
        assert refused.json()["errors"][0]["code"] == "does_not_exist"
    assert get(client, world, "emil", "attachments").status_code == 403


def test_only_its_own_office_takes_a_file_back_and_then_it_is_gone(client, world, place):
    key = referral_in(client, world, "accepted")
    made = hand_in(client, world, key).json()
    assert post(client, world, "amal", f"attachments/{made['id']}/remove").status_code == 403
    with transaction.atomic():
        answer = post(client, world, "basim", f"attachments/{made['id']}/remove")
    assert (answer.status_code, bool(answer.json()["removed_at"])) == (200, True)
    assert get(client, world, "amal", f"attachments/{made['id']}/content").status_code == 404
    assert post(client, world, "basim", f"attachments/{made['id']}/remove").status_code == 409


def test_the_content_goes_with_the_commit_of_taking_it_back(client, world, place, django_capture_on_commit_callbacks):
    made = hand_in(client, world, referral_in(client, world, "accepted")).json()
    with django_capture_on_commit_callbacks(execute=True):
        post(client, world, "basim", f"attachments/{made['id']}/remove")
        assert len(stored(place)) == 1
    assert stored(place) == []


@pytest.mark.parametrize("harm", ["gone", "changed", "swapped", "cut"])
def test_a_lost_or_changed_file_is_a_clear_problem(client, world, place, harm):
    key = referral_in(client, world, "accepted")
    made = hand_in(client, world, key).json()
    [file] = stored(place)
    if harm == "gone":
        file.unlink()
    elif harm == "changed":
        *kept, last = file.read_bytes()
        file.write_bytes(bytes([*kept, last ^ 1]))
    elif harm == "cut":
        file.write_bytes(b"")
    else:
        hand_in(client, world, key, name="other.pdf", content=PDF.replace(b"<<>>", b"<< >>"))
        [other] = [path for path in stored(place) if path != file]
        file.write_bytes(other.read_bytes())
    answer = get(client, world, "basim", f"attachments/{made['id']}/content")
    assert (answer.status_code, answer.json()["code"]) == (410, "file_lost")


def test_a_call_that_fails_after_writing_leaves_no_file(client, world, place, monkeypatch):
    key = referral_in(client, world, "accepted")

    def broken(*args, **more):
        raise RuntimeError("after the file was written")

    monkeypatch.setattr("agencies.web.idempotency.keeping", broken)
    client.raise_request_exception = False
    assert hand_in(client, world, key).status_code == 500
    assert stored(place) == []
    with owner():
        assert not Attachment.objects.exists()


def test_what_a_killed_call_left_is_swept_and_nothing_else(client, world, place):
    key = referral_in(client, world, "accepted")
    hand_in(client, world, key)
    [kept] = stored(place)
    orphan, fresh = files.new_place(), files.new_place()
    for name in (orphan, fresh):
        (place / name).write_bytes(b"x")
    hour_ago = time.time() - 3700
    for path in (kept, place / orphan):
        os.utime(path, (hour_ago, hour_ago))
    assert sweep_files() == 1
    assert set(stored(place)) == {kept, place / fresh}
    assert sweep_files() == 0


def test_a_retry_files_once(client, world, place):
    key = referral_in(client, world, "accepted")
    first, second = (hand_in(client, world, key, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == second.json() and len(stored(place)) == 1
    other = hand_in(client, world, key, content=PNG, **{"Idempotency-Key": "once"})
    assert other.status_code == 422


def test_there_is_an_end_to_how_many(client, world, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 1)
    key = refer(client, world).json()["id"]
    assert [hand_in(client, world, key).status_code for _ in range(2)] == [201, 409]


@pytest.mark.parametrize("name", ["a\u202efdp.pdf", "a\u200b.pdf", "a\n.pdf"])
def test_a_name_with_invisible_signs_is_refused(name):
    with pytest.raises(Problem):
        checked_type(name, "application/pdf", PDF)
