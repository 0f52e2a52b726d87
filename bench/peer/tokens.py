"""Who calls, by a token."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from agencies.models import AccessToken, Client


class Token(BaseAuthentication):
    """A token found by its digest in every request."""

    def authenticate(self, request: Request) -> tuple[Client, AccessToken]:
        digest = AccessToken.digest_of(request.headers.get("Authorization", "")[7:])
        live = AccessToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
        token = live.select_related("client__agency").filter(digest=digest).first()
        if token is None:
            raise AuthenticationFailed
        return token.client, token
