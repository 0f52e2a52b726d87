"""School aid: pupils without a card who were not proposed, per school; and counts that name nobody."""

from uuid import uuid4

import pytest

from coordination.schooling.models import Pupil
from households.register.models import Assessment, Person
from tests.conftest import owner
from tests.coordination.schools import make_school
from tests.coordination.test_referrals import get, post
from tests.coordination.test_schools import patch
from tests.sharing import share

pytestmark = pytest.mark.django_db


def enlist(world, school, number, *, status="poor", **more):
    """So many poor pupils of a school in the city, none of them shared."""
    with owner():
        for _ in range(number):
            person = Person(household=world.households["B"], city="62.71", name="P", sex="F", relation="child")
            person.birth_date = "2014-01-01"
            person.save(force_insert=True)
            for period, told in (("2021-12-31", "extreme_poor"), ("2022-12-31", status)):
                Assessment.objects.create(person=person, source="DTKS", period=period, status=told)
            Pupil.objects.create(person=person, school=school, since="2026-07-13", **{"holds_aid_card": False, **more})


def pupil(client, world, school, person="A daughter", **more):
    body = {"person": str(world.people[person].pk), "school": str(school.pk), "since": "2026-07-13", **more}
    return post(client, world, "basim", "pupils", body)


def test_education_lists_the_visible_pupils_of_a_school_who_lack_aid_and_proposes_them(client, world):
    school = make_school()
    share(world, "basim", "A daughter", "A mother")
    enlist(world, school, 1)
    made = pupil(client, world, school, holds_aid_card=False, grade=7)
    assert (made.status_code, made.json()["aid"]) == (201, "missing")
    assert pupil(client, world, school).json()["code"] == "exists"
    [lacking] = get(client, world, "basim", f"pupils?aid=missing&school={school.pk}").json()["data"]
    assert lacking["id"] == made.json()["id"]
    with owner():
        hidden = str(Pupil.objects.exclude(pk=lacking["id"]).get().pk)
    body = {"pupils": [lacking["id"], hidden, str(uuid4())], "proposed_on": "2026-08-01", "aid_list": "PIP-2026-1"}
    results = post(client, world, "basim", "pupils:propose-aid", body).json()["results"]
    assert [(r["status"], r.get("problem", {}).get("code")) for r in results] == [
        ("done", None),
        ("refused", "not_found"),
        ("refused", "not_found"),
    ]
    told = get(client, world, "basim", f"pupils/{lacking['id']}").json()
    assert (told["aid"], told["aid_proposed_on"], told["aid_list"]) == ("proposed", "2026-08-01", "PIP-2026-1")
    again = post(client, world, "basim", "pupils:propose-aid", {**body, "pupils": [lacking["id"]]}).json()["results"]
    assert again[0]["problem"]["detail"] == "School aid: proposed."
    with owner():
        assert Pupil.objects.get(pk=hidden).aid == "missing"


def test_a_pupil_is_asked_for_the_card_and_leaves(client, world):
    share(world, "basim", "A daughter")
    key = pupil(client, world, make_school()).json()["id"]
    for body, aid in (({"holds_aid_card": True}, "holds_card"), ({"until": "2026-08-01"}, "left")):
        assert patch(client, world, "basim", f"pupils/{key}", body).json()["aid"] == aid
    backwards = patch(client, world, "basim", f"pupils/{key}", {"until": "2026-01-01"})
    assert backwards.status_code == 409


def test_nobody_is_made_a_pupil_who_is_not_shared(client, world):
    answer = pupil(client, world, make_school(), person="B daughter")
    assert answer.json()["errors"][0]["code"] == "does_not_exist"
    assert post(client, world, "amal", "pupils", {}).status_code == 403


def test_social_affairs_counts_per_school_and_small_counts_are_hidden(client, world):
    many, few, least = make_school("30200001"), make_school("30200002"), make_school("30200003")
    larger, largest = make_school("30200004"), make_school("30200005")
    for school, number in ((many, 12), (few, 3), (least, 7), (larger, 20), (largest, 30)):
        enlist(world, school, number)
    enlist(world, many, 2, status="not_poor")
    enlist(world, many, 2, holds_aid_card=True)
    enlist(world, many, 2, aid_proposed_on="2026-08-01")
    enlist(world, many, 2, until="2026-08-01")
    elsewhere = make_school("30400001", region="63.71.01")
    told = get(client, world, "amal", "pupils:unaided").json()["data"]
    assert [(row["npsn"], row["count"]) for row in told] == [
        ("30200001", 12),
        ("30200002", None),
        ("30200003", None),
        ("30200004", 20),
        ("30200005", 30),
    ]
    assert str(elsewhere.pk) not in str(told)
    assert get(client, world, "amal", "pupils").status_code == 403


@pytest.mark.parametrize("who", ["basim", "carla", "emil", "amal analyst"])
def test_others_are_told_no_counts(client, world, who):
    assert get(client, world, who, "pupils:unaided").status_code == 403
