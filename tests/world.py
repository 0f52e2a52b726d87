"""The cast in one small city: Amal at Social Affairs, Basim at Education, Carla at Manpower, Dina at a second
city's Social Affairs, Emil the auditor, a stranger without a token, and two families.

Every personal field of the first family holds a canary: a value that stands nowhere else.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from agencies.access import policy
from agencies.models import AccessToken, Agency, Agreement, Client, Officer, Region
from agencies.regions import official_regions
from agencies.web.oauth import secret_digest
from coordination.training.models import Batch, Programme
from households.register.models import Assessment, FamilyCard, Household, Listing, Membership, Person
from households.register.numbers import sealed_number
from tests.days import COMING

EVERY_SCOPE = [
    f"{name}:{verb}"
    for name in (
        "households",
        "persons",
        "shares",
        "imports",
        "referrals",
        "queue",
        "schooling",
        "training",
        "headcounts",
        "agencies",
        "access_records",
        "jobs",
    )
    for verb in ("read", "write")
]
PURPOSE = {
    "social": "registry",
    "education": "schooling",
    "manpower": "training",
    "oversight": "oversight",
    "partner": "training",
}
PASSWORD = "a long pass phrase for tests"
CITY, OTHER_CITY = "62.71", "63.71"


@dataclass
class World:
    """What tests need to name."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    batch: UUID | None = None
    # Filled in by tests/city.py: offices of the second city by name, and the keys of deleted records.
    neighbours: dict[str, Agency] = field(default_factory=dict)
    gone: dict[str, UUID] = field(default_factory=dict)

    def headers(self, who: str, **more: str) -> dict[str, str]:
        """Request headers of one of the cast, as Django's test client takes them."""
        kind = self.agencies[who.partition(" ")[0]].kind
        return {
            "Authorization": f"Bearer {self.tokens[who]}",
            "X-Purpose": PURPOSE[kind],
            "X-Initiator": who.partition(" ")[0],
            **more,
        }


def build_world() -> World:
    """The whole cast."""
    world = World()
    wanted = [row for row in official_regions() if row[0][:2] in ("62",) or row[0] == "63" or row[0][:5] == OTHER_CITY]
    Region.objects.bulk_create([Region(code=c, name=n, level=level, parent_id=p) for c, n, level, p in wanted])
    for name, kind, city in (
        ("amal", "social", CITY),
        ("basim", "education", CITY),
        ("carla", "manpower", CITY),
        ("dina", "social", OTHER_CITY),
        ("emil", "oversight", CITY),
        ("farah", "partner", CITY),
        ("gita", "education", OTHER_CITY),
    ):
        world.agencies[name] = Agency.objects.create(name=f"Office of {name}", kind=kind, region_id=city)
        roles = [role for k, role in policy.GRANTS if k == kind and role in policy.ROLES]
        for role in roles:
            _enrol(world, name, role, f"{name} {role}")
        world.tokens[name] = world.tokens[f"{name} {roles[0]}"]
        world.clients[name] = world.clients[f"{name} {roles[0]}"]
    _agree(world)
    _settle(world, "amal", CITY, "62.71.04.1004", "A")
    _settle(world, "amal", CITY, "62.71.01.1001", "B")
    _settle(world, "dina", OTHER_CITY, "63.71.01.1001", "D")
    programme = Programme.objects.create(
        provider=world.agencies["carla"], name="Budidaya ikan", vocation="aquaculture", sectors=[4], hours=40
    )
    world.batch = Batch.objects.create(
        programme=programme,
        provider=world.agencies["carla"],
        name="Angkatan 1",
        venue="Balai Kameloh Baru",
        region_id="62.71.04.1004",
        starts_on=date(COMING, 1, 4),
        ends_on=date(COMING, 1, 8),
        registration_until=date(COMING - 1, 12, 20),
        capacity=2,
        status="open",
    ).pk
    return world


@cache
def hashed_password() -> str:
    """Hashing is slow on purpose, and the cast is large: all have the same password under the same salt."""
    return make_password(PASSWORD)


def _enrol(world: World, name: str, role: str, label: str) -> None:
    agency = world.agencies[name]
    client = Client.objects.create(
        client_id=label.replace(" ", "-"),
        name=label,
        agency=agency,
        role=role,
        secret_digest=secret_digest(f"secret of {label}"),
        scopes=EVERY_SCOPE,
        purposes=list(policy.PURPOSES),
    )
    token = f"token-of-{label.replace(' ', '-')}"
    AccessToken.objects.create(
        digest=AccessToken.digest_of(token),
        client=client,
        scopes=EVERY_SCOPE,
        expires_at=timezone.now() + timedelta(days=30),
    )
    world.tokens[label], world.clients[label] = token, client
    officer = Officer(
        username=label.replace(" ", "."), full_name=label, staff_number=label, agency=agency, roles=[role]
    )
    officer.password = hashed_password()
    officer.save()


def _agree(world: World) -> None:
    """The agreements under which the other offices of the city work."""
    for name, purpose in (
        ("basim", "schooling"),
        ("carla", "training"),
        ("farah", "statistics"),
        ("farah", "training"),
    ):
        Agreement.objects.create(
            from_agency=world.agencies["amal"],
            to_agency=world.agencies[name],
            purpose=purpose,
            legal_basis="PKS and Perwali",
            number=f"PKS-{name}-{purpose}",
            region_id=CITY,
            starts=date(2020, 1, 1),
            until=date(2099, 12, 31),
        )


def _settle(world: World, registrar: str, city: str, village: str, mark: str) -> None:
    """A family of four: mother (head), adult son, school-age daughter, toddler."""
    household = Household.objects.create(
        region_id=village, address=f"canary-address-{mark}", rt=f"rt{mark}", rw=f"rw{mark}"
    )
    world.households[mark] = household
    digit = str(ord(mark) - 64)
    for place, (who, born, sex, relation) in enumerate(
        (
            ("mother", date(1980, 5, 17), "F", "head"),
            ("son", date(2000, 3, 2), "M", "child"),
            ("daughter", date(2014, 9, 5), "F", "child"),
            ("toddler", date(2023, 1, 9), "M", "child"),
        ),
        1,
    ):
        nik = f"6271{digit}{place}{born:%d%m%y}9{digit}0{place}"
        person = Person(
            household=household,
            city=city,
            name=f"canary-name-{mark}-{who}",
            sex=sex,
            birth_date=born,
            birth_place=f"canary-birthplace-{mark}-{who}",
            mother_name=f"canary-mother-{mark}-{who}",
            relation=relation,
            phone=f"canary-phone-{mark}{place}",
            school_participation="no_longer" if who == "daughter" else "unknown",
            education="3",
            occupation="11",
            disabilities=[f"canary-dis-{mark}{place}"],
        )
        for column, value in {
            **sealed_number("nik", person.pk, nik),
            **sealed_number("nisn", person.pk, f"00{digit}{place}929292"),
        }.items():
            setattr(person, column, value)
        person.save(force_insert=True)
        world.people[f"{mark} {who}"] = person
        world.numbers[f"{mark} {who}"] = nik
        Membership.objects.create(household=household, person=person, since=date(2022, 1, 1))
        Assessment.objects.create(
            person=person,
            source="DTKS",
            period=date(2022, 12, 31),
            status="extreme_poor",
            decile=1,
            food_aid=True,
        )
        Listing.objects.create(
            person=person,
            household=household,
            city=city,
            source="DTKS",
            register_number=f"9900{digit}{place}",
            entered_on=date(2022, 1, 1),
            entry_reason="registered",
            decree=f"canary-decree-{mark}{place}",
        )
    number = f"6271{digit}00101229{digit}00"
    card = FamilyCard(household=household, city=city, since=date(2022, 1, 1))
    for column, value in sealed_number("family_card", card.pk, number).items():
        setattr(card, column, value)
    card.save(force_insert=True)
    world.numbers[f"{mark} card"] = number
