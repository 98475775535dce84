"""What appointments show on shared pages, and how a state is drawn everywhere."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments import colleagues, person, proofs, supplies
from appointments.models import Appointment, BookingRules
from appointments.search import search
from clinic import registries
from clinic.models import Branch
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

_Names = BookingRules.StateNames
#: What a branch that came from elsewhere calls the states; one that isn't named here keeps its own name.
NAMES = {
    _Names.OWN: {},
    _Names.CLINIC: {
        Status.SCHEDULED: _("Scheduled"),
        Status.CONFIRMED: _("Confirmed"),
        Status.COMPLETED: _("Completed"),
        Status.CANCELLED: _("Cancelled"),
        Status.NO_SHOW: _("No-show"),
    },
    _Names.HOSPITAL: {
        Status.SCHEDULED: _("Scheduled"),
        Status.ARRIVED: _("Checked in"),
        Status.IN_QUEUE: _("In queue"),
        Status.IN_CONSULTATION: _("With doctor"),
        Status.COMPLETED: _("Completed"),
    },
    _Names.OUTPATIENT: {
        Status.SCHEDULED: _("Pending"),
        Status.ARRIVED: _("Arrived"),
        Status.IN_CONSULTATION: _("Consulting"),
        Status.COMPLETED: _("Completed"),
        Status.CANCELLED: _("Cancelled"),
    },
}


def state_names(branch: Branch) -> dict[str, str]:
    """What the branch calls each state, in the order of a visit's life: for filters, the board, the legend."""
    return names_in(BookingRules.of(branch).state_names)


def names_in(naming: str | None) -> dict[str, str]:
    return {status.value: state_name(status, naming) for status in LOOKS}


def state_name(status: str, naming: str | None) -> str:
    """One state as a branch calls it; `naming` is its `BookingRules.state_names`, None for a branch without rules."""
    names = NAMES.get(_Names(naming or _Names.OWN), {})
    return str(names.get(Status(status), Status(status).label))


def register() -> None:
    registries.add_menu(
        registries.MenuEntry(
            20, _("Calendar"), "appointment-list", "calendar-days", Permission.APPOINTMENTS_VIEW
        )
    )
    registries.add_menu(
        registries.MenuEntry(25, _("Queue"), "queue", "list-ordered", Permission.APPOINTMENTS_VIEW)
    )
    for order, title, icon, query, setting in (
        (20, _("Book"), "calendar-plus", "", ""),
        (30, _("Walk-in"), "footprints", "?walk_in=1", "allows_walk_ins"),
    ):
        registries.add_shortcut(
            registries.Shortcut(
                order, title, "appointment-new", icon, Permission.APPOINTMENTS_CREATE, query, setting
            )
        )
    registries.add_menu(
        registries.MenuEntry(
            25, _("Follow-ups"), "follow-ups", "calendar-heart", Permission.APPOINTMENTS_VIEW, desk=True
        )
    )
    registries.add_menu(
        registries.MenuEntry(
            27, _("Availability"), "availability", "calendar-check", Permission.APPOINTMENTS_VIEW, desk=True
        )
    )
    registries.add_menu(
        registries.MenuEntry(
            26, _("Waitlist"), "waitlist", "hourglass", Permission.APPOINTMENTS_VIEW, desk=True
        )
    )
    _register_settings()
    registries.add_search("visits", registries.SearchProvider(Permission.APPOINTMENTS_VIEW, search))
    _register_on_people()
    registries.add_proof("places of visits", proofs.places)
    registries.add_proof("what visits have let go", proofs.let_go)
    registries.add_proof("serial numbers", proofs.serials)
    registries.add_proof("sessions kept for visits", proofs.sessions)


def _register_on_people() -> None:
    """What a customer's page shows of visits, and what merging and erasing ask of them."""
    _register_person()
    _register_checks()


def _register_person() -> None:
    """What a person's page, timeline and history tell of visits."""
    registries.add_panel(
        registries.Panel("customer", 10, _("Still open"), "customer-open", Permission.APPOINTMENTS_VIEW)
    )
    registries.add_panel(
        registries.Panel(
            "customer", 20, _("Visits"), "customer-appointments", Permission.APPOINTMENTS_VIEW, tab="visits"
        )
    )
    registries.add_timeline(
        "visits",
        registries.TimelineProvider(_("Visits"), Permission.APPOINTMENTS_VIEW, person.of_visits),
    )
    registries.add_standing("visits", person.rederive)
    registries.add_objection("visits", person.objections)
    registries.add_history("appointments.Appointment", Permission.APPOINTMENTS_VIEW)


def _register_checks() -> None:
    registries.add_need("booked visits", supplies.needed)
    registries.add_assigned("visits", colleagues.assigned)
    registries.add_own("customers.Customer", colleagues.own_customers)
    registries.add_day_guard("evening lock", colleagues.guard)
    registries.add_proof("places of visits", proofs.places)
    registries.add_proof("what visits have let go", proofs.let_go)
    registries.add_proof("serial numbers", proofs.serials)
    registries.add_proof("sessions kept for visits", proofs.sessions)


def dress(visit: Appointment) -> Appointment:
    """Give a visit read by `queries.with_sessions` what its line on a page shows: `look`, `tone`, `state` as the
    branch calls it, and `what` is to be done."""
    visit.look, visit.tone = LOOKS[Status(visit.status)]
    visit.state = state_name(visit.status, visit.naming)
    visit.what = what(visit.treatment.name, visit.session_number, visit.session_count)
    return visit


def what(treatment: str, number: int | None, count: int | None) -> str:
    """The treatment, and which session of its package this is."""
    if not number:
        return treatment
    session = gettext("session %(number)s of %(count)s") % {"number": number, "count": count}
    return f"{treatment}, {session}"


def _register_settings() -> None:
    registries.add_setup(registries.SetupStep(50, "booking", _("Booking"), "setup-booking"))
    registries.add_setting(
        registries.Setting(
            40, _("Booking"), _("Walk-ins, emergencies, caps, follow-ups, fees"), "booking-rules", "calendar-cog",
            Permission.SETTINGS_CONFIGURE,
        )
    )  # fmt: skip
