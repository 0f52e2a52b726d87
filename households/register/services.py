"""What is done with families, people and shares: one function, one use case, one transaction."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from households.register.models import Assessment, FamilyCard, Household, Listing, Membership, Person, Share
from households.register.numbers import claim_number, sealed_number

SCHOOL_AGE_LIMIT, WORKING_AGE = 21, (18, 59)
GUARDIANS = ("head", "wife", "husband", "parent", "parent_in_law", "other_family")


def create_household(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A new family in the caller's region, with its card. Raises Problem when the card is in use."""
    number = values.get("family_card_number")
    household = Household(
        id=new_id(),
        region_id=values["region"],
        **{name: values[name] for name in ("address", "rt", "rw") if name in values},
    )
    household.save(force_insert=True)
    if number:
        claim_number("family_card", number, city=values["region"][:5])
        card = FamilyCard(id=new_id(), household=household, city=values["region"][:5], since=timezone.localdate())
        for column, value in sealed_number("family_card", card.id, number).items():
            setattr(card, column, value)
        card.save(force_insert=True)
    return household.id


def create_person(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A new person in a family. Raises Problem (`exists`) when the NIK is on the register of this city."""
    fields = _writable_only(dict(values), by)
    household = values["household"]
    person = Person(id=new_id(), household_id=household, city=by.city)
    for column, value in _columns(person.id, {k: v for k, v in fields.items() if k != "household"}, by.city).items():
        setattr(person, column, value)
    person.save(force_insert=True)
    Membership(id=new_id(), household_id=household, person=person, since=timezone.localdate()).save(force_insert=True)
    return person.id


def change_household(household: Household, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change a family's place or address."""
    columns = {("region_id" if name == "region" else name): value for name, value in values.items()}
    Household.objects.filter(pk=household.pk).update(**columns, **stamped())


def change_person(person: Person, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change what the caller may write of a person. Raises Problem naming each field that it may not."""
    fields = _writable_only(dict(values), by)
    Person.objects.filter(pk=person.pk).update(**_columns(person.pk, fields, by.city), **stamped())


def stamped() -> dict[str, Any]:
    """What every change sets."""
    return {"version": F("version") + 1, "updated_at": Now()}


def _columns(key: UUID, fields: Mapping[str, Any], city: str) -> dict[str, Any]:
    """Model columns of input fields: numbers become ciphertext, digest and last four."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "nik":
            claim_number(name, value, city=city, holder=key)
        columns |= sealed_number(name, key, value) if name in ("nik", "nisn") else {name: value}
    return columns


def _writable_only(fields: dict[str, Any], by: Caller) -> dict[str, Any]:
    allowed = set(policy.writable(by.kind, by.role, "person")) | {"household"}
    numbers = {"nik": "nik_last4", "nisn": "nisn_last4"}
    refused = sorted(name for name in fields if numbers.get(name, name) not in allowed)
    if refused:
        raise Problem(
            "invalid",
            errors=[Fault(f"/{name}", "not_writable", "Not a field that you may set.") for name in refused],
        )
    return fields


def move_person(person: Person, *, household: UUID, since: date, relation: str, by: Caller) -> None:
    """A person joins another family; shares that name the person follow. Raises Problem when already there."""
    if person.household_id == household:
        raise Problem("conflict", "The person belongs to this household already.")
    open_membership = Membership.objects.filter(person=person, until=None).first()
    if open_membership and open_membership.since > since:
        raise Problem("conflict", "The person joined the present household after that day.")
    Membership.objects.filter(person=person, until=None).update(until=since)
    Membership(id=new_id(), household_id=household, person=person, since=since).save(force_insert=True)
    Person.objects.filter(pk=person.pk).update(household_id=household, relation=relation, **stamped())
    follow_moved([person.pk])


def follow_moved(people: Iterable[UUID]) -> None:
    """Open shares of one named person go where the person goes; shares of several keep to their household."""
    moved = Person.objects.filter(pk__in=list(people)).values_list("pk", "household_id")
    for key, household in moved:
        Share.objects.filter(closed_at=None, subjects__0=key).update(household_id=household)


def record_assessment(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A welfare record; the ones before stay as they are. Raises Problem (`exists`) for a second of the period."""
    record = Assessment(
        id=new_id(),
        person_id=values["person"],
        source=values["source"],
        period=values["period"],
        status=values["status"],
    )
    record.save(force_insert=True)
    return record.id


def exit_listing(listing: Listing, *, reason: str, on: date, evidence: str, by: Caller) -> None:
    """A person leaves the register, with a reason and evidence. Raises Problem when it has left already."""
    if listing.exited_on:
        raise Problem("conflict", "This entry has ended already.")
    if on < listing.entered_on:
        raise Problem("conflict", "The exit lies before the entry.")
    Listing.objects.filter(pk=listing.pk).update(exited_on=on, exit_reason=reason, evidence=evidence)


def open_agreed_share(*, household: UUID, agreement: UUID, until: date, by: Caller) -> UUID:
    """Open a family to the holder of an agreement: the people whom its purpose concerns, and nobody else.

    Raises Problem when the agreement is not the caller's, is over, ends earlier, or concerns nobody there.
    """
    pact = visible(by, "agreement").get(pk=agreement)
    today = timezone.localdate()
    if pact.from_agency_id != by.agency or pact.ended_at or not pact.starts <= today <= until <= pact.until:
        raise Problem("conflict", "The agreement is not yours to use, or does not run until that day.")
    subjects = concerned_by(pact.purpose, household)
    if not subjects:
        raise Problem("conflict", "The purpose of the agreement concerns nobody in this household.")
    share = Share(
        id=new_id(),
        household_id=household,
        agency_id=pact.to_agency_id,
        purpose=pact.purpose,
        agreement=pact,
        subjects=subjects,
        until=until,
    )
    share.save(force_insert=True)
    return share.id


def concerned_by(purpose: str, household: UUID) -> list[UUID]:
    """The people of a household whom a purpose concerns: pupils with a guardian, or adults of working age."""
    today = timezone.localdate()
    people = list(Person.objects.filter(household=household, status="alive").order_by("birth_date"))
    if purpose == "training":
        return [p.pk for p in people if WORKING_AGE[0] <= p.age(today) <= WORKING_AGE[1]]
    children = [p.pk for p in people if p.age(today) <= SCHOOL_AGE_LIMIT]
    return children + guardian_of(people, today) if children else []


def guardian_of(people: Iterable[Person], today: date) -> list[UUID]:
    """One adult who answers for the children: the head of the household before others; empty when none lives there."""
    adults = [p for p in people if p.age(today) > SCHOOL_AGE_LIMIT and p.relation in GUARDIANS]
    adults.sort(key=lambda p: GUARDIANS.index(p.relation))
    return [p.pk for p in adults[:1]]


def close_share(share: Share, *, reason: str, by: Caller) -> None:
    """End a share at once. Raises Problem when it has ended, or when a referral holds it open."""
    if share.closed_at:
        raise Problem("conflict", "This share has ended already.")
    if share.agreement_id is None:
        raise Problem("conflict", "This share belongs to a referral: end the referral.")
    Share.objects.filter(pk=share.pk).update(closed_at=Now(), closed_reason=reason)
