"""Endpoints of business groups."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.filters import choice, identifier, region
from agencies.web.views import ResourceViewSet
from coordination.business_groups import inputs, services
from coordination.business_groups.models import BusinessGroup, GroupMember
from coordination.business_groups.transitions import MOVES


class BusinessGroupViewSet(ResourceViewSet):
    """Groups of poor families who run a business together (KUBE)."""

    resource = "business_group"
    scope_name = "training"
    filters: ClassVar = {
        "status": choice("status", BusinessGroup.Status.values),
        "batch": identifier("batch"),
        "region": region(levels=False),
    }
    actions: ClassVar = dict.fromkeys(MOVES, "change")
    inputs: ClassVar = {
        "create": inputs.GroupInput,
        "join": inputs.JoinInput,
        "leave": inputs.LeaveInput,
        "confirm": inputs.NothingInput,
        "dissolve": inputs.DissolveInput,
    }

    def create(self, request: Request) -> HttpResponse:
        """Propose a group: Dinsos of people in its register, a provider of the graduates of a finished batch."""
        return self.act(request, lambda: services.form_group(by=self.caller, **self.body(request)), status=201)

    def join(self, request: Request, id: str) -> HttpResponse:
        """Take somebody in."""
        return self._move(request, id, services.join_group)

    def leave(self, request: Request, id: str) -> HttpResponse:
        """Somebody leaves."""
        return self._move(request, id, services.leave_group)

    def confirm(self, request: Request, id: str) -> HttpResponse:
        """Dinsos confirms the group: from now on it is in business."""
        return self._move(request, id, services.confirm_group)

    def dissolve(self, request: Request, id: str) -> HttpResponse:
        """The group ends."""
        return self._move(request, id, services.dissolve_group)

    def _move(self, request: Request, id: str, work: Callable[..., UUID]) -> HttpResponse:
        name = str(self.action)
        return self.act(request, lambda: work(self._key(id), by=self.caller, **self.body(request)), action=name)


class GroupMemberViewSet(ResourceViewSet):
    """Who is in which business group, as far as your office may see the person."""

    resource = "group_member"
    scope_name = "training"
    filters: ClassVar = {
        "group": identifier("group"),
        "person": identifier("person"),
        "role": choice("role", GroupMember.Role.values),
    }
