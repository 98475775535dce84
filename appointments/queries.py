"""Reads of visits with what pages show beside them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Trim

from appointments.models import Appointment, BookingRules, ParameterValue, StatusChange
from inventory.models import Item, Movement
from packages.models import Consumable, Session
from staff.models import Practitioner, User


def naming_at(branch: str) -> Subquery:
    """How the branch at this path calls the states, for `panels.state_name`."""
    return Subquery(BookingRules.objects.filter(branch=OuterRef(branch)).values("state_names")[:1])


def with_sessions(visits: QuerySet[Appointment]) -> QuerySet[Any]:
    """Adds `session_number` and `session_count` of the package session a visit is for, if it is for one, and `naming`,
    how its branch calls the states."""
    session = Session.objects.filter(appointment_id=OuterRef("pk"))
    return visits.annotate(
        session_number=Subquery(session.values("number")[:1]),
        session_count=Subquery(session.values("enrolment__session_count")[:1]),
        naming=naming_at("branch"),
    )


def session_of(appointment: Appointment) -> Session | None:
    """The package session a visit is for, its enrolment's sessions fetched with it."""
    rows = Session.objects.filter(appointment_id=appointment.pk).select_related("enrolment__plan")
    return rows.prefetch_related("enrolment__sessions").first()


def session_for(session_id: UUID, customer_id: UUID) -> Session | None:
    """A session of one of the customer's packages, whatever its state: the verb says what is wrong with it."""
    rows = Session.objects.filter(pk=session_id, enrolment__customer_id=customer_id)
    return rows.select_related("enrolment__plan__treatment").first()


@dataclass(frozen=True)
class Use:
    """What a visit will take from stock, and whether there is enough of it today."""

    item: Item
    quantity: Decimal
    in_stock: Decimal

    @property
    def is_short(self) -> bool:
        return self.in_stock < self.quantity


def consumables_of(appointment: Appointment, today: datetime.date) -> list[Use]:
    rows = Consumable.objects.filter(treatment=appointment.treatment_id)
    wanted = dict(rows.values_list("item_id", "quantity"))
    if not wanted:
        return []
    items: Any = Item.objects.filter(pk__in=wanted).with_stock_at(appointment.branch, today)
    return [Use(item, wanted[item.pk], item.in_stock) for item in items.order_by("name")]


def used_in(appointment: Appointment) -> QuerySet[Movement]:
    """What has left stock for a completed visit, as positive quantities in `used`."""
    rows = Movement.objects.filter(cause_kind="appointment", cause_id=appointment.pk)
    return rows.annotate(used=-F("quantity")).select_related("batch__item").order_by("batch__item__name")


def parts_of(appointment: Appointment) -> list[Appointment]:
    """All the parts of a visit with several treatments, in order; the visit alone where it has but one."""
    first = appointment.first_part_id or appointment.pk
    rows = Appointment.objects.filter(Q(pk=first) | Q(first_part=first))
    return list(rows.select_related("branch", "treatment", "practitioner__resource").order_by("part_number"))


def other_parts(appointment: Appointment, verb: str) -> list[Appointment]:
    """Those for which `verb` is possible too."""
    return [part for part in parts_of(appointment) if part.pk != appointment.pk and part.can(verb)]


def let_go_by(appointment: Appointment) -> StatusChange | None:
    """The step by which a visit was last called off or missed."""
    rows = StatusChange.objects.filter(appointment=appointment, verb__in=["cancel", "mark_no_show"])
    return rows.select_related("was_session").order_by("-id").first()


def history_of(appointment: Appointment) -> QuerySet[StatusChange]:
    rows = StatusChange.objects.filter(appointment=appointment)
    return rows.select_related("by", "was_with__resource").order_by("id")


def of_customer(customer_id: UUID, *, user: User) -> QuerySet[Appointment]:
    """A customer's visits at the branch worked at, the latest first, each with the `settings` it was given with."""
    visits = Appointment.objects.visible_to(user).filter(customer_id=customer_id)
    noted = ParameterValue.objects.filter(appointment=OuterRef("pk")).exclude(value="").order_by("id")
    said = Trim(Concat("name", Value(": "), "value", Value(" "), "unit"))
    return (
        with_sessions(visits)
        .annotate(settings=ArraySubquery(noted.annotate(said=said).values("said")))
        .select_related("treatment", "practitioner__resource")
        .order_by("-starts_at", "-id")
    )


def practices_of(user: User, practitioners: Iterable[Practitioner]) -> Practitioner | None:
    """This person among the practitioners, if they treat here."""
    return next((each for each in practitioners if each.user_id == user.pk), None)
