"""What the small city holds of those who take part in courses: marks, tests, papers and what became of them."""

from datetime import date, timedelta

from coordination.business_groups.models import BusinessGroup, GroupMember
from coordination.trainees.models import Attendance, Certificate, CompetencyTest, Outcome, Trainee
from coordination.training.models import Application, Session
from tests.world import World

# Whom Dinsos sent to the course: of either city somebody, and somebody who came by themselves.
SENT = ("A son", "D son")


def settle_trainees(world: World) -> None:
    """A trainee of every application, with a mark, a test, a paper and a check each. Must run as the owner."""
    for place, application in enumerate(Application.objects.select_related("batch").order_by("pk")):
        is_sent = application.person_id in {world.people[label].pk for label in SENT}
        day = date(2035, 1, 1) + timedelta(days=place)
        trainee = Trainee.objects.create(
            id=application.pk,
            application=application,
            batch=application.batch,
            person_id=application.person_id,
            household_id=application.household_id,
            provider_id=application.provider_id,
            source="social" if is_sent else "own",
            is_warned=True,
            warned_on=day,
            result="competent",
            finished_on=day + timedelta(days=10),
        )
        session = Session.objects.filter(batch=application.batch).first()
        Attendance.objects.create(session=session, application=application, status="absent", way="list", author="x")
        CompetencyTest.objects.create(
            trainee=trainee,
            attempt=1,
            tested_on=day + timedelta(days=20),
            tester="x",
            is_competent=True,
            words="x",
            author="x",
        )
        Certificate.objects.create(
            trainee=trainee,
            kind="competence",
            number=f"canary-{80_000 + place}",
            issuer="x",
            scheme="x",
            registration="x",
            issued_on=day + timedelta(days=30),
            valid_until=day + timedelta(days=40),
            revoked_on=day + timedelta(days=50),
            revoked_reason="x",
            author="x",
        )
        Outcome.objects.create(trainee=trainee, months=3, due_on=day + timedelta(days=60), author="x", words="x")


def settle_groups(world: World) -> None:
    """A group of each provider, of Dinsos and of the other city. Must run as the owner."""
    for place, (agency, city, people) in enumerate(
        (
            (world.agencies["carla"], "62.71", ("A son", "B son")),
            (world.agencies["farah"], "62.71", ("B mother",)),
            (world.agencies["amal"], "62.71", ("A mother",)),
            (world.neighbours["hana"], "63.71", ("D son",)),
        )
    ):
        day = date(2036, 1, 1) + timedelta(days=place)
        group = BusinessGroup.objects.create(
            name="x",
            sector=4,
            region_id=f"{city}.01.1001",
            agency=agency,
            status="active",
            formed_on=day,
            ended_reason="x",
        )
        for label in people:
            GroupMember.objects.create(
                group=group,
                person=world.people[label],
                household=world.households[label[0]],
                joined_on=day + timedelta(days=10),
            )
