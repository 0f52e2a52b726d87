"""Inputs that have crashed stock Django REST projects, against every call of ours: always a problem document."""

import gzip
import json
import time
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory

from agencies.access import policy
from agencies.web.front import FrontDoor
from agencies.web.routes import machine_routes
from agencies.web.views import ACTIONS

pytestmark = pytest.mark.django_db

ROUTES = machine_routes()
CALLS = [pytest.param(route, id=f"{route.method} {route.path}") for route in ROUTES]
CHANGING = ("post", "put", "patch")
WRITING = [pytest.param(r, id=f"{r.method} {r.path}") for r in ROUTES if r.method in CHANGING]
JSON_WRITING = [pytest.param(r, id=f"{r.method} {r.path}") for r in ROUTES if r.method in CHANGING and r.action]
FORMS = ("/oauth/token", "/oauth/revoke", "/oauth/introspect")
ID = "0193f5c2-a1b2-7c3d-8e9f-0a1b2c3d4e5f"

BAD_TEXTS = {
    "21 digits": "9" * 21,
    "negative": "-1",
    "nul": "\0",
    "nul inside": "ab\0cd",
    "offset": "2026-01-31T08:00:00+19:29",
    "offset of a day": "2026-01-31T08:00:00+24:00",
    "odd moment": "2026-01-31T.........Z",
    "year 0": "0000-01-01",
    "29 february of a common year": "2025-02-29",
    "month 13": "2025-13-01",
    "first moment minus an offset": "0001-01-01T00:00:00+14:00",
    "last moment plus an offset": "9999-12-31T23:59:59-14:00",
    "arabic-indic digits": "\u0661\u0662\u0663",
    "arabic-indic date": "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0663\u0661",
    "full-width digits": "\uff11\uff12",
    "trailing newline": f"{ID}\n",
    "date with newline": "2026-01-31\n",
    "long": "x" * 5000,
    "percent": "%s%(id)s{0}",
    "quote": "'\"; --",
    "highest character": "\U0010ffff\U0010ffff",
    "noncharacter": "\uffff\ufffe",
    "empty": "",
}
BAD_BODIES = {
    "nul": b'{"name": "a\\u0000b"}',
    "nul key": b'{"a\\u0000b": 1}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "lone surrogate key": b'{"\\udfff": 1}',
    "deep list": b"[" * 20_000 + b"]" * 20_000,
    "deep object": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "duplicate keys": b'{"name": "a", "name": "b"}',
    "nan": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "huge exponent": b'{"name": 1e400}',
    "million": b'{"items": [' + b"1," * 999_999 + b"1]}",
    "million at the top": b"[" + b"1," * 999_999 + b"1]",
    "long integer": b'{"name": ' + b"9" * 6000 + b"}",
    "not utf-8": b'{"name": "\xff\xfe"}',
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "truncated": b'{"name": "a',
    "string": b'"text"',
    "null": b"null",
    "number": b"1",
}
SHAPES = [None, True, 1, -1, 1.5, 10**25, "", "\u0661", "x" * 5000, "a\nb", [], {}, [None], [[]], {"a": {"b": 1}}]
SHAPES += ["2025-02-29", "0000-01-01", f"{ID}\n", "\uff16" * 16, [1] * 2000, {"nik": {}}, [{"nik": 1}], [{"nik": None}]]


def address(route, key=ID):
    return route.path.replace("{id}", key)


def existing(route, world):
    """The id of a record that Amal sees, where there is one, so that the body is read too."""
    records = {"person": world.people["A son"], "household": world.households["A"], "agency": world.agencies["amal"]}
    found = records.get(getattr(route, "resource", ""))
    return str(found.pk) if found else ID


def granted(route):
    """Whoever of the cast the call is open to, so that more than its refusal is tried."""
    kinds = {"amal": "social", "basim": "education", "carla": "manpower", "emil": "oversight"}
    may = [
        name
        for name, kind in kinds.items()
        if getattr(route, "action", "")
        and policy.allows(kind, "auditor" if name == "emil" else "officer", route.resource, route.granted_action)
    ]
    return may[0] if may else "amal"


def send(client, route, world, *, who="", query="", path=None, body=b"", kind="application/json", **headers):
    given = {**world.headers(who or granted(route)), "Idempotency-Key": "corpus", "If-Match": "*", **headers}
    given = {name: value for name, value in given.items() if value is not None}
    method = route if isinstance(route, str) else route.method
    where = (path or address(route, existing(route, world))) + (f"?{query}" if query else "")
    return client.generic(method.upper(), where, body, content_type=kind, headers=given)


def is_sound(answer, *, error=False):
    """Below 500, never HTML, and a problem document when it is an error."""
    assert answer.status_code < 500, answer.content[:300]
    assert "html" not in answer.get("Content-Type", "")
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", (answer.status_code, answer.content[:200])
        told = json.loads(answer.content)
        assert told["status"] == answer.status_code
        assert {"type", "title", "code", "instance", "request_id"} <= set(told)
        assert " " not in told["instance"] and told["instance"].isascii()
    if error:
        assert 400 <= answer.status_code < 500, answer.content[:200]
    return answer


def parameters_of(route):
    names = ["limit", "cursor", "order", "count", "fields", "unheard_of", *getattr(route.view, "filters", {})]
    names += [given["name"] for given in route.call.parameters] if not route.action else []
    return list(dict.fromkeys(names))


@pytest.mark.parametrize("route", [call for call in CALLS if call.values[0].method == "get"])
def test_bad_text_in_every_parameter(client, world, route):
    for name in parameters_of(route):
        for text in BAD_TEXTS.values():
            is_sound(send(client, route, world, query=f"{quote(name)}={quote(text)}"))
        is_sound(send(client, route, world, query=f"{name}=%ff%fe&{name}=%00"))


@pytest.mark.parametrize("route", WRITING)
def test_bad_text_in_the_query_of_an_acting_call(client, world, route):
    """Which reads no parameter, so that all of them may be bad at once."""
    for text in [*map(quote, BAD_TEXTS.values()), "%ff%fe", "%00"]:
        is_sound(send(client, route, world, query="&".join(f"{name}={text}" for name in parameters_of(route))))


@pytest.mark.parametrize("route", [call for call in CALLS if "list" in call.values[0].action])
def test_a_bad_limit_or_an_unknown_parameter_is_refused(client, world, route):
    for query in ("limit=" + "9" * 21, "limit=\u0661", "limit=5%0A", "unheard_of=1", "a%00b=1", "limit=1&limit=2"):
        assert is_sound(send(client, route, world, query=quote(query, safe="=&%"))).status_code == 400


@pytest.mark.parametrize("route", [call for call in CALLS if "{id}" in call.values[0].path])
def test_bad_text_in_the_path(client, world, route):
    for text in BAD_TEXTS.values():
        if text and text != "\0":
            is_sound(send(client, route, world, path=address(route, quote(text, safe=""))), error=True)
    for raw in ("%00", "%ff%fe", "%ed%a0%80", f"{ID}%0a", f"{ID}%00", "%2e%2e", "..%2f..", "%"):
        is_sound(send(client, route, world, path=address(route, raw)), error=True)


HEADERS = ("X-Purpose", "X-Initiator", "X-Request-Id", "traceparent", "Accept-Language", "Accept", "Host")
HEADERS += ("Idempotency-Key", "If-Match", "If-None-Match")
BAD_HEADERS = ("\0", "a\0b", "\u0661", "\xff\xfe", "x" * 9000, "a\nb", "%s", "*", '"', ",,,", ";;q=x", " ")
BAD_TOKENS = ("Bearer", "Bearer ", "Bearer \xff", "Bearer a\0b", "Basic Og==", "Basic %", "x" * 9000, "Bearer a b")
# Headers are read in the same places for every call of one method: one of each kind meets each text in each header.
KINDS_OF_CALL = {(r.method, ACTIONS.get(r.action, "acts") if r.action else r.path): r for r in ROUTES}


@pytest.mark.parametrize("route", [pytest.param(r, id=f"{r.method} {r.path}") for r in KINDS_OF_CALL.values()])
def test_bad_text_in_each_header(client, world, route):
    for name in HEADERS:
        for text in BAD_HEADERS:
            is_sound(send(client, route, world, **{name: text}))
    for text in BAD_TOKENS:
        answer = is_sound(send(client, route, world, Authorization=text))
        assert answer.status_code != 200 or not route.resource


@pytest.mark.parametrize("route", CALLS)
def test_bad_text_in_the_headers_that_a_call_reads_itself(client, world, route):
    for text in BAD_HEADERS:
        is_sound(send(client, route, world, **dict.fromkeys(HEADERS[-3:], text)))


@pytest.mark.parametrize("route", WRITING)
def test_bad_bodies(client, world, route):
    for name, body in BAD_BODIES.items():
        began = time.process_time()
        answer = is_sound(send(client, route, world, body=body), error=True)
        assert answer.status_code in (400, 403, 404, 415, 422), name
        assert time.process_time() - began < 2, f"{name} took too long to refuse"


@pytest.mark.parametrize("route", JSON_WRITING)
def test_wrong_shapes_in_every_field(client, world, route):
    shape = route.view.inputs.get(route.action)
    for name in shape().fields if shape else ():
        for value in SHAPES:
            body = json.dumps({name: value}).encode()
            is_sound(send(client, route, world, body=body, **{"Idempotency-Key": f"{name}{SHAPES.index(value)}"}))


@pytest.mark.parametrize("route", WRITING)
def test_wrong_media_types_are_415(client, world, route):
    body = b'{"a": 1}'
    kinds = ["text/xml", "text/plain", "application/x-unheard", "application/json; charset=utf-16", "x", ";;", "a/b/c"]
    for kind in kinds:
        assert is_sound(send(client, route, world, body=body, kind=kind)).status_code in (403, 404, 415), kind
    packed = send(client, route, world, body=gzip.compress(body), **{"Content-Encoding": "gzip"})
    assert is_sound(packed).status_code == 415


@pytest.mark.parametrize("route", WRITING)
def test_broken_multipart_is_a_problem(client, world, route):
    for boundary in ("", "; boundary=x", "; boundary=" + "x" * 300, "; boundary=\u0661"):
        kind = f"multipart/form-data{boundary}"
        is_sound(send(client, route, world, body=b"--x\r\nrubbish\0\r\n\r\n", kind=kind), error=True)


@pytest.mark.parametrize("route", WRITING)
def test_a_body_over_the_limit_is_413(client, world, route):
    kind = "application/x-www-form-urlencoded" if route.path in FORMS else "application/json"
    answer = send(client, route, world, body=b" " * (5 * 1024 * 1024 + 1), kind=kind)
    assert is_sound(answer).status_code == 413


@pytest.mark.parametrize("path", FORMS)
def test_bad_forms_at_the_token_endpoints(client, path):
    forms = [b"grant_type=%ff%fe", b"\xff\xfe=\xff", b"grant_type=a%00b", b"%00=1", b"&&&=", b"a=1&" * 2000]
    forms += [b"grant_type=client_credentials&client_id=\xff&client_secret=\xff", b"scope=%ed%a0%80", b"", b"token=%00"]
    forms += [b"client_id=a&client_id=b&grant_type=client_credentials", b"client_assertion=a.b.c&" + ASSERTION]
    forms += [
        b"client_assertion=" + text + b"&" + ASSERTION
        for text in (b"", b"..", b"e30.e30.e30", b"eyJhbGciOiJub25lIn0.e30.")
    ]
    for form in forms:
        for header in (
            None,
            "Basic Og==",
            "Basic //79",
            "Basic x",
            "Basic \xff",
            "Basic YQ==",
            "Basic YQA6Yg==",
            "Digest a",
        ):
            headers = {"Authorization": header} if header else {}
            kind = "application/x-www-form-urlencoded"
            is_sound(client.generic("POST", path, form, content_type=kind, headers=headers, secure=True), error=True)
    for kind in (
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=nope",
    ):
        is_sound(client.generic("POST", path, b"grant_type=x", content_type=kind, secure=True), error=True)


ASSERTION = (
    b"client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&grant_type=client_credentials"
)


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_a_method_that_a_path_lacks_is_405_with_allow(client, world, path):
    offered = {route.method.upper() for route in ROUTES if route.path == path}
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "PROPFIND"):
        if method not in offered:
            answer = is_sound(send(client, method, world, path=path.replace("{id}", ID)), error=True)
            assert answer.status_code == 405, method
            assert offered <= {name.strip() for name in answer["Allow"].split(",")}


@pytest.mark.parametrize("route", [call for call in CALLS if call.values[0].path.startswith("/api/")])
def test_whoever_takes_only_html_gets_406(client, world, route):
    assert is_sound(send(client, route, world, Accept="text/html")).status_code == 406


@pytest.mark.parametrize("route", CALLS)
def test_a_trailing_slash_changes_no_route(client, world, route):
    if route.path not in ("/livez", "/readyz"):
        plain, slashed = (send(client, route, world, path=address(route) + end) for end in ("", "/"))
        assert is_sound(plain).status_code == is_sound(slashed).status_code


@pytest.mark.parametrize(
    "path", ["/api/v1/nowhere", "/api/", "/api/v1/%00", "/oauth/x", "/api/v1/persons/a/b", "/livez/x"]
)
def test_paths_that_are_not_there_are_problems(client, world, path):
    assert is_sound(client.get(path, headers={"Accept": "text/html"})).status_code == 404


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "\u0661", "9" * 30, "5 5", "+5"])
def test_a_content_length_that_is_no_number_is_refused(length):
    request = RequestFactory().post("/api/v1/persons", b"{}", content_type="application/json", CONTENT_LENGTH=length)
    answer = FrontDoor(lambda request: pytest.fail("was let in"))(request)
    assert is_sound(answer).status_code in (400, 413)


@pytest.mark.parametrize("host", ["evil.example", "a b", "\xff", "[::1", "localhost:x", "", "a" * 300, "::"])
@pytest.mark.parametrize("path", ["/api/v1/persons", "/api/v1/nowhere", "/oauth/token", "/api/v1/openapi.json"])
def test_a_host_header_of_rubbish_is_no_crash(world, host, path):
    is_sound(Client(raise_request_exception=False).get(path, headers={**world.headers("amal"), "Host": host}))
