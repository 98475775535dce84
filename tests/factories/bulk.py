"""Completed visits that nobody has billed, and a run over one."""

import datetime

from django.utils import timezone

from appointments.models import Appointment
from billing.models import BulkRow, BulkRun
from clinic.models import Branch
from customers.models import Customer
from packages.models import Treatment
from staff.models import Practitioner, User
from tests import factories


def done_visit(
    at: Branch,
    by: User,
    *,
    customer: Customer,
    doctor: Practitioner,
    treatment: Treatment,
    minutes_ago: int = 0,
) -> Appointment:
    """A visit of just now that is completed; several are told apart by how long ago they began."""
    now = timezone.now() - datetime.timedelta(minutes=minutes_ago)
    return Appointment.objects.create(
        number=factories.number(), branch=at, customer=customer, practitioner=doctor, treatment=treatment, starts_at=now,
        ends_at=now + datetime.timedelta(minutes=5), booked_by=by, status="completed", arrived_at=now, started_at=now,
        completed_at=now,
    )  # fmt: skip


def run_over(visit: Appointment, by: User, *, said: str = "") -> BulkRun:
    """A run that could not bill a visit, and why."""
    run = BulkRun.objects.create(branch=visit.branch, by=by, state="done", ended_at=timezone.now())
    BulkRow.objects.create(run=run, appointment=visit, position=1, state="refused", said=said)
    return run
