"""What the demo clinic would have been told by now: messages of today's bookings and sessions, reminders, alerts."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy

from appointments.models import Appointment
from clinic.models import Event
from clinic.registries import add_demo
from notifications import domain, staff, texts
from notifications.models import Message
from packages.models import Enrolment, Session


def load(today: datetime.date) -> None:
    now = timezone.now()
    visits = (
        Appointment.objects.placed()
        .filter(starts_at__gt=now)
        .select_related("branch", "customer", "treatment", "practitioner__resource")
    )
    for visit in visits.filter(created_at__gt=now - datetime.timedelta(days=4)).order_by("created_at"):
        message = _tell(visit)
        if message and visit.created_at < now - datetime.timedelta(days=1):
            domain.mark_sent(by=visit.booked_by, message=message)
    _sessions(today)
    domain.remind_tomorrow(today=today)
    for event in Event.objects.filter(verb="leave.asked"):
        staff.asked(event)
    domain.raise_alerts(today=today)


def _tell(visit: Appointment) -> Message | None:
    if visit.status == Appointment.Status.CONFIRMED:
        kind, text = Message.Kind.CONFIRMED, texts.confirmed
    else:
        kind, text = Message.Kind.BOOKED, texts.booked
    return domain.tell_of_visit(appointment=visit, kind=kind, text=text, occasion="demo")


def _sessions(today: datetime.date) -> None:
    """Sessions of the last two days, and packages with one session left."""
    since = today - datetime.timedelta(days=2)
    enrolments = Enrolment.objects.active().select_related("branch", "customer").prefetch_related("sessions")
    for enrolment in enrolments:
        done = [s for s in enrolment.sessions.all() if s.status == Session.Status.COMPLETED]
        told = {"enrolment": enrolment, "number": len(done), "remaining": enrolment.session_count - len(done)}
        if any(timezone.localdate(session.completed_at) >= since for session in done):
            domain.tell_of_progress(kind=Message.Kind.SESSION, text=texts.session, **told)
        if told["remaining"] == 1:
            domain.tell_of_progress(kind=Message.Kind.NEARLY_DONE, text=texts.nearly_done, **told)


def register() -> None:
    add_demo(90, gettext_lazy("Messages and alerts"), load)
