"""Demo data of the calendar, one module per concept."""

from django.utils.translation import gettext_lazy as _

from appointments.demo import absences, consulting, queue, visits, waitlist
from clinic.registries import add_demo


def register() -> None:
    add_demo(50, _("Visits"), visits.load)
    add_demo(52, _("The queue"), queue.load)
    add_demo(54, _("Fees, serial numbers and absences"), absences.load)
    add_demo(55, _("Notes, policies and follow-ups"), consulting.load)
    add_demo(56, _("The waitlist"), waitlist.load)
