"""Lists and reads through HTTP."""

import json

import pytest

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_agencies(client, world):
    answer = client.get("/api/v1/agencies", headers=world.headers("basim"))
    assert answer.status_code == 200, answer.content
    assert len(json.loads(answer.content)["data"]) == 7
