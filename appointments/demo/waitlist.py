"""Two people who wait, one to whom a time is offered just now, and one who has asked for a visit."""

import datetime

from django.utils import timezone

from appointments import availability, domain
from appointments.matching import When
from appointments.models import Appointment
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Treatment
from staff.demo import MAIN
from staff.models import Practitioner, User


def load(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    two_weeks = today + datetime.timedelta(days=14)
    mornings = When(today, two_weeks, datetime.time(9), datetime.time(12))
    _wish(branch, "Meera Iyer", "Botox", "Dr. Reena Sharma", mornings, note="Before her sister's wedding")
    evenings = When(today, two_weeks, datetime.time(17))
    _wish(branch, "Karthik Raman", "Hair treatment", "", evenings, note="Comes from work")
    _offer(_wish(branch, "Divya Shah", "LED therapy", "Asha Thomas", When(today, two_weeks)))
    domain.request(
        **_who(branch, "Rohan Mathew", "Consultation", "Dr. Reena Sharma"),
        when=When(today, two_weeks),
        note="Asked by phone for a second opinion",
        channel=Appointment.Channel.PHONE,
    )


def _who(branch: Branch, customer: str, treatment: str, practitioner: str) -> dict:
    people = Practitioner.objects.active().select_related("resource", "user").filter(resource__branch=branch)
    return {
        "by": User.objects.get(username="receptionist"),
        "branch": branch,
        "customer": Customer.objects.get(full_name=customer),
        "treatment": Treatment.objects.get(name=treatment),
        "practitioner": people.filter(resource__name=practitioner).first(),
    }


def _wish(
    branch: Branch, customer: str, treatment: str, practitioner: str, when: When, note: str = ""
) -> Appointment:
    return domain.join_waitlist(**_who(branch, customer, treatment, practitioner), when=when, note=note)


def _offer(visit: Appointment) -> None:
    """The first time that is free for them; none, should the calendar be full."""
    soon = timezone.now() + datetime.timedelta(hours=1)
    times = availability.first_free(
        branch=visit.branch,
        treatment=visit.treatment,
        practitioners=[visit.practitioner],
        first=timezone.localdate(soon, visit.branch.zone),
        not_before=soon,
    )
    for free in times:
        try:
            domain.offer(
                by=visit.booked_by,
                branch=visit.branch,
                practitioner=free.practitioner,
                starts_at=free.starts_at,
                appointment=visit,
            )
            return
        except Refusal:  # they come for something else then
            continue
