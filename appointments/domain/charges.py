"""What a visit owes by policy, and who lets it go."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.models import Charge
from appointments.steps import locked
from clinic import events
from clinic.refusals import Refusal, Stale
from staff.models import User


@transaction.atomic
def waive(*, by: User, charge: Charge, reason: str, version: int) -> Charge:
    """Let a charge go, once, for a reason that is kept."""
    if not reason.strip():
        raise Refusal(_("Say why this is waived."), field="reason")
    locked(charge.appointment)
    charge = Charge.objects.select_related("waived_by", "appointment").get(pk=charge.pk)
    if charge.waived_by:
        raise Refusal(_("%(name)s has waived this already.") % {"name": charge.waived_by})
    if charge.version != version:
        raise Stale(_("Somebody else changed this charge while you had it open. Look again."))
    charge.status, charge.waived_by, charge.waived_at = Charge.Status.WAIVED, by, timezone.now()
    charge.waive_reason = reason.strip()
    charge.version += 1
    charge.save()
    events.record("charge.waived", subject=charge, by=by, branch_id=charge.appointment.branch_id)
    return charge
