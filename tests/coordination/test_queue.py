"""The day's work: what stands in whose queue, in which order, and that it follows every change."""

import pytest

from tests.coordination.queue_table import assert_consistent

pytestmark = pytest.mark.django_db


def queue(client, world, who, status=200, **query):
    answer = client.get("/api/v1/queue", query, headers=world.headers(who))
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_child_in_no_school_stands_in_the_queue_of_dinsos_by_itself(client, world):
    body = queue(client, world, "amal")
    assert_consistent()
    assert len(body["data"]) == 2
