"""Who fits which batch: for a batch the best people, for a person the best batches. An officer decides.

Only people whom the caller may see are ranked; nothing is stored, so nothing is out of date but what `Candidate` says.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.matching import scoring
from coordination.matching.ground import Ground, ground_of
from coordination.matching.models import PARTS, Candidate, Livelihood, Weighting
from coordination.training.conditions import Condition, entry_conditions
from coordination.training.models import Application, Batch
from households.register.models import Person

BUSY = Condition(
    "overlap",
    False,
    "Memegang kursi di angkatan lain pada hari yang sama.",
    "Holds a seat in another batch on the same days.",
)
Match = dict[str, Any]


def best_people(key: UUID, *, by: Caller, limit: int, region: str = "") -> tuple[list[Match], Weighting]:
    """Up to `limit` people who have not applied: first those who fail no condition, by score, then by id.

    Raises Problem when the caller sees no such batch.
    """
    batch = visible(by, "batch").select_related("programme").filter(pk=key).first()
    if batch is None:
        raise Problem("not_found")
    ground = ground_of(by, timezone.localdate())
    found = best_candidates(batch, ground, by=by, limit=limit, region=region)
    people = visible(by, "person").in_bulk([candidate.pk for candidate in found])
    busy = {candidate.pk for candidate in found if candidate.is_busy}
    matches = [
        {"person": person.pk, "name": person.name, **_told(candidate, batch, person, ground, busy, by)}
        for candidate in found
        if (person := people.get(candidate.pk))
    ]
    log_call(by, "match", "person", subjects=list(people), groups="matching")
    return matches, ground.weights


def best_candidates(batch: Batch, ground: Ground, *, by: Caller, limit: int, region: str = "") -> list[Any]:
    """The first of `ranked`; of a whole city, only those are looked at whose profile promises enough."""
    rows = ranked(batch, ground, by=by, region=region)
    for profiles in _promising(batch, ground, by, limit, region):
        found = list(rows.filter(profile__in=profiles)[:limit])
        if len(found) == limit and found[-1].ready:
            return found
    return list(rows[:limit])


def _promising(batch: Batch, ground: Ground, by: Caller, limit: int, region: str) -> Iterator[list[int]]:
    """The profiles of the highest scores: of twice as many people as are wanted, then of sixteen times as many."""
    if not policy.allows(by.kind, by.role, "profile", "match"):
        return
    rows = _within(visible(by, "profile").filter(people__gt=0), region).annotate(points=scoring.points(batch, ground))
    best = sorted(rows.values_list("points", "people", "pk"), reverse=True)
    for many in (2, 16):
        count, chosen = 0, list[int]()
        for _points, group in groupby(best, key=itemgetter(0)):
            if count >= many * limit:
                yield chosen
                break
            for _, people, key in group:
                count, chosen = count + people, [*chosen, key]


def ranked(batch: Batch, ground: Ground, *, by: Caller, region: str = "") -> QuerySet[Any]:
    """The candidates of a batch whom the caller may see, best first, ranked by one statement of the database."""
    applied = visible(by, "application").filter(batch=batch, status__in=Application.LIVE).values("person")
    sits = Q(pk__in=_busy(batch, by))
    rows: QuerySet[Any] = _within(visible(by, "candidate"), region).exclude(pk__in=applied)
    rows = rows.annotate(points=scoring.points(batch, ground), ready=scoring.ready(batch, sits))
    rows = rows.annotate(is_busy=ExpressionWrapper(sits, BooleanField()))
    return rows.order_by("-ready", "-points", "pk")


def _within(rows: QuerySet[Any], region: str) -> QuerySet[Any]:
    return rows.filter(region__gte=region, region__lt=f"{region}/") if region else rows


def _busy(batch: Batch, by: Caller) -> QuerySet[Any]:
    """Those who sit in another batch on its days, as far as the caller may see seats."""
    seats: QuerySet[Any] = visible(by, "application").filter(
        ~Q(batch=batch),
        status__in=Application.SEATED,
        starts_on__lte=batch.ends_on,
        ends_on__gte=batch.starts_on,
    )
    return seats.values("person")


def best_batches(key: UUID, *, by: Caller, limit: int) -> tuple[list[Match], Weighting]:
    """Up to `limit` batches that take applications and to which the person has not applied, best first.

    Nothing for somebody who is no candidate: too young or old to work, not alive here, or new within the hour. Raises
    Problem when the caller sees no such person.
    """
    person = visible(by, "person").filter(pk=key).first()
    if person is None:
        raise Problem("not_found")
    today = timezone.localdate()
    ground, candidate = ground_of(by, today), visible(by, "candidate").filter(pk=key).first()
    matches = [] if candidate is None else _batches(person, candidate, ground, today, by)
    log_call(by, "match", "person", subjects=[person.pk], groups="matching")
    return matches[:limit], ground.weights


def _batches(person: Person, candidate: Candidate, ground: Ground, today: date, by: Caller) -> list[Match]:
    mine = list(visible(by, "application").filter(person=person.pk, status__in=Application.LIVE))
    seats = [application for application in mine if application.status in Application.SEATED]
    matches = []
    for batch in _open_batches(today, by).exclude(pk__in=[application.batch_id for application in mine]):
        overlaps = any(s.starts_on <= batch.ends_on and s.ends_on >= batch.starts_on for s in seats)
        busy = {person.pk} if overlaps else set()
        matches.append(
            {
                "batch": batch.pk,
                "programme": batch.programme_id,
                "name": batch.name,
                "starts_on": batch.starts_on,
                **_told(candidate, batch, person, ground, busy, by),
            }
        )
    return sorted(matches, key=lambda match: (not match["ready"], -match["points"], match["starts_on"], match["batch"]))


def _open_batches(today: date, by: Caller) -> QuerySet[Any]:
    rows: QuerySet[Any] = visible(by, "batch").filter(
        Q(registration_from=None) | Q(registration_from__lte=today),
        status=Batch.Status.OPEN,
        registration_until__gte=today,
        city=by.city,
    )
    return rows.select_related("programme")


def _told(candidate: Candidate, batch: Batch, person: Person, ground: Ground, busy: set[UUID], by: Caller) -> Match:
    parts = scoring.score(candidate, batch, ground)
    conditions = entry_conditions(batch, person, by=by) + ([BUSY] if person.pk in busy else [])
    return {
        "region": candidate.region_id,
        "points": scoring.total(parts),
        "ready": all(condition.met is not False for condition in conditions),
        "parts": [_plain(part, "code points text_id text_en") for part in parts],
        "conditions": [_plain(condition, "code met text_id text_en") for condition in conditions],
    }


def _plain(told: Any, names: str) -> dict[str, Any]:
    return {name: getattr(told, name) for name in names.split()}


def add_livelihood(values: dict[str, Any], *, by: Caller) -> UUID:
    """State, or with `is_withdrawn` end, that a place of the caller's city lives on something.

    Raises Problem for a place elsewhere, and IntegrityError for what is stated of that day already.
    """
    values = dict(values)
    place = values.pop("region")
    if place[:5] != by.city:
        raise Problem("out_of_scope")
    row = Livelihood(region_id=place, **values)
    row.save(force_insert=True)
    return row.pk


def set_weights(values: dict[str, Any], *, by: Caller) -> UUID:
    """New weights of the caller's city from a day; the older ones stay on record. What is not given stays as it was.

    Raises IntegrityError when the city has weights of that day already.
    """
    before = visible(by, "weighting").filter(since__lte=values["since"]).order_by("-since").first() or Weighting()
    row = Weighting(city=by.city, **{part: getattr(before, part) for part in PARTS} | values)
    row.save(force_insert=True)
    return row.pk
