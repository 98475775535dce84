"""Which buttons a person is shown for a visit: those its state allows and the person may press."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from clinic.permissions import Permission
from staff.models import User


@dataclass(frozen=True)
class Action:
    verb: str
    url_name: str
    label: Any
    icon: str
    permission: Permission
    ask: Any = ""

    def for_(self, visit: Appointment) -> dict[str, Any]:
        return {
            "verb": self.verb,
            "url": reverse(self.url_name, args=[visit.pk]),
            "label": self.label,
            "icon": self.icon,
            "ask": self.ask,
        }


CHANGE, TREAT, QUEUE = Permission.APPOINTMENTS_CHANGE, Permission.VISITS_COMPLETE, Permission.QUEUE_MANAGE
#: In the order of a visit's life: the first that is possible is the next step.
STEPS = (
    Action("check_in", "appointment-check-in", _("Check in"), "user-check", CHANGE),
    Action("start", "appointment-start", _("Start"), "play", TREAT),
    Action("enter_queue", "appointment-enter-queue", _("Give token"), "ticket", QUEUE),
    Action("complete", "appointment-complete", _("Complete"), "circle-check", TREAT),
    Action("confirm", "appointment-confirm", _("Confirm"), "phone-call", CHANGE),
)
OTHERS = (
    Action("schedule", "waitlist-schedule", _("Find a time"), "calendar-search", CHANGE),
    Action("waitlist", "appointment-waitlist", _("Put on the waitlist"), "hourglass", CHANGE),
    Action("reschedule", "appointment-reschedule", _("Move"), "calendar-clock", CHANGE),
    Action(
        "prioritise",
        "appointment-prioritise",
        _("Put first"),
        "chevrons-up",
        Permission.APPOINTMENTS_PRIORITISE,
    ),
    Action(
        "mark_no_show",
        "appointment-no-show",
        _("Did not come"),
        "user-x",
        CHANGE,
        _("Mark this visit as missed? Its time and its package session are free again."),
    ),
    Action("undo_check_in", "appointment-undo-check-in", _("Undo check-in"), "undo-2", CHANGE),
    Action("reinstate", "appointment-reinstate", _("Bring back"), "rotate-ccw", CHANGE),
    Action("cancel", "appointment-cancel", _("Cancel visit"), "calendar-x", CHANGE),
)


def possible(user: User, visit: Appointment, actions: tuple[Action, ...]) -> list[dict[str, Any]]:
    """Those that state and day allow, and this person may do."""
    return [
        action.for_(visit) for action in actions if user.may(action.permission) and visit.can(action.verb)
    ]


def next_step(user: User, visit: Appointment) -> dict[str, Any] | None:
    """The one button beside a visit in a list. Completing asks for a note, so it leads to the visit instead."""
    for step in STEPS:
        if step.verb != "complete" and visit.can(step.verb) and user.may(step.permission):
            return step.for_(visit)
    return None
