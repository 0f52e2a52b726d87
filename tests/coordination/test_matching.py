"""Who fits which batch: every part of a score, who is ranked, who is told, and what scores stand on."""

import random
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from agencies.access.caller import Caller, acting_as
from agencies.access.functions import call
from agencies.access.models import AccessRecord
from coordination.matching import scoring
from coordination.matching.ground import ground_of
from coordination.matching.models import PARTS, Candidate, Livelihood, Weighting
from coordination.matching.services import best_candidates, ranked
from coordination.trainees.models import Trainee
from coordination.training.models import Application, Batch, Programme
from households.register.models import Assessment, Listing, Person
from tests.conftest import owner
from tests.coordination.test_referrals import get, post
from tests.days import COMING
from tests.sharing import share
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
KAMELOH, PAHANDUT = "62.71.04.1004", "62.71.01.1001"
AGE = {"code": "age", "met": True}


@pytest.fixture(autouse=True)
def fish(world):
    """Kameloh Baru lives on fish farming, and the candidates are up to date."""
    with owner():
        Livelihood.objects.create(
            region_id=KAMELOH, activity="fisheries_aquaculture", since=date(2026, 1, 1), source="Muskel 2025"
        )
    tend()


def tend():
    with owner():
        call("tend_candidates", timezone.localdate())


def people_of(client, world, who="amal", **query):
    return client.get(f"/api/v1/batches/{world.batch}/people", query, headers=world.headers(who))


def batches_of(client, world, label, who="amal", **query):
    return client.get(f"/api/v1/persons/{world.people[label].pk}/batches", query, headers=world.headers(who))


def parts(match):
    return {part["code"]: part["points"] for part in match["parts"]}


def made(world, number=1, **values):
    """More adults of family B."""
    with owner():
        return Person.objects.bulk_create(
            Person(
                **{
                    "household": world.households["B"],
                    "city": "62.71",
                    "name": f"Adult {place}",
                    "sex": "F",
                    "birth_date": "1995-01-01",
                    "relation": "other",
                    **values,
                }
            )
            for place in range(number)
        )


def finished(world, person, result="completed", **course):
    """The person has been through a course."""
    with owner():
        values = {"provider": world.agencies["carla"], "name": "x", "hours": 8}
        programme = Programme.objects.create(**{**values, "vocation": "aquaculture", "sectors": [4], **course})
        day = date(2024, 1, 8)
        batch = Batch.objects.create(
            programme=programme,
            provider=programme.provider,
            name="x",
            venue="x",
            region_id=KAMELOH,
            starts_on=day,
            ends_on=day,
            registration_until=day,
            capacity=1,
            taken_open=1,
            status="finished",
        )
        values = {"batch": batch, "person": person, "household": person.household, "provider": batch.provider}
        seat = Application.objects.create(
            **values, source="own", status="accepted", seat="open", starts_on=day, ends_on=day
        )
        Trainee.objects.create(id=seat.pk, application=seat, **values, source="own", result=result, finished_on=day)


def test_each_part_of_a_score_is_told_in_both_languages(client, world):
    answer = people_of(client, world).json()
    son = next(match for match in answer["data"] if match["person"] == str(world.people["A son"].pk))
    assert son == {
        "person": str(world.people["A son"].pk),
        "name": "canary-name-A-son",
        "region": KAMELOH,
        "points": 90,
        "ready": True,
        "parts": [
            {
                "code": "livelihood",
                "points": 30,
                "text_id": "Warga Kameloh Baru hidup dari budidaya ikan.",
                "text_en": "People of Kameloh Baru live on fish farming.",
            },
            {
                "code": "sector",
                "points": 20,
                "text_id": "Bekerja di bidang Perikanan.",
                "text_en": "Works in a field of it: Fisheries.",
            },
            {
                "code": "distance",
                "points": 20,
                "text_id": "Pelatihan diadakan di Kameloh Baru, kelurahan tempat tinggalnya.",
                "text_en": "The course is in Kameloh Baru, where the person lives.",
            },
            {
                "code": "trained",
                "points": 0,
                "text_id": "Belum pernah menyelesaikan pelatihan di bidang ini.",
                "text_en": "Has finished no course of this field.",
            },
            {
                "code": "need",
                "points": 20,
                "text_id": "Terdaftar sebagai warga miskin.",
                "text_en": "Is registered as poor.",
            },
        ],
        "conditions": [
            {
                "code": "age",
                "met": True,
                "text_id": f"Usia {COMING - 2001} tahun pada {COMING}-01-04; syarat 18 ke atas tahun.",
                "text_en": f"Aged {COMING - 2001} on {COMING}-01-04; the programme takes people from 18 and over.",
            }
        ],
    }
    assert answer["weights"] == {
        "since": None,
        "livelihood_village": 30,
        "livelihood_district": 15,
        "sector": 20,
        "skill": 10,
        "same_village": 20,
        "same_district": 10,
        "need": 20,
        "trained": 40,
    }


def test_the_order_is_by_conditions_then_score_and_children_are_no_candidates(client, world):
    [young] = made(world, birth_date=f"{COMING - 17}-01-01", household=world.households["A"], occupation="11")
    tend()
    found = people_of(client, world).json()["data"]
    assert [(match["person"], match["points"], match["ready"]) for match in found] == [
        *((str(pk), 90, True) for pk in sorted(world.people[f"A {who}"].pk for who in ("mother", "son"))),
        *((str(pk), 40, True) for pk in sorted(world.people[f"B {who}"].pk for who in ("mother", "son"))),
        (str(young.pk), 70, False),
    ]
    assert found[-1]["conditions"][0]["code"] == "too_young"
    one = people_of(client, world, limit=1, region="62.71.01").json()["data"]
    assert [match["region"] for match in one] == [PAHANDUT]


def test_the_database_orders_by_the_score_that_is_told(world):
    dice = random.Random(4)
    made_up = [made(world, occupation=dice.choice(["", "11", "9"]), education=dice.choice("35")) for _ in range(40)]
    for [person] in dice.sample(made_up, 12):
        finished(world, person, vocation=dice.choice(["Aquaculture ", "Net making"]))
    with owner():
        Livelihood.objects.create(region_id="62.71.01", activity="fisheries_capture", since="2026-01-02", source="x")
        Programme.objects.filter(batches=world.batch).update(minimum_education=5, maximum_age=45)
    tend()
    amal = world.agencies["amal"]
    caller = Caller("social", "officer", amal.pk, "62.71", purpose="registry")
    with acting_as(caller):
        ground = ground_of(caller, timezone.localdate())
        batch = Batch.objects.select_related("programme").get(pk=world.batch)
        rows = list(ranked(batch, ground, by=caller))
        told = [scoring.total(scoring.score(row, batch, ground)) for row in rows]
        for limit in (1, 2, 3, 5, 9, 44):
            best = best_candidates(batch, ground, by=caller, limit=limit)
            assert [row.pk for row in best] == [row.pk for row in rows[:limit]], limit
    assert len(rows) > 40
    assert rows[0].points < max(told), "somebody of a higher score is not ready"
    assert [row.points for row in rows] == told
    assert len(set(told)) >= 6


def test_training_counts_once_for_the_vocation_and_otherwise_as_a_skill(client, world):
    finished(world, world.people["A son"], vocation=" AQUACULTURE")
    finished(world, world.people["A mother"], vocation="net making")
    finished(world, world.people["B son"], vocation="welding", sectors=[8])
    finished(world, world.people["B mother"], result="not_yet_competent")
    tend()
    found = {match["person"]: parts(match) for match in people_of(client, world).json()["data"]}
    assert found[str(world.people["A son"].pk)]["trained"] == -40
    assert found[str(world.people["A mother"].pk)]["skill"] == 10
    assert found[str(world.people["B son"].pk)]["trained"] == 0
    assert found[str(world.people["B mother"].pk)]["trained"] == 0


def test_need_is_yes_or_no_after_the_latest_assessment_of_whoever_is_still_registered(client, world):
    with owner():
        Assessment.objects.create(
            person=world.people["A son"], source="DTKS", period="2023-12-31", status="not_poor", decile=7
        )
        Assessment.objects.filter(person=world.people["B mother"]).update(status="poor", decile=3)
        Listing.objects.filter(person=world.people["B son"]).update(exited_on="2024-01-01", exit_reason="refused")
    tend()
    answer = people_of(client, world)
    found = {match["person"]: parts(match)["need"] for match in answer.json()["data"]}
    expected = {"A son": 0, "B son": 0, "A mother": 20, "B mother": 20}
    assert found == {str(world.people[label].pk): points for label, points in expected.items()}
    assert "decile" not in answer.content.decode()
    assert "extreme" not in answer.content.decode()


def test_manpower_is_told_of_those_shared_with_it_and_of_nobody_else(client, world):
    assert people_of(client, world, "carla").json()["data"] == []
    assert batches_of(client, world, "A son", "carla").status_code == 404
    share(world, "carla", "A son")
    share(world, "carla", "B mother", closed_at=timezone.now())
    found = people_of(client, world, "carla").json()["data"]
    assert [(match["person"], match["points"]) for match in found] == [(str(world.people["A son"].pk), 90)]
    assert batches_of(client, world, "A son", "carla").json()["data"][0]["points"] == 90
    assert batches_of(client, world, "B mother", "carla").status_code == 404
    with acting_as(Caller("manpower", "officer", world.agencies["carla"].pk, "62.71", purpose="training")):
        assert list(Candidate.objects.values_list("pk", flat=True)) == [world.people["A son"].pk]


@pytest.mark.parametrize("who", ["basim", "emil", "farah"])
def test_other_offices_and_centres_are_told_nobody(client, world, who):
    for path in (f"batches/{world.batch}/people", f"persons/{world.people['A son'].pk}/batches", "training-gaps"):
        assert get(client, world, who, path).json()["code"] == "not_granted", path


def test_the_second_city_sees_neither_batch_nor_people(client, world):
    assert people_of(client, world, "dina").status_code == 404
    assert batches_of(client, world, "A son", "dina").status_code == 404
    assert batches_of(client, world, "D son", "dina").json()["data"] == []


def test_whoever_applied_or_sits_elsewhere_is_left_out_or_explained(client, world):
    share(world, "carla", "A son", "A mother")
    with owner():
        batch = Batch.objects.get(pk=world.batch)
        Batch.objects.filter(pk=batch.pk).update(taken_open=1)
        values = {"household": world.households["A"], "provider": batch.provider, "source": "own"}
        dates = {"starts_on": batch.starts_on, "ends_on": batch.ends_on}
        Application.objects.create(
            batch=batch, person=world.people["A son"], status="accepted", seat="open", **values, **dates
        )
        other = Batch.objects.get(pk=world.batch)
        other.pk, other.name, other.taken_open = uuid4(), "Angkatan 2", 0
        other.save(force_insert=True)
    for who in ("amal", "carla"):
        assert str(world.people["A son"].pk) not in people_of(client, world, who).content.decode()
        [match] = batches_of(client, world, "A son", who).json()["data"]
        assert (match["batch"], match["ready"]) == (str(other.pk), False)
        assert match["conditions"][1] == {
            "code": "overlap",
            "met": False,
            "text_id": "Memegang kursi di angkatan lain pada hari yang sama.",
            "text_en": "Holds a seat in another batch on the same days.",
        }
        path = f"/api/v1/batches/{other.pk}/people"
        found = client.get(path, headers=world.headers(who)).json()["data"]
        busy = next(match for match in found if match["person"] == str(world.people["A son"].pk))
        assert (busy, found[-1]) == (found[-1], busy)
        assert busy["ready"] is False


def test_a_person_is_told_the_batches_that_take_applications_best_first(client, world):
    with owner():
        batch = Batch.objects.get(pk=world.batch)
        for name, status, region in (("near", "open", KAMELOH), ("far", "open", PAHANDUT), ("late", "closed", KAMELOH)):
            batch.pk, batch.name, batch.status, batch.region_id = uuid4(), name, status, region
            batch.starts_on = batch.ends_on = date(COMING, 3, 1)
            batch.save(force_insert=True)
    found = batches_of(client, world, "A son").json()["data"]
    assert [(match["name"], match["points"]) for match in found] == [("Angkatan 1", 90), ("near", 90), ("far", 70)]
    assert set(found[0]) == {
        "batch", "programme", "name", "starts_on", "region", "points", "ready", "parts", "conditions"
    }  # fmt: skip
    assert batches_of(client, world, "A toddler").json()["data"] == []


def test_every_ranking_is_on_record_with_the_people_in_it(client, world):
    share(world, "carla", "A son")
    people_of(client, world, "carla")
    with owner():
        record = AccessRecord.objects.filter(action="match").latest("id")
    assert (record.agency, record.subjects, record.count) == (
        world.agencies["carla"].pk,
        [world.people["A son"].pk],
        1,
    )


def test_candidates_follow_the_register(world):
    tend()
    with owner():
        Person.objects.filter(pk=world.people["A son"].pk).update(status="deceased")
        Person.objects.filter(pk=world.people["A mother"].pk).update(education="x", occupation="30")
    tend()
    with owner():
        found = {row.pk: row for row in Candidate.objects.all()}
    assert world.people["A son"].pk not in found
    assert world.people["A daughter"].pk not in found
    mother = found[world.people["A mother"].pk]
    assert (mother.education, mother.occupation, mother.region_id) == (None, "30", KAMELOH)


def test_candidates_are_compared_with_people_by_hashing_whatever_is_known_of_the_rows():
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'tend_candidates'")
        assert "enable_nestloop=off" in cursor.fetchone()[0]


def test_weights_are_set_from_a_day_and_the_older_ones_stay(client, world):
    today = timezone.localdate()
    first = {"since": "2026-01-01", "reason": "SK 1", "need": 50}
    assert post(client, world, "carla administrator", "match-weights", first).status_code == 201
    second = {"since": today.isoformat(), "reason": "SK 2", "sector": 5}
    answer = post(client, world, "amal administrator", "match-weights", second)
    kept = {"livelihood_village": 30, "livelihood_district": 15, "same_village": 20, "same_district": 10}
    weights = {**kept, "sector": 5, "skill": 10, "need": 50, "trained": 40}
    assert answer.json() == {"id": answer.json()["id"], "since": today.isoformat(), "reason": "SK 2", **weights}
    assert people_of(client, world).json()["weights"] == {"since": today.isoformat(), **weights}
    assert people_of(client, world).json()["data"][0]["points"] == 30 + 5 + 20 + 50
    assert post(client, world, "amal administrator", "match-weights", second).status_code == 409
    with owner():
        assert Weighting.objects.count() == 2
    later = {"since": "2099-01-01", "reason": "SK 3", "need": 0}
    assert post(client, world, "amal administrator", "match-weights", later).status_code == 201
    assert people_of(client, world).json()["weights"]["need"] == 50


def test_an_administrator_sets_weights_on_a_page(client, world):
    client.post("/admin/login/", {"username": "carla.administrator", "password": PASSWORD, "next": "/admin/"})
    body = {"since": "2026-05-01", "reason": "SK", **dict.fromkeys(PARTS, 7)}
    assert client.post("/admin/matching/weighting/add/", body).status_code == 302
    with owner():
        row = Weighting.objects.get()
    assert (row.city, row.need, row.trained) == ("62.71", 7, 7)


def test_only_administrators_of_the_two_offices_set_weights_and_livelihoods(client, world):
    weights = {"since": "2026-02-01", "reason": "SK"}
    place = {"region": PAHANDUT, "activity": "trade", "since": "2026-02-01", "source": "Survei pasar"}
    for who in ("amal", "carla", "basim administrator"):
        for path, body in (("match-weights", weights), ("livelihoods", place)):
            assert post(client, world, who, path, body).json()["code"] == "not_granted", (who, path)
    answer = post(client, world, "carla administrator", "livelihoods", place)
    assert answer.json() == {"id": answer.json()["id"], **place, "is_withdrawn": False}
    assert post(client, world, "carla administrator", "livelihoods", place).status_code == 409
    elsewhere = {**place, "region": "63.71.01.1001"}
    assert post(client, world, "carla administrator", "livelihoods", elsewhere).json()["code"] == "out_of_scope"
    for path in ("livelihoods", "match-weights"):
        assert get(client, world, "dina", path).json()["data"] == []


def test_a_livelihood_that_was_withdrawn_counts_no_more_and_the_district_stands_in(client, world):
    district = {"region": "62.71.04", "activity": "fisheries_capture", "since": "2026-02-01", "source": "Profil"}
    ended = {"region": KAMELOH, "activity": "fisheries_aquaculture", "since": "2026-03-01", "source": "Muskel"}
    assert post(client, world, "carla administrator", "livelihoods", district).status_code == 201
    assert parts(people_of(client, world).json()["data"][0])["livelihood"] == 30
    answer = post(client, world, "carla administrator", "livelihoods", {**ended, "is_withdrawn": True})
    assert answer.status_code == 201
    first = people_of(client, world).json()["data"][0]
    assert parts(first)["livelihood"] == 15
    assert first["parts"][0]["text_en"] == "People of Sabangau live on fishing."


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "201"}, {"region": "x"}, {"order": "id"}])
def test_wrong_parameters_are_refused(client, world, query):
    assert people_of(client, world, **query).status_code == 400
