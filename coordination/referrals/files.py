"""Papers about a referral: judged by their content, sealed for their row, kept outside of the web and the database."""

import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from uuid import UUID, uuid4

import puremagic
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.vault import seal, unseal
from agencies.web.problems import Fault, Problem
from coordination.referrals.models import Attachment
from coordination.referrals.services import author_of, check_thread

MAXIMUM_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
# Type -> the endings of its names, and how its content ends. What follows the end would be a second file in the first.
ENDINGS = {"application/pdf": (".pdf",), "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",)}
TAILS = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82"}
ZIP_END, ZIP_REACH = b"PK\x05\x06", 66_000  # an archive is found by its end, which a comment of 64 kB may follow
PDF_MARK = b"%PDF-"  # readers look for it in the first kilobyte of whatever they open
SWEPT_DAYS = 3
SETTLED = timedelta(hours=1)


def attachment_storage() -> Storage:
    """Where the sealed files lie: a directory outside of the web root, or what STORAGES says."""
    return storages["attachments"]


def new_place() -> str:
    """A random name under today's date, by which `sweep_files` finds what a broken call left behind."""
    return f"{timezone.localdate():%Y/%m/%d}/{uuid4().hex}"


def attach_file(*, referral: UUID, name: str, declared: str, content: bytes, stored: str, by: Caller) -> UUID:
    """File a paper about a referral under the random name `stored`; the caller discards it when the call fails.

    Raises Problem when the share has ended, or when name, stated type and content are not of one allowed type.
    """
    check_thread(referral, by=by)
    kind = checked_type(name, declared, content)
    if Attachment.objects.filter(referral=referral, removed_at=None).count() >= MOST_FILES:
        raise Problem("conflict", f"A referral has at most {MOST_FILES} files.")
    attachment = Attachment(
        id=new_id(),
        referral_id=referral,
        name=name,
        content_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored=stored,
        agency_id=by.agency,
        author=author_of(by),
    )
    attachment.save(force_insert=True)
    attachment_storage().save(stored, ContentFile(seal(content, _place(attachment.id))))
    return attachment.id


def checked_type(name: str, declared: str, content: bytes) -> str:
    """The type of a file. Raises Problem unless its name, its stated type and its content agree on an allowed one."""
    if not content or len(content) > MAXIMUM_BYTES:
        raise _refused("size", f"1 to {MAXIMUM_BYTES} bytes.")
    if len(name) > 120 or any(unicodedata.category(sign).startswith("C") for sign in name):
        raise _refused("name", "A name of up to 120 characters, none of them invisible.")
    found = content_type_of(content)
    if found is None or found != declared.partition(";")[0].strip().lower():
        raise _refused("type", f"Not a file of the stated type; allowed are {', '.join(ENDINGS)}.")
    if PurePosixPath(name).suffix.lower() not in ENDINGS[found]:
        raise _refused("name", f"The name ends otherwise than files of type {found}.")
    return found


def content_type_of(content: bytes) -> str | None:
    """What a file is by its content; None for what is not allowed, is cut off, or is of two types at once."""
    try:
        kind = puremagic.magic_string(content)[0].mime_type
    except (puremagic.PureError, ValueError, IndexError):
        return None
    if kind not in ENDINGS or not content.rstrip(b"\0\r\n\t ").endswith(TAILS[kind]):
        return None
    if ZIP_END in content[-ZIP_REACH:]:
        return None
    begins = content.startswith(PDF_MARK)
    return kind if begins == (kind == "application/pdf") and (begins or PDF_MARK not in content[:1024]) else None


def _refused(code: str, detail: str) -> Problem:
    return Problem("invalid", errors=[Fault("/file", f"file_{code}", detail)])


def _place(key: UUID) -> str:
    return f"referrals_attachment.file.{key}"


def read_file(attachment: Attachment) -> bytes:
    """The content as it was handed in. Raises Problem (`file_lost`) when it is gone or was changed."""
    try:
        with attachment_storage().open(attachment.stored) as file:
            content = unseal(file.read(), _place(attachment.pk))
    except (OSError, InvalidTag, KeyError, IndexError) as fault:
        raise Problem("file_lost") from fault
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Problem("file_lost")
    return content


def remove_file(attachment: Attachment) -> None:
    """Take a locked attachment back; its content is gone, that it was there is not."""
    if attachment.removed_at:
        raise Problem("conflict", "This file was taken back already.")
    Attachment.objects.filter(pk=attachment.pk).update(removed_at=Now())
    transaction.on_commit(partial(attachment_storage().delete, attachment.stored))


def reseal_files() -> int:
    """Write each file that an older key sealed anew under a name of its own; returns how many.

    The one before stays for whoever is about to read it, until `drop_older_files`. Killed at any moment it may run
    again: the row names a whole file.
    """
    storage, number, count = attachment_storage(), settings.KEYS.now.writes, 0
    for attachment in files_of_older_keys():
        fresh = f"{attachment.stored.partition('.')[0]}.{number}"
        sealed = seal(read_file(attachment), _place(attachment.pk))
        storage.delete(fresh)
        storage.save(fresh, ContentFile(sealed))
        if Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(stored=fresh):
            count += 1
        else:
            storage.delete(fresh)
    return count


def files_of_older_keys() -> Iterator[Attachment]:
    """Attachments whose file needs a key before the one that writes."""
    older = settings.KEYS.now.older
    for attachment in Attachment.objects.filter(removed_at=None).order_by("pk"):
        with suppress(OSError), attachment_storage().open(attachment.stored) as file:
            if int.from_bytes(file.read(1)) in older:
                yield attachment


def drop_older_files() -> None:
    """Delete what `reseal_files` left beside the files that rows name."""
    storage, older = attachment_storage(), settings.KEYS.now.older
    for stored in Attachment.objects.values_list("stored", flat=True):
        place = stored.partition(".")[0]
        for name in {place, *(f"{place}.{number}" for number in older)} - {stored}:
            storage.delete(name)


def discard_file(stored: str) -> None:
    """Drop what a call that failed may have written."""
    attachment_storage().delete(stored)


def sweep_files() -> int:
    """Drop files that no row names: a process died between writing and committing. Returns how many."""
    storage, now, dropped = attachment_storage(), timezone.now(), 0
    for days in range(SWEPT_DAYS):
        folder = f"{timezone.localdate() - timedelta(days=days):%Y/%m/%d}"
        try:
            names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
        except FileNotFoundError:
            continue
        kept = set(Attachment.objects.filter(stored__in=names, removed_at=None).values_list("stored", flat=True))
        for name in set(names) - kept:
            if now - storage.get_modified_time(name) > SETTLED:
                storage.delete(name)
                dropped += 1
    return dropped
