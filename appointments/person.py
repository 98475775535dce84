"""What visits tell of a person: their timeline, their last visit, what is still to come."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments.models import Appointment, StatusChange
from clinic.registries import Moment
from customers import domain as customers
from staff.models import User

SETTLED = [Appointment.Status.COMPLETED, Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW]


def of_visits(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    visits = Appointment.objects.visible_to(user).filter(customer=customer_id)
    steps = StatusChange.objects.filter(appointment__in=visits.values("pk"), created_at__lt=before)
    steps = steps.select_related("by", "appointment__treatment", "appointment__branch")
    for step in steps.order_by("-created_at")[:limit]:
        visit = step.appointment
        yield Moment(
            step.created_at, "calendar-days", f"{step.label}: {visit.treatment.name}", step.note,
            reverse("appointment-detail", args=[visit.pk]), str(step.by),
        )  # fmt: skip


def rederive(customer_id: UUID) -> None:
    """Write the local day of the last completed visit anew."""
    done = Appointment.objects.filter(customer=customer_id, status=Appointment.Status.COMPLETED)
    last = done.order_by("-starts_at").select_related("branch").first()
    if last:
        day = timezone.localdate(last.starts_at, timezone=last.branch.zone)
        customers.note_standing(customer_id=customer_id, last_visit_on=day)


def objections(customer_id: UUID) -> Iterator[str]:
    """Visits that are neither over nor called off, at whatever branch."""
    open_ones = Appointment.objects.filter(customer=customer_id).exclude(status__in=SETTLED)
    for visit in open_ones.select_related("branch").order_by("starts_at")[:5]:
        if visit.status in Appointment.UNPLACED:
            yield _("A visit is still asked for or on the waitlist. Cancel it first.")
        else:
            day = date_format(timezone.localtime(visit.starts_at, visit.branch.zone), "j M Y")
            yield _("The visit on %(day)s is still open. Complete or cancel it first.") % {"day": day}
