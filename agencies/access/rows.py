"""The row scopes: each written once, for the ORM and, from the same words, for PostgreSQL's row security."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, OuterRef, Q, UUIDField
from django.db.models.functions import Now, TruncDate

from agencies.access.expressions import Me, Probe, Scope, model_of


def _every(me: Me) -> Q:
    return Q(pk__isnull=False)


def _own(me: Me) -> Q:
    return Q(agency=me.agency)


def _party(me: Me) -> Q:
    return Q(from_agency=me.agency) | Q(to_agency=me.agency)


def _city(me: Me) -> Q:
    return Q(city=me.city)


def _through(scope: str, parent: str, link: str) -> Scope:
    """Rows whose parent is in the scope."""

    def rows(me: Me) -> Q:
        parents = model_of(parent)._default_manager.filter(SCOPES[scope, parent](me), pk=OuterRef(link))
        return Q(Probe(parents))

    return rows


def _shared(link: str) -> Scope:
    """Rows of households that are shared with me for the purpose of this call."""
    return lambda me: Q(Probe(_open_shares(me).filter(household=OuterRef(link))))


def _shared_person(me: Me, key: str = "pk") -> Q:
    return Q(Probe(_open_shares(me).filter(household=OuterRef("household"), subjects__contains=_list_of(key))))


def _shared_candidate(me: Me) -> Q:
    """Ranking looks at all of them, so the people of the open shares are gathered once and not asked for one by one."""
    people = _open_shares(me).annotate(subject=Func("subjects", function="unnest", output_field=UUIDField()))
    return Q(person__in=people.values("subject"))


def _list_of(field: str) -> Func:
    return Func(OuterRef(field), template="ARRAY[%(expressions)s]", output_field=ArrayField(UUIDField()))


def _open_shares(me: Me) -> Any:
    return model_of("share").objects.open().filter(agency=me.agency, purpose=me.purpose)  # type: ignore[attr-defined]


def _awaiting(me: Me) -> Q:
    """What awaits me today, by the clock of the database."""
    today = TruncDate(Now())
    return Q(agency=me.agency, starts_on__lte=today, ends_on__gte=today)


# The receiver keeps what it was asked and what it answered, for which it must account, and nothing of the thread.
def _referral_party(me: Me) -> Q:
    return Q(from_agency=me.agency) | Q(to_agency=me.agency, sent_at__isnull=False)


def _referral_sender(me: Me) -> Q:
    return Q(from_agency=me.agency) & _through("registrar", "person", "person")(me)


def _thread(me: Me) -> Q:
    """Rows about a referral: its sender's, and its receiver's while what it opened is open to this call."""
    opened = Probe(_open_shares(me).filter(pk=OuterRef("share")))
    mine = model_of("referral")._default_manager.filter(Q(from_agency=me.agency) | Q(opened), pk=OuterRef("referral"))
    return Q(Probe(mine))


def _move(me: Me) -> Q:
    """Moves of the thread, and later still one's own."""
    return _mover(me) | _thread(me)


def _mover(me: Me) -> Q:
    return Q(agency=me.agency) & _through("party", "referral", "referral")(me)


def _author(me: Me) -> Q:
    return Q(agency=me.agency) & _thread(me)


def _offered(me: Me) -> Q:
    return Q(provider=me.agency) | (Q(city=me.city) & ~Q(status="draft"))


def _planned(me: Me) -> Q:
    return Q(provider=me.agency) | Q(city=me.city)


def _planned_application(me: Me) -> Q:
    return Q(provider=me.agency) | _through("planned", "batch", "batch")(me)


def _formed_member(me: Me) -> Q:
    """Of the groups that I proposed, the members whom I may see."""
    return _through("formed", "business_group", "group")(me) & _shared_person(me, "person")


def _sent_trainee(me: Me) -> Q:
    """People of my register whom an office of the register sent to the course."""
    return Q(source__in=("referral", "social")) & _through("registrar", "person", "person")(me)


def _provider(me: Me) -> Q:
    return Q(provider=me.agency)


def _kept(me: Me) -> Q:
    """Schools that the Education Office of my city, or of my province, speaks for."""
    return Q(office_region=me.city)


def _local(me: Me) -> Q:
    """Places at schools of my city, whoever runs them."""
    return Q(Probe(model_of("school")._base_manager.filter(city=me.city, pk=OuterRef("school"))))


def _worked(me: Me) -> Q:
    """Cases on which my office works while the share of their referral is open to this call."""
    opened = Probe(_open_shares(me).filter(pk=OuterRef("share")))
    referrals = model_of("referral")._default_manager.filter(opened, to_agency=me.agency, pk=OuterRef("referral"))
    return Q(agency=me.agency) & Q(Probe(referrals))


def _asked_for(me: Me) -> Q:
    """Cases of referrals that I sent."""
    referrals = model_of("referral")._default_manager.filter(from_agency=me.agency, pk=OuterRef("referral"))
    return Q(Probe(referrals))


SCOPES: dict[tuple[str, str], Scope] = {
    ("every", "agency"): _every,
    ("every", "programme"): _every,
    ("own", "officer"): _own,
    ("own", "client"): _own,
    ("own", "access_record"): _own,
    ("city", "access_record"): _city,
    ("own", "job"): _own,
    ("own", "import"): _own,
    ("own", "finding"): _through("own", "import", "batch"),
    ("every", "joint_leave"): _every,
    ("party", "agreement"): _party,
    ("registrar", "household"): _city,
    ("registrar", "family_card"): _city,
    ("registrar", "person"): _city,
    ("registrar", "membership"): _through("registrar", "person", "person"),
    ("registrar", "assessment"): _through("registrar", "person", "person"),
    ("registrar", "listing"): _city,
    ("registrar", "share"): _through("registrar", "household", "household"),
    ("registrar", "application"): _through("registrar", "person", "person"),
    ("shared", "household"): _shared("pk"),
    ("shared", "person"): _shared_person,
    ("received", "share"): _own,
    ("party", "referral"): _referral_party,
    ("sender", "referral"): _referral_sender,
    ("thread", "referral_move"): _move,
    ("mover", "referral_move"): _mover,
    ("sender", "referral_move"): _asked_for,
    ("thread", "note"): _thread,
    ("author", "note"): _author,
    ("thread", "attachment"): _thread,
    ("author", "attachment"): _author,
    ("party", "pull_request"): _party,
    ("asker", "pull_request"): lambda me: Q(from_agency=me.agency),
    ("provider", "programme"): _provider,
    ("provider", "batch"): _provider,
    ("offered", "batch"): _offered,
    ("planned", "batch"): _planned,
    ("provider", "session"): _through("provider", "batch", "batch"),
    ("offered", "session"): _through("offered", "batch", "batch"),
    ("planned", "session"): _through("planned", "batch", "batch"),
    ("provider", "application"): _provider,
    ("planned", "application"): _planned_application,
    ("provider", "trainee"): _provider,
    ("planned", "trainee"): _planned_application,
    ("sender", "trainee"): _sent_trainee,
    ("registrar", "business_group"): _city,
    ("registrar", "group_member"): _through("registrar", "business_group", "group"),
    ("formed", "business_group"): _own,
    ("formed", "group_member"): _formed_member,
    ("every", "school"): _every,
    ("kept", "school"): _kept,
    ("every", "place"): _every,
    ("kept", "place"): _through("kept", "school", "school"),
    ("local", "place"): _local,
    ("registrar", "placement"): _through("registrar", "person", "person"),
    ("shared", "placement"): _through("shared", "person", "person"),
    ("worked", "schooling_case"): _worked,
    ("sender", "schooling_case"): _asked_for,
    ("registrar", "pupil"): _through("registrar", "person", "person"),
    ("shared", "pupil"): _through("shared", "person", "person"),
    ("counted", "headcount"): _city,
    ("own", "cohort"): _own,
    ("counted", "cohort"): _city,
    ("live", "cohort"): lambda me: _city(me) & Q(edition=0),
    ("counted", "cohort_edition"): _city,
    ("counted", "livelihood"): _city,
    ("counted", "weighting"): _city,
    ("registrar", "candidate"): _city,
    ("counted", "profile"): _city,
    ("shared", "candidate"): _shared_candidate,
    ("registrar", "queue_item"): lambda me: _awaiting(me) & _city(me),
    ("shared", "queue_item"): lambda me: _awaiting(me) & (Q(person=None) | _shared_person(me, "person")),
    ("own", "queue_count"): _own,
}
for _scope, _parts in (
    ("worked", ("case_move", "visit", "verification", "follow_up")),
    ("sender", ("case_move", "follow_up")),
):
    SCOPES |= {(_scope, part): _through(_scope, "schooling_case", "case") for part in _parts}
for _scope in ("provider", "planned"):
    SCOPES[_scope, "attendance"] = _through(_scope, "application", "application")
    SCOPES[_scope, "competency_test"] = _through(_scope, "trainee", "trainee")
for _scope in ("provider", "planned", "sender"):
    SCOPES |= {(_scope, part): _through(_scope, "trainee", "trainee") for part in ("certificate", "outcome")}
