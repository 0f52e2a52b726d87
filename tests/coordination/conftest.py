"""The running city that the stories share, and keys that a test may change."""

import shutil

import pytest

from agencies.access import keys
from tests.running import running_city


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    with running_city(tmp_path_factory.mktemp("story")) as found:
        yield found


@pytest.fixture
def ring(settings, tmp_path, monkeypatch):
    """A key file of this test's own, with the keys of the others in it."""
    path = tmp_path / "keys" / "keys.json"
    path.parent.mkdir()
    shutil.copy(settings.KEYS_FILE, path)
    monkeypatch.setattr(keys, "LOOKED_AT_EVERY", 0.0)
    settings.KEYS = keys.Keyring(str(path))
    return settings.KEYS
