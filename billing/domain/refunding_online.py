"""Giving money back through the gateway it came by: asked for once, told how far it is, by hand where the gateway won't.

As with payments, the gateway is never called while a lock is held. That it was asked is written down before, so that
nobody turns the refund down or pays it from a drawer while its answer is on the way.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import gateways, paybacks, takings
from billing.domain.refunding import process_refund
from billing.models import OnlinePayment, Payment, Refund
from clinic import versions
from clinic.gateways import razorpay
from clinic.plain import plain
from clinic.refusals import Refusal, Stale
from staff.models import User

AtGateway = Refund.AtGateway
Status = Refund.Status
NOT_GIVEN = gettext_lazy("The gateway could not give it back.")


def refund_online(*, by: User, refund: Refund) -> Refund:
    """Pay an approved refund out through the gateway the money came by; asking the gateway twice gives one refund.

    Where the gateway won't, the refund stays agreed to and keeps its words.
    """
    online = _ask(refund)
    try:
        gateway_id, status = gateways.give_back(online, refund.amount, reference=refund.pk.hex)
    except razorpay.Unreachable:
        raise Refusal(
            _("The gateway doesn't answer. Try again in a moment; it gives nothing back twice.")
        ) from None
    except razorpay.Refused as said:
        return _refused(by, refund, str(said))
    if status == AtGateway.FAILED:
        return _refused(by, refund, plain(NOT_GIVEN), gateway_id)
    return process_refund(by=by, refund=refund, gateway_id=gateway_id, gateway_status=status)


@transaction.atomic
def refund_by_hand(*, by: User, refund: Refund, mode: str, reference: str = "") -> Refund:
    """Give over the desk what the gateway won't give back. One that failed there later keeps its number and paper."""
    locked = paybacks.hold(refund)
    if not locked.may_go_by_hand:
        raise Stale(_("Only what the gateway has refused is given by hand."))
    if mode not in Payment.DESK:
        raise Refusal(_("It can't be given back in this way."), field="mode")
    was_paid_out = locked.status == Status.PROCESSED
    locked.mode = mode
    if not was_paid_out:
        locked.save(update_fields=["mode", "updated_at"])
        return process_refund(
            by=by, refund=locked, reference=reference, gateway_id=locked.gateway_id, gateway_status=locked.gateway_status,
            gateway_said=locked.gateway_said,
        )  # fmt: skip
    takings.check_reference(mode, reference)
    locked.drawer, locked.reference = takings.drawer_for(by, locked.branch, [mode]), reference.strip()
    versions.save(locked, fields=["mode", "drawer", "reference"], version=locked.version)
    paybacks.record("refund.by_hand", locked, by)
    return locked


def reconcile_refund(*, by: User | None, refund: Refund) -> Refund:
    """Ask the gateway how far a refund is that it took on. Refused where it doesn't answer."""
    online = OnlinePayment.objects.filter(payment=refund.payment_id).first()
    if online is None or not refund.gateway_id:
        raise Refusal(_("The gateway was never asked for this refund."))
    try:
        status = gateways.look_refund(online, refund.gateway_id)
    except (razorpay.Unreachable, razorpay.Refused):
        raise Refusal(_("The gateway doesn't answer. Try again in a moment.")) from None
    return note_refund(gateway_id=refund.gateway_id, status=status) or refund


@transaction.atomic
def note_refund(*, gateway_id: str, status: str) -> Refund | None:
    """How far a refund is at the gateway; None where it is none of ours."""
    found = Refund.objects.select_for_update().filter(gateway_id=gateway_id).exclude(gateway_id="").first()
    if found and status in AtGateway.values and found.gateway_status != AtGateway.PROCESSED:
        found.gateway_status = status
        if status == AtGateway.FAILED:
            found.gateway_said = plain(NOT_GIVEN)
        found.save(update_fields=["gateway_status", "gateway_said", "updated_at"])
    return found


@transaction.atomic
def _ask(refund: Refund) -> OnlinePayment:
    locked = paybacks.hold(refund)
    online = OnlinePayment.objects.filter(payment=locked.payment_id).first()
    if online is None or not locked.goes_online:
        raise Refusal(_("Only an approved refund of an online payment goes back through the gateway."))
    paybacks.check_left(locked)
    gateways.check_ready(online)
    locked.gateway_status, locked.gateway_said = AtGateway.ASKED, ""
    locked.save(update_fields=["gateway_status", "gateway_said", "updated_at"])
    return online


@transaction.atomic
def _refused(by: User, refund: Refund, said: str, gateway_id: str = "") -> Refund:
    locked = paybacks.hold(refund)
    if locked.status == Status.APPROVED:
        locked.gateway_status, locked.gateway_said, locked.gateway_id = (
            AtGateway.FAILED,
            said[:200],
            gateway_id,
        )
        locked.save(update_fields=["gateway_status", "gateway_said", "gateway_id", "updated_at"])
        paybacks.record("refund.refused", locked, by)
    return locked
