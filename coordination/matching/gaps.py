"""The gap of a place: what it lives on, whom that concerns, who is trained, which seats are planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.functions import call
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.matching.ground import Ground, ground_of
from coordination.matching.occupations import ACTIVITIES, JOBLESS, fields_of, occupations_in
from coordination.training.models import Batch, Programme

OVER = (Batch.Status.FINISHED, Batch.Status.CANCELLED)
COURSES = 5


@dataclass(frozen=True, slots=True)
class Group:
    """So many registered people of working age in a village, of one occupation and trained in the same fields."""

    village: str
    occupation: str
    sectors: frozenset[int]
    people: int


@dataclass(frozen=True, slots=True)
class Offers:
    """Seats planned or running, and courses, with the fields that they train."""

    seats: list[tuple[str, frozenset[int], int]]
    courses: list[Programme]


def training_gaps(region: str, *, by: Caller) -> list[dict[str, Any]]:
    """For each village of the region the courses to plan, widest gap first; few people are never told as a number.

    Raises Problem when the region is none of the caller's city.
    """
    ground = ground_of(by, timezone.localdate())
    if region != by.city and region not in ground.names:
        raise Problem("parameter_invalid", "region: a place of your city.")
    villages = [code for code in sorted(ground.names) if len(code) == 13 and f"{code}.".startswith(f"{region}.")]
    groups = [Group(v, o, frozenset(s), n) for v, o, s, n in call("count_candidates")]
    offers = _offers(by)
    log_call(by, "gaps", "livelihood", count=len(villages))
    return [_of_village(code, [g for g in groups if g.village == code], ground, offers) for code in villages]


def _offers(by: Caller) -> Offers:
    rows = visible(by, "batch").filter(city=by.city, ends_on__gte=timezone.localdate()).exclude(status__in=OVER)
    seats = [(b.region_id, frozenset(b.programme.sectors), b.capacity) for b in rows.select_related("programme")]
    return Offers(seats, list(visible(by, "programme").order_by("name", "pk")))


def _of_village(code: str, groups: list[Group], ground: Ground, offers: Offers) -> dict[str, Any]:
    told, activities = ground.livelihoods(code)
    rows = [_of_activity(code, activity, groups, ground, offers) for activity in sorted(activities)]
    return {
        "region": code,
        "name": ground.names[code],
        "livelihoods_of": told if activities else None,
        "people": shown(_sum(groups)),
        "livelihoods": sorted(rows, key=lambda row: (-(row["gap"] or 0), row["activity"])),
    }


def _of_activity(code: str, activity: str, groups: list[Group], ground: Ground, offers: Offers) -> dict[str, Any]:
    sectors = fields_of(activity)
    works = {JOBLESS, *occupations_in(sectors)}
    concerned = [group for group in groups if group.occupation in works]
    untrained = _sum(group for group in concerned if not group.sectors & sectors)
    trained = _sum(group for group in groups if group.sectors & sectors)
    seats = sum(capacity for place, fields, capacity in offers.seats if place == code and fields & sectors)
    whole = _sum(concerned)
    # The gap less the seats would give a hidden number back.
    known = None not in (shown(whole), shown(trained), shown(untrained), shown(whole - untrained))
    gap = max(untrained - seats, 0) if known else None
    return {
        "activity": activity,
        "sectors": sorted(sectors),
        "concerned": shown(whole),
        "trained": shown(trained),
        "planned_seats": seats,
        "gap": gap,
        "courses": _courses(sectors, offers.courses),
        **_words(activity, ground.names[code], shown(whole), shown(trained), seats, gap),
    }


def _courses(sectors: frozenset[int], courses: Iterable[Programme]) -> list[dict[str, Any]]:
    fitting = [course for course in courses if sectors.intersection(course.sectors)][:COURSES]
    return [{name: getattr(c, name) for name in ("id", "name", "vocation", "provider_id")} for c in fitting]


def _words(activity: str, name: str, *numbers: int | None) -> dict[str, str]:
    _, text_id, text_en = ACTIVITIES[activity]
    few_id, few_en = f"kurang dari {settings.SMALL_CELL}", f"fewer than {settings.SMALL_CELL}"
    whole, trained, seats, gap = numbers
    told_id = [few_id if number is None else str(number) for number in (whole, trained, seats)]
    told_en = [few_en if number is None else str(number) for number in (whole, trained, seats)]
    return {
        "text_id": f"{name} hidup dari {text_id}: {told_id[0]} warga terdaftar bekerja di bidang ini atau belum"
        f" bekerja, {told_id[1]} sudah dilatih, {told_id[2]} kursi direncanakan"
        + (f"; kurang {gap}." if gap is not None else "; kekurangannya tidak dapat disebutkan."),
        "text_en": f"{name} lives on {text_en}: {told_en[0]} registered people work in it or have no work,"
        f" {told_en[1]} were trained, {told_en[2]} seats are planned"
        + (f"; {gap} are missing." if gap is not None else "; the gap cannot be told."),
    }


def _sum(groups: Iterable[Group]) -> int:
    return sum(group.people for group in groups)


def shown(people: int) -> int | None:
    """A number of people, or None for so few that it might tell who they are."""
    return people if people == 0 or people >= settings.SMALL_CELL else None
