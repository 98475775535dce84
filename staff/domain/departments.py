"""Departments of a branch, and who belongs to them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, locks, versions
from clinic.models import Branch
from clinic.refusals import Refusal
from staff.models import Department, Practitioner, User

FIELDS = ["name", "code", "description", "head", "position", "is_active"]


@transaction.atomic
def open_department(
    *, by: User | None, branch: Branch, name: str, code: str, members: Iterable[Practitioner] = (), **more: Any
) -> Department:  # fmt: skip
    """A department with those who belong to it from now on. `more` is of `FIELDS`."""
    department = Department(branch=branch, name=name, code=code, **more)
    _check(department)
    department.save(force_insert=True)
    _gather(department, list(members))
    events.record("department.opened", subject=department, by=by, branch_id=branch.pk)
    return department


@transaction.atomic
def change_department(
    *, by: User, department: Department, version: int, members: Iterable[Practitioner], **given: Any
) -> Department:  # fmt: skip
    """Write `given` (of `FIELDS`) and who belongs to it. Inactive: nobody of it is booked; visits that are stand."""
    for name, value in given.items():
        setattr(department, name, value)
    _check(department)
    _gather(department, list(members))
    versions.save(department, fields=[name for name in FIELDS if name in given], version=version)
    events.record("department.changed", subject=department, by=by, branch_id=department.branch_id)
    return department


def _check(department: Department) -> None:
    department.name = " ".join(department.name.split())
    department.code = department.code.strip().upper()
    if department.head and department.head.resource.branch_id != department.branch_id:
        raise Refusal(_("The head treats at another branch."), field="head")
    try:
        department.full_clean()
    except ValidationError as problem:
        field, sentences = next(iter(problem.message_dict.items()))
        raise Refusal(sentences[0], field=field if field in FIELDS else None) from None


def _gather(department: Department, members: list[Practitioner]) -> None:
    """Let exactly these belong to it. Whoever books reads departments under the lock of its people."""
    if any(each.resource.branch_id != department.branch_id for each in members):
        raise Refusal(_("Somebody among them treats at another branch."), field="members")
    before = Practitioner.objects.filter(department=department)
    locks.lock_resources(
        [*before.values_list("resource_id", flat=True), *(each.resource_id for each in members)]
    )
    moved: dict[str, Any] = {"version": models.F("version") + 1, "updated_at": timezone.now()}
    before.exclude(pk__in=[each.pk for each in members]).update(department=None, **moved)
    Practitioner.objects.filter(pk__in=[each.pk for each in members]).exclude(department=department).update(
        department=department, **moved
    )
