"""What appointments show on shared pages, and how a state is drawn everywhere."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments import proofs
from appointments.models import Appointment
from clinic import registries
from clinic.permissions import Permission

Status = Appointment.Status

#: state -> (class of the block on the day board, tone of the badge)
LOOKS = {
    Status.REQUESTED: ("requested", ""),
    Status.WAITLISTED: ("waitlisted", ""),
    Status.SCHEDULED: ("scheduled", "info"),
    Status.CONFIRMED: ("confirmed", "brand"),
    Status.ARRIVED: ("arrived", "warn"),
    Status.IN_QUEUE: ("queued", "warn"),
    Status.IN_CONSULTATION: ("started", "warn"),
    Status.COMPLETED: ("completed", "good"),
    Status.CANCELLED: ("cancelled", ""),
    Status.NO_SHOW: ("no-show", "bad"),
}


def register() -> None:
    registries.add_menu(
        registries.MenuEntry(
            20, _("Calendar"), "appointment-list", "calendar-days", Permission.APPOINTMENTS_VIEW
        )
    )
    for order, title, icon, query in (
        (20, _("Book"), "calendar-plus", ""),
        (30, _("Walk-in"), "footprints", "?walk_in=1"),
    ):
        registries.add_shortcut(
            registries.Shortcut(order, title, "appointment-new", icon, Permission.APPOINTMENTS_CREATE, query)
        )
    registries.add_panel(
        registries.Panel("customer", 20, _("Visits"), "customer-appointments", Permission.APPOINTMENTS_VIEW)
    )
    registries.add_proof("places of visits", proofs.places)
    registries.add_proof("what visits have let go", proofs.let_go)
    registries.add_proof("serial numbers", proofs.serials)
    registries.add_proof("sessions kept for visits", proofs.sessions)


def dress(visit: Appointment) -> Appointment:
    """Give a visit what its line on a page shows: `look`, `tone`, and `what` is to be done."""
    visit.look, visit.tone = LOOKS[Status(visit.status)]
    visit.what = what(visit.treatment.name, visit.session_number, visit.session_count)
    return visit


def what(treatment: str, number: int | None, count: int | None) -> str:
    """The treatment, and which session of its package this is."""
    if not number:
        return treatment
    session = gettext("session %(number)s of %(count)s") % {"number": number, "count": count}
    return f"{treatment}, {session}"
