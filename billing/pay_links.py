"""Signed addresses at which somebody pays without signing in. They name nobody and end with what was asked for."""

from django.core import signing
from django.urls import reverse

from billing.models import OnlinePayment

SALT = "billing.pay"


def token(online: OnlinePayment) -> str:
    return signing.Signer(salt=SALT).sign(online.pk.hex)


def path_of(online: OnlinePayment) -> str:
    return reverse("pay-page", args=[token(online)])


def found(signed: str) -> OnlinePayment | None:
    """None for an address that we never gave out."""
    try:
        key = signing.Signer(salt=SALT).unsign(signed)
    except signing.BadSignature:
        return None
    known = OnlinePayment.objects.select_related("branch__organisation", "invoice", "customer")
    return known.filter(pk=key).first()
