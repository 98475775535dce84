"""A morning at the desk: Tuesday 3 March 2026, half past eight in Bengaluru, before the clinic opens at nine."""

import datetime

import pytest
import time_machine

from appointments import availability, domain
from appointments.models import Appointment
from clinic.models import Holiday
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(datetime.datetime(2026, 3, 3, 3, 0, tzinfo=datetime.UTC), tick=True):
        yield


@pytest.fixture
def at(world):
    """A local time: `at(10, 30)` today, `at(10, 30, days=1)` tomorrow."""

    def moment(hour: int, minute: int = 0, days: int = 0) -> datetime.datetime:
        day = TUESDAY + datetime.timedelta(days=days)
        return datetime.datetime.combine(day, datetime.time(hour, minute), world.branch.zone)

    return moment


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", allergies="Fragrance reaction"
    )


@pytest.fixture
def laser(world):
    return factories.device(world.branch)


@pytest.fixture
def hair_removal(world, laser):
    """45 minutes, needs the laser."""
    return factories.treatment(world.branch, name="Laser Hair Removal", needs=laser)


@pytest.fixture
def booked(world, at, priya, hair_removal):
    """Books a visit at a local time today, for Priya with Dr. Kapoor unless told otherwise; she doesn't mind two at once."""

    def book(hour: int = 10, minute: int = 0, days: int = 0, **changes) -> Appointment:
        wish = {
            "by": world.receptionist,
            "branch": world.branch,
            "customer": priya,
            "practitioner": world.doctor,
            "treatment": hair_removal,
            "starts_at": at(hour, minute, days),
            "despite_overlap": True,
        }
        return domain.book(**wish | changes)

    return book


@pytest.fixture
def odd_days(world):
    """Holi on Wednesday; the doctor is off on Thursdays."""
    Holiday.objects.create(branch=world.branch, day="2026-03-04", name="Holi")
    world.doctor.weekly_hours.filter(weekday=3).delete()


def chain_free(*, branch, parts, day, not_before) -> list[datetime.datetime]:
    """When parts fit one after another, each with one person."""
    ground = availability.survey(branch, parts, day, 2)
    first, *later = availability.diaries(ground, parts, [(day, 2)])
    free = first.free_on(day, not_before)
    return [at for at in free if availability.chain(first, [[one] for one in later], at, not_before)]
