"""Offers as they stand, and letting one go: what the verbs of a visit and of the waitlist share."""

import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments.models import Appointment, Hold, Offer
from clinic import events
from clinic.locks import lock_resources
from clinic.models import Branch

if TYPE_CHECKING:
    from staff.models import User

EVENTS = {
    Offer.Status.ACCEPTED: "offer.accepted",
    Offer.Status.DECLINED: "offer.declined",
    Offer.Status.EXPIRED: "offer.expired",
}
WITH_ALL = (
    "branch", "customer", "treatment", "practitioner__resource", "practitioner__user", "session__enrolment__plan",
    "appointment",
)  # fmt: skip


def end(
    *, by: "User | None", offer: Offer, status: Offer.Status, appointment: Appointment | None = None, why: str = ""
) -> Offer:  # fmt: skip
    """Settle an offer whose row is locked: what it holds is free, unless `appointment` has taken its place."""
    held = Hold.objects.filter(offer=offer, released_at=None)
    lock_resources(held.values_list("resource_id", flat=True))
    held.update(released_at=timezone.now())
    offer.status, offer.settled_at, offer.settled_by = status, timezone.now(), by
    offer.appointment = appointment or offer.appointment
    offer.version += 1
    offer.save(update_fields=["status", "settled_at", "settled_by", "appointment", "version", "updated_at"])
    events.record(
        EVENTS[status], subject=offer, by=by, branch_id=offer.branch_id, **({"why": why} if why else {})
    )
    return offer


def let_go(*, by: "User", appointment: Appointment) -> None:
    """A visit that gets another time or is called off needs its open offer no more. Under the lock of its row."""
    rows = Offer.objects.filter(appointment=appointment, status=Offer.Status.HELD)
    for offer in rows.select_for_update(no_key=True):
        end(by=by, offer=offer, status=Offer.Status.DECLINED)


def why_kept(
    branch: Branch, resources: list[UUID], during: tuple[datetime.datetime, datetime.datetime]
) -> str:
    """A sentence when somebody on the waitlist has an offer for one of these at that time; else nothing."""
    held = Hold.objects.filter(resource_id__in=resources, released_at=None, during__overlap=during)
    until = (
        held.filter(offer__held_until__gt=timezone.now()).values_list("offer__held_until", flat=True).first()
    )
    if until is None:
        return ""
    local = until.astimezone(branch.zone)
    return _("This time is kept for somebody on the waitlist until %(time)s.") % {
        "time": date_format(local, "H:i")
    }


def open_of(appointment: Appointment) -> Offer | None:
    """The offer that is open for a visit, its row locked."""
    rows = Offer.objects.filter(appointment=appointment, status=Offer.Status.HELD)
    return rows.select_for_update(no_key=True).first()
