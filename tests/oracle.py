"""Which rows a caller should see, worked out a second time in plain Python, without the product's scopes."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from agencies.access import policy
from agencies.models import Agency
from tests.city import CITIES, SHOWN
from tests.world import World

Opinion = Callable[[World, Agency, Any], bool]
TRAINEE = ("trainee", "competency_test", "certificate", "outcome")
PLACES = ("mother", "son", "daughter", "toddler")


def label_of(world: World, row: Any) -> str:
    """Of whom a row is: a person's label, a household's mark, or nothing."""
    people = {p.pk: label for label, p in world.people.items()}
    households = {h.pk: mark for mark, h in world.households.items()}
    keys = [getattr(row, "person_id", None), row.pk, getattr(row, "household_id", None)]
    return next((known[key] for key in keys for known in (people, households) if key in known), "")


def _everybodys(world: World, me: Agency, row: Any) -> bool:
    return True


def _of_the_agency(world: World, me: Agency, row: Any) -> bool:
    return me.pk in (getattr(row, "agency_id", None), getattr(row, "agency", None))


def _of_the_city(world: World, me: Agency, row: Any) -> bool:
    return bool(row.city == me.region_id)


def _of_the_register(world: World, me: Agency, row: Any) -> bool:
    label = label_of(world, row)
    return CITIES[label[0]] == me.region_id if label else row.region_id[:5] == me.region_id


def _shown(world: World, me: Agency) -> list[str]:
    return next((people for name, people in SHOWN.items() if world.agencies[name].pk == me.pk), [])


def _shown_person(world: World, me: Agency, row: Any) -> bool:
    return label_of(world, row) in _shown(world, me)


def _shown_household(world: World, me: Agency, row: Any) -> bool:
    return label_of(world, row) in {label[0] for label in _shown(world, me)}


def _of_the_provider(world: World, me: Agency, row: Any) -> bool:
    return bool(row.provider_id == me.pk)


def _planned(world: World, me: Agency, row: Any) -> bool:
    return _of_the_provider(world, me, row) or _of_the_city(world, me, row)


def _offered(world: World, me: Agency, row: Any) -> bool:
    return _of_the_provider(world, me, row) or (_of_the_city(world, me, row) and row.status != "draft")


def _of_a_party(world: World, me: Agency, row: Any) -> bool:
    received = row.to_agency_id == me.pk and getattr(row, "sent_at", True) is not None
    return bool(row.from_agency_id == me.pk or received)


def _of_my_work(world: World, me: Agency, row: Any) -> bool:
    case = getattr(row, "case", row)
    return bool(case.agency_id == me.pk and label_of(world, case) in _shown(world, me))


def _of_my_asking(world: World, me: Agency, row: Any) -> bool:
    return bool(getattr(row, "case", row).referral.from_agency_id == me.pk)


def _of_a_thread(world: World, me: Agency, referral: Any) -> bool:
    """The sender's always; the receiver's while the work runs, for which the city opens a share to it."""
    runs = referral.sent_at is not None and referral.status in ("requested", "accepted")
    return bool(referral.from_agency_id == me.pk or (runs and referral.to_agency_id == me.pk))


def _awaits_the_agency(world: World, me: Agency, row: Any) -> bool:
    return bool(row.agency_id == me.pk and row.starts_on <= timezone.localdate() <= row.ends_on)


def _awaits_and_is_shown(world: World, me: Agency, row: Any) -> bool:
    return _awaits_the_agency(world, me, row) and (row.person_id is None or _shown_person(world, me, row))


def _of_a_trainee(opinion: Opinion) -> Opinion:
    """What hangs on a trainee is seen as the trainee is."""
    return lambda world, me, row: opinion(world, me, getattr(row, "trainee", row))


def _planned_for(world: World, me: Agency, row: Any) -> bool:
    return _planned(world, me, getattr(row, "application", row).batch)


def _provided(world: World, me: Agency, row: Any) -> bool:
    return _of_the_provider(world, me, getattr(row, "application", row))


def _sent_by_the_register(world: World, me: Agency, row: Any) -> bool:
    return row.source in ("referral", "social") and _of_the_register(world, me, row)


# (Row scope, resource) -> whether a caller of this agency should see the row.
SEES: dict[tuple[str, str], Opinion] = {
    ("every", "agency"): _everybodys,
    ("every", "programme"): _everybodys,
    ("every", "joint_leave"): _everybodys,
    ("every", "school"): _everybodys,
    ("every", "place"): _everybodys,
    ("own", "officer"): _of_the_agency,
    ("own", "client"): _of_the_agency,
    ("own", "access_record"): _of_the_agency,
    ("own", "job"): _of_the_agency,
    ("own", "import"): _of_the_agency,
    ("own", "finding"): lambda world, me, row: _of_the_agency(world, me, row.batch),
    ("city", "access_record"): _of_the_city,
    ("counted", "headcount"): _of_the_city,
    ("own", "cohort"): _of_the_agency,
    ("counted", "cohort"): _of_the_city,
    ("counted", "cohort_edition"): _of_the_city,
    ("sender", "referral_move"): _of_my_asking,
    ("party", "agreement"): _of_a_party,
    ("party", "referral"): _of_a_party,
    ("party", "pull_request"): _of_a_party,
    ("thread", "note"): lambda world, me, row: _of_a_thread(world, me, row.referral),
    ("thread", "attachment"): lambda world, me, row: _of_a_thread(world, me, row.referral),
    ("thread", "referral_move"): lambda world, me, row: (
        _of_a_thread(world, me, row.referral) or (row.agency_id == me.pk and _of_a_party(world, me, row.referral))
    ),
    ("counted", "livelihood"): _of_the_city,
    ("counted", "weighting"): _of_the_city,
    ("counted", "profile"): _of_the_city,
    ("registrar", "candidate"): _of_the_register,
    ("shared", "candidate"): _shown_person,
    ("registrar", "queue_item"): _awaits_the_agency,
    ("shared", "queue_item"): _awaits_and_is_shown,
    ("own", "queue_count"): _of_the_agency,
    ("registrar", "household"): _of_the_register,
    ("registrar", "family_card"): _of_the_register,
    ("registrar", "person"): _of_the_register,
    ("registrar", "membership"): _of_the_register,
    ("registrar", "assessment"): _of_the_register,
    ("registrar", "listing"): _of_the_register,
    ("registrar", "share"): _of_the_register,
    ("registrar", "application"): _of_the_register,
    ("registrar", "placement"): _of_the_register,
    ("shared", "placement"): _shown_person,
    ("shared", "household"): _shown_household,
    ("shared", "person"): _shown_person,
    ("received", "share"): _of_the_agency,
    ("registrar", "pupil"): _of_the_register,
    ("shared", "pupil"): _shown_person,
    **{
        ("worked", resource): _of_my_work
        for resource in ("schooling_case", "case_move", "visit", "verification", "follow_up")
    },
    **{("sender", resource): _of_my_asking for resource in ("schooling_case", "case_move", "follow_up")},
    ("provider", "application"): _of_the_provider,
    ("planned", "application"): lambda world, me, row: _planned(world, me, row.batch),
    ("planned", "attendance"): _planned_for,
    ("provider", "attendance"): _provided,
    **{("planned", part): _of_a_trainee(_planned_for) for part in TRAINEE},
    **{("provider", part): _of_a_trainee(_of_the_provider) for part in TRAINEE},
    **{("sender", part): _of_a_trainee(_sent_by_the_register) for part in TRAINEE if part != "competency_test"},
    ("registrar", "business_group"): _of_the_city,
    ("registrar", "group_member"): lambda world, me, row: _of_the_city(world, me, row.group),
    ("formed", "business_group"): _of_the_agency,
    ("formed", "group_member"): lambda world, me, row: (
        _of_the_agency(world, me, row.group) and _shown_person(world, me, row)
    ),
    ("offered", "batch"): _offered,
    ("planned", "batch"): _planned,
    ("offered", "session"): lambda world, me, row: _offered(world, me, row.batch),
    ("planned", "session"): lambda world, me, row: _planned(world, me, row.batch),
}


def sees(world: World, agency: Agency, role: str, resource: str, row: Any) -> bool:
    """Whether a caller should see the row; none without a grant."""
    found = policy.grant(agency.kind, role, resource)
    if found is None:
        return False
    opinion = SEES.get((found.rows, resource))
    assert opinion, f"no oracle for the scope {found.rows!r} of {resource}: one line in tests/oracle.py"
    return opinion(world, agency, row)


def reads(world: World, agency: Agency, role: str, resource: str, field: str, row: Any) -> bool:
    """Whether a caller should read this field of this row, in a document of its own or nested in another."""
    return field in policy.readable(agency.kind, role, resource) and sees(world, agency, role, resource, row)
