"""The score of a person for a batch: its parts with their words, and the same sum for PostgreSQL to order by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from coordination.matching.ground import Ground
from coordination.matching.models import Candidate
from coordination.matching.occupations import ACTIVITIES, OCCUPATIONS, occupations_in
from coordination.training.models import Batch
from coordination.training.sectors import SECTORS


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: a code, its points (taken off when below zero), and why, in both languages."""

    code: str
    points: int
    text_id: str
    text_en: str


def score(candidate: Candidate, batch: Batch, ground: Ground) -> list[Part]:
    """Every part of the score, also those that count nothing; their sum is the score."""
    return [
        _livelihood(candidate.region_id, batch, ground),
        _sector(candidate, batch, ground),
        _distance(candidate.region_id, batch, ground),
        *_training(candidate, batch, ground),
        _need(candidate, ground),
    ]


def total(parts: list[Part]) -> int:
    """The score."""
    return sum(part.points for part in parts)


def points(batch: Batch, ground: Ground) -> Combinable:
    """The score as an expression over candidates: what `total` of `score` gives, for the whole city at once."""
    weights, sectors, vocation = ground.weights, sectors_of(batch), vocation_of(batch)
    is_trained = Q(vocations__contains=[vocation])
    places = {place: _place_points(place, batch, ground) for place in ground.names}
    return reduce(
        add,
        (
            _when(
                *(
                    (Q(region__in=[place for place, p in places.items() if p == value]), value)
                    for value in sorted({*places.values()} - {0})
                )
            ),
            _when((Q(occupation__in=occupations_in(sectors)), weights.sector)),
            _when((is_trained, -weights.trained), (Q(sectors__overlap=sorted(sectors)), weights.skill)),
            _when((Q(is_poor=True), weights.need)),
        ),
    )


def ready(batch: Batch, busy: Q) -> Case:
    """Whether a candidate fails no condition that is known: age, certificate, and no other seat on those days.

    `busy`: who sits in another batch on those days.
    """
    course, first = batch.programme, batch.starts_on
    fits = Q(birth_date__lte=_years_before(first, course.minimum_age)) & ~busy
    if course.maximum_age is not None:
        fits &= Q(birth_date__gt=_years_before(first, course.maximum_age + 1))
    if course.minimum_education:
        fits &= Q(education=None) | Q(education__gte=course.minimum_education)
    return Case(When(fits, then=Value(1)), default=Value(0), output_field=IntegerField())


def sectors_of(batch: Batch) -> frozenset[int]:
    """The fields that the course trains."""
    return frozenset(batch.programme.sectors)


def vocation_of(batch: Batch) -> str:
    """The vocation as candidates keep it."""
    return str(batch.programme.vocation.strip().lower())


def _when(*cases: tuple[Q, int]) -> Case:
    return Case(*(When(fits, then=Value(n)) for fits, n in cases), default=Value(0), output_field=IntegerField())


def _years_before(day: date, years: int) -> date:
    """The last birth date of somebody who has so many years on the day; born on 29 February counts from 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _place_points(place: str, batch: Batch, ground: Ground) -> int:
    return _livelihood(place, batch, ground).points + _distance(place, batch, ground).points


def _livelihood(place: str, batch: Batch, ground: Ground) -> Part:
    told, fitting = ground.fitting(place, sectors_of(batch))
    name = ground.names.get(told, told)
    if not fitting:
        known = bool(ground.livelihoods(place)[1])
        return Part(
            "livelihood",
            0,
            f"Mata pencaharian {name} {'tidak sesuai dengan' if known else 'belum diketahui untuk'} pelatihan ini.",
            f"What {name} lives on {'is not what this course trains' if known else 'is not known'}.",
        )
    weights = ground.weights
    return Part(
        "livelihood",
        weights.livelihood_village if told == place else weights.livelihood_district,
        f"Warga {name} hidup dari {', '.join(ACTIVITIES[activity][1] for activity in fitting)}.",
        f"People of {name} live on {', '.join(ACTIVITIES[activity][2] for activity in fitting)}.",
    )


def _distance(place: str, batch: Batch, ground: Ground) -> Part:
    """By steps: no coordinates of villages are known here."""
    there = ground.names.get(batch.region_id, batch.region_id)
    if place == batch.region_id:
        return Part(
            "distance",
            ground.weights.same_village,
            f"Pelatihan diadakan di {there}, kelurahan tempat tinggalnya.",
            f"The course is in {there}, where the person lives.",
        )
    if place[:8] == batch.region_id[:8]:
        return Part(
            "distance",
            ground.weights.same_district,
            f"Pelatihan di {there}, satu kecamatan dengan tempat tinggalnya.",
            f"The course is in {there}, in the person's own district.",
        )
    return Part(
        "distance", 0, f"Pelatihan di {there}, di kecamatan lain.", f"The course is in {there}, in another district."
    )


def _sector(candidate: Candidate, batch: Batch, ground: Ground) -> Part:
    own = OCCUPATIONS.get(candidate.occupation)
    shared = sorted(sectors_of(batch).intersection(own or ()))
    if shared:
        names_id, names_en = _named(shared)
        return Part(
            "sector", ground.weights.sector, f"Bekerja di bidang {names_id}.", f"Works in a field of it: {names_en}."
        )
    if own is None:
        return Part("sector", 0, "Bidang kerjanya tidak diketahui.", "The person's field of work is not known.")
    return Part("sector", 0, "Bekerja di bidang lain.", "Works in another field.")


def _named(sectors: list[int]) -> tuple[str, str]:
    return tuple(", ".join(SECTORS[sector][language] for sector in sectors) for language in (0, 1))  # type: ignore[return-value]


def _training(candidate: Candidate, batch: Batch, ground: Ground) -> Iterator[Part]:
    vocation = vocation_of(batch)
    if vocation in candidate.vocations:
        yield Part(
            "trained",
            -ground.weights.trained,
            f"Sudah menyelesaikan pelatihan {vocation}.",
            f"Has finished a course of {vocation} already.",
        )
    elif sectors_of(batch).intersection(candidate.sectors):
        yield Part(
            "skill",
            ground.weights.skill,
            "Sudah menyelesaikan pelatihan lain di bidang ini.",
            "Has finished another course of this field.",
        )
    else:
        yield Part(
            "trained", 0, "Belum pernah menyelesaikan pelatihan di bidang ini.", "Has finished no course of this field."
        )


def _need(candidate: Candidate, ground: Ground) -> Part:
    if candidate.is_poor:
        return Part("need", ground.weights.need, "Terdaftar sebagai warga miskin.", "Is registered as poor.")
    return Part("need", 0, "Tidak terdaftar sebagai warga miskin.", "Is not registered as poor.")
