"""A course that runs: a batch with people in its seats and sessions on days that have come; arranged as the owner."""

from datetime import time, timedelta

from django.utils.timezone import localdate

from coordination.training.models import Application, Batch, Programme, Session
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.test_referrals import get, post

TODAY = localdate()
UNITS = [{"code": "A.032300.001.02", "name": "Menyiapkan kolam"}, {"code": "A.032300.002.02", "name": "Memberi pakan"}]


class Course:
    """A batch with its people and sessions, and the calls that are made of it."""

    def __init__(self, world, client, *, who="carla", people=3, sessions=5, status="running", units=(), source="own"):
        self.world, self.client, self.who = world, client, who
        with owner():
            office = world.agencies[who]
            programme = Programme.objects.create(
                provider=office, name="Budidaya ikan", vocation="aquaculture", sectors=[4], hours=40, units=list(units)
            )
            self.batch = Batch.objects.create(
                programme=programme,
                provider=office,
                name="Angkatan 7",
                venue="Balai Kameloh Baru",
                region_id="62.71.04.1004",
                starts_on=TODAY - timedelta(days=sessions),
                ends_on=TODAY,
                registration_until=TODAY,
                capacity=50,
                status=status,
            )
            self.sessions = [self.meet(sessions - place) for place in range(sessions)]
            self.people = sorted((self.seat(place, source) for place in range(people)), key=lambda one: one.pk)

    def meet(self, days_ago):
        day = TODAY - timedelta(days=days_ago)
        return Session.objects.create(batch=self.batch, day=day, starts=time(0, 0), ends=time(23, 59), topic="x")

    def household(self):
        return self.world.households["B"]

    def seat(self, place, source="own"):
        """An application of somebody whom the provider may see."""
        person = Person(
            household=self.household(),
            city="62.71",
            name=f"canary-trainee-{place}",
            sex="F",
            birth_date="1995-01-01",
            relation="other",
            nik_last4=f"77{place % 100:02}",
        )
        person.save(force_insert=True)
        Share.objects.create(
            household=person.household,
            agency=self.world.agencies[self.who],
            purpose="training",
            subjects=[person.pk],
            until=TODAY + timedelta(days=30),
        )
        return Application.objects.create(
            batch=self.batch,
            person=person,
            household=person.household,
            provider=self.batch.provider,
            source=source,
            status="accepted",
            seat="open",
            starts_on=self.batch.starts_on,
            ends_on=self.batch.ends_on,
        )

    def sheet(self, place=0, who=None):
        return get(self.client, self.world, who or self.who, f"sessions/{self.sessions[place].pk}/attendance")

    def record(self, place, *statuses, who=None, tag="*"):
        """Put the sheet of one session: one status for each person, in order; None leaves a person out."""
        items = [
            {"application": str(one.pk), "status": status}
            for one, status in zip(self.people, statuses, strict=False)
            if status
        ]
        return self.put(f"sessions/{self.sessions[place].pk}/attendance", {"items": items}, who=who, tag=tag)

    def put(self, path, body, *, who=None, tag="*"):
        headers = self.world.headers(who or self.who, **{"If-Match": tag})
        return self.client.put(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def attend(self, *marks):
        """Record all sessions: for each person the marks of all sessions as a word such as `ppapp`."""
        names = {"p": "present", "l": "late", "e": "excused", "a": "absent"}
        for place in range(len(self.sessions)):
            answer = self.record(place, *(names[word[place]] for word in marks))
            assert answer.status_code == 200, answer.content

    def move(self, name, who=None):
        return post(self.client, self.world, who or self.who, f"batches/{self.batch.pk}/{name}")

    def trainee(self, place, who=None):
        return get(self.client, self.world, who or self.who, f"trainees/{self.people[place].pk}").json()

    def test(self, place, who=None, **more):
        body = {"trainee": str(self.people[place].pk), "tested_on": TODAY.isoformat(), "tester": "Pak Budi", **more}
        return post(self.client, self.world, who or self.who, "competency-tests", body)

    def certify(self, place, kind="competence", who=None, **more):
        body = {"trainee": str(self.people[place].pk), "kind": kind, "issued_on": TODAY.isoformat(), **more}
        return post(self.client, self.world, who or self.who, "certificates", body)
