"""Rooms and devices that can't be used for a while."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, locks
from clinic.models import OutOfService, Resource
from clinic.refusals import Refusal
from staff.models import User


@transaction.atomic
def take_out_of_service(
    *,
    by: User,
    resource: Resource,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime | None,
    reason: str,
) -> OutOfService:
    """Close a room or device from `starts_at` until `ends_at`, or until it is put back. People have time off instead."""
    if resource.kind == Resource.Kind.PRACTITIONER:
        raise Refusal(
            _("%(name)s is a person: mark time off instead.") % {"name": resource}, field="resource"
        )
    if not reason.strip():
        raise Refusal(_("Say what is wrong with it."), field="reason")
    if ends_at is not None and ends_at <= starts_at:
        raise Refusal(_("It is back before it is out of service."), field="ends_at")
    locks.lock_resources([resource.pk])
    others = OutOfService.objects.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at), resource=resource)
    if ends_at is not None:
        others = others.filter(starts_at__lt=ends_at)
    if others.exists():
        raise Refusal(_("%(name)s is out of service then already.") % {"name": resource}, field="starts_at")
    outage = OutOfService.objects.create(
        resource=resource, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()
    )
    events.record("resource.out_of_service", subject=outage, by=by, branch_id=resource.branch_id)
    return outage


@transaction.atomic
def put_back(*, by: User, outage: OutOfService) -> OutOfService:
    """It works again: the outage ends now; one that has not begun never was."""
    locks.lock_resources([outage.resource_id])
    outage = OutOfService.objects.select_related("resource").select_for_update(of=("self",)).get(pk=outage.pk)
    now = timezone.now()
    if outage.ends_at is not None and outage.ends_at <= now:
        raise Refusal(_("%(name)s is back in service already.") % {"name": outage.resource})
    events.record("resource.put_back", subject=outage, by=by, branch_id=outage.resource.branch_id)
    if outage.starts_at >= now:
        OutOfService.objects.filter(pk=outage.pk).delete()
    else:
        outage.ends_at = now
        outage.save(update_fields=["ends_at"])
    return outage
