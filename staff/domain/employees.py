"""Who works here: taken on with their numbers, their record, where they are posted."""

import datetime
import io
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events, images, locks, references, versions
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff.domain.people import add_person, lock_owners, refuse_lifting, refuse_lifting_role
from staff.models import Department, Employee, Posting, Practitioner, Role, StaffCounter, User

STAFF_LETTER = "E"
CODE = "EMP"
LOGIN = ["full_name", "email", "phone", "language", "time_zone"]
RECORD = [
    "position", "qualification", "registration_authority", "practising_since", "about", "joined_on", "left_on",
    "blood_group", "emergency_name", "emergency_phone",
]  # fmt: skip
PORTRAIT_MEGABYTES = 8


@transaction.atomic
def employ(*, by: User | None, person: User, branch: Branch, on: datetime.date, **more: Any) -> Employee:
    """Give somebody their numbers and post them at `branch` from a day on. `more` is of `RECORD`."""
    locks.lock_row(User, person.pk)
    if Employee.objects.filter(user=person).exists():
        raise Refusal(_("%(name)s has a staff number already.") % {"name": person})
    if not Posting.objects.filter(person=person, branch=branch).exists():
        Posting.objects.create(person=person, branch=branch, valid_from=on)
    employee = Employee(user=person, joined_on=more.pop("joined_on", None) or on, **more)
    _check(employee, exclude=["number", "code"])
    employee.number, employee.code = _next_number(branch), f"{CODE}{_next_serial(CODE):02d}"
    employee.save(force_insert=True)
    events.record("person.employed", subject=employee, by=by, branch_id=branch.pk)
    return employee


def _next_number(branch: Branch) -> str:
    stem, month = branch.code[:2], references.month_of(timezone.now().astimezone(branch.zone).date())
    serial = _next_serial(f"{stem}{STAFF_LETTER}{month}")
    if serial > references.LAST_SERIAL:
        raise Refusal(_("This month's staff numbers are used up."))
    return references.numbered(stem=stem, letter=STAFF_LETTER, month=month, serial=serial)


def _next_serial(stem: str) -> int:
    """The counter stays locked until the transaction ends: two who are taken on together get two numbers."""
    StaffCounter.objects.bulk_create([StaffCounter(stem=stem)], ignore_conflicts=True)
    counter = StaffCounter.objects.select_for_update().get(stem=stem)
    counter.last_serial += 1
    counter.save(update_fields=["last_serial"])
    return counter.last_serial


@transaction.atomic
def take_on_person(
    *, by: User, branch: Branch, username: str, full_name: str, on: datetime.date, email: str = "", phone: str = "",
    role: Role | None = None, **more: Any,
) -> User:  # fmt: skip
    """A new colleague: a login without a password yet, a staff number, a posting, and a role within the giver's own rights."""
    lock_owners(by=by)
    if role:
        refuse_lifting_role(by=by, role=role, branch=branch)
    try:
        person = add_person(
            by=by, username=username, full_name=full_name, email=email, phone=phone, password=None,
            roles=[role.code] if role else [], branch=branch,
        )  # fmt: skip
    except ValidationError as problem:
        raise _told(problem) from None
    employ(by=by, person=person, branch=branch, on=on, **more)
    return person


@transaction.atomic
def change_person(
    *, by: User, person: User, login_version: int, version: int, registration_number: str | None = None, **given: Any
) -> User:  # fmt: skip
    """Write `given` (of `LOGIN` and `RECORD`), and the registration wherever they treat.

    E-mail and phone lead into an account: who may do less than its owner changes neither.
    """
    locks.lock_row(User, person.pk)
    now = User.objects.get(pk=person.pk)
    login = {name: given.pop(name) for name in LOGIN if name in given}
    changed = [name for name, value in login.items() if getattr(now, name) != value]
    if {"email", "phone"} & {*changed}:
        refuse_lifting(by=by, person=now)
    for name, value in login.items():
        setattr(person, name, value)
    _check(person, exclude=["password"])
    if changed:
        versions.save(person, fields=changed, version=login_version)
    employee = Employee.objects.filter(user=person).first()
    if employee and given:
        for name, value in given.items():
            setattr(employee, name, value)
        _check(employee)
        versions.save(employee, fields=list(given), version=version)
    if registration_number is not None:
        _register(person, registration_number)
    events.record("person.changed", subject=person, by=by, branch_id=by.branch_id)
    return person


def _register(person: User, number: str) -> None:
    moved: dict[str, Any] = {"version": models.F("version") + 1, "updated_at": timezone.now()}
    mine = Practitioner.objects.filter(user=person).exclude(registration_number=number)
    mine.update(registration_number=number, **moved)


def _check(row: Any, exclude: list[str] | None = None) -> None:
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as problem:
        raise _told(problem) from None


def _told(problem: ValidationError) -> Refusal:
    field, sentences = next(iter(problem.message_dict.items()))
    return Refusal(sentences[0], field=None if field == "__all__" else field)


@transaction.atomic
def set_portrait(*, by: User, person: User, content: bytes | None, name: str = "") -> Employee:
    """A photo of somebody, drawn anew and small; None takes it away. ValueError where it isn't one."""
    employee = Employee.objects.select_for_update(no_key=True).filter(user=person).first()
    if employee is None:
        raise Refusal(_("Only who has a staff number has a photo."))
    drawn = _drawn(content, name) if content is not None else None
    if drawn == (bytes(employee.portrait) if employee.portrait else None):
        return employee
    employee.portrait = drawn
    versions.save(employee, fields=["portrait"], version=employee.version)
    events.record("person.portrait_set", subject=employee, by=by, branch_id=by.branch_id)
    return employee


def _drawn(content: bytes, name: str) -> bytes:
    if len(content) > PORTRAIT_MEGABYTES * images.MEGABYTE:
        raise ValueError(_("A photo may have %(limit)s MB at most.") % {"limit": PORTRAIT_MEGABYTES})
    if not images.recognise(content, name).is_picture:
        raise ValueError(_("“%(name)s” is no picture.") % {"name": name})
    return images.prepare(io.BytesIO(content)).thumbnail


@transaction.atomic
def post(
    *, by: User, person: User, branch: Branch, valid_from: datetime.date, valid_to: datetime.date | None = None,
    department: Department | None = None,
) -> Posting:  # fmt: skip
    """Post somebody at a branch. It grants nothing; a role does."""
    if branch not in by.branches or Permission.STAFF_CHANGE not in by.granted_at(branch):
        raise Refusal(
            _("You can post people only at branches where you change their records."), field="branch"
        )
    if department and department.branch_id != branch.pk:
        raise Refusal(_("That department is of another branch."), field="department")
    locks.lock_row(User, person.pk)
    posting = Posting(
        person=person, branch=branch, department=department, valid_from=valid_from, valid_to=valid_to
    )
    _check(posting)
    _refuse_second(posting)
    posting.save(force_insert=True)
    events.record("person.posted", subject=posting, by=by, branch_id=branch.pk, person_id=str(person.pk))
    return posting


def _refuse_second(posting: Posting) -> None:
    """The database's exclusion says the same; here in words."""
    others = Posting.objects.filter(person=posting.person, branch=posting.branch).exclude(pk=posting.pk)
    if posting.valid_to:
        others = others.filter(valid_from__lte=posting.valid_to)
    other = others.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=posting.valid_from)).first()
    if other:
        raise Refusal(
            _("%(name)s is posted there already since %(day)s.")
            % {"name": posting.person, "day": date_format(other.valid_from, "j M Y")},
            field="valid_from",
        )


@transaction.atomic
def end_posting(*, by: User, posting: Posting, last_day: datetime.date) -> Posting:
    """The last day somebody works there; the row stays."""
    if Permission.STAFF_CHANGE not in by.granted_at(posting.branch):
        raise Refusal(_("You can end postings only at branches where you change people's records."))
    locks.lock_row(User, posting.person_id)
    posting = Posting.objects.select_related("branch", "person").get(pk=posting.pk)
    if posting.valid_to:
        raise Refusal(_("This posting has its last day already."))
    posting.valid_to = last_day
    _check(posting)
    versions.save(posting, fields=["valid_to"], version=posting.version)
    events.record("person.posting_ended", subject=posting, by=by, branch_id=posting.branch_id)
    return posting
