"""Business groups: proposed of graduates, confirmed by Dinsos, and nobody in two at once."""

import pytest

from coordination.business_groups.models import BusinessGroup, GroupMember
from households.register.models import Household, Listing, Person, Share
from tests.conftest import owner
from tests.coordination.courses import TODAY, Course
from tests.coordination.test_referrals import get, post

pytestmark = pytest.mark.django_db
VILLAGE = "62.71.04.1004"


class Families(Course):
    """A course whose people are each of a family of their own, in the register."""

    def household(self):
        return Household.objects.create(region_id=VILLAGE)

    def seat(self, place, source="own"):
        application = super().seat(place, source)
        Listing.objects.create(
            person=application.person,
            household=application.household,
            city="62.71",
            source="DTSEN",
            register_number=application.person_id.hex[-20:],
            entered_on="2024-01-01",
            entry_reason="registered",
        )
        return application


@pytest.fixture
def course(world, client):
    found = Families(world, client, people=6, sessions=1)
    found.attend(*"pppppa")
    assert found.move("finish").status_code == 200
    return found


def members(course, *places, chair=0):
    roles = {chair: "chair"}
    return [
        {"person": str(course.people[place].person_id), **({"role": roles[place]} if place in roles else {})}
        for place in places
    ]


def form(course, *places, who="carla", **more):
    body = {"name": "Keramba Sejahtera", "sector": 4, "region": VILLAGE, "batch": str(course.batch.pk)}
    body |= {"members": members(course, *places), **more}
    return post(course.client, course.world, who, "business-groups", {k: v for k, v in body.items() if v is not None})


def act(course, group, name, who="amal", **body):
    return post(course.client, course.world, who, f"business-groups/{group['id']}/{name}", body)


def roles(course, group, who="amal"):
    rows = get(course.client, course.world, who, f"group-members?group={group['id']}").json()["data"]
    return sorted((row["person"], row["role"]) for row in rows if row["left_on"] is None)


def test_two_graduates_are_proposed_and_dinsos_confirms_once_there_are_five_families(course):
    formed = form(course, 0, 1)
    assert formed.status_code == 201, formed.content
    group = formed.json()
    told = {name: group[name] for name in ("status", "sector", "batch", "agency", "formed_on")}
    assert told == {
        "status": "proposed",
        "sector": 4,
        "batch": str(course.batch.pk),
        "agency": str(course.world.agencies["carla"].pk),
        "formed_on": None,
    }
    refused = act(course, group, "confirm")
    assert (refused.status_code, refused.json()["detail"]) == (409, "It has 2 families; 5 to 20 are needed.")
    for place in (2, 3, 4):
        joined = act(course, group, "join", "carla", person=str(course.people[place].person_id))
        assert joined.status_code == 200, joined.content
    confirmed = act(course, group, "confirm").json()
    assert (confirmed["status"], confirmed["formed_on"]) == ("active", TODAY.isoformat())
    assert [role for _, role in roles(course, group)].count("member") == 4


@pytest.mark.parametrize("lacking", ["chair", "listing", "family", "life"])
def test_what_speaks_against_a_group_is_told(course, lacking):
    group = form(course, 0, 1, 2, 3, 4).json()
    with owner():
        one = course.people[0]
        if lacking == "chair":
            GroupMember.objects.filter(group=group["id"], role="chair").update(role="member")
        elif lacking == "listing":
            Listing.objects.filter(person=one.person_id).update(exited_on=TODAY, exit_reason="no_longer_poor")
        elif lacking == "family":
            GroupMember.objects.filter(person=one.person_id).update(household=course.people[1].household_id)
        else:
            Person.objects.filter(pk=one.person_id).update(status="deceased")
    words = {"chair": "no chair", "listing": "1 of its families", "family": "4 families", "life": "alive"}[lacking]
    refused = act(course, group, "confirm")
    assert refused.status_code == 409
    assert words in refused.json()["detail"]


def test_a_provider_proposes_only_graduates_of_its_own_finished_batch(course, world, client):
    refused = form(course, 0, 5)
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [
        ("/members/1/person", "no_graduate")
    ]
    assert [fault["code"] for fault in form(course, 0, batch=None).json()["errors"]] == ["required"]
    assert form(course, 0, region="63.71.01.1001").json()["errors"][0]["code"] == "wrong_city"
    running = Families(world, client, people=1, sessions=1)
    assert form(running, 0).status_code == 409
    assert form(course, 0, who="farah").json()["errors"][0]["code"] == "does_not_exist"
    for who in ("basim", "emil"):
        assert form(course, 0, who=who).status_code == 403
    twice = form(course, 0, members=members(course, 0) * 2).json()["errors"]
    assert [fault["code"] for fault in twice] == ["twice"]


def test_dinsos_forms_a_group_of_its_register_and_ages_are_checked(course):
    group = form(course, 0, 5, who="amal", batch=None)
    assert group.status_code == 201
    with owner():
        Person.objects.filter(pk=course.people[1].person_id).update(birth_date="1960-01-01")
        Person.objects.filter(pk=course.people[2].person_id).update(birth_date="2015-01-01")
    for place in (1, 2):
        refused = act(course, group.json(), "join", person=str(course.people[place].person_id))
        assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [("/person", "wrong_age")]


def test_nobody_is_in_two_groups_and_a_group_has_one_chair(course):
    first = form(course, 0, 1).json()
    refused = form(course, 1, 2)
    assert (refused.status_code, refused.json()["detail"]) == (409, "Somebody here is in a business group already.")
    two = act(course, first, "join", "carla", person=str(course.people[2].person_id), role="chair")
    assert (two.status_code, two.json()["detail"]) == (409, "A group has one chair, one secretary and one treasurer.")
    assert act(course, first, "leave", "carla", person=str(course.people[1].person_id)).status_code == 200
    assert form(course, 1, 2).status_code == 201


def test_an_active_group_is_dinsoss_and_stays_large_enough(course):
    group = form(course, 0, 1, 2, 3, 4).json()
    act(course, group, "confirm")
    for name, body in (("join", {"person": str(course.people[1].person_id)}), ("dissolve", {"reason": "x"})):
        refused = act(course, group, name, "carla", **body)
        assert (refused.status_code, refused.json()["allowed"]) == (409, [])
    small = act(course, group, "leave", person=str(course.people[1].person_id))
    assert "at least 5" in small.json()["detail"]
    assert act(course, group, "join", person=str(course.people[5].person_id)).status_code == 200
    assert act(course, group, "leave", person=str(course.people[1].person_id)).status_code == 200
    stranger = act(course, group, "leave", person=str(course.world.people["A son"].pk))
    assert [fault["code"] for fault in stranger.json()["errors"]] == ["no_member"]


def test_a_dissolved_group_frees_its_members(course):
    group = form(course, 0, 1).json()
    assert act(course, group, "dissolve", "carla", reason="x").status_code == 409
    ended = act(course, group, "dissolve", reason="pond was flooded").json()
    assert (ended["status"], ended["ended_on"], ended["ended_reason"]) == (
        "dissolved",
        TODAY.isoformat(),
        "pond was flooded",
    )
    assert roles(course, group) == []
    assert form(course, 0, 1).status_code == 201
    assert act(course, group, "join", person=str(course.people[2].person_id)).status_code == 409


def test_a_group_of_twenty_is_full(course):
    group = form(course, 0).json()
    with owner():
        for place in range(19):
            person = Person.objects.create(
                household=course.household(),
                city="62.71",
                name=f"x{place}",
                birth_date="1990-01-01",
                sex="M",
                relation="other",
            )
            GroupMember.objects.create(group_id=group["id"], person=person, household=person.household, joined_on=TODAY)
    refused = act(course, group, "join", person=str(course.people[1].person_id))
    assert refused.json()["detail"] == "A group has at most 20 members."


def test_each_office_sees_what_the_table_allows(course):
    group = form(course, 0, 1).json()
    with owner():
        Share.objects.filter(subjects=[course.people[1].person_id]).update(closed_at="2026-01-01T00:00Z")
    assert len(roles(course, group)) == 2
    assert [person for person, _ in roles(course, group, "carla")] == [str(course.people[0].person_id)]
    for who in ("farah", "dina"):
        assert get(course.client, course.world, who, "business-groups").json()["data"] == []
        assert get(course.client, course.world, who, "group-members").json()["data"] == []
        assert act(course, group, "confirm", who).status_code == 404
    assert get(course.client, course.world, "basim", "business-groups").status_code == 403
    with owner():
        assert BusinessGroup.objects.get(pk=group["id"]).version == 1
