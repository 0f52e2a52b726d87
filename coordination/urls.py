"""Every endpoint on one screen."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path, re_path

from agencies.api import AccessRecordViewSet, AgencyViewSet, AgreementViewSet, Me, RegionList
from agencies.jobs.api import JobViewSet
from agencies.web import health, oauth
from agencies.web.views import ResourceViewSet
from coordination import pages



def api(route: str, view: type[ResourceViewSet], **methods: str) -> URLPattern:
    """One path of the API, with or without a trailing slash; `{id}` stands for the key."""
    pattern = route.replace("{id}", r"(?P<id>[^/]+)").replace(".", r"\.")
    return re_path(rf"^api/v1/{pattern}/?$", view.as_view(methods), name=route)


def plain(route: str, view: Any) -> URLPattern:
    """One path of the API that is no resource of the table."""
    return re_path(rf"^api/v1/{route}/?$", view.as_view(), name=route)


urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    re_path(r"^oauth/token/?$", oauth.token),
    re_path(r"^oauth/revoke/?$", oauth.revoke),
    re_path(r"^oauth/introspect/?$", oauth.introspect),
    plain("me", Me),
    plain("regions", RegionList),
    api("agencies", AgencyViewSet, get="list"),
    api("agencies/{id}", AgencyViewSet, get="retrieve"),
    api("agreements", AgreementViewSet, get="list"),
    api("agreements/{id}", AgreementViewSet, get="retrieve"),
    api("access-records", AccessRecordViewSet, get="list"),
    api("access-records/{id}", AccessRecordViewSet, get="retrieve"),
    api("jobs", JobViewSet, get="list"),
    api("jobs/{id}", JobViewSet, get="retrieve"),
    path("admin/", admin.site.urls),
]
handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error
