"""What visits add to a person's timeline: each step of each visit."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from appointments.models import Appointment, StatusChange
from clinic.registries import Moment
from staff.models import User


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
