"""Reads on people: the list, and what the page of one shows."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import phones
from staff.models import (
    Department,
    Employee,
    Fee,
    Posting,
    Practitioner,
    Role,
    RoleHeld,
    StaffCard,
    TimeOff,
    User,
    WeeklyHours,
)

ORDERS = {
    "name": ["full_name"], "code": ["employee__code"], "position": ["employee__position", "full_name"],
    "joined": ["employee__joined_on", "full_name"],
}  # fmt: skip


def listed(*, user: User, wanted: dict[str, Any]) -> QuerySet[User]:
    """People at the branch worked at with their record, `roles` ("Nurse LCB") and `departments`. One query."""
    found = User.objects.visible_to(user)
    state = wanted.get("state")
    if state != "all":
        found = found.filter(is_active=state != "off")
    for word in wanted.get("q", "").split():
        found = found.filter(_like(word))
    if wanted.get("role"):
        held = RoleHeld.objects.visible_to(user).filter(role=wanted["role"])
        found = found.filter(pk__in=held.values("user_id"))
    if wanted.get("department"):
        treats = Practitioner.objects.filter(department=wanted["department"]).values("user_id")
        posted = Posting.objects.filter(department=wanted["department"]).values("person_id")
        found = found.filter(Q(pk__in=treats) | Q(pk__in=posted))
    sort = wanted.get("sort") or "name"
    way, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    order = [f"{way}{column}" for column in ORDERS[name]]
    where = Coalesce("branch__code", Value(_("all")))
    held = RoleHeld.objects.filter(user=OuterRef("pk"), role__is_active=True).order_by(
        "role__name", "branch__code"
    )
    practices = Practitioner.objects.visible_to(user).filter(user=OuterRef("pk"), department__isnull=False)
    return (
        found.select_related("employee")
        .defer("employee__portrait", "employee__about", "password")
        .annotate(
            roles=ArraySubquery(held.annotate(shown=Concat("role__name", Value(" "), where)).values("shown")),
            departments=ArraySubquery(practices.order_by().values("department__name")),
        )
        .order_by(*order, "pk")
    )


def choices(user: User) -> dict[str, list[tuple[str, str]]]:
    """Roles and departments that the list can be narrowed to. One query."""
    roles = Role.objects.filter(is_active=True).order_by().annotate(kind=Value("role"))
    departments = Department.objects.visible_to(user).order_by().annotate(kind=Value("department"))
    columns = ("kind", "pk", "name")
    found: dict[str, list[tuple[str, str]]] = {"role": [], "department": []}
    for kind, pk, name in sorted(
        roles.values_list(*columns).union(departments.values_list(*columns)), key=lambda row: row[2]
    ):
        found[kind].append((str(pk), name))
    return found


def _like(word: str) -> Q:
    digits = "".join(letter for letter in word if letter.isdigit())
    matches = (
        Q(full_name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word)
        | Q(employee__code__iexact=word) | Q(employee__number__iexact=word) | Q(employee__position__icontains=word)
    )  # fmt: skip
    return matches | Q(phone__contains=digits) if len(digits) >= 3 else matches


@dataclass(frozen=True)
class Page:
    """One person as their page shows them."""

    person: User
    employee: Employee | None
    held: list[RoleHeld]
    postings: list[Posting]
    practices: list[Practitioner]
    fees: list[Fee]
    leave: list[TimeOff]
    cards: list[StaffCard]
    today: datetime.date

    @property
    def facts(self) -> list[tuple[str, Any]]:
        one, person = self.employee, self.person
        found: list[tuple[str, Any]] = [
            (_("User name"), person.username),
            (_("E-mail"), person.email),
            (_("Phone"), phones.shown(person.phone) if person.phone else ""),
            (_("Language"), person.get_language_display()),
            (_("Own time zone"), person.time_zone),
        ]
        if one is None:
            return found
        emergency = [one.emergency_name, phones.shown(one.emergency_phone) if one.emergency_phone else ""]
        return [
            *found,
            (_("Qualification"), one.qualification),
            (_("Council"), one.registration_authority),
            (
                _("Registration"),
                next((each.registration_number for each in self.practices if each.registration_number), ""),
            ),
            (_("Practising since"), one.practising_since or ""),
            (_("Joined"), date_format(one.joined_on, "j M Y") if one.joined_on else ""),
            (_("Left"), date_format(one.left_on, "j M Y") if one.left_on else ""),
            (_("Blood group"), one.blood_group),
            (_("In an emergency"), " · ".join(filter(None, emergency))),
        ]


def page(*, user: User, person: User) -> Page:
    """Hours, fees and postings of the branches that `user` works at; own data of `person` whatever the branch."""
    employee = Employee.objects.filter(user=person).first()
    practices = Practitioner.objects.filter(
        user=person, resource__branch__in=[each.pk for each in user.branches]
    )
    today = timezone.localdate()
    hours = WeeklyHours.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    known = list(
        practices.select_related("resource__branch", "department").prefetch_related(
            Prefetch("weekly_hours", hours)
        )
    )
    return Page(
        person=person,
        employee=employee,
        held=list(RoleHeld.objects.visible_to(user).filter(user=person).select_related("role", "branch").order_by("role__name")),
        postings=list(Posting.objects.filter(person=person).select_related("branch", "department")),
        practices=known,
        fees=_fees(known, today),
        leave=list(TimeOff.objects.filter(person=person, days__isnull=False).select_related("decided_by")[:10]),
        cards=list(StaffCard.objects.filter(person=person).defer("portrait", "snapshot").select_related("issued_by", "revoked_by")[:20]),
        today=today,
    )  # fmt: skip


def _fees(practices: list[Practitioner], today: datetime.date) -> list[Fee]:
    """Their own, of today and to come."""
    rows = Fee.objects.filter(practitioner__in=practices, is_active=True)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related(
        "branch", "practitioner__resource"
    )
    return list(rows.order_by("branch__code", "kind", "valid_from"))


def employee_of(person: User) -> Employee | None:
    return Employee.objects.filter(user=person).first()


def as_saved(person: User) -> User:
    """An instance of its own: what was typed into the other never reaches the page's head."""
    return User.objects.get(pk=person.pk)


def today() -> datetime.date:
    return timezone.localdate()
