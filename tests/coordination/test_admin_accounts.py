"""The accounts of an office: its officers and clients, their passwords, secrets and one-time codes."""

import re

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import Client, Officer
from agencies.web.oauth import secret_digest
from tests.conftest import owner
from tests.coordination.desk import last_record, page
from tests.coordination.test_admin import log_in as log_in
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def officer_values(**more):
    return {
        "username": "new.officer",
        "full_name": "New Officer",
        "staff_number": "77",
        "roles": ["officer"],
        "is_active": "on",
        "new_password": "a long enough phrase",
        **more,
    }


def test_a_new_administrator_belongs_to_the_office_and_may_log_in(client, log_in, world):
    log_in("amal.administrator")
    answer = client.post("/admin/agencies/officer/add/", officer_values(roles=["administrator"]))
    assert answer.status_code == 302, answer.content
    assert Officer.objects.get(username="new.officer").agency_id == world.agencies["amal"].pk
    client.post("/admin/logout/")
    assert log_in("new.officer", password="a long enough phrase").status_code == 302


@pytest.mark.parametrize("name", ["amal.analyst", "amal.health_officer", "carla.analyst", "farah.officer"])
def test_the_admin_stays_closed_for_roles_without_a_desk_in_it(client, log_in, name):
    assert log_in(name).status_code == 200
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"roles": ["officer", "administrator"]}, "tidak boleh merangkap"),
        ({"roles": ["auditor"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"new_password": "short"}, "12"),
        ({"new_password": ""}, "new_password"),
    ],
)
def test_an_unfit_officer_is_refused(client, log_in, wrong, said):
    log_in("amal.administrator")
    answer = client.post("/admin/agencies/officer/add/", officer_values(**wrong))
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() and said in answer.content.decode()
    assert not Officer.objects.filter(username="new.officer").exists()


def test_an_administrator_does_not_change_the_own_role(client, log_in):
    log_in("amal.administrator")
    me = Officer.objects.get(username="amal.administrator")
    values = officer_values(username=me.username, staff_number=me.staff_number, new_password="")
    assert client.post(f"/admin/agencies/officer/{me.pk}/change/", values).status_code == 200
    assert Officer.objects.get(pk=me.pk).roles == ["administrator"]


def test_a_new_password_is_stored_and_never_shown(client, log_in):
    log_in("amal.administrator")
    other = Officer.objects.get(username="amal.officer")
    path = f"/admin/agencies/officer/{other.pk}/change/"
    assert other.password not in page(client, path)
    values = officer_values(username=other.username, staff_number=other.staff_number)
    assert client.post(path, values).status_code == 302
    assert Officer.objects.get(pk=other.pk).check_password("a long enough phrase")


def test_officers_of_other_agencies_are_out_of_reach(client, log_in):
    log_in("amal.administrator")
    stranger = Officer.objects.get(username="dina.officer")
    assert "dina" not in page(client, "/admin/agencies/officer/")
    assert client.get(f"/admin/agencies/officer/{stranger.pk}/change/").status_code == 302


def test_a_new_client_shows_its_secret_once(client, log_in, world):
    log_in("amal.administrator")
    values = {"client_id": "new-client", "name": "New", "role": "officer", "is_active": "on", "jwks": "null"}
    values |= {"scopes": ["households:read"], "purposes": ["registry"]}
    answer = client.post("/admin/agencies/client/add/", values)
    assert answer.status_code == 200, answer.content
    secret = re.findall(r"<code>([^<]{40,})</code>", answer.content.decode())[0]
    made = Client.objects.get(client_id="new-client")
    assert made.agency_id == world.agencies["amal"].pk
    assert secret not in page(client, f"/admin/agencies/client/{made.pk}/change/")
    assert bytes(made.secret_digest) == secret_digest(secret)


def test_an_officer_changes_the_own_password(client, log_in):
    log_in("amal.administrator")
    values = {"old_password": PASSWORD, "new_password1": "another long phrase", "new_password2": "another long phrase"}
    assert client.post("/admin/password_change/", values).status_code == 302
    assert Officer.objects.get(username="amal.administrator").check_password("another long phrase")


@pytest.mark.parametrize("name", ["amal.administrator", "basim.officer"])
def test_five_wrong_passwords_lock_the_door(client, log_in, name):
    for _ in range(5):
        answer = log_in(name, password="wrong")
    assert answer.status_code == 429
    assert "Terlalu banyak" in answer.content.decode()
    assert log_in(name).status_code == 429


@pytest.mark.parametrize("name", ["amal.administrator", "basim.officer"])
def test_with_a_device_the_code_is_asked_for(client, log_in, name):
    officer = Officer.objects.get(username=name)
    device = TOTPDevice.objects.create(user=officer, name="phone", confirmed=True)
    assert log_in(name).status_code == 200
    assert client.get("/admin/").status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    code = f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"
    assert log_in(name, otp_token=code).status_code == 302
    page(client, "/admin/")


def test_an_officer_sets_up_a_device(client, log_in):
    log_in("amal.administrator")
    page(client, "/admin/token/")
    device = TOTPDevice.objects.get()
    code = f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"
    assert client.post("/admin/token/", {"token": code}).status_code == 302
    assert TOTPDevice.objects.get().confirmed


def test_an_administrator_removes_a_lost_device_of_the_own_office_only(client, log_in):
    lost = Officer.objects.get(username="amal.officer")
    stranger = Officer.objects.get(username="dina.officer")
    for officer in (lost, stranger):
        TOTPDevice.objects.create(user=officer, name="phone", confirmed=True)
    log_in("amal.administrator")
    assert "amal.officer" in page(client, f"/admin/forget-token/{lost.pk}/")
    assert TOTPDevice.objects.filter(user=lost).exists()
    assert client.post(f"/admin/forget-token/{lost.pk}/").status_code == 302
    assert not TOTPDevice.objects.filter(user=lost).exists()
    assert last_record(action="forget_token").subjects == [lost.pk]
    assert client.post(f"/admin/forget-token/{stranger.pk}/").status_code == 404
    client.post("/admin/logout/")
    log_in("emil.auditor")
    assert client.post(f"/admin/forget-token/{stranger.pk}/").status_code == 404
    assert TOTPDevice.objects.filter(user=stranger).exists()


def test_an_officer_of_a_closed_agency_stays_outside(client, log_in, world):
    log_in("amal.administrator")
    with owner():
        type(world.agencies["amal"]).objects.filter(name="Office of amal").update(is_active=False)
    assert client.get("/admin/register/person/").status_code == 302
