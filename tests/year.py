"""Busy houses, written past the verbs: what `make bench` measures the calendar with."""

import datetime
import itertools
from collections.abc import Iterator

from django.db import connections, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from uuid_utils import compat

from appointments.models import Appointment, Hold
from clinic.models import Branch, Organisation
from customers.models import Customer
from packages.models import Treatment
from staff import domain as staff
from staff.models import Practitioner, User

BATCH = 2000
DAYS_BACK, DAYS_AHEAD = 300, 65


def fill() -> None:
    """The main branch gets twenty practitioners with twenty visits on each day of a year; a new one five with forty today."""
    today = timezone.localdate()
    by = User.objects.get(username="owner")
    main = Branch.objects.order_by("code").first()
    days = [today + datetime.timedelta(days=n) for n in range(-DAYS_BACK, DAYS_AHEAD)]
    visit(main, by, days, practitioners=20, minutes=30, count=20)
    visit(small(main.organisation, today), by, [today], practitioners=5, minutes=15, count=40)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    print(Appointment.objects.count(), "visits,", Practitioner.objects.count(), "practitioners")


def small(organisation: Organisation, today: datetime.date) -> Branch:
    clinic = staff.NewClinic(
        name="Forty a day", address="1", city="Bengaluru", postal_code="560001", state="29", phone="+919810077777",
        aesthetic_rate="18", code="ZZ40", weekdays=list(range(7)),
    )  # fmt: skip
    registration = organisation.registration_set.first()
    return staff.open_branch(
        by=None, organisation=organisation, registration=registration, clinic=clinic, today=today
    )


@transaction.atomic
def visit(
    branch: Branch, by: User, days: list[datetime.date], *, practitioners: int, minutes: int, count: int
) -> None:
    who = [practitioner(branch, n) for n in range(practitioners)]
    customers = itertools.cycle(Customer.objects.all())
    treatment = Treatment.objects.filter(resources=None).first()
    length = datetime.timedelta(minutes=minutes)
    number = itertools.count(1)

    def rows() -> Iterator[Appointment]:
        for day, one, n in itertools.product(days, who, range(count)):
            starts_at = datetime.datetime.combine(day, datetime.time(9), branch.zone) + n * length
            done = starts_at < timezone.now() - length
            yield Appointment(
                id=compat.uuid7(), number=f"APT-Y-{next(number):06d}", branch=branch, customer=next(customers),
                practitioner=one, treatment=treatment, starts_at=starts_at, ends_at=starts_at + length,
                status="completed" if done else "scheduled", completed_at=starts_at + length if done else None,
                booked_by=by,
            )  # fmt: skip

    everything = rows()
    while batch := list(itertools.islice(everything, BATCH)):
        Appointment.objects.bulk_create(batch)
        Hold.objects.bulk_create(
            Hold(
                appointment=one, resource_id=one.practitioner.resource_id,
                during=DateTimeTZRange(one.starts_at, one.ends_at),
            )
            for one in batch
        )  # fmt: skip


def practitioner(branch: Branch, n: int) -> Practitioner:
    person = staff.add_person(
        by=None, username=f"{branch.code}-{n}".lower(), full_name=f"Busy Hand {n:02d}", password=None,
        roles=["doctor"], branch=branch,
    )  # fmt: skip
    return staff.add_practitioner(by=None, person=person, branch=branch, title="Dr.")
