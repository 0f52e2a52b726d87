"""docker-compose.yml, .env.example and Dockerfile say the same as the code that reads them."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "sinergi"}
READERS = ("coordination/settings.py", "coordination/sandbox/provision.py", "gunicorn.conf.py")
READ = re.compile(r'(?:env\.\w+|environ\.get|_secret)\(\s*"(\w+)"')


def test_every_variable_of_the_compose_file_is_explained_and_no_other():
    explained = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(re.findall(r"\$\{(\w+)", COMPOSE)) == set(explained)
    assert len(explained) == len(set(explained))


def test_whatever_a_service_is_told_is_read_by_the_code():
    told = {name for service in OURS.values() for name in service["environment"]}
    read = {name for file in READERS for name in READ.findall((ROOT / file).read_text())}
    assert told <= read, told - read


@pytest.mark.parametrize("name", OURS)
def test_a_container_has_no_rights_that_it_does_not_need(name):
    service = OURS[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service or name == "web"
    keys = [volume for volume in service.get("volumes", []) if isinstance(volume, dict)]
    assert all(volume["read_only"] for volume in keys) == (name != "migrate")


def test_only_what_makes_tables_holds_the_passwords_of_those_who_may():
    for name, service in OURS.items():
        words = "\n".join(map(str, service["environment"].values()))
        assert ("ADMIN_PASSWORD" in words) == (name == "provision")
        assert ("OWNER_PASSWORD" in words) == (name in ("provision", "migrate"))


def test_the_image_is_built_once_and_each_command_exists():
    assert [name for name, service in OURS.items() if "build" in service] == ["provision"]
    for service in OURS.values():
        words = " ".join(service["command"])
        for command in re.findall(r"manage\.py (\w+)", words):
            assert command in get_commands()
        for module in re.findall(r"-m,? ([\w.]+)", words):
            assert importlib.util.find_spec(module), module


def test_what_has_finished_is_waited_for_so_that_up_wait_ends():
    awaited = {
        other
        for service in SERVICES.values()
        for other, told in service.get("depends_on", {}).items()
        if told["condition"] == "service_completed_successfully"
    }
    once = {name for name, service in SERVICES.items() if "restart" not in service}
    assert awaited == once == {"provision", "migrate"}


def test_no_secret_gets_into_the_image():
    first, *let_in = (ROOT / ".dockerignore").read_text().split()
    assert first == "*"
    assert {name for name in let_in if name.startswith("!")} == {
        f"!{name}"
        for name in (
            "agencies",
            "households",
            "coordination",
            "manage.py",
            "gunicorn.conf.py",
            "requirements.txt",
            "LICENSE",
        )
    }
