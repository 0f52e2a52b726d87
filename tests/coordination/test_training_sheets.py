"""Lists of applicants in and of participants out: judged row by row, and with nothing that the reader may not have."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.access.models import AccessRecord
from agencies.web.sheets import csv_answer, xlsx_answer
from coordination.trainees.models import Certificate, Trainee
from coordination.training.models import Application, Batch
from households.intake.workbook import sheets_of
from households.register.models import Household, Person
from tests.conftest import owner
from tests.coordination.test_referrals import get
from tests.coordination.test_training import act
from tests.days import COMING
from tests.sharing import share

pytestmark = pytest.mark.django_db
HEADER = "no_pendaftaran,nik,nama_lengkap,tanggal_lahir,kejuruan,angkatan,hasil_seleksi,nilai,keterangan"


def sheet(*rows):
    return "\n".join([HEADER, *rows]).encode()


def row(world, label, *, name=None, born=None, nik=None, course="Budidaya Ikan", run="1", score="78,5"):
    person = world.people[label]
    born = born or person.birth_date.strftime("%d-%m-%Y")
    return f'BLK-1,{nik or world.numbers[label]},{name or person.name},{born},{course},{run},DITERIMA,"{score}",=1+1'


def hand_in(client, world, content, who="carla", key="k", **more):
    body = {"file": SimpleUploadedFile("blk.csv", content), **more}
    headers = world.headers(who, **{"Idempotency-Key": f"{key}"})
    return client.post(f"/api/v1/batches/{world.batch}/applicants", body, headers=headers)


def found(answer):
    return [(item["line"], item["column"], item["code"]) for item in answer.json()["findings"]]


def statuses(answer):
    return [item["status"] for item in answer.json()["results"]]


def test_a_list_of_a_blk_is_taken_in_row_by_row(client, world):
    share(world, "carla", "A son", "A mother")
    answer = hand_in(
        client,
        world,
        sheet(
            row(world, "A son"),
            "",
            row(world, "B mother"),
            row(world, "A mother", score="140"),
            row(world, "A son"),
            "JUMLAH,,,,,,,4,",
        ),
    )
    application = Application._base_manager.model
    with owner():
        made = {a.person_id: a for a in application.objects.all()}
    son, mother = (world.people[f"A {who}"].pk for who in ("son", "mother"))
    assert {key: (a.source, a.status, a.test_score) for key, a in made.items()} == {
        son: ("own", "applied", 79),
        mother: ("own", "applied", None),
    }
    assert answer.json() == {
        "totals": {"data_rows": 4, "accepted": 2, "rejected": 1, "skipped": 1},
        "results": [
            {"line": 2, "status": "accepted", "person": str(son), "unmet": [], "id": str(made[son].pk)},
            {"line": 4, "status": "rejected"},
            {"line": 5, "status": "accepted", "person": str(mother), "unmet": [], "id": str(made[mother].pk)},
            {"line": 6, "status": "skipped"},
        ],
        "findings": [
            {
                "line": 4,
                "column": "nik",
                "code": "not_found",
                "severity": "reject",
                "text_id": "Tidak ada orang dengan NIK ini yang boleh Anda lihat; mintalah rujukan dari Dinas Sosial.",
                "text_en": "Nobody whom you may see has this NIK; ask Social Affairs for a referral.",
            },
            {
                "line": 5,
                "column": "score",
                "code": "score_invalid",
                "severity": "warn",
                "text_id": "Nilai bukan 0 sampai 100; tidak disimpan.",
                "text_en": "The score is not 0 to 100; it is not kept.",
            },
            {
                "line": 6,
                "column": "nik",
                "code": "row_repeated",
                "severity": "warn",
                "text_id": "NIK ini sudah ada di baris sebelumnya.",
                "text_en": "This NIK stands in an earlier row already.",
            },
        ],
    }


def test_whoever_is_hidden_is_told_like_whoever_never_was(client, world):
    share(world, "carla", "A son")
    rows = [row(world, "B mother"), row(world, "B mother", nik="6271047001990001")]
    answer = hand_in(client, world, sheet(*rows))
    first, second = answer.json()["findings"]
    assert first | {"line": 3} == second
    assert statuses(answer) == ["rejected", "rejected"]


def test_a_trial_run_leaves_nothing_behind_and_the_same_file_twice_applies_once(client, world):
    share(world, "carla", "A son")
    content = sheet(row(world, "A son"))
    answer = hand_in(client, world, content, key="a", dry_run="true")
    assert answer.json()["results"] == [
        {"line": 2, "status": "accepted", "person": str(world.people["A son"].pk), "unmet": []}
    ]
    with owner():
        assert not Application.objects.exists()
    first = hand_in(client, world, content, key="b")
    assert hand_in(client, world, content, key="b").json() == first.json()
    again = hand_in(client, world, content, key="c")
    assert (statuses(again), found(again)) == (["skipped"], [(2, "nik", "exists")])
    with owner():
        assert Application.objects.count() == 1


def test_numbers_that_cannot_be_and_rows_of_other_courses_are_rejected(client, world):
    share(world, "carla", "A son", "A mother")
    answer = hand_in(
        client,
        world,
        sheet(
            row(world, "A son", nik="6.27104E+15"),
            row(world, "A son", nik="627104"),
            row(world, "A son", nik="9999999999999996"),
            row(world, "A son", course="Las"),
            row(world, "A mother", run="3/2024"),
        ),
    )
    assert found(answer) == [
        (2, "nik", "nik_exponent"),
        (3, "nik", "nik_length"),
        (4, "nik", "nik_needed"),
        (5, "vocation", "other_course"),
        (6, "run", "other_run"),
    ]
    rows = [
        row(world, "A son", course="Las"),
        row(world, "A son", born="31-02-2000"),
        row(world, "A son", name="12345"),
        row(world, "A son", run=f"Angkatan ke-1/{COMING}"),
    ]
    answer = hand_in(client, world, sheet(*rows), key="r", dry_run="true")
    assert found(answer) == [
        (2, "vocation", "other_course"),
        (3, "birth_date", "birth_date_invalid"),
        (4, "name", "name_invalid"),
    ]
    assert statuses(answer)[-1] == "accepted", "no row that was left out stands in the way of a good one"
    every = hand_in(client, world, sheet(row(world, "A son", course="Las", run="9")), key="e", every_row="true")
    assert statuses(every) == ["accepted"]


def test_a_mistyped_number_that_is_somebody_elses_is_rejected_and_a_slip_is_a_warning(client, world):
    share(world, "carla", "A son", "A mother")
    answer = hand_in(
        client,
        world,
        sheet(
            row(world, "A son", name="Somebody else entirely", born="1 Januari 1971"),
            row(world, "A mother", born="18/05/1980"),
        ),
    )
    assert found(answer) == [(2, "nik", "another_person"), (3, "birth_date", "birth_date_differs")]
    assert statuses(answer) == ["rejected", "accepted"]


def test_social_affairs_takes_its_people_in_and_opens_them_to_the_provider(client, world):
    answer = hand_in(client, world, sheet(row(world, "B son"), row(world, "D son")), who="amal")
    assert statuses(answer) == ["accepted", "rejected"]
    assert found(answer) == [(2, "score", "score_not_yours"), (3, "nik", "not_found")]
    assert get(client, world, "carla", f"persons/{world.people['B son'].pk}").status_code == 200


def test_who_may_not_take_lists_in(client, world):
    content = sheet(row(world, "A son"))
    for who in ("basim", "farah", "emil"):
        assert hand_in(client, world, content, who=who).json()["code"] == "not_granted", who
    assert hand_in(client, world, content, who="dina").json()["code"] == "not_found"
    with owner():
        Batch.objects.filter(pk=world.batch).update(status="closed")
    assert hand_in(client, world, content).json()["code"] == "conflict"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"just words\nand more", "header_not_found"),
        (b"PK\x03\x04 broken", "workbook_damaged"),
        (b"nik,no_ktp,nama\n1,2,3\n", "column_repeated"),
        (b"nik,nama\n" + b"6271047001990001,x\n" * 1001, "too_many_rows"),
    ],
)
def test_files_without_a_table_are_refused_whole(client, world, content, code):
    answer = hand_in(client, world, content)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_a_workbook_is_taken_in_too(client, world):
    share(world, "carla", "A son")
    lines = [["DAFTAR PESERTA"], ["NIK", "Nama", "TTL"], [world.numbers["A son"], "canary-name-A-son", "X, 2-3-2000"]]
    answer = hand_in(client, world, xlsx_answer(lines, "x").content)
    assert (statuses(answer), found(answer)) == (["accepted"], [])
    assert answer.json()["results"][0]["line"] == 3


def seated(client, world):
    """A's son and mother hold seats, B's son waits for a decision."""
    share(world, "carla", "A son", "A mother")
    for place, label in enumerate(("A son", "A mother")):
        answer = hand_in(client, world, sheet(row(world, label, score=str(80 + place))), key=place)
        act(client, world, "accept", answer.json()["results"][0]["id"])
    hand_in(client, world, sheet(row(world, "B son")), who="amal", key="b")


def participants(client, world, who="carla", kind="csv", **query):
    return client.get(f"/api/v1/batches/{world.batch}/participants.{kind}", query, headers=world.headers(who))


def table(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_participants_go_out_in_the_columns_of_the_blk(client, world):
    seated(client, world)
    answer = participants(client, world)
    header, son, mother = table(answer)
    assert header[:6] == ["no_pendaftaran", "nik", "nama_lengkap", "tempat_lahir", "tanggal_lahir", "jenis_kelamin"]
    told = dict(zip(header, son, strict=True))
    assert {name: text for name, text in told.items() if text} == {
        "nama_lengkap": "canary-name-A-son",
        "tanggal_lahir": "2000-03-02",
        "jenis_kelamin": "L",
        "alamat": "canary-address-A",
        "kelurahan": "Kameloh Baru",
        "no_hp": "canary-phone-A2",
        "pendidikan_terakhir": "SD",
        "status_pekerjaan": "Bekerja",
        "kejuruan": "aquaculture",
        "angkatan": "Angkatan 1",
        "hasil_seleksi": "DITERIMA",
        "nilai": "80",
    }
    assert mother[2] == "canary-name-A-mother"
    with owner():
        record = AccessRecord.objects.filter(action="export").latest("id")
    assert (record.count, record.subjects, record.fields) == (
        2,
        [world.people["A son"].pk, world.people["A mother"].pk],
        "participants blk",
    )


def certify(world, label):
    """The person passed the test and holds a certificate."""
    with owner():
        seat = Application.objects.get(person=world.people[label])
        values = {"batch": seat.batch, "person": seat.person, "household": seat.household, "provider": seat.provider}
        trainee = Trainee.objects.create(id=seat.pk, application=seat, **values, source="own", result="competent")
        Certificate.objects.create(
            trainee=trainee,
            kind="competence",
            number="6271-2027-0000001",
            issuer="BNSP",
            scheme="Budidaya",
            issued_on="2027-02-01",
            author="x",
        )


def test_participants_go_out_in_the_columns_of_siapkerja_as_a_workbook(client, world):
    seated(client, world)
    certify(world, "A son")
    [rows] = [list(rows) for rows in sheets_of(participants(client, world, kind="xlsx", form="siapkerja").content)]
    assert rows[0][:3] == ["NIK", "Nama Lengkap", "Tempat Lahir"]
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["NIK"], told["Kecamatan"], told["Tanggal Mulai"]) == ("", "Sabangau", f"{COMING}-01-04")
    assert (told["Hasil Pelatihan"], told["No. Sertifikat"]) == ("KOMPETEN", "6271-2027-0000001")
    assert rows[2][-2:] == ["", ""]


def test_whole_numbers_go_out_only_when_asked_for_and_each_is_on_record(client, world):
    seated(client, world)
    rows = table(participants(client, world, numbers="true"))
    assert [row[1] for row in rows[1:]] == [world.numbers["A son"], world.numbers["A mother"]]
    with owner():
        assert AccessRecord.objects.filter(action="reveal_nik_certificate").count() == 2


def test_people_who_are_no_longer_shared_leave_only_the_course(client, world):
    seated(client, world)
    with owner():
        world.people["A son"].household.shares.update(until="2020-01-01")
    son = table(participants(client, world, numbers="true"))[1]
    assert {text for text in son if text} == {"aquaculture", "Angkatan 1", "DITERIMA", "80"}


def test_who_may_not_fetch_participants(client, world):
    seated(client, world)
    for who in ("amal", "basim", "emil"):
        assert participants(client, world, who=who).json()["code"] == "not_granted", who
    assert participants(client, world, who="farah").status_code == 200
    assert len(table(participants(client, world, who="farah"))) == 1
    assert participants(client, world, who="farah", numbers="true").json()["code"] == "parameter_invalid"
    assert participants(client, world, form="excel").json()["code"] == "parameter_invalid"


def test_no_cell_is_run_by_a_spreadsheet(client, world):
    seated(client, world)
    with owner():
        Person.objects.filter(pk=world.people["A son"].pk).update(name='=HYPERLINK("x")')
        Household.objects.filter(pk=world.households["A"].pk).update(address="-1+cmd|'/C calc'!A0")
    told = dict(zip(*table(participants(client, world))[:2], strict=True))
    assert told["nama_lengkap"] == '\'=HYPERLINK("x")'
    assert told["alamat"].startswith("'-1+cmd")
    [rows] = [list(rows) for rows in sheets_of(participants(client, world, kind="xlsx").content)]
    assert rows[1][2] == '=HYPERLINK("x")'
    assert b"<f>" not in participants(client, world, kind="xlsx").content


def test_every_sign_survives_or_is_left_out():
    cell = 'a\0\x0b<&>"é\ufffe\t=x\r\n'
    [rows] = [list(rows) for rows in sheets_of(xlsx_answer([[cell]], "x").content)]
    assert rows == [['a<&>"é\t=x\r\n']]
    assert table(csv_answer([["@x", "+1", "a=1"]], "x")) == [["'@x", "'+1", "a=1"]]
