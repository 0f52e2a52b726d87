"""What became of referrals and school places: counted by office, place and month, and told to whom it concerns."""

import pytest

from tests.coordination.cohorts import KAMELOH, PAHANDUT, count_now, morning, open_cases, refer_many, told

pytestmark = pytest.mark.django_db


def test_x(client, world):
    refer_many(world, 12)
    refer_many(world, 20, to="carla", status="declined")
    open_cases(refer_many(world, 15, status="in_progress"), checked=(3,))
    print(count_now(world))
    for row in told(client, world):
        print(row)
    assert 0
