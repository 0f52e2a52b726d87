"""Applications: by whom they are taken, what is asked, how they are ranked, and who decides."""

from uuid import uuid4

import pytest

from agencies.models import Agreement
from coordination.training.models import Application, Programme
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.test_referrals import get, post
from tests.coordination.test_training import act, applied, apply, enlist, seats_taken, state
from tests.days import COMING

pytestmark = pytest.mark.django_db


def ask(world, **conditions):
    """Entry conditions of the course of the world's batch."""
    with owner():
        Programme.objects.filter(batches=world.batch).update(**conditions)


def conditions(client, world, key, who="carla"):
    return get(client, world, who, f"applications/{key}/conditions").json()["data"]


def patch(client, world, key, body, who="carla"):
    path, headers = f"/api/v1/applications/{key}", world.headers(who)
    tag = client.get(path, headers=headers).get("ETag", '"x"')
    return client.patch(path, body, content_type="application/json", headers={**headers, "If-Match": tag})


def many(client, world, people, who="amal", **more):
    items = [{"person": str(person)} for person in people]
    return post(client, world, who, "applications:batch", {"batch": str(world.batch), "items": items, **more})


def adults_of_the_register(world, number):
    """Adults whom only Social Affairs sees."""
    with owner():
        return [
            str(person.pk)
            for person in Person.objects.bulk_create(
                Person(
                    household=world.households["B"],
                    city="62.71",
                    name=f"Register {place}",
                    sex="F",
                    birth_date="1995-01-01",
                    relation="other",
                )
                for place in range(number)
            )
        ]


def test_each_condition_is_told_met_or_not_in_both_languages(client, world):
    ask(world, minimum_age=18, maximum_age=30, minimum_education=5, documents=["identity_card", "photo"])
    [person] = enlist(world, 1)
    with owner():
        Person.objects.filter(pk=person).update(education="4")
    answer = post(
        client,
        world,
        "carla",
        "applications",
        {"batch": str(world.batch), "person": person, "documents": ["photo"]},
    )
    assert conditions(client, world, answer.json()["id"]) == [
        {
            "code": "too_old",
            "met": False,
            "text_id": f"Usia {COMING - 1995} tahun pada {COMING}-01-04; syarat 18 sampai 30 tahun.",
            "text_en": f"Aged {COMING - 1995} on {COMING}-01-04; the programme takes people from 18 to 30.",
        },
        {
            "code": "schooling",
            "met": False,
            "text_id": "Ijazah tertinggi SMP; syarat SMA/SMK.",
            "text_en": "Highest certificate: junior secondary school; needed is senior secondary school.",
        },
        {
            "code": "identity_card",
            "met": False,
            "text_id": "Dokumen KTP belum diterima.",
            "text_en": "Paper: identity card, not handed in yet.",
        },
        {
            "code": "photo",
            "met": True,
            "text_id": "Dokumen pas foto sudah diterima.",
            "text_en": "Paper: photograph, handed in.",
        },
    ]


def test_who_does_not_meet_a_condition_is_accepted_only_for_a_reason(client, world):
    ask(world, documents=["identity_card"])
    [key] = applied(client, world, 1)
    refused = act(client, world, "accept", key)
    assert (refused.status_code, [c["code"] for c in refused.json()["conditions"]]) == (409, ["identity_card"])
    assert seats_taken(world) == 0
    body = {"override_reason": "KTP sedang dicetak"}
    answer = post(client, world, "carla", f"applications/{key}/accept", body)
    assert (answer.status_code, answer.json()["override_reason"]) == (200, "KTP sedang dicetak")
    assert state(key) == ("accepted", None)


def test_papers_that_came_later_meet_the_condition(client, world):
    ask(world, documents=["identity_card"])
    [key] = applied(client, world, 1)
    assert patch(client, world, key, {"documents": ["identity_card"]}).json()["documents"] == ["identity_card"]
    assert act(client, world, "accept", key).status_code == 200
    assert patch(client, world, key, {"documents": ["passport"]}).status_code == 422


def test_a_certificate_that_is_not_known_is_told_but_stops_nobody(client, world):
    ask(world, minimum_education=3)
    [key] = applied(client, world, 1)
    assert [(c["code"], c["met"]) for c in conditions(client, world, key)] == [("age", True), ("schooling", None)]
    assert act(client, world, "accept", key).status_code == 200


def test_a_referral_of_somebody_without_the_schooling_is_refused_with_the_words(client, world):
    ask(world, minimum_education=5)
    person, to = str(world.people["A son"].pk), str(world.agencies["carla"].pk)
    body = {"kind": "training", "person": person, "to_agency": to, "reason": "Perlu", "batch": str(world.batch)}
    refused = post(client, world, "amal", "referrals", body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "schooling")


def test_the_best_scores_stand_first_and_an_officer_decides(client, world):
    keys = applied(client, world, 3)
    for key, test, interview in zip(keys, (50, 90, None), (60, 80, 70), strict=True):
        assert patch(client, world, key, {"test_score": test, "interview_score": interview}).status_code == 200
    ranked = get(client, world, "carla", f"batches/{world.batch}/ranking").json()["data"]
    assert [(row["place"], row["id"], row["points"]) for row in ranked] == [
        (1, keys[1], 170),
        (2, keys[0], 110),
        (3, keys[2], 70),
    ]
    assert {row["status"] for row in ranked} == {"applied"}
    assert patch(client, world, keys[0], {"test_score": 101}).status_code == 422


def test_only_the_provider_scores(client, world):
    [key] = applied(client, world, 1)
    with owner():
        Application.objects.filter(pk=key).update(person=world.people["A son"])
    assert patch(client, world, key, {"documents": ["photo"]}, who="amal").status_code == 403
    assert get(client, world, "amal", f"batches/{world.batch}/ranking").json() == {"data": []}
    assert "test_score" not in get(client, world, "amal", f"applications/{key}").json()
    assert patch(client, world, key, {"test_score": 1}, who="basim").status_code == 403
    act(client, world, "decline", key)
    assert patch(client, world, key, {"test_score": 50}).status_code == 409


def test_social_affairs_applies_for_many_and_the_provider_sees_them(client, world):
    people = [*adults_of_the_register(world, 2), str(world.people["A daughter"].pk), str(uuid4()), str(uuid4())]
    people[4] = people[0]
    results = many(client, world, people).json()["results"]
    assert [(r["index"], r["status"], r.get("error", {}).get("code")) for r in results] == [
        (0, 201, None),
        (1, 201, None),
        (2, 422, "not_concerned"),
        (3, 422, "does_not_exist"),
        (4, 409, "exists"),
    ]
    assert results[0]["unmet"] == []
    assert state(results[0]["id"]) == ("applied", None)
    with owner():
        assert Application.objects.get(pk=results[0]["id"]).source == "social"
    for person in people[:2]:
        assert get(client, world, "carla", f"persons/{person}").status_code == 200
    assert get(client, world, "carla", f"persons/{people[2]}").status_code == 404


def test_all_or_nothing_and_a_trial_leave_nothing_behind(client, world):
    good = adults_of_the_register(world, 2)
    tried = many(client, world, good, dry_run=True).json()["results"]
    assert [(r["status"], "id" in r) for r in tried] == [(201, False)] * 2
    failed = many(client, world, [*good, str(uuid4())], atomic=True).json()["results"]
    assert [r["status"] for r in failed] == [424, 424, 422]
    with owner():
        assert Application.objects.count() == 0
        assert not Share.objects.filter(agency=world.agencies["carla"]).exists()
    assert [r["status"] for r in many(client, world, good, atomic=True).json()["results"]] == [201, 201]


def test_a_retry_of_many_acts_once(client, world):
    body = {"batch": str(world.batch), "items": [{"person": person} for person in adults_of_the_register(world, 1)]}
    first, again = (
        post(client, world, "amal", "applications:batch", body, **{"Idempotency-Key": "once"}) for _ in range(2)
    )
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"


def test_many_are_at_most_a_thousand_and_for_a_batch_that_takes_people(client, world):
    assert many(client, world, [uuid4() for _ in range(1001)]).status_code == 422
    assert many(client, world, []).status_code == 422
    post(client, world, "carla", f"batches/{world.batch}/close")
    assert many(client, world, adults_of_the_register(world, 1)).status_code == 409


def test_without_an_agreement_nobody_is_opened_to_a_provider(client, world):
    with owner():
        Agreement.objects.filter(to_agency=world.agencies["carla"]).update(ended_at="2026-01-01T00:00:00Z")
    [result] = many(client, world, adults_of_the_register(world, 1)).json()["results"]
    assert result["error"]["code"] == "no_agreement"


def test_only_people_of_the_city_are_applied_for(client, world):
    [result] = many(client, world, [world.people["D mother"].pk]).json()["results"]
    assert result["error"]["code"] == "does_not_exist"
    assert apply(client, world, world.people["D mother"].pk, who="dina").status_code == 422


@pytest.mark.parametrize("who", ["basim", "emil"])
def test_who_has_no_part_in_training_is_refused(client, world, who):
    [key] = applied(client, world, 1)
    assert get(client, world, who, f"applications/{key}/conditions").status_code == 403
    assert many(client, world, [], who=who).status_code == 403


def test_what_is_out_of_sight_is_not_found(client, world):
    for path in (f"applications/{uuid4()}/conditions", f"batches/{uuid4()}/ranking"):
        assert get(client, world, "carla", path).status_code == 404
