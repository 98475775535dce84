"""What must be true of visits, whatever happened to them; for `manage.py prove`."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from appointments.models import Appointment, Hold, Offer, Sitting
from packages.models import Session

Status, Priority = Appointment.Status, Appointment.Priority
GONE = [Status.CANCELLED, Status.NO_SHOW]


def places() -> Iterator[str]:
    """A visit that is still to come or under way holds its practitioner, by itself or through its sitting, and what it
    holds covers it. An emergency may stand beside others; one with priority may come as its shift ends."""
    coming = Appointment.objects.standing().exclude(status=Status.COMPLETED)
    held = Hold.objects.filter(released_at=None, resource=OuterRef("practitioner__resource"))
    alone = held.filter(
        appointment=OuterRef("pk"),
        during__startswith__lte=OuterRef("starts_at"),
        during__endswith__gte=OuterRef("ends_at"),
    )
    shared = held.filter(
        during__startswith__lte=OuterRef("starts_at"), during__endswith__gt=OuterRef("starts_at")
    )
    beside = Q(priority__in=[Priority.URGENT, Priority.EMERGENCY])
    missing = coming.filter(~beside, ~Exists(alone), sitting=None)
    missing |= coming.filter(~Exists(shared), sitting__isnull=False, starts_at__lt=F("sitting__ends_at"))
    for visit in missing.iterator():
        yield _("Visit %(number)s doesn't hold its practitioner.") % {"number": visit.number}
    short = Hold.objects.filter(released_at=None, appointment__isnull=False)
    short = short.exclude(
        during__startswith__lte=F("appointment__starts_at"), during__endswith__gte=F("appointment__ends_at")
    )
    for number in short.values_list("appointment__number", flat=True):
        yield _("Visit %(number)s lasts longer than what it holds.") % {"number": number}


def let_go() -> Iterator[str]:
    """Who doesn't come, has no place yet, or whose offer is settled, holds nothing; nor does a slot nobody comes in."""
    held = Hold.objects.filter(released_at=None)
    idle = held.filter(appointment__status__in=[*GONE, *Appointment.UNPLACED])
    for number in idle.values_list("appointment__number", flat=True).distinct():
        yield _("Visit %(number)s doesn't take place and still holds something.") % {"number": number}
    for offer in (
        held.filter(offer__isnull=False)
        .exclude(offer__status=Offer.Status.HELD)
        .values_list("offer", flat=True)
    ):
        yield _("Offer %(offer)s is settled and still holds something.") % {"offer": offer}
    visits = Appointment.objects.standing().filter(
        sitting=OuterRef("sitting"),
        starts_at__lt=OuterRef("during__endswith"),
        ends_at__gt=OuterRef("during__startswith"),
    )
    for sitting in held.filter(~Exists(visits), sitting__isnull=False).select_related("sitting").iterator():
        yield _("The sitting of %(sitting)s holds a slot in which nobody comes.") % {
            "sitting": sitting.sitting
        }


def serials() -> Iterator[str]:
    """Numbers are those of the visit's own practitioner, and none is higher than the last one given."""
    rows = Appointment.objects.filter(sitting__isnull=False)
    wrong = rows.filter(serial__gt=F("sitting__last_serial")) | rows.exclude(
        practitioner=F("sitting__practitioner"), branch=F("sitting__branch")
    )
    for visit in wrong.iterator():
        yield _("Visit %(number)s has a serial number that its sitting didn't give.") % {
            "number": visit.number
        }
    for sitting in Sitting.objects.filter(mode="slot").iterator():
        yield _("The sitting of %(sitting)s gives out times.") % {"sitting": sitting}


def sessions() -> Iterator[str]:
    """A reserved session belongs to a visit of the same customer and treatment that is yet to be completed."""
    visit = Appointment.objects.filter(
        pk=OuterRef("appointment_id"),
        customer=OuterRef("enrolment__customer"),
        treatment=OuterRef("enrolment__plan__treatment"),
    )
    open_ = visit.exclude(status__in=[*GONE, Status.COMPLETED])
    for session in Session.objects.filter(~Exists(open_), status=Session.Status.RESERVED).iterator():
        yield _("Session %(session)s is kept for a visit that isn't to come.") % {"session": session.pk}
