"""Which gateway a branch pays through, and one way of speaking with each."""

import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from billing.models import OnlinePayment
from clinic.gateways import dummy, razorpay
from clinic.gateways.razorpay import Told
from clinic.models import Branch
from clinic.refusals import Refusal

Gateway = OnlinePayment.Gateway


def available(branch: Branch) -> str:
    """The gateway's name, empty where none is set up. The dummy serves demo data alone."""
    if razorpay.is_configured():
        return Gateway.RAZORPAY
    return Gateway.DUMMY if settings.DEMO or branch.organisation.is_demo else ""


def chosen(branch: Branch) -> str:
    """Refuses where there is none."""
    gateway = available(branch)
    if not gateway:
        raise Refusal(
            _("Online payment isn't configured: RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET are not set.")
        )
    return gateway


def begin(
    gateway: str,
    key: UUID,
    amount: Decimal,
    *,
    about: str,
    expires_at: datetime.datetime,
    back: str,
    as_order: bool,
) -> dict[str, str]:
    """The ids that the gateway gives to what is asked for, by column."""
    if gateway == Gateway.DUMMY:
        return {}
    try:
        if as_order:
            return {"gateway_order": razorpay.create_order(amount, key.hex)}
        link, url = razorpay.create_link(amount, key.hex, about=about, expires_at=expires_at, back=back)
    except razorpay.Unreachable:
        raise Refusal(_("The gateway doesn't answer. Take the payment by hand, or try again.")) from None
    except razorpay.Refused as said:
        raise Refusal(_("The gateway refuses: %(said)s") % {"said": said}) from None
    return {"gateway_link": link, "link_url": url}


def look(online: OnlinePayment) -> tuple[str, list[Told]]:
    """State and payments as the gateway has them now."""
    if online.gateway == Gateway.DUMMY:  # it forgets all but what waits for a person
        waits = online.status == OnlinePayment.Status.ATTENTION
        return "", [dummy.pay(dummy.TAKEN, online.amount, online.pk)] if waits else []
    if online.gateway_link:
        return razorpay.link(online.gateway_link)
    return "", razorpay.payments_of_order(online.gateway_order)


def check_ready(online: OnlinePayment) -> None:
    """Refuse before anything is written where the gateway of a payment isn't set up here (any more)."""
    if online.gateway == Gateway.RAZORPAY and not razorpay.is_configured():
        raise Refusal(
            _("Online payment isn't configured: RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET are not set.")
        )


def look_refund(online: OnlinePayment, gateway_id: str) -> str:
    """How far a refund is at its gateway."""
    return "processed" if online.gateway == Gateway.DUMMY else razorpay.refund_status(gateway_id)


def give_back(online: OnlinePayment, amount: Decimal, *, reference: str) -> tuple[str, str]:
    """Id and status of the gateway's refund."""
    if online.gateway == Gateway.DUMMY:
        return f"dummy_{reference}", "processed"
    return razorpay.refund(online.gateway_payment, amount, reference)
