"""What the demo clinic would have been told by now: messages of today's bookings and sessions, reminders, alerts."""

import datetime

from appointments.models import Appointment
from notifications import domain, texts
from notifications.models import Message
from packages.models import Enrolment, Session
from staff.models import User

MESSAGES_SENT = 9


def load(today: datetime.date) -> None:
    visits = Appointment.objects.filter(starts_at__date__gt=today).select_related(
        "branch", "customer", "treatment", "practitioner__resource"
    )
    for visit in visits.order_by("starts_at")[:24]:
        domain.tell_of_visit(appointment=visit, kind=Message.Kind.BOOKED, text=texts.booked, occasion="demo")
        if visit.status == Appointment.Status.CONFIRMED:
            domain.tell_of_visit(
                appointment=visit, kind=Message.Kind.CONFIRMED, text=texts.confirmed, occasion="demo"
            )
    _sessions(today)
    by = User.objects.get(username="receptionist")
    for message in Message.objects.filter(branch=by.branch, kind=Message.Kind.BOOKED)[:MESSAGES_SENT]:
        domain.mark_sent(by=by, message=message)
    domain.remind_tomorrow(today=today)
    domain.raise_alerts(today=today)


def _sessions(today: datetime.date) -> None:
    """Sessions of the last two days, and the packages that they brought near their end."""
    since = today - datetime.timedelta(days=2)
    done = Session.objects.filter(status=Session.Status.COMPLETED, completed_at__date__gte=since)
    enrolments = Enrolment.objects.filter(sessions__in=done).distinct().select_related("branch", "customer")
    for enrolment in enrolments.prefetch_related("sessions"):
        numbers = [s.number for s in enrolment.sessions.all() if s.status == Session.Status.COMPLETED]
        told = {
            "enrolment": enrolment,
            "number": max(numbers),
            "remaining": enrolment.session_count - len(numbers),
        }
        domain.tell_of_progress(kind=Message.Kind.SESSION, text=texts.session, **told)
        if told["remaining"] == 1:
            domain.tell_of_progress(kind=Message.Kind.NEARLY_DONE, text=texts.nearly_done, **told)
