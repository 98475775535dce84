"""What booked visits will take from stock."""

import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from appointments.models import Appointment
from clinic.models import Branch
from packages.models import Consumable

#: Visits that have a place in the calendar and whose consumables have not left the shelf.
TO_COME = ("scheduled", "confirmed", "arrived", "in_queue", "in_consultation")


def needed(branch: Branch, until: datetime.date) -> dict[tuple[UUID, datetime.date], Decimal]:
    """Base units by item and local day for the visits booked at the branch from today to `until`, both included."""
    today = timezone.localdate(timezone=branch.zone)
    first = datetime.datetime.combine(today, datetime.time.min, branch.zone)
    last = datetime.datetime.combine(until, datetime.time.max, branch.zone)
    visits = Appointment.objects.filter(branch=branch, status__in=TO_COME, starts_at__range=(first, last))
    rows = Consumable.objects.filter(treatment__appointment__in=visits).order_by()
    day = TruncDate("treatment__appointment__starts_at", tzinfo=branch.zone)
    found = rows.values("item", day=day).annotate(total=Sum("quantity"))
    return {(row["item"], row["day"]): row["total"] for row in found}
