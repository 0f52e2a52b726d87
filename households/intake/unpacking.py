"""From an uploaded file to bounded, checked bytes of a known encoding."""

import codecs
import gzip
import io
import zlib
from typing import BinaryIO, Final, cast

from households.intake.unreadable import UnreadableFile

MAX_BYTES: Final = 300_000_000
CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_UNDEFINED_IN_CP1252: Final = b"\x81\x8d\x8f\x90\x9d"


def unpacked(source: bytes | BinaryIO) -> BinaryIO:
    """The file's own bytes from its start, gunzipped when they start as gzip does, whatever its name says."""
    file = io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    file.seek(0)
    magic = file.read(len(_GZIP))
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb")) if magic == _GZIP else file


def is_workbook(file: BinaryIO) -> bool:
    """Whether the unpacked bytes are a zip archive, as an .xlsx is. Raises `UnreadableFile`."""
    file.seek(0)
    return _read(file, len(_ZIP)) == _ZIP


def whole(file: BinaryIO) -> bytes:
    """All bytes, at most MAX_BYTES of them. Raises `UnreadableFile`."""
    file.seek(0)
    content = _read(file, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableFile("file_too_large")
    return content


def text_encoding(file: BinaryIO) -> str:
    """The encoding in which the whole of the file is text; reads it once, in chunks.

    A byte order mark decides; else UTF-8 when every byte agrees, else cp1252, which is what a spreadsheet on
    an office machine writes. Raises `UnreadableFile`: file_empty, file_too_large, file_gzip_damaged,
    file_not_text, line_too_long.
    """
    file.seek(0)
    chunk = _read(file, CHUNK)
    if not chunk:
        raise UnreadableFile("file_empty")
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in _candidates(chunk)}
    total = 0
    while chunk and decoders:
        total += len(chunk)
        if total > MAX_BYTES:
            raise UnreadableFile("file_too_large")
        if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
            raise UnreadableFile("line_too_long")
        _drop_refuted(decoders, chunk, final=False)
        chunk = _read(file, CHUNK)
    _drop_refuted(decoders, b"", final=True)
    if not decoders:
        raise UnreadableFile("file_not_text")
    return next(iter(decoders))


def _candidates(start: bytes) -> tuple[str, ...]:
    if start.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "cp1252")


def _drop_refuted(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    for name in list(decoders):
        if name == "cp1252" and not final:
            refuted = len(chunk.translate(None, _UNDEFINED_IN_CP1252)) < len(chunk)
        else:
            refuted = not _decodes(decoders[name], chunk, final=final)
        if refuted or (b"\0" in chunk and name != "utf-16"):
            del decoders[name]


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeError:
        return False
    return True


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile("file_gzip_damaged") from error
