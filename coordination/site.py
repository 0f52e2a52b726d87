"""The Django admin's frame: log-in, roles, and the transaction in which each page runs."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone, translation
from django.views.i18n import set_language

from agencies.access import policy
from agencies.access.caller import Caller, acting_as
from agencies.access.log import log_refusal
from agencies.models import Agreement, Officer
from agencies.web.labels import choose, spoken
from agencies.web.problems import KINDS, Problem, as_problem
from agencies.web.reasons import problem_words
from coordination.log_in import LogInForm, NewPasswordForm, forget_token, set_up_token
from coordination.queue.pages import show_queue
from coordination.timeline.pages import show_timeline

PURPOSES = {
    "social": "registry",
    "education": "schooling",
    "manpower": "training",
    "oversight": "oversight",
    "partner": "statistics",
}
# Dinsos keeps the register and works on the cases of families; its pages are for the one or for the other.
CASEWORK = ("casework", ("desk", "timeline", "referrals", "schooling", "schools", "training", "trainees"))
# Pages about the account itself: they use tables of the web server's own login, and show nobody's data.
ACCOUNT_PAGES = (
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "jsi18n",
    "language",
    "token",
    "forget_token",
)
logger = logging.getLogger("sinergi.admin")


class SinergiSite(AdminSite):
    """The admin of all offices; each officer sees what the access table grants."""

    site_header = spoken("Sinergi", "Sinergi")
    site_title = spoken("Sinergi", "Sinergi")
    index_title = spoken("Data dan akun instansi Anda", "Your office's records and accounts")
    site_url = None
    enable_nav_sidebar = False
    login_form = LogInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """An active officer of an active agency, in a role of the table."""
        user = request.user
        return isinstance(user, Officer) and user.is_active and user.agency.is_active and user.is_staff

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """More pages: the choice of language, setting up one-time codes, and the day's work."""
        own = [
            path("desk/", self.admin_view(self.desk), name="desk"),
            path("desk/timeline/<uuid:household>/", self.admin_view(self.timeline), name="timeline"),
            path("language/", set_language, name="language"),
            path("token/", self.admin_view(self.token), name="token"),
            path("forget-token/<uuid:officer>/", self.admin_view(self.forget_token), name="forget_token"),
        ]
        return [*own, *super().get_urls()]

    def token(self, request: HttpRequest) -> HttpResponse:
        """Set up one-time codes for one's own account."""
        return set_up_token(request, self.each_context(request))

    def forget_token(self, request: HttpRequest, officer: UUID) -> HttpResponse:
        """Switch one-time codes off for an officer of one's own office who lost the device."""
        return forget_token(request, self.each_context(request), caller_of(request.user, request), officer)  # type: ignore[arg-type]

    def desk(self, request: HttpRequest) -> HttpResponse:
        """What awaits the officer's office today."""
        return show_queue(request, self.each_context(request))

    def timeline(self, request: HttpRequest, household: UUID) -> HttpResponse:
        """What the offices did with a family."""
        return show_timeline(request, self.each_context(request), household)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Change one's own password."""
        view = PasswordChangeView.as_view(
            form_class=NewPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Refused: no page of ours uses it, and it would search without an entry in the log."""
        raise PermissionDenied


class OfficerBackend(ModelBackend):
    """Officers log in by user name; what they may do is asked of the access table, not of stored permissions."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return isinstance(user_obj, Officer) and user_obj.has_perm(perm, obj)

    def get_user(self, user_id: Any) -> Any:
        """The officer of a session, with the agency: pages ask for it before they act for it."""
        officer = Officer.objects.select_related("agency").filter(pk=user_id).first()
        return officer if officer and self.user_can_authenticate(officer) else None


class ChosenLanguage:
    """Pages speak Indonesian until their reader chooses English, whatever language the browser was installed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        request.LANGUAGE_CODE = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class ActingOfficer:
    """Runs every admin page under the officer's database role, in one transaction; it stands innermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The whole page, rendered. None where nobody acts: pages for everyone, and the account's own."""
        match = request.resolver_match
        if match is None or match.app_name != "admin" or match.url_name in ACCOUNT_PAGES:
            return None
        officer = request.user
        if not isinstance(officer, Officer) or not (officer.is_staff and officer.agency.is_active):
            return None
        caller = caller_of(officer, request)
        request.client_name = officer.username  # type: ignore[attr-defined]
        try:
            with acting_as(caller):
                response = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response = response.render()
        except (Problem, PermissionDenied, DatabaseError) as exception:
            return refused(request, caller, exception)
        response.setdefault("Cache-Control", "no-store")
        return response  # type: ignore[no-any-return]


def caller_of(officer: Officer, request: HttpRequest) -> Caller:
    """The officer as the access core knows callers, for the purpose that the page serves."""
    kind, purpose = officer.agency.kind, _purpose(officer.agency.kind, request)
    statutory = kind in policy.PURPOSES[purpose].statutory_for.split()
    pact = None if statutory else _agreement(officer, purpose)
    basis = policy.PURPOSES[purpose].basis if statutory else pact.legal_basis if pact else ""
    return Caller(
        kind=kind,
        role=officer.role,
        agency=officer.agency_id,
        city=officer.agency.region_id,
        officer=officer.pk,
        initiator=officer.username,
        purpose=purpose if statutory or pact else "",
        basis=basis,
        agreement=pact.pk if pact else None,
        request_id=getattr(request, "request_id", ""),
    )


def _purpose(kind: str, request: HttpRequest) -> str:
    page = (request.resolver_match.url_name or "") if request.resolver_match else ""
    casework, pages = CASEWORK
    return casework if kind == "social" and page.partition("_")[0] in pages else PURPOSES[kind]


def _agreement(officer: Officer, purpose: str) -> Agreement | None:
    today = timezone.localdate()
    running = Agreement.objects.filter(ended_at=None, starts__lte=today, until__gte=today)
    return running.filter(to_agency=officer.agency_id, purpose=purpose).order_by("-starts").first()  # type: ignore[no-any-return]


def refused(request: HttpRequest, caller: Caller, exception: Exception) -> HttpResponse:
    """A page that says what was refused; the access log keeps it."""
    problem = as_problem(exception)
    kind = KINDS[problem.code]
    if kind.status == 500:
        logger.error("unexpected %s", type(exception).__name__, exc_info=exception)
    if kind.status == 403:
        model = (request.resolver_match.url_name or "") if request.resolver_match else ""
        log_refusal(caller, (request.method or "GET").lower(), model[:40], "not_granted")
    title, told = choose(kind.title_id, kind.title_en), problem_words(problem)
    context = {"title": title, "detail": told.removeprefix(f"{title}.").strip(), "site_title": "Sinergi"}
    return render(request, "admin/refused.html", context, status=kind.status)
