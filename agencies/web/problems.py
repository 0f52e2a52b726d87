"""Every error of the API: RFC 9457 problem documents with stable codes and texts in Indonesian and English."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from psycopg import errors as pg
from rest_framework import exceptions as drf

logger = logging.getLogger("sinergi.problems")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status and its texts."""

    status: int
    title_en: str
    title_id: str


KINDS = {
    "malformed": Kind(400, "The request is malformed", "Permintaan tidak terbaca"),
    "parameter_unknown": Kind(400, "Unknown query parameter", "Parameter tidak dikenal"),
    "parameter_invalid": Kind(400, "A query parameter is not valid", "Parameter tidak sah"),
    "cursor_invalid": Kind(400, "The cursor was changed or belongs to another list", "Penanda halaman tidak sah"),
    "purpose_missing": Kind(400, "State the purpose: X-Purpose", "Sebutkan tujuan pemrosesan: X-Purpose"),
    "initiator_invalid": Kind(400, "X-Initiator is not valid", "X-Initiator tidak sah"),
    "idempotency_key_missing": Kind(400, "Idempotency-Key is required", "Idempotency-Key wajib diisi"),
    "idempotency_key_invalid": Kind(400, "Idempotency-Key is not valid", "Idempotency-Key tidak sah"),
    "not_authenticated": Kind(401, "A valid access token is required", "Token akses yang sah diperlukan"),
    "not_granted": Kind(403, "Your agency's role is not granted this", "Peran instansi Anda tidak diberi hak ini"),
    "scope_missing": Kind(403, "The token lacks the scope for this", "Token tidak memuat cakupan untuk ini"),
    "purpose_not_covered": Kind(
        403,
        "No law or agreement covers this purpose for you",
        "Tujuan ini tidak dicakup hukum atau perjanjian Anda",
    ),
    "out_of_scope": Kind(
        403, "The change would leave your agency's rows", "Perubahan keluar dari lingkup instansi Anda"
    ),
    "not_found": Kind(404, "Nothing here that you may see", "Tidak ditemukan"),
    "method_not_allowed": Kind(405, "This method is not available here", "Metode tidak tersedia di sini"),
    "not_acceptable": Kind(406, "Only JSON is offered", "Hanya JSON yang tersedia"),
    "conflict": Kind(409, "The current state does not allow this", "Keadaan saat ini tidak mengizinkan"),
    "exists": Kind(409, "Such a record exists already", "Data seperti itu sudah ada"),
    "transition_refused": Kind(409, "This move is not possible now", "Langkah ini tidak dapat dilakukan sekarang"),
    "idempotency_in_flight": Kind(409, "The same call is still running", "Panggilan yang sama masih berjalan"),
    "file_lost": Kind(
        410, "The file is no longer there as it was handed in", "Berkas tidak ada lagi sebagaimana diserahkan"
    ),
    "etag_stale": Kind(412, "The record has changed since you read it", "Data telah berubah sejak Anda baca"),
    "body_too_large": Kind(413, "The body is too large", "Isi permintaan terlalu besar"),
    "media_type_unsupported": Kind(415, "This media type is not supported", "Jenis media tidak didukung"),
    "invalid": Kind(422, "Some fields are not valid", "Beberapa isian tidak sah"),
    "idempotency_key_reused": Kind(
        422, "The key was used with another payload", "Kunci sudah dipakai dengan isi yang lain"
    ),
    "if_match_missing": Kind(428, "If-Match is required", "If-Match wajib diisi"),
    "rate_limited": Kind(429, "Too many calls", "Terlalu banyak panggilan"),
    "internal": Kind(500, "Something went wrong on our side", "Terjadi kesalahan di sisi kami"),
    "unavailable": Kind(503, "Try again shortly", "Coba lagi sebentar lagi"),
}
# In this order: the first is a kind of the second.
PLAIN: dict[type[Exception], str] = {
    RequestDataTooBig: "body_too_large",
    SuspiciousOperation: "malformed",
    PermissionDenied: "not_granted",
}
ACCESS_LOG = "access_accessrecord"
TITLES_BY_STATUS = {405: "method_not_allowed", 406: "not_acceptable", 415: "media_type_unsupported"}


@dataclass(slots=True)
class Fault:
    """One thing wrong with one part of the input."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """Raised by views and services of the web layer; answered as problem+json."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.extra = code, detail, errors, extra
        self.headers = dict(headers or {})


def language(request: HttpRequest) -> str:
    """`id` or `en`, after Accept-Language."""
    return "en" if get_language_from_request(request) == "en" else "id"


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The HTTP answer of a problem."""
    kind, spoken = KINDS[problem.code], language(request)
    body: dict[str, Any] = {
        "type": request.build_absolute_uri(f"/docs/problems/{problem.code}")
        if _host_is_fine(request)
        else f"/docs/problems/{problem.code}",
        "title": kind.title_en if spoken == "en" else kind.title_id,
        "status": kind.status,
        "code": problem.code,
        "instance": quote(request.path, errors="replace"),
        "request_id": getattr(request, "request_id", ""),
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in problem.errors]
    text = json.dumps(body | problem.extra, default=str)
    response = HttpResponse(text, status=kind.status, content_type="application/problem+json")
    response["Content-Language"] = spoken
    response["Vary"] = "Accept-Language"
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _host_is_fine(request: HttpRequest) -> bool:
    try:
        request.get_host()
    except SuspiciousOperation:
        return False
    return True


def answer_to(exception: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's exception handler: whatever was raised becomes a problem."""
    request = context["request"]._request if context.get("request") is not None else context["raw_request"]
    problem = as_problem(exception)
    if problem.code == "internal":
        logger.error("unexpected %s", type(exception).__name__, exc_info=exception, extra={"path": request.path})
    return respond(request, problem)


def as_problem(exception: Exception) -> Problem:
    """The problem that an exception stands for."""
    if isinstance(exception, Problem):
        return exception
    if isinstance(exception, Http404 | ObjectDoesNotExist | drf.NotFound):
        return Problem("not_found")
    if isinstance(exception, DatabaseError | InterfaceError):
        return _database_problem(exception)
    if isinstance(exception, ModelInvalid):
        return Problem("invalid", errors=model_faults(exception))
    if isinstance(exception, drf.APIException):
        return _framework_problem(exception)
    return Problem(next((code for kind, code in PLAIN.items() if isinstance(exception, kind)), "internal"))


def _framework_problem(exception: drf.APIException) -> Problem:
    if isinstance(exception, drf.ValidationError):
        return Problem("invalid", errors=list(faults(exception.detail)))
    if isinstance(exception, drf.NotAuthenticated | drf.AuthenticationFailed):
        return Problem("not_authenticated", headers={"WWW-Authenticate": 'Bearer realm="sinergi"'})
    if isinstance(exception, drf.PermissionDenied):
        return Problem("not_granted")
    return Problem(TITLES_BY_STATUS.get(exception.status_code, "malformed"))


def _database_problem(exception: Exception) -> Problem:
    cause = exception.__cause__
    if isinstance(cause, pg.Error) and ACCESS_LOG in (cause.diag.message_primary or ""):
        logger.error("no row in the access log, so no answer", exc_info=exception)
        return Problem("unavailable", headers={"Retry-After": "2"})
    if isinstance(cause, pg.InsufficientPrivilege):  # the second net caught what the first let through
        logger.error("the database refused what the first net let pass", exc_info=exception)
        return Problem("out_of_scope")
    if isinstance(cause, pg.UniqueViolation):
        return Problem("exists")
    if isinstance(exception, IntegrityError):
        return Problem("conflict")
    if isinstance(cause, pg.DataError):
        return Problem("invalid")
    if isinstance(exception, OperationalError | InterfaceError):
        return Problem("unavailable", headers={"Retry-After": "2"})
    return Problem("internal")


def faults(detail: Any, pointer: str = "") -> Any:
    """DRF's nested validation detail as flat faults with JSON pointers (RFC 6901)."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            part = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from faults(inner, pointer + part)
    elif isinstance(detail, list) and detail and not all(isinstance(item, str) for item in detail):
        for position, inner in enumerate(detail):
            yield from faults(inner, f"{pointer}/{position}")
    else:
        for item in detail if isinstance(detail, list) else [detail]:
            yield Fault(pointer, getattr(item, "code", "invalid"), str(item))


def model_faults(exception: ModelInvalid) -> list[Fault]:
    """Faults of a model's own validation."""
    if not hasattr(exception, "error_dict"):
        return [Fault("", error.code or "invalid", " ".join(error.messages)) for error in exception.error_list]
    return [
        Fault("" if name == "__all__" else f"/{name}", error.code or "invalid", " ".join(error.messages))
        for name, errors in exception.error_dict.items()
        for error in errors
    ]
