"""Reads across enrolments, their sessions and the plans they came from."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from clinic.models import Branch
from customers.models import Customer
from packages.models import NEARLY_DONE, Enrolment, EnrolmentQuerySet, PlanPart, Session, usable_on

SOON = 30  # days before its last day from which an enrolment is shown as lapsing
SORTS: dict[str, list[Any]] = {
    "recent": ["-pk"],
    "lapsing": [F("usable_until").asc(nulls_last=True), "-pk"],
    "left": ["remaining", "-pk"],
    "name": ["customer__full_name", "-pk"],
}


def next_session(enrolment: Enrolment) -> Session | None:
    """The first session that is neither booked nor completed."""
    return enrolment.sessions.filter(status=Session.Status.PENDING).order_by("number").first()


def bookable_sessions(customer_id: UUID, today: datetime.date) -> list[Session]:
    """The next session of each of a customer's packages that can be booked, with its enrolment and treatment."""
    rows = Session.objects.filter(
        usable_on(today, "enrolment__"),
        _is_paid_for(),
        enrolment__customer_id=customer_id,
        status=Session.Status.PENDING,
    )
    return list(
        rows.order_by("enrolment_id", "number")
        .distinct("enrolment_id")
        .select_related("enrolment__plan__treatment")
    )


def _is_paid_for() -> Q:
    """Of a package in instalments one more session is paid than those used and booked."""
    booked = Session.objects.filter(
        enrolment=OuterRef("enrolment"), status=Session.Status.RESERVED
    ).order_by()
    count = Coalesce(Subquery(booked.values("enrolment").annotate(n=Count("pk")).values("n")), 0)
    whole = Q(enrolment__tally__unlocked__gte=F("enrolment__session_count"))
    return whole | Q(enrolment__tally__unlocked__gt=F("enrolment__tally__used") + count)


def due_sessions(branch: Branch, today: datetime.date) -> QuerySet[Session]:
    """The next session of each package at a branch of which none is booked, the package that lapses first leading.

    `today` is the branch's. Packages that may still be used then, and are paid that far, of active customers; enrolment,
    plan, treatment and customer are read along.
    """
    siblings = Session.objects.filter(enrolment=OuterRef("enrolment"))
    earlier = siblings.filter(status=Session.Status.PENDING, number__lt=OuterRef("number"))
    booked = siblings.filter(status=Session.Status.RESERVED)
    rows = Session.objects.filter(
        ~Exists(earlier),
        ~Exists(booked),
        usable_on(today, "enrolment__"),
        enrolment__tally__unlocked__gt=F("enrolment__tally__used"),
        status=Session.Status.PENDING,
        enrolment__branch=branch,
        enrolment__customer__is_active=True,
    )
    return rows.select_related("enrolment__plan__treatment", "enrolment__customer").order_by(
        F("enrolment__usable_until").asc(nulls_last=True), "pk"
    )


@dataclass(frozen=True)
class Figures:
    """Enrolments at a branch. `owed` is the value of the `sessions_owed`, in rupees before tax: a liability."""

    total: int
    active: int
    nearly_done: int
    completed: int
    lapsing: int
    lapsed: int
    frozen: int
    sessions_owed: int
    owed: Decimal


def figures(enrolments: EnrolmentQuerySet, today: datetime.date) -> Figures:
    """What stands above the list, in one query. What is owed is what the ledgers say: it ties with the liability."""
    current = usable_on(today)
    soon = Q(usable_until__lte=today + datetime.timedelta(days=SOON))
    over = Q(status=Enrolment.Status.ACTIVE, usable_until__lt=today)
    found = enrolments.with_progress().aggregate(
        total=Count("pk"),
        active=Count("pk", filter=current),
        nearly_done=Count("pk", filter=current & NEARLY_DONE),
        completed=Count("pk", filter=Q(status=Enrolment.Status.COMPLETED)),
        lapsing=Count("pk", filter=current & soon),
        lapsed=Count("pk", filter=over | Q(status=Enrolment.Status.LAPSED)),
        frozen=Count("pk", filter=Q(status=Enrolment.Status.FROZEN)),
        sessions_owed=Coalesce(Sum("remaining"), 0),
        owed=Coalesce(Sum("tally__owed"), Decimal(0)),
    )
    return Figures(**found)


def narrowed(enrolments: EnrolmentQuerySet, *, only: str, today: datetime.date) -> EnrolmentQuerySet:
    """After `with_progress`; `only` is active, nearly, completed, lapsing, lapsed, or another status by its name."""
    if only == "active":
        return enrolments.current(today)
    if only == "nearly":
        return enrolments.current(today).nearly_done()
    if only == "lapsing":
        return enrolments.lapsing_within(SOON, today)
    if only == "lapsed":
        return enrolments.lapsed(today)
    if only in Enrolment.Status.values:
        return enrolments.filter(status=only)
    return enrolments


@dataclass(frozen=True)
class Card:
    """An enrolment as lists show it: the row with `done`, `remaining` and `steps` (its sessions), and what follows."""

    enrolment: Enrolment
    dots: list[str]
    tone: str
    state: str
    next_number: int | None
    next_id: str | None


def with_cards(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Adds what `card` needs, without a query per row: `steps` and the names of the plan's `parts`."""
    steps = Session.objects.filter(enrolment=OuterRef("pk")).order_by("number")
    parts = PlanPart.objects.filter(plan=OuterRef("plan_id")).order_by("position", "pk")
    return enrolments.with_progress().annotate(
        steps=ArraySubquery(steps.values(json=JSONObject(id="id", number="number", status="status"))),
        parts=ArraySubquery(parts.values(json=JSONObject(name="name", is_add_on="is_add_on"))),
    )


def card(enrolment: Enrolment, today: datetime.date) -> Card:
    usable = enrolment.status == Enrolment.Status.ACTIVE and not enrolment.has_lapsed(today)
    steps: list[dict[str, Any]] = enrolment.steps
    first = next((step for step in steps if usable and step["status"] == Session.Status.PENDING), None)
    tone, state = _state(enrolment, today)
    return Card(
        enrolment=enrolment,
        dots=[_dot(step, first, usable) for step in steps],
        tone=tone,
        state=state,
        next_number=first["number"] if first else None,
        next_id=first["id"] if first else None,
    )


def _dot(step: dict[str, Any], first: dict[str, Any] | None, usable: bool) -> str:
    if step["status"] == Session.Status.COMPLETED:
        return "done"
    if step["status"] == Session.Status.RESERVED:
        return "booked"
    if step is first:
        return "next"
    return "" if usable and step["status"] == Session.Status.PENDING else "lost"


def _state(enrolment: Enrolment, today: datetime.date) -> tuple[str, str]:
    if enrolment.status == Enrolment.Status.COMPLETED:
        return "good", enrolment.get_status_display()
    if enrolment.has_lapsed(today):
        return "bad", _("Lapsed")
    if enrolment.status == Enrolment.Status.FROZEN:
        return "warn", enrolment.get_status_display()
    if enrolment.status != Enrolment.Status.ACTIVE:
        return "", enrolment.get_status_display()
    if enrolment.last_day and (enrolment.last_day - today).days <= SOON:
        return "warn", _("Lapsing")
    if enrolment.is_nearly_done:
        return "warn", _("Nearly done")
    return "brand", enrolment.get_status_display()


def of_customers(enrolments: EnrolmentQuerySet, typed: str) -> EnrolmentQuerySet:
    """Those of customers who match what was typed."""
    return enrolments.filter(customer__in=Customer.objects.matching(typed)) if typed else enrolments
