"""What is done with business groups: one function, one use case, one transaction.

5 to 20 families near each other, members of 18 to 60 years who are in the register of the poor, each in one group only
(Permensos 2/2019 on KUBE as the offices explain it).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.locking import locked
from agencies.web.problems import Fault, Problem
from coordination.business_groups.models import BusinessGroup, GroupMember
from coordination.business_groups.transitions import checked
from coordination.trainees.models import Trainee
from coordination.training.models import Batch
from households.register.models import Person
from households.register.services import stamped

FAMILIES = (5, 20)
AGES = (18, 60)
Members = Sequence[Mapping[str, Any]]


def form_group(*, name: str, sector: int, region: str, members: Members, by: Caller, batch: UUID | None = None) -> UUID:
    """Propose a group: Dinsos of anybody in its register, a provider of the graduates of one of its batches.

    Raises Problem naming each who cannot be a member, or when somebody is in another group.
    """
    if not region.startswith(f"{by.city}."):
        raise Problem("invalid", errors=[Fault("/region", "wrong_city", "The village is in another city.")])
    _check_batch(batch, by)
    group = BusinessGroup(id=new_id(), name=name, sector=sector, region_id=region, batch_id=batch, agency_id=by.agency)
    group.save(force_insert=True)
    _add(group, members, by)
    return group.pk


def _check_batch(key: UUID | None, by: Caller) -> None:
    if key is None and by.kind != "social":
        raise Problem("invalid", errors=[Fault("/batch", "required", "Name the batch whose graduates they are.")])
    if key is not None and visible(by, "batch").get(pk=key).status != Batch.Status.FINISHED:
        raise Problem("conflict", "Groups are formed of the graduates of a batch that is finished.")


def _add(group: BusinessGroup, members: Members, by: Caller) -> None:
    people = {one.pk: one for one in visible(by, "person").filter(pk__in=[item["person"] for item in members])}
    graduates = _graduates(group, by)
    faults = []
    for position, item in enumerate(members):
        if fault := _why_not(people.get(item["person"]), graduates):
            faults.append(Fault(f"/members/{position}/person", *fault))
    if faults:
        raise Problem("invalid", errors=faults)
    made = [
        GroupMember(
            id=new_id(),
            group=group,
            person_id=item["person"],
            household_id=people[item["person"]].household_id,
            role=item["role"],
            joined_on=timezone.localdate(),
        )
        for item in members
    ]
    try:
        GroupMember.objects.bulk_create(made)
    except IntegrityError as fault:
        raise _held_against(fault) from fault
    log_call(by, "join", "business_group", subjects=[group.pk, *people])


def _graduates(group: BusinessGroup, by: Caller) -> set[UUID] | None:
    """Who may be proposed by a provider; None: anybody whom Dinsos sees."""
    if by.kind == "social":
        return None
    rows = visible(by, "trainee").filter(batch=group.batch_id, provider=by.agency, result__in=Trainee.GRADUATED)
    return set(rows.values_list("person", flat=True))


def _why_not(person: Person | None, graduates: set[UUID] | None) -> tuple[str, str] | None:
    if person is None:
        return "does_not_exist", "No such record."
    if graduates is not None and person.pk not in graduates:
        return "no_graduate", "Not a graduate of this batch."
    if not AGES[0] <= person.age(timezone.localdate()) <= AGES[1]:
        return "wrong_age", f"Members are {AGES[0]} to {AGES[1]} years old."
    return None


def _held_against(fault: IntegrityError) -> Exception:
    if "group_member_in_one_group" in str(fault):
        return Problem("conflict", "Somebody here is in a business group already.")
    if "group_member_one_of_a_role" in str(fault):
        return Problem("conflict", "A group has one chair, one secretary and one treasurer.")
    return fault


def locked_group(key: UUID, name: str, by: Caller) -> tuple[BusinessGroup, str]:
    """The group, locked, and the state to which a move leads. Raises Problem when the caller cannot make it now."""
    group: BusinessGroup = locked(by, "business_group", key)
    return group, checked(name, group.status, is_dinsos=by.kind == "social").to


def join_group(key: UUID, *, person: UUID, role: str, by: Caller) -> UUID:
    """Take somebody in. Raises Problem as `form_group` does, and when the group is full."""
    group, _ = locked_group(key, "join", by)
    if _inside(group, by).count() >= FAMILIES[1]:
        raise Problem("conflict", f"A group has at most {FAMILIES[1]} members.")
    try:
        _add(group, [{"person": person, "role": role}], by)
    except Problem as problem:
        problem.errors = [Fault("/person", fault.code, fault.detail) for fault in problem.errors]
        raise
    BusinessGroup.objects.filter(pk=key).update(**stamped())
    return key


def leave_group(key: UUID, *, person: UUID, by: Caller) -> UUID:
    """Somebody leaves; an active group stays one of enough families. Raises Problem when the person is not in it."""
    group, _ = locked_group(key, "leave", by)
    inside = _inside(group, by)
    if not inside.filter(person=person).update(left_on=timezone.localdate(), **stamped()):
        raise Problem("invalid", errors=[Fault("/person", "no_member", "Not in this group.")])
    if group.status == BusinessGroup.Status.ACTIVE and inside.count() < FAMILIES[0]:
        raise Problem("conflict", f"A group has at least {FAMILIES[0]} members: dissolve it instead.")
    log_call(by, "leave", "business_group", subjects=[key, person])
    BusinessGroup.objects.filter(pk=key).update(**stamped())
    return key


def _inside(group: BusinessGroup, by: Caller) -> Any:
    return visible(by, "group_member").filter(group=group, left_on=None)


def confirm_group(key: UUID, *, by: Caller) -> UUID:
    """Dinsos confirms a proposed group. Raises Problem naming what speaks against it."""
    group, to = locked_group(key, "confirm", by)
    members = list(_inside(group, by))
    against = list(_against(members, by))
    if against:
        raise Problem("conflict", " ".join(against))
    BusinessGroup.objects.filter(pk=key).update(status=to, formed_on=timezone.localdate(), **stamped())
    log_call(by, "confirm", "business_group", subjects=[key, *(member.person_id for member in members)])
    return key


def _against(members: Sequence[GroupMember], by: Caller) -> list[str]:
    """What the rules hold against a group of these members."""
    found, families = [], {member.household_id for member in members}
    if not FAMILIES[0] <= len(families) <= FAMILIES[1]:
        found.append(f"It has {len(families)} families; {FAMILIES[0]} to {FAMILIES[1]} are needed.")
    if not any(member.role == GroupMember.Role.CHAIR for member in members):
        found.append("It has no chair.")
    listed = visible(by, "listing").filter(household__in=families, exited_on=None)
    if unlisted := len(families - set(listed.values_list("household", flat=True))):
        found.append(f"{unlisted} of its families are not in the register.")
    alive = visible(by, "person").filter(pk__in=[member.person_id for member in members], status="alive").count()
    if alive < len(members):
        found.append("Not all members are known to be alive and here.")
    return found


def dissolve_group(key: UUID, *, reason: str, by: Caller) -> UUID:
    """The group ends, and everybody in it is free to join another."""
    group, to = locked_group(key, "dissolve", by)
    today = timezone.localdate()
    inside = GroupMember.objects.filter(group=group, left_on=None)
    people = list(inside.values_list("person", flat=True))
    inside.update(left_on=today, **stamped())
    BusinessGroup.objects.filter(pk=key).update(status=to, ended_on=today, ended_reason=reason, **stamped())
    log_call(by, "dissolve", "business_group", subjects=[key, *people])
    return key
