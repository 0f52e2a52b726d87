"""The small city with something in every drawer: of each resource a row of one's own, a shared one, an ended one and
one of another city, and a canary in every text.

A new resource: its rows in a function here, the function in SETTLING, and one line in tests/oracle.py.
"""

import hashlib
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from agencies.access.functions import call
from agencies.access.models import AccessRecord
from agencies.access.vault import seal
from agencies.jobs.models import Job
from agencies.models import Agency, Agreement, Client, JointLeave
from coordination.matching.models import Livelihood, Weighting
from coordination.monitoring.models import Headcount
from coordination.referrals.files import attachment_storage
from coordination.referrals.models import Attachment, Note, PullRequest, Referral, ReferralMove
from coordination.schools.models import Placement, PlaceOffer, School
from coordination.training.models import Application, Batch, Programme, Session
from households.intake.models import Finding, ImportBatch
from households.register.models import Household, Person, Share
from tests.canaries import plant_canaries
from tests.cohorts import settle_cohorts
from tests.schooling import settle_schooling
from tests.trainees import settle_groups, settle_trainees
from tests.world import PURPOSE, World

CITIES = {"A": "62.71", "B": "62.71", "D": "63.71"}
# Whom each office was shown; of family B Basim and Carla once saw the same people as of A.
SHOWN = {"basim": ["A daughter", "A mother"], "carla": ["A son"], "gita": ["D daughter"], "farah": ["B mother"]}


def settle_city(world: World) -> None:
    """Rows of every resource. Must run as the owner."""
    for settle in SETTLING:
        settle(world)
    plant_canaries()


def settle_shares(world: World) -> None:
    """Basim and Carla have people of A; of B some, closed, past its day, or for another purpose; Gita has one of D."""
    today, now = timezone.localdate(), timezone.now()
    day_before = today - timedelta(days=2)
    for name in ("basim", "carla"):
        purpose = PURPOSE[world.agencies[name].kind]
        of_b = [label.replace("A", "B") for label in SHOWN[name]]
        _share(world, name, SHOWN[name], purpose=purpose, until=today)
        _share(world, name, of_b, purpose=purpose, until=today, closed_at=now)
        _share(world, name, of_b, purpose=purpose, until=day_before)
        _share(world, name, of_b, purpose="casework", until=today)
    _share(world, "gita", SHOWN["gita"], purpose="schooling", until=today)
    _share(world, "farah", SHOWN["farah"], purpose="training", until=today)


def _share(world: World, name: str, people: list[str], **terms: Any) -> None:
    Share.objects.create(
        household=world.households[people[0][0]],
        agency=world.agencies[name],
        subjects=[world.people[label].pk for label in people],
        **terms,
    )


def settle_neighbours(world: World) -> None:
    """The second city's other offices, of which only Gita's has clients; two of them hold an agreement."""
    for name, kind in (("hana", "manpower"), ("ida", "oversight"), ("joko", "partner")):
        world.neighbours[name] = Agency.objects.create(name=f"Office of {name}", kind=kind, region_id="63.71")
    for name in ("dina", "gita"):
        world.neighbours[name] = world.agencies[name]
    today = timezone.localdate()
    for name in ("gita", "hana", "joko"):
        Agreement.objects.create(
            from_agency=world.agencies["dina"],
            to_agency=world.neighbours[name],
            purpose=PURPOSE[world.neighbours[name].kind],
            legal_basis="PKS",
            number=f"PKS-{name}",
            region_id="63.71",
            starts=today - timedelta(days=2),
            until=today,
        )


def settle_referrals(world: World) -> None:
    """Sent, drafted and ended ones of this city, and one of the other; each with a note, a step and a file of both."""
    now, today = timezone.now(), timezone.localdate()
    for place, (person, receiver, status) in enumerate(
        (
            ("A daughter", "basim", "requested"),
            ("A toddler", "basim", "draft"),
            ("B daughter", "basim", "completed"),
            ("A son", "carla", "accepted"),
            ("B son", "carla", "cancelled"),
            ("D daughter", "gita", "requested"),
        )
    ):
        sender = world.agencies["dina" if person[0] == "D" else "amal"]
        sent = None if status == "draft" else now
        referral = Referral.objects.create(
            from_agency=sender,
            to_agency=world.agencies[receiver],
            household=world.households[person[0]],
            person=world.people[person],
            kind="training" if receiver == "carla" else "schooling",
            status=status,
            due_on=date(2031, 1, 1) + timedelta(days=place),
            sent_at=sent,
            decided_at=sent,
            ended_at=sent,
        )
        if sent:
            referral.share = Share.objects.create(
                household=referral.household,
                agency=referral.to_agency,
                purpose=referral.kind,
                subjects=[referral.person_id],
                until=today,
                closed_at=sent if status in ("completed", "cancelled") else None,
            )
            referral.save(update_fields=["share"])
        for agency in (sender, world.agencies[receiver])[: 1 if sent is None else 2]:
            Note.objects.create(referral=referral, agency=agency, author="x", text="x")
            ReferralMove.objects.create(
                referral=referral, name="x", to_status=status, agency=agency, author="x", words="x"
            )
            file_paper(referral, agency, place)


def file_paper(referral: Referral, agency: Agency, place: int) -> None:
    """A file that can be fetched, with something of its own in it."""
    content, key = f"canary-{90_000 + place} in a file".encode(), uuid4()
    stored = f"city/{key}"
    attachment_storage().save(stored, ContentFile(seal(content, f"referrals_attachment.file.{key}")))
    Attachment.objects.create(
        id=key,
        referral=referral,
        name="x",
        content_type="application/pdf",
        size=987654 + place,
        sha256=hashlib.sha256(content).hexdigest(),
        stored=stored,
        agency=agency,
        author="x",
    )


def settle_pull_requests(world: World) -> None:
    """Asked of the Dinsos of either city, for somebody who is there and for nobody."""
    for asker, asked, person in (("basim", "amal", "A son"), ("carla", "amal", None), ("gita", "dina", "D son")):
        PullRequest.objects.create(
            from_agency=world.agencies[asker],
            to_agency=world.agencies[asked],
            kind="training" if asker == "carla" else "schooling",
            reason="x",
            words="x",
            author="x",
            person=world.people[person] if person else None,
            digests=[b"x"],
        )


def settle_joint_leave(world: World) -> None:
    """A day that a decree closes the offices."""
    JointLeave.objects.create(day=date(2033, 3, 3), name="x", decree="x")


def settle_schools(world: World) -> None:
    """A school of either city with places, and a child of every family in one."""
    for position, (city, labels) in enumerate((("62.71", ("A daughter", "B daughter")), ("63.71", ("D daughter",)))):
        school = School.objects.create(
            npsn=f"3029999{position}",
            name="x",
            level="SMP",
            ownership="public",
            authority="city",
            region_id=f"{city}.01",
            latitude=f"-2.209999{position}",
            longitude=f"113.909999{position}",
        )
        place = PlaceOffer.objects.create(school=school, school_year=2031, grade=7, capacity=9811 + position, taken=2)
        for label in labels:
            Placement.objects.create(place=place, person=world.people[label], household=world.households[label[0]])


def settle_training(world: World) -> None:
    """Carla's and Farah's batches, drafted and cancelled ones too, another city's, and applications of every family."""
    carla, hana = world.agencies["carla"], world.neighbours["hana"]
    there = Programme.objects.create(provider=hana, name="x", vocation="x", sectors=[4], hours=8)
    here = Programme.objects.get(provider=carla)
    fish = Programme.objects.create(provider=world.agencies["farah"], name="x", vocation="x", sectors=[4], hours=8)
    batches = [Batch.objects.get(pk=world.batch)]
    for place, (programme, region, status) in enumerate(
        (
            (here, "62.71.01.1001", "draft"),
            (here, "62.71.01.1001", "cancelled"),
            (there, "63.71.01.1001", "open"),
            (there, "63.71.01.1001", "draft"),
            (fish, "62.71.01.1001", "open"),
        )
    ):
        batches.append(
            Batch.objects.create(
                programme=programme,
                provider=programme.provider,
                name="x",
                venue="x",
                region_id=region,
                starts_on=date(2032, 1, 1) + timedelta(days=place),
                ends_on=date(2032, 2, 1) + timedelta(days=place),
                registration_until=date(2031, 12, 1) + timedelta(days=place),
                capacity=3,
                status=status,
            )
        )
    for batch, person, status in (
        (batches[0], "A son", "applied"),
        (batches[0], "B son", "withdrawn"),
        (batches[3], "D son", "applied"),
        (batches[5], "B mother", "applied"),
    ):
        Application.objects.create(
            batch=batch,
            person=world.people[person],
            household=world.households[person[0]],
            provider=batch.provider,
            source="own",
            status=status,
            starts_on=batch.starts_on,
            ends_on=batch.ends_on,
        )
    for place, batch in enumerate(batches):
        Session.objects.create(
            batch=batch,
            day=batch.starts_on,
            starts=time(8, place),
            ends=time(9, place),
            topic="x",
        )


def settle_matching(world: World) -> None:
    """What places of either city live on, their weights, and the candidates of every family."""
    for place, (city, village) in enumerate((("62.71", "62.71.04.1004"), ("63.71", "63.71.01.1001"))):
        since = date(2024, 3, 7) + timedelta(days=place)
        Livelihood.objects.create(region_id=village, activity="fisheries_aquaculture", since=since, source="x")
        Weighting.objects.create(city=city, since=since + timedelta(days=10), reason="x")
    call("tend_candidates", timezone.localdate())


def settle_imports(world: World) -> None:
    """A file of either city, with its job and what was found in it."""
    for place, name in enumerate(("amal", "dina")):
        agency, key = world.agencies[name], uuid4()
        job = Job.objects.create(kind="import_register", subject=key, agency=agency, caller={}, status="succeeded")
        batch = ImportBatch.objects.create(
            id=key,
            agency=agency,
            city=agency.region_id,
            kind="register",
            period=date(2021, 12, 31) + timedelta(days=place),
            file_name="x",
            content_digest=b"x",
            job=job,
            applied_at=timezone.now(),
        )
        Finding.objects.create(batch=batch, line=4711 + place, column="x", code="nik_length", severity="reject")


def settle_headcounts(world: World) -> None:
    """A figure of either city."""
    for place, city in enumerate(("62.71", "63.71")):
        Headcount.objects.create(
            year=2019,
            region_id=city,
            city=city,
            measure="register_count",
            basis="x",
            value=654321 + place,
            unit="persons",
            source="x",
            as_of=date(2019, 12, 30) + timedelta(days=place),
            published_by="x",
        )


def settle_access_records(world: World) -> None:
    """A call of each office of the walk, under a number that no other row has."""
    for place, name in enumerate(("amal", "basim", "carla", "farah", "dina", "gita")):
        AccessRecord.objects.create(
            id=900_000_000_000 + place,
            agency=world.agencies[name].pk,
            city=world.agencies[name].region_id,
            action="read",
            resource="person",
            subjects=[world.people["D son" if name in ("dina", "gita") else "A son"].pk],
        )


def settle_gone(world: World) -> None:
    """A family and a person who were deleted; their history is still kept."""
    household = Household.objects.create(region_id="62.71.01.1001", address="canary-of-the-deleted")
    person = Person.objects.create(
        household=household,
        city="62.71",
        name="canary-of-the-deleted",
        sex="F",
        birth_date="1999-01-01",
        relation="head",
    )
    world.gone = {"person": person.pk, "household": household.pk}
    person.delete()
    household.delete()


SETTLING = (
    settle_shares,
    settle_neighbours,
    settle_referrals,
    settle_pull_requests,
    settle_joint_leave,
    settle_schools,
    settle_training,
    settle_trainees,
    settle_groups,
    settle_matching,
    settle_schooling,
    settle_imports,
    settle_headcounts,
    settle_cohorts,
    settle_access_records,
    settle_gone,
)


def move_client(world: World, who: str) -> None:
    """The client now works for an office of the same kind in the other city. Must run as the owner."""
    kind = world.agencies[who.partition(" ")[0]].kind
    other = next(agency for agency in world.neighbours.values() if agency.kind == kind)
    Client.objects.filter(pk=world.clients[who].pk).update(agency=other)
