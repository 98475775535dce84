"""What visits say of the people who work here: what still waits for one of them, and when their days may be closed."""

import datetime
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import domain
from appointments.absences import TO_COME
from appointments.models import Appointment
from clinic.models import Branch
from clinic.registries import Assigned
from packages.models import Session
from staff.models import Practitioner, User


def assigned(user: User, person: User) -> Iterator[Assigned]:
    """Visits to come or under way with `person`, at whichever branch, and those who wait for a time with them."""
    mine = Appointment.objects.filter(practitioner__user=person)
    ahead = Q(status__in=TO_COME, ends_at__gt=timezone.now())
    counted = mine.aggregate(
        ahead=Count("pk", filter=ahead),
        begun=Count("pk", filter=Q(status=Appointment.Status.IN_CONSULTATION)),
        waiting=Count(
            "pk", filter=Q(status__in=[Appointment.Status.REQUESTED, Appointment.Status.WAITLISTED])
        ),
    )
    sessions = Session.objects.filter(
        status=Session.Status.RESERVED, appointment_id__in=mine.filter(ahead).values("pk")
    )
    here = Practitioner.objects.visible_to(user).filter(user=person).first()
    url = reverse("practitioner-hits", args=[here.pk]) if here else ""
    yield Assigned(_("Visits to come"), counted["ahead"], url)
    yield Assigned(_("Sessions of packages booked with them"), sessions.count(), url)
    yield Assigned(_("Visits that were begun and not completed"), counted["begun"])
    yield Assigned(_("People who wait for a time with them"), counted["waiting"])


def own_customers(user: User) -> QuerySet:
    """Whom somebody has, or had, a visit with; for a role that counts for their own records alone."""
    return Appointment.objects.filter(practitioner__user=user).values("customer_id")


def guard(by: User, branch: Branch, day: datetime.date, override: str) -> str:
    """The evening lock holds for leave too."""
    return domain.pass_lock(by=by, branch=branch, day=day, override=override)
