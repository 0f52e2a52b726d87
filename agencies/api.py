"""Endpoints of the agencies room: regions, agencies, agreements, the access log, jobs, and who I am."""

import json
from typing import ClassVar

from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.models import Region
from agencies.regions import spelling_key
from agencies.web.authentication import caller_of
from agencies.web.calls import Answer, Call, listing, parameter, record, text
from agencies.web.filters import (
    choice,
    contains_identifier,
    day_from,
    day_until,
    identifier,
    moment_from,
    moment_until,
    region,
    yes_or_no,
)
from agencies.web.paging import MAXIMUM_LIMIT, make_cursor, page_size, read_cursor
from agencies.web.problems import Problem
from agencies.web.views import ResourceViewSet, json_response


class AgencyViewSet(ResourceViewSet):
    """The offices that take part."""

    resource = "agency"
    scope_name = "agencies"
    is_personal = False
    filters: ClassVar = {"kind": choice("kind", list(policy.KINDS)), "region": region(levels=False)}


class OfficerViewSet(ResourceViewSet):
    """The officers of my own agency, for giving them work."""

    resource = "officer"
    scope_name = "agencies"
    is_personal = False
    filters: ClassVar = {"is_active": yes_or_no("is_active")}


class JointLeaveViewSet(ResourceViewSet):
    """Days of joint leave, on which no due time falls; national holidays are known without a table."""

    resource = "joint_leave"
    scope_name = "agencies"
    is_personal = False
    filters: ClassVar = {"from": day_from("day"), "until": day_until("day")}


class AgreementViewSet(ResourceViewSet):
    """Cooperation agreements that my agency gave or holds."""

    resource = "agreement"
    scope_name = "agencies"
    is_personal = False
    filters: ClassVar = {"purpose": choice("purpose", list(policy.PURPOSES))}


class AccessRecordViewSet(ResourceViewSet):
    """Who read or changed personal data, when and why; `subject` asks about one person or family."""

    resource = "access_record"
    scope_name = "access_records"
    filters: ClassVar = {
        "subject": contains_identifier("subjects"),
        "client": identifier("client"),
        "agency": identifier("agency"),
        "from": moment_from("at"),
        "until": moment_until("at"),
        "decision": choice(
            "decision",
            [
                "granted",
                "nothing",
                "not_granted",
                "scope_missing",
                "purpose_missing",
                "purpose_not_covered",
                "refused",
            ],
        ),
    }

    def _key(self, id: str) -> int:
        if not (id.isascii() and id.isdigit() and len(id) <= 18):
            raise Problem("not_found")
        return int(id)


class RegionList(APIView):
    """Regions of the whole country by Kemendagri code."""

    permission_classes = ()
    calls: ClassVar = {
        "get": Call(
            Answer(
                schema=record(
                    "data next_cursor has_more",
                    data=listing(
                        record(
                            "code name level parent",
                            code=text(),
                            name=text(),
                            level=text(enum=Region.Level.values),
                            parent={"type": ["string", "null"]},
                        )
                    ),
                    next_cursor={"type": ["string", "null"]},
                    has_more={"type": "boolean"},
                )
            ),
            parameters=(
                parameter("parent", text(examples=["62.71"]), "The code of the region above."),
                parameter("name", text(), "An official name or a known spelling."),
                parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT}, "Records a page."),
                parameter("cursor", text(minLength=1), "`next_cursor` of the page before."),
            ),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        """Regions below `parent`, or provinces."""
        caller = self._caller(request)
        query = request.query_params
        for name in query:
            if name not in ("parent", "name", "limit", "cursor") or len(query.getlist(name)) > 1 or "\0" in query[name]:
                raise Problem("parameter_unknown", name[:60])
        rows = Region.objects.order_by("code")
        what = f"regions?{query.get('parent', '')}&{query.get('name', '')}"
        if "name" in query:
            rows = rows.filter(aliases__spelling=spelling_key(query["name"])[:100])
        else:
            rows = rows.filter(parent=query.get("parent") or None)
        if "cursor" in query:
            rows = rows.filter(code__gt=read_cursor(caller, what, query["cursor"]))
        limit = page_size(query)
        found = list(rows.values("code", "name", "level", "parent")[: limit + 1])
        more = len(found) > limit
        cursor = make_cursor(caller, what, found[limit - 1]["code"]) if more else None
        return json_response(json.dumps({"data": found[:limit], "next_cursor": cursor, "has_more": more}))

    def _caller(self, request: Request) -> Caller:
        caller = caller_of(request)
        if caller is None:
            raise NotAuthenticated
        return caller


class Me(APIView):
    """What this token may do."""

    permission_classes = ()
    calls: ClassVar = {
        "get": Call(
            Answer(
                schema=record(
                    "agency kind role region scopes grants",
                    agency=text(format="uuid"),
                    kind=text(enum=list(policy.KINDS)),
                    role=text(),
                    region=text(),
                    scopes=listing(text()),
                    grants={"type": "object", "description": "Resource -> its actions and fields."},
                )
            )
        )
    }

    def get(self, request: Request) -> HttpResponse:
        """Agency, role, scopes, and the rows of the access table that apply."""
        caller = caller_of(request)
        if caller is None:
            raise NotAuthenticated
        granted = policy.GRANTS.get((caller.kind, caller.role), {})
        told = {
            "agency": str(caller.agency),
            "kind": caller.kind,
            "role": caller.role,
            "region": caller.city,
            "scopes": sorted(caller.scopes),
            "grants": {
                resource: {
                    "actions": found.actions.split(),
                    "fields": policy.readable(caller.kind, caller.role, resource),
                }
                for resource, found in granted.items()
            },
        }
        return json_response(json.dumps(told))
