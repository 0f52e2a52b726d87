"""OAuth 2.0 for partner systems: client credentials, revocation (RFC 7009) and introspection (RFC 7662).

Clients prove themselves with a signed assertion (`private_key_jwt`, RFC 7523) or, in the sandbox, with a secret.
"""

import hashlib
import hmac
import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import scope_to_list
from authlib.oauth2.rfc6749.errors import InsecureTransportError, InvalidClientError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from agencies.models import AccessToken, Client, UsedAssertion
from agencies.web.calls import FORM, Answer, Call, described, record, text
from agencies.web.problems import Problem, respond

SECRET_METHODS = ("client_secret_basic", "client_secret_post")
ASSERTION = JWTBearerClientAssertion.CLIENT_AUTH_METHOD
ASSERTION_SECONDS = 3600


class RegisteredClient:
    """A client as the OAuth library asks for it."""

    def __init__(self, row: Client) -> None:
        self.row = row
        self.client_id = row.client_id

    def check_client_secret(self, secret: str) -> bool:
        """Compare in constant time; a secret is a random value of 256 bits, so one hash is enough."""
        stored = bytes(self.row.secret_digest or b"")
        return hmac.compare_digest(stored, secret_digest(secret)) if stored else False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Secrets are for the sandbox; a production install takes signed assertions only."""
        return method == ASSERTION or (method in SECRET_METHODS and settings.CLIENT_SECRETS_ALLOWED)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str | None) -> str:
        """The asked scopes that this client has; all of them when none is asked."""
        asked = scope_to_list(scope) if scope else self.row.scopes
        return " ".join(item for item in asked if item in self.row.scopes)


class IssuedToken:
    """A token as the OAuth library asks for it."""

    def __init__(self, row: AccessToken) -> None:
        self.row = row

    def check_client(self, client: RegisteredClient) -> bool:
        return self.row.client_id == client.row.pk

    def is_expired(self) -> bool:
        return self.row.expires_at <= timezone.now()

    def is_revoked(self) -> bool:
        return self.row.revoked_at is not None


class SignedAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """`private_key_jwt`: the client signs with one of the keys of its JWKS."""

    def get_audiences(self) -> list[str]:
        return [f"{origin}/oauth/token" for origin in settings.PUBLIC_ORIGINS]

    def validate_jti(self, claims: Any, jti: str) -> bool:
        """Whether this assertion is new; the row stays until the assertion expires."""
        if claims["exp"] > time.time() + ASSERTION_SECONDS:
            raise InvalidClientError(description="The assertion lives too long.")
        client = Client.objects.filter(client_id=claims["sub"]).values_list("pk", flat=True).first()
        expires = datetime.fromtimestamp(claims["exp"], tz=UTC)
        try:
            with transaction.atomic():
                UsedAssertion.objects.create(client_id=client, jti=str(jti)[:200], expires_at=expires)
        except IntegrityError:
            return False
        return True

    def resolve_client_public_key(self, client: RegisteredClient) -> Any:
        keys: Any = client.row.jwks or {"keys": []}
        try:
            return KeySet.import_key_set(keys)
        except JoseError as fault:
            raise InvalidClientError(description="The client has no keys.") from fault


class Credentials(ClientCredentialsGrant):  # type: ignore[misc]
    """The one grant: a partner system acts for its agency."""

    TOKEN_ENDPOINT_AUTH_METHODS = [*SECRET_METHODS, ASSERTION]


class _FindsToken:
    """Both token endpoints look a token up by its digest."""

    CLIENT_AUTH_METHODS = [*SECRET_METHODS, ASSERTION]

    def query_token(self, token: str, hint: str | None) -> IssuedToken | None:
        row = AccessToken.objects.select_related("client__agency").filter(digest=AccessToken.digest_of(token)).first()
        return IssuedToken(row) if row else None


class Revocation(_FindsToken, RevocationEndpoint):  # type: ignore[misc]
    """A client ends one of its own tokens."""

    SUPPORTED_TOKEN_TYPES = ("access_token",)

    def revoke_token(self, token: IssuedToken, request: Any) -> None:
        AccessToken.objects.filter(pk=token.row.pk, revoked_at=None).update(revoked_at=timezone.now())


class Introspection(_FindsToken, IntrospectionEndpoint):  # type: ignore[misc]
    """A client asks about one of its own tokens."""

    SUPPORTED_TOKEN_TYPES = ("access_token",)

    def check_permission(self, token: IssuedToken, client: RegisteredClient, request: Any) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: IssuedToken) -> dict[str, Any]:
        """The claims of RFC 7662 of a token that has not ended; `active` is false when its client or agency has."""
        row, client = token.row, token.row.client
        if not (client.is_active and client.agency.is_active):
            return {"active": False}
        return {
            "active": True,
            "client_id": client.client_id,
            "scope": " ".join(row.scopes),
            "token_type": "Bearer",
            "exp": int(row.expires_at.timestamp()),
            "iat": int(row.issued_at.timestamp()),
            "agency": str(client.agency_id),
        }


def secret_digest(secret: str) -> bytes:
    """How a client secret is stored."""
    return hashlib.sha256(secret.encode()).digest()


def query_client(client_id: str) -> RegisteredClient | None:
    """The active client of an active agency."""
    row = Client.objects.filter(client_id=client_id, is_active=True, agency__is_active=True).first()
    return RegisteredClient(row) if row else None


def make_token(client: RegisteredClient, scope: str | None, **rest: Any) -> dict[str, Any]:
    """A fresh bearer token: 256 random bits, ten minutes."""
    return {
        "token_type": "Bearer",
        "access_token": secrets.token_urlsafe(32),
        "expires_in": settings.TOKEN_SECONDS,
        "scope": client.get_allowed_scope(scope),
    }


def save_token(token: dict[str, Any], request: Any) -> None:
    """Keep the token's digest."""
    AccessToken.objects.create(
        digest=AccessToken.digest_of(token["access_token"]),
        client=request.client.row,
        scopes=token["scope"].split(),
        expires_at=timezone.now() + timedelta(seconds=token["expires_in"]),
    )


class Server(AuthorizationServer):  # type: ignore[misc]
    """The authorization server: our rows behind the library's protocol."""

    def __init__(self) -> None:
        super().__init__(Client, AccessToken)
        self.query_client = query_client
        self.save_token = save_token
        self.register_token_generator("default", make_token)
        self.register_grant(Credentials)
        self.register_client_auth_method(ASSERTION, SignedAssertion())
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def answer(self, request: HttpRequest, endpoint: str) -> HttpResponse:
        """One of the three endpoints; errors carry the members of RFC 6749 and of RFC 9457."""
        if request.method != "POST":
            return respond(request, Problem("method_not_allowed", headers={"Allow": "POST"}))
        if request.content_type != FORM:
            return respond(request, Problem("media_type_unsupported", f"Send {FORM}."))
        if any("\0" in value for values in request.POST.lists() for value in (values[0], *values[1])):
            return respond(request, Problem("malformed"))
        try:
            response = self._ask(request, endpoint)
        except InsecureTransportError:
            return respond(request, Problem("malformed", "Only over https.", error="insecure_transport"))
        except (ValueError, DataError):  # the library trusts credentials to be UTF-8, and PostgreSQL takes no NUL
            return respond(request, Problem("malformed", "The credentials are not readable.", error="invalid_request"))
        return response if response.status_code < 400 else _as_problem(request, response)

    def _ask(self, request: HttpRequest, endpoint: str) -> HttpResponse:
        if endpoint == "token":
            return self.create_token_response(request)  # type: ignore[no-any-return]
        return self.create_endpoint_response(endpoint, request)  # type: ignore[no-any-return]


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    told = json.loads(response.content)
    code = "not_authenticated" if told["error"] == "invalid_client" else "malformed"
    headers = {"WWW-Authenticate": 'Basic realm="sinergi"'} if code == "not_authenticated" else {}
    detail = str(told.get("error_description", ""))[:200]
    return respond(request, Problem(code, detail, headers=headers, error=told["error"], error_description=detail))


SERVER = Server()
CLIENT = {
    "client_id": text(),
    "client_secret": text("Sandbox only.", format="password"),
    "client_assertion_type": text(enum=["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]),
    "client_assertion": text("A JWT signed with a key of the client (RFC 7523)."),
}
TOKEN_FORM = record(
    "grant_type", grant_type=text(enum=["client_credentials"]), scope=text("Separated by spaces."), **CLIENT
)
ONE_TOKEN_FORM = record("token", token=text(), token_type_hint=text(), **CLIENT)
ISSUED = record(
    "access_token token_type expires_in scope",
    access_token=text(),
    token_type=text(enum=["Bearer"]),
    expires_in={"type": "integer"},
    scope=text(),
)
KNOWN = record(
    "active",
    active={"type": "boolean"},
    client_id=text(),
    scope=text(),
    token_type=text(),
    exp={"type": "integer"},
    iat={"type": "integer"},
    agency=text(format="uuid"),
)


def _form_call(form: dict[str, Any], answer: dict[str, Any]) -> Call:
    return Call(
        Answer(schema=answer),
        body=form,
        body_type=FORM,
        errors=(400, 401, 405, 413, 415, 503),
        security=({"client": []}, {}),
    )


@described(post=_form_call(TOKEN_FORM, ISSUED))
@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Exchange client credentials for an access token."""
    return SERVER.answer(request, "token")


@described(post=_form_call(ONE_TOKEN_FORM, record("")))
@csrf_exempt
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token at once."""
    return SERVER.answer(request, Revocation.ENDPOINT_NAME)


@described(post=_form_call(ONE_TOKEN_FORM, KNOWN))
@csrf_exempt
def introspect(request: HttpRequest) -> HttpResponse:
    """Whether a token is live."""
    return SERVER.answer(request, Introspection.ENDPOINT_NAME)
