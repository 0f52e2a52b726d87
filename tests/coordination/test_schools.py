"""Schools and their places: who keeps them, who reads them, and what no list takes away."""

import csv
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from agencies.access.caller import Caller, acting_as
from agencies.models import Agency
from agencies.web.problems import Problem
from coordination.schools.levels import authority_of, grades_of
from coordination.schools.loading import PALANGKA_RAYA, load_schools
from coordination.schools.models import Placement, School
from coordination.schools.places import enrol_placed, give_up_place, reserve_place
from coordination.schools.services import change_capacity, offer_places
from tests.conftest import owner
from tests.coordination.schools import counted, make_place, make_school
from tests.coordination.test_referrals import get, post
from tests.sharing import share

pytestmark = pytest.mark.django_db
NEW = {"npsn": "69900001", "name": "PKBM Harapan", "level": "PKBM", "ownership": "private", "region": "62.71.03.1001"}


def patch(client, world, who, path, body):
    headers = world.headers(who)
    tag = client.get(f"/api/v1/{path}", headers=headers)["ETag"]
    return client.patch(f"/api/v1/{path}", body, content_type="application/json", headers={**headers, "If-Match": tag})


def education(world, **more):
    return Caller(
        "education", "officer", world.agencies["basim"].pk, "62.71", purpose="schooling", initiator="b", **more
    )


def province(world):
    """The province's Education Office."""
    with owner():
        agency = Agency.objects.create(name="Dinas Pendidikan Provinsi", kind="education", region_id="62")
    return Caller("education", "officer", agency.pk, "62", purpose="schooling")


def write(path, *rows):
    columns = ("npsn", "name", "form", "ownership", "district_code", "address", "latitude", "longitude")
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


# ---- the list


def test_the_citys_list_is_taken_in_whole_and_may_be_taken_in_again(world):
    with owner():
        for _ in range(2):
            loaded = load_schools(PALANGKA_RAYA)
            assert (loaded.written, loaded.faults) == (206, [])
        counts = {level: School.objects.filter(level=level).count() for level in ("SD", "SMP", "SMA", "SMK", "SLB")}
        first = School.objects.get(npsn="30203387")
    assert counts == {"SD": 115, "SMP": 47, "SMA": 25, "SMK": 16, "SLB": 3}
    assert (first.name, first.authority, first.region_id) == ("SD NEGERI 2 PETUK KATIMPUN", "city", "62.71.03")
    assert (first.latitude, first.longitude) == (Decimal("-2.1489000"), Decimal("113.8527000"))


def test_loading_brings_up_to_date_and_takes_nothing_away(world, tmp_path):
    kept, closed = make_school("30200001"), make_school("30200002", is_open=False)
    place = make_place(closed, capacity=5)
    path = write(tmp_path / "s.csv", ("30200002", "SMP Baru", "SMP", "private", "62.71.01", "Jl. A", "", ""))
    with owner():
        assert load_schools(path).written == 1
        found = School.objects.get(npsn="30200002")
        assert School.objects.filter(pk=kept.pk).exists()
    assert (found.pk, found.name, found.ownership, found.is_open) == (closed.pk, "SMP Baru", "private", False)
    assert counted(place) == (5, 0, 0)


BAD_ROWS = {
    "npsn is not eight digits": ("3020338", "A", "SD", "public", "62.71.03", "", "", ""),
    "form is none of": ("30200003", "A", "TK", "public", "62.71.03", "", "", ""),
    "ownership": ("30200004", "A", "SD", "negeri", "62.71.03", "", "", ""),
    "district_code": ("30200005", "A", "SD", "public", "62.71", "", "", ""),
    "name or address": ("30200006", "", "SD", "public", "62.71.03", "", "", ""),
    "latitude": ("30200007", "A", "SD", "public", "62.71.03", "", "x", "113"),
    "longitude": ("30200008", "A", "SD", "public", "62.71.03", "", "1", "NaN"),
    "twice": ("30200009", "B", "SD", "public", "62.71.03", "", "", ""),
}


def test_bad_rows_are_told_with_their_line_and_good_ones_are_kept(world, tmp_path, capsys):
    good = ("30200009", "A", "MTs", "private", "62.71.03.1001", "", "-2.1", "113.9")
    path = write(tmp_path / "s.csv", good, *BAD_ROWS.values())
    with owner(), pytest.raises(CommandError, match="8 lines were left out"):
        call_command("load_schools", path)
    told = capsys.readouterr()
    assert told.out == "1 schools\n"
    for number, (words, line) in enumerate(zip(BAD_ROWS, told.err.splitlines(), strict=True), 3):
        assert line.startswith(f"line {number}: ") and words in line
    with owner():
        assert list(School.objects.values_list("npsn", "authority")) == [("30200009", "kemenag")]


def test_a_file_without_the_columns_is_refused(world, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("npsn;name\n")
    with owner(), pytest.raises(CommandError, match="columns missing: npsn"):
        call_command("load_schools", path)


@pytest.mark.parametrize(
    ("level", "authority"),
    [("SD", "city"), ("SMP", "city"), ("PKBM", "city"), ("SMA", "province"), ("SMK", "province"), ("SLB", "province")]
    + [(level, "kemenag") for level in ("MI", "MTs", "MA")],
)
def test_who_runs_a_school_follows_from_its_level(level, authority):
    assert authority_of(level) == authority


def test_packages_are_taught_at_learning_centres_only():
    assert (grades_of("PKBM", "paket_b"), grades_of("SMP", "paket_b"), grades_of("PKBM", "regular")) == (
        range(7, 10),
        range(0),
        range(0),
    )
    assert list(grades_of("SMK", "regular")) == [10, 11, 12, 13]


# ---- schools


def test_education_adds_a_school_that_the_city_runs(client, world):
    made = post(client, world, "basim", "schools", NEW)
    assert made.status_code == 201, made.content
    found = get(client, world, "amal", f"schools/{made.json()['id']}").json()
    assert found | {"updated_at": ""} == {
        **NEW,
        "id": made.json()["id"],
        "authority": "city",
        "street": "",
        "latitude": None,
        "longitude": None,
        "is_open": True,
        "version": 1,
        "updated_at": "",
    }
    assert post(client, world, "basim", "schools", NEW).json()["code"] == "exists"


@pytest.mark.parametrize("more", [{"level": "SMA"}, {"level": "SLB"}, {"region": "63.71.01"}])
def test_education_adds_no_school_of_another_office(client, world, more):
    refused = post(client, world, "basim", "schools", {**NEW, **more})
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")


def test_a_school_is_changed_by_the_office_that_runs_it_and_read_by_others(client, world):
    own, others = make_school("30200001", level="MTs"), make_school("30200002", level="SMK")
    closed = patch(client, world, "basim", f"schools/{own.pk}", {"is_open": False})
    assert (closed.status_code, closed.json()["is_open"]) == (200, False)
    for who, key in (("basim", others.pk), ("gita", own.pk)):
        refused = patch(client, world, who, f"schools/{key}", {"name": "Mine"})
        assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope"), who
    assert patch(client, world, "basim", f"schools/{own.pk}", {"region": "63.71.01"}).status_code == 403
    for who in ("carla", "emil", "farah"):
        assert get(client, world, who, "schools").status_code == 403
    assert post(client, world, "amal", "schools", NEW).status_code == 403


def test_schools_are_found_by_number_name_level_authority_and_place(client, world):
    smp, sma = make_school("30200001"), make_school("30200002", level="SMA", region="62.71.01.1001")
    for query, wanted in {
        "npsn=30200001": [smp],
        "name=sma": [sma],
        "level=SMP": [smp],
        "authority=province": [sma],
        "region=62.71.01": [sma],
        "region=62.71": [smp, sma],
        "is_open=false": [],
    }.items():
        found = get(client, world, "amal", f"schools?{query}").json()["data"]
        assert {item["id"] for item in found} == {str(school.pk) for school in wanted}, query
    assert get(client, world, "amal", "schools?npsn=3020").status_code == 400


# ---- places


def test_education_offers_places_of_its_own_schools(client, world):
    school = make_school()
    body = {"school": str(school.pk), "school_year": 2026, "grade": 8, "capacity": 3}
    made = post(client, world, "basim", "places", body)
    assert made.status_code == 201, made.content
    told = get(client, world, "amal", f"places/{made.json()['id']}").json()
    assert told | {"updated_at": "", "id": ""} == {
        **body,
        "id": "",
        "programme": "regular",
        "taken": 0,
        "free": 3,
        "version": 1,
        "updated_at": "",
    }
    assert post(client, world, "basim", "places", body).json()["code"] == "exists"
    wrong = post(client, world, "basim", "places", {**body, "grade": 6})
    assert wrong.json()["errors"] == [
        {"pointer": "/grade", "code": "not_taught", "detail": "SMP teaches grades 7 to 9."}
    ]
    package = post(client, world, "basim", "places", {**body, "programme": "paket_b"})
    assert package.json()["errors"][0]["detail"] == "SMP teaches no paket_b."
    assert post(client, world, "gita", "places", body).json()["code"] == "out_of_scope"
    assert post(client, world, "amal", "places", body).status_code == 403


def test_the_provinces_office_offers_and_changes_places_of_its_schools_and_no_others(world):
    sma, smp = make_school("30200001", level="SMA"), make_school("30200002")
    office, offered = province(world), {"school_year": 2026, "programme": "regular", "capacity": 2}
    with acting_as(office):
        key = offer_places({**offered, "school": sma.pk, "grade": 10}, by=office)
        with pytest.raises(Problem, match="out_of_scope"):
            offer_places({**offered, "school": smp.pk, "grade": 7}, by=office)
    me = education(world)
    with owner():
        place = sma.places.get(pk=key)
    with acting_as(me), pytest.raises(Problem, match="out_of_scope"):
        change_capacity(place, capacity=9, by=me)


def test_fewer_places_than_are_taken_are_refused_with_the_numbers(client, world):
    place = make_place(capacity=3, taken=2)
    refused = patch(client, world, "basim", f"places/{place.pk}", {"capacity": 1})
    assert refused.status_code == 409
    assert (refused.json()["capacity"], refused.json()["taken"]) == (1, 2)
    changed = patch(client, world, "basim", f"places/{place.pk}", {"capacity": 2})
    assert (changed.json()["capacity"], changed.json()["free"]) == (2, 0)


def test_places_are_found_by_school_year_grade_programme_and_whether_any_is_free(client, world):
    school = make_school()
    full, free = make_place(school, capacity=1, taken=1), make_place(school, grade=8)
    for query, wanted in {
        f"school={school.pk}": [full, free],
        "grade=8&programme=regular&school_year=2026": [free],
        "has_free=true": [free],
        "has_free=false": [full],
        "school_year=2027": [],
    }.items():
        found = get(client, world, "basim", f"places?{query}").json()["data"]
        assert {item["id"] for item in found} == {str(place.pk) for place in wanted}, query


# ---- who holds a place


def test_a_place_is_held_by_one_child_and_freed_once(world):
    place = make_place(capacity=1)
    share(world, "basim", "A daughter", "A mother")
    me, child, brother = education(world), world.people["A daughter"], world.people["A mother"]
    with acting_as(me):
        key = reserve_place(place.pk, child, by=me)
        assert counted(place) == (1, 1, 1)
        with pytest.raises(Problem) as full:
            reserve_place(place.pk, brother, by=me)
        assert (full.value.code, full.value.extra["free"]) == ("conflict", 0)
        enrol_placed(key)
        with pytest.raises(Problem, match="conflict"):
            enrol_placed(key)
        assert [give_up_place(key), give_up_place(key)] == [True, False]
    assert counted(place) == (1, 0, 0)


def test_a_closed_school_gives_no_places(world):
    place = make_place(make_school(is_open=False))
    share(world, "basim", "A daughter")
    me = education(world)
    with acting_as(me), pytest.raises(Problem, match="conflict"):
        reserve_place(place.pk, world.people["A daughter"], by=me)
    assert counted(place) == (1, 0, 0)


def test_a_placement_is_seen_while_the_child_is_shared_and_by_social_affairs(client, world):
    place, child = make_place(), world.people["A daughter"]
    with owner():
        Placement.objects.create(place=place, person=child, household=child.household)
    for who, seen in (("amal", 1), ("basim", 0), ("dina", 0)):
        assert len(get(client, world, who, "placements").json()["data"]) == seen, who
    open_share = share(world, "basim", "A daughter")
    assert [item["person"] for item in get(client, world, "basim", "placements").json()["data"]] == [str(child.pk)]
    with owner():
        type(open_share).objects.filter(pk=open_share.pk).delete()
    assert get(client, world, "basim", "placements").json()["data"] == []
