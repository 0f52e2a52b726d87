"""A family's timeline across the offices: each is told what it may see, newest first."""

import pytest

pytestmark = pytest.mark.django_db


def timeline(client, world, who, mark="A", status=200, **query):
    path = f"/api/v1/households/{world.households[mark].pk}/timeline"
    answer = client.get(path, query, headers=world.headers(who))
    assert answer.status_code == status, answer.content
    return answer.json()
