"""Today's queue at the demo clinic, as far as its clock has anybody there: some inside, one called, some waiting."""

import datetime

from django.utils import timezone

from appointments import domain, floor
from appointments.models import Appointment, BookingRules, QueueDay, QueueEntry
from clinic.models import Branch
from staff.demo import MAIN
from staff.models import User

#: Who comes so long before their time is in the waiting room already.
EARLY = datetime.timedelta(minutes=100)


def load(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    BookingRules.objects.get_or_create(branch=branch)  # the screen has its address
    desk = User.objects.get(username="receptionist")
    visits = Appointment.objects.for_day(today, branch).order_by("starts_at", "id")
    for visit in visits.filter(status="in_consultation"):
        _inside(visit, today)
    now = timezone.now()
    coming = visits.filter(status__in=["scheduled", "confirmed"], starts_at__range=(now, now + EARLY))
    for visit in coming:
        visit = domain.check_in(by=desk, appointment=visit)
        domain.enter_queue(by=desk, appointment=visit)
    line = next(
        (line for line in floor.read(branch).lines.values() if line.waiting and not line.inside), None
    )
    if line:
        domain.call(by=desk, practitioner=line.practitioner)


def _inside(visit: Appointment, today: datetime.date) -> None:
    """Called and gone in some time ago."""
    queue, _made = QueueDay.objects.get_or_create(
        practitioner=visit.practitioner, day=today, defaults={"branch": visit.branch}
    )
    queue.last_token += 1
    queue.save(update_fields=["last_token"])
    QueueEntry.objects.create(
        queue=queue,
        appointment=visit,
        token=f"A{queue.last_token}",
        status=QueueEntry.Status.IN_CONSULTATION,
        joined_at=visit.arrived_at or visit.starts_at,
        called_at=visit.started_at,
        call_count=1,
    )
