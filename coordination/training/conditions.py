"""The entry conditions of a programme, each met, not met or not known, in words of both languages."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from agencies.access import policy
from agencies.access.caller import Caller
from coordination.training.models import Application, Batch, Document
from households.register.models import Person

# Certificates of the family card (KK), by code; 1 is "not in school", 2 "primary school not finished".
EDUCATION = {
    0: ("tanpa syarat", "none"),
    1: ("belum sekolah", "no schooling"),
    2: ("belum tamat SD", "primary school not finished"),
    3: ("SD", "primary school"),
    4: ("SMP", "junior secondary school"),
    5: ("SMA/SMK", "senior secondary school"),
    6: ("D1/D2", "diploma 1 or 2"),
    7: ("D3", "diploma 3"),
    8: ("S1/D4", "bachelor"),
    9: ("S2", "master"),
    10: ("S3", "doctorate"),
}
DOCUMENTS = {
    Document.IDENTITY_CARD: ("KTP", "identity card"),
    Document.FAMILY_CARD: ("kartu keluarga", "family card"),
    Document.DIPLOMA: ("ijazah", "diploma"),
    Document.PHOTO: ("pas foto", "photograph"),
    Document.FORM: ("formulir", "form"),
    Document.HEALTH_LETTER: ("surat sehat", "health letter"),
    Document.RECOMMENDATION: ("surat rekomendasi", "recommendation"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; `met` is None where the caller may not read what it depends on, or nobody knows it."""

    code: str
    met: bool | None
    text_id: str
    text_en: str


def conditions_of(batch: Batch, person: Person, documents: list[str], *, by: Caller) -> list[Condition]:
    """Every condition of the programme for one person, on the first day of the batch."""
    return [*entry_conditions(batch, person, by=by), *_papers(batch, documents)]


def entry_conditions(batch: Batch, person: Person, *, by: Caller) -> list[Condition]:
    """The conditions of age and certificate, on the first day of the batch; they need no papers."""
    found = [_age(batch, person)]
    return [*found, _schooling(batch, person, by)] if batch.programme.minimum_education else found


def explained(application: Application, *, by: Caller, person: Person | None) -> list[dict[str, Any]]:
    """The conditions of an application as data; only the papers for whoever no longer sees the person."""
    papers = list(_papers(application.batch, application.documents))
    whole = papers if person is None else conditions_of(application.batch, person, application.documents, by=by)
    return [asdict(condition) for condition in whole]


def _age(batch: Batch, person: Person) -> Condition:
    course, age = batch.programme, person.age(batch.starts_on)
    lowest, highest = course.minimum_age, course.maximum_age
    code = "too_young" if age < lowest else "too_old" if highest is not None and age > highest else "age"
    upto_id, upto_en = (f" sampai {highest}", f" to {highest}") if highest is not None else (" ke atas", " and over")
    return Condition(
        code,
        code == "age",
        f"Usia {age} tahun pada {batch.starts_on}; syarat {lowest}{upto_id} tahun.",
        f"Aged {age} on {batch.starts_on}; the programme takes people from {lowest}{upto_en}.",
    )


def _schooling(batch: Batch, person: Person, by: Caller) -> Condition:
    lowest_id, lowest_en = EDUCATION[batch.programme.minimum_education]
    told = "education" in policy.readable(by.kind, by.role, "person") and person.education.isdecimal()
    held = int(person.education) if told else None
    if held is None:
        return Condition(
            "schooling",
            None,
            f"Ijazah belum diketahui; syarat {lowest_id}: periksa ijazahnya.",
            f"The certificate is not known here; needed is {lowest_en}: look at the diploma.",
        )
    held_id, held_en = EDUCATION.get(held, (str(held), str(held)))
    return Condition(
        "schooling",
        held >= batch.programme.minimum_education,
        f"Ijazah tertinggi {held_id}; syarat {lowest_id}.",
        f"Highest certificate: {held_en}; needed is {lowest_en}.",
    )


def _papers(batch: Batch, documents: list[str]) -> Iterator[Condition]:
    for code in batch.programme.documents:
        name_id, name_en = DOCUMENTS[Document(code)]
        held = code in documents
        yield Condition(
            code,
            held,
            f"Dokumen {name_id} {'sudah' if held else 'belum'} diterima.",
            f"Paper: {name_en}, {'handed in' if held else 'not handed in yet'}.",
        )
