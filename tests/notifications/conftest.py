"""A visit that was booked, and events told by hand instead of by a worker."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from appointments.models import Appointment
from clinic import events
from clinic.models import Event
from tests import factories


@pytest.fixture
def visits(world):
    """Makes appointments of Priya with the doctor, `days` ahead at `hour` local time."""
    treatment = factories.treatment(world.branch, name="Laser Hair Removal")
    customer = factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", phone="+919000003210"
    )

    def visit(days=1, hour=9, minute=0, **changes):
        day = timezone.localdate() + datetime.timedelta(days=days)
        starts_at = datetime.datetime.combine(day, datetime.time(hour, minute), world.branch.zone)
        values = {
            "number": factories.number(),
            "branch": world.branch,
            "customer": customer,
            "practitioner": world.doctor,
            "treatment": treatment,
            "starts_at": starts_at,
            "ends_at": starts_at + datetime.timedelta(minutes=45),
            "booked_by": world.receptionist,
        }
        return Appointment.objects.create(**values | changes)

    visit.customer, visit.treatment = customer, treatment
    return visit


@pytest.fixture
def tell(world):
    """Record an event and deliver it `times` over."""

    def told(verb, subject_id, times=1, **data):
        event = events.record(
            verb,
            subject=SimpleNamespace(pk=subject_id),
            by=world.receptionist,
            branch_id=world.branch.pk,
            **data,
        )
        for _time in range(times):
            Event.objects.filter(pk=event.pk).update(delivered_at=None)
            events.deliver(event.pk)
        return event

    return told
