"""The participants of a batch as the list of a BLK or for SIAPkerja, with what the caller may read of each."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.models import Region
from agencies.web.problems import Problem
from coordination.training.conditions import EDUCATION
from coordination.training.models import Application, Batch
from coordination.training.sheet_forms import FORMS
from households.register.lookup import reveal_number
from households.register.models import Household, Person

STATUS = {"held": "DITERIMA (BELUM KONFIRMASI)", "accepted": "DITERIMA"}
RESULT = {
    "taking_part": "SEDANG MENGIKUTI",
    "completed": "SELESAI",
    "competent": "KOMPETEN",
    "not_yet_competent": "BELUM KOMPETEN",
    "dropped_out": "BERHENTI",
}
SEX = {"M": "L", "F": "P"}
JOBLESS = "1"


def participants(key: UUID, *, form: str, with_numbers: bool, by: Caller) -> list[list[str]]:
    """Header and one row a participant who holds a seat, in the order in which they applied.

    What the caller may not read stays blank, and of people who are no longer shared all but the course. Whole NIKs only
    `with_numbers`, for offices that may open numbers; each is on record. Raises Problem for a batch that is not seen.
    """
    batch = visible(by, "batch").select_related("programme").filter(pk=key).first()
    if batch is None:
        raise Problem("not_found")
    seated = visible(by, "application").filter(batch=batch, status__in=Application.SEATED)
    rows = list(seated.order_by("created_at", "pk"))
    people = visible(by, "person").in_bulk([row.person_id for row in rows])
    homes = visible(by, "household").in_bulk({person.household_id for person in people.values()})
    names = dict(Region.objects.filter(code__startswith=f"{batch.city}.").values_list("code", "name"))
    numbers = _numbers(list(people), by) if with_numbers else {}
    log_call(by, "export", "application", subjects=[row.person_id for row in rows], groups=f"participants {form}")
    ends, columns = _ends(batch, by), FORMS[form]
    sheet = [list(columns)]
    for row in rows:
        person = people.get(row.person_id)
        told = {**_of_course(row, batch, by), **ends.get(row.pk, {}), "nik": numbers.get(row.person_id, "")}
        if person:
            told |= _of_person(person, by) | _of_home(homes.get(person.household_id), names, by)
        sheet.append([told.get(name, "") for name in columns.values()])
    return sheet


def _numbers(keys: list[UUID], by: Caller) -> dict[UUID, str]:
    if not policy.allows(by.kind, by.role, "person", "reveal"):
        raise Problem("parameter_invalid", "numbers: your office may not open numbers.")
    return {key: reveal_number(by, key, "nik", "certificate") or "" for key in keys}


def _ends(batch: Batch, by: Caller) -> dict[UUID, dict[str, str]]:
    """How the course ended for each application, and the number of the certificate in force."""
    found = {row.pk: (row.application_id, RESULT[row.result]) for row in visible(by, "trainee").filter(batch=batch)}
    papers = visible(by, "certificate").filter(trainee__in=list(found), revoked_on=None).order_by("kind", "issued_on")
    numbers = dict(papers.values_list("trainee_id", "number"))
    return {
        application: {"result": result, "certificate": numbers.get(key, "")}
        for key, (application, result) in found.items()
    }


def _of_course(row: Application, batch: Batch, by: Caller) -> dict[str, str]:
    course = batch.programme
    scored = "test_score" in policy.readable(by.kind, by.role, "application") and row.test_score is not None
    return {
        "course": course.name,
        "vocation": course.vocation,
        "run": batch.name,
        "starts_on": batch.starts_on.isoformat(),
        "ends_on": batch.ends_on.isoformat(),
        "hours": str(course.hours),
        "status": STATUS[row.status],
        "score": str(row.test_score) if scored else "",
    }


def _of_person(person: Person, by: Caller) -> dict[str, str]:
    readable = policy.readable(by.kind, by.role, "person")

    def told(name: str) -> Any:
        return getattr(person, name) if name in readable else ""

    born, education = told("birth_date"), told("education")
    return {
        "name": told("name"),
        "birth_place": told("birth_place"),
        "birth_date": born.isoformat() if born else "",
        "sex": SEX.get(told("sex"), ""),
        "phone": told("phone"),
        "education": EDUCATION[int(education)][0] if education.isdecimal() and int(education) in EDUCATION else "",
        "work": {"": "", JOBLESS: "Belum bekerja"}.get(told("occupation"), "Bekerja"),
    }


def _of_home(home: Household | None, names: Mapping[str, str], by: Caller) -> dict[str, str]:
    if home is None:
        return {}
    readable = policy.readable(by.kind, by.role, "household")
    return {
        "address": home.address if "address" in readable else "",
        "village": names.get(home.region_id, ""),
        "district": names.get(home.region_id[:8], ""),
    }
