"""Tokens: how a partner system gets one, and that it ends the moment anything behind it ends."""

import base64
import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey

from agencies.models import AccessToken, Agency, Agreement, Client
from tests.conftest import owner
from tests.sharing import share

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET = {"client_id": "basim-officer", "client_secret": "secret of basim officer"}
OTHER = {"client_id": "carla-officer", "client_secret": "secret of carla officer"}


def form(client, path, values, **headers):
    body = "&".join(f"{name}={value.replace(' ', '%20').replace('+', '%2B')}" for name, value in values.items())
    return client.post(f"/oauth/{path}", body, content_type=FORM, headers=headers, secure=True)


def ask_token(client, values=None, **headers):
    return form(client, "token", {"grant_type": "client_credentials", **(values or {})}, **headers)


def basic(name, secret):
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"


def status_with(client, token):
    return client.get("/api/v1/agencies", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_secret_opens_a_token_by_header_or_by_form(client, world):
    by_header = ask_token(client, Authorization=basic("basim-officer", "secret of basim officer"))
    for answer in (by_header, ask_token(client, SECRET)):
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
        assert status_with(client, told["access_token"]) == 200
    assert told["access_token"].encode() not in {bytes(t.digest) for t in AccessToken.objects.all()}


def test_a_token_carries_no_scope_that_its_client_lacks(client, world):
    told = ask_token(client, {**SECRET, "scope": "agencies:read everything:write"}).json()
    assert told["scope"] == "agencies:read"
    headers = {"Authorization": f"Bearer {told['access_token']}", "X-Purpose": "schooling"}
    answer = client.get("/api/v1/persons", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_over_plain_http_no_secret_is_taken(client, world):
    body = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in SECRET.items())
    for path in ("token", "revoke", "introspect"):
        answer = client.post(f"/oauth/{path}", f"{body}&grant_type=client_credentials", content_type=FORM)
        assert (answer.status_code, answer.json()["error"]) == (400, "insecure_transport")


@pytest.mark.parametrize(
    "values",
    [{**SECRET, "client_secret": "wrong"}, {**SECRET, "client_id": "nobody"}, {"client_id": "basim-officer"}, {}],
)
def test_a_wrong_secret_opens_nothing(client, world, values):
    answer = ask_token(client, values)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.fixture
def key(world):
    """A key of Basim's client, which now has no secret."""
    made = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
    with owner():
        Client.objects.filter(client_id="basim-officer").update(
            jwks={"keys": [made.as_dict(private=False)]}, secret_digest=None
        )
    return made


def assertion(key, settings, **changed):
    now = int(time.time())
    claims = {
        "iss": "basim-officer",
        "sub": "basim-officer",
        "aud": f"{settings.PUBLIC_ORIGINS[0]}/oauth/token",
        "jti": uuid4().hex,
        "iat": now,
        "exp": now + 60,
        **changed,
    }
    signed = jwt.encode({"alg": "ES256", "kid": "k1"}, claims, key)
    return {"client_assertion_type": ASSERTION, "client_assertion": signed}


def test_a_signed_assertion_opens_a_token_once(client, world, key, settings):
    signed = assertion(key, settings)
    answer = ask_token(client, signed)
    assert answer.status_code == 200, answer.content
    assert status_with(client, answer.json()["access_token"]) == 200
    again = ask_token(client, signed)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example/oauth/token"},
        {"exp": 1},
        {"exp": 10**20},
        {"iss": "carla-officer"},
        {"sub": "carla-officer", "iss": "carla-officer"},
    ],
)
def test_an_assertion_for_another_place_time_or_client_is_refused(client, world, key, settings, changed):
    answer = ask_token(client, assertion(key, settings, **changed))
    assert answer.status_code in (400, 401), answer.content
    assert "access_token" not in answer.json()


@pytest.mark.parametrize("nonsense", ["x", "a.b.c", "e30.e30.", "\u00e9"])
def test_an_assertion_that_is_none_is_refused(client, world, nonsense):
    answer = ask_token(client, {"client_assertion_type": ASSERTION, "client_assertion": nonsense})
    assert answer.status_code in (400, 401), answer.content


def test_an_assertion_under_a_strange_key_is_refused(client, world, key, settings):
    stranger = ECKey.generate_key("P-256", {"kid": "k1"})
    assert ask_token(client, assertion(stranger, settings)).status_code == 401


def test_a_revoked_token_is_refused_from_the_next_request(client, world):
    token = ask_token(client, SECRET).json()["access_token"]
    assert form(client, "revoke", {**SECRET, "token": token}).status_code == 200
    assert status_with(client, token) == 401


def test_a_client_neither_revokes_nor_reads_anothers_token(client, world):
    token = ask_token(client, SECRET).json()["access_token"]
    form(client, "revoke", {**OTHER, "token": token})
    assert status_with(client, token) == 200
    assert form(client, "introspect", {**OTHER, "token": token}).json() == {"active": False}
    told = form(client, "introspect", {**SECRET, "token": token}).json()
    assert (told["active"], told["client_id"]) == (True, "basim-officer")
    assert told["agency"] == str(world.agencies["basim"].pk)


def test_introspection_of_nonsense_and_of_an_ended_token_says_inactive(client, world):
    token = ask_token(client, SECRET).json()["access_token"]
    AccessToken.objects.filter(digest=AccessToken.digest_of(token)).update(
        expires_at=timezone.now() - timedelta(hours=1)
    )
    for asked in (token, "nonsense"):
        assert form(client, "introspect", {**SECRET, "token": asked}).json() == {"active": False}


def revoke_token(world):
    AccessToken.objects.filter(client__client_id="basim-officer").update(revoked_at=timezone.now())


def expire_token(world):
    AccessToken.objects.filter(client__client_id="basim-officer").update(expires_at=timezone.now() - timedelta(hours=1))


def end_client(world):
    with owner():
        Client.objects.filter(client_id="basim-officer").update(is_active=False)


def end_agency(world):
    with owner():
        Agency.objects.filter(pk=world.agencies["basim"].pk).update(is_active=False)


def end_agreement(world):
    with owner():
        Agreement.objects.filter(to_agency=world.agencies["basim"]).update(ended_at=timezone.now())


def agreement_runs_out(world):
    yesterday = timezone.localdate() - timedelta(days=1)
    with owner():
        Agreement.objects.filter(to_agency=world.agencies["basim"]).update(until=yesterday)


@pytest.mark.parametrize(
    ("ends", "status", "code"),
    [
        (revoke_token, 401, "not_authenticated"),
        (expire_token, 401, "not_authenticated"),
        (end_client, 401, "not_authenticated"),
        (end_agency, 401, "not_authenticated"),
        (end_agreement, 403, "purpose_not_covered"),
        (agreement_runs_out, 403, "purpose_not_covered"),
    ],
)
def test_access_ends_with_the_next_request_also_in_a_page_walk(client, world, ends, status, code):
    share(world, "basim", "A daughter", "A mother")
    headers = world.headers("basim")
    page = client.get("/api/v1/persons", {"limit": 1}, headers=headers).json()
    assert page["has_more"]
    ends(world)
    for path, query in (
        ("persons", {"limit": 1, "cursor": page["next_cursor"]}),
        (f"persons/{world.people['A daughter'].pk}", {}),
    ):
        answer = client.get(f"/api/v1/{path}", query, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert b"canary" not in answer.content


def test_a_closed_share_ends_access_with_the_next_request_also_in_a_page_walk(client, world):
    opened = share(world, "basim", "A daughter", "A mother")
    headers = world.headers("basim")
    page = client.get("/api/v1/persons", {"limit": 1}, headers=headers).json()
    assert page["has_more"]
    with owner():
        type(opened).objects.filter(pk=opened.pk).update(closed_at=timezone.now())
    rest = client.get("/api/v1/persons", {"limit": 1, "cursor": page["next_cursor"]}, headers=headers)
    assert rest.json()["data"] == []
    child = world.people["A daughter"].pk
    assert client.get(f"/api/v1/persons/{child}", headers=headers).status_code == 404
    body = json.dumps({"items": [{"nik": world.numbers["A daughter"]}]})
    found = client.post("/api/v1/persons:lookup", body, content_type="application/json", headers=headers)
    assert found.json()["results"] == [{"index": 0, "status": "not_found"}]
