"""School aid (PIP): which poor pupils hold no card and were not proposed yet, and proposing them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from agencies.web.results import Result
from coordination.monitoring.disclosure import hidden_codes
from coordination.monitoring.services import POOR
from coordination.schooling.models import Pupil
from coordination.schools.models import School
from households.register.models import Assessment
from households.register.services import stamped


def record_pupil(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A child whom the caller sees goes to a school. Raises Problem (`exists`) when it goes to one already."""
    pupil = Pupil(
        id=new_id(),
        person_id=values["person"],
        school_id=values["school"],
        **{name: value for name, value in values.items() if name not in ("person", "school")},
    )
    pupil.save(force_insert=True)
    return pupil.id


def change_pupil(pupil: Pupil, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change what is known of a pupil, such as whether it holds a card."""
    if values.get("until") and values["until"] < pupil.since:
        raise Problem("conflict", f"The pupil came on {pupil.since}.")
    Pupil.objects.filter(pk=pupil.pk).update(**values, **stamped())


def propose_aid(keys: Sequence[UUID], *, proposed_on: date, aid_list: str, by: Caller) -> dict[int, Result]:
    """Propose many pupils for school aid on one list; or why not: proposed, card held or not asked for, left."""
    rows = visible(by, "pupil").filter(pk__in=keys).select_for_update().order_by("pk")
    found = {row.pk: row for row in rows}
    lacking = {key for key, row in found.items() if row.aid == Pupil.Aid.MISSING}
    proposed = Pupil.objects.filter(pk__in=lacking)
    proposed.update(aid_proposed_on=proposed_on, aid_list=aid_list, **stamped())
    log_call(by, "propose", "pupil", subjects=[found[key].person_id for key in lacking])
    return {index: _proposed(key, found, lacking) for index, key in enumerate(keys)}


def _proposed(key: UUID, found: Mapping[UUID, Pupil], lacking: set[UUID]) -> Result:
    if key not in found:
        return Problem("not_found")
    return key if key in lacking else Problem("conflict", f"School aid: {found[key].aid}.")


def count_unaided(*, by: Caller) -> list[dict[str, Any]]:
    """Per school of the caller's city, how many poor pupils hold no card and were not proposed; small counts hidden."""
    latest = Assessment.objects.filter(person=OuterRef("person")).order_by("-period", "-pk").values("status")[:1]
    poor = visible(by, "pupil").annotate(welfare=Subquery(latest)).filter(aid=Pupil.Aid.MISSING, welfare__in=POOR)
    totals = dict(poor.values("school").annotate(count=Count("pk")).order_by().values_list("school", "count"))
    schools = {school.pk: school for school in School.objects.filter(city=by.city).order_by("npsn")}
    counts = {str(key): totals.get(key, 0) for key in schools}
    hidden = hidden_codes(counts, dict.fromkeys(counts, by.city), by.city, limit=settings.SMALL_CELL)
    log_call(by, "count", "pupil", count=len(counts))
    return [
        {
            "school": key,
            "npsn": school.npsn,
            "name": school.name,
            "count": None if str(key) in hidden else counts[str(key)],
        }
        for key, school in schools.items()
        if counts[str(key)] or str(key) in hidden
    ]
