"""The running city that the stories share: one web server, one worker, the register of 2022."""

import pytest

from tests.running import running_city


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    with running_city(tmp_path_factory.mktemp("story")) as found:
        yield found
