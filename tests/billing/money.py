"""Short ways to money for the tests of billing."""

import itertools
from decimal import Decimal

from billing import domain
from billing.domain import NewAdvance, NewPayment
from billing.models import BillingRules, Payment
from tests import factories


def rules(branch, **changes):
    """What the branch decides about billing."""
    return BillingRules.objects.update_or_create(branch=branch, defaults=changes)[0]


_serial = itertools.count(1)


def boss(shop, *roles):
    """Somebody else who may agree to things."""
    name = f"boss{next(_serial)}"
    return factories.person(shop.branch, *(roles or ("administrator",)), username=name, full_name="Asha Boss")


def cash(amount, tendered=None):
    return NewPayment("cash", Decimal(amount), None if tendered is None else Decimal(tendered))


def upi(amount):
    return NewPayment("upi", Decimal(amount))


def take(shop, *payments, **more):
    more.setdefault("customer", shop.customer)
    return domain.take(by=shop.by, branch=shop.branch, payments=list(payments), **more)


def advance(shop, amount, mode="upi", **about) -> Payment:
    """Money in advance, its only payment."""
    new = NewPayment(mode, Decimal(amount), reference="000123" if mode in ("cheque", "transfer") else "")
    return take(shop, new, advance=NewAdvance(**about)).payments.get()


def refunded(shop, payment, amount, mode="cash", by=None, reference=""):
    """Asked for, agreed to by somebody else, paid out."""
    other = by or boss(shop)
    asked = domain.request_refund(
        by=shop.by, payment=payment, amount=Decimal(amount), mode=mode, reason="patient_request"
    )
    domain.approve_refund(by=other, refund=asked, version=asked.version)
    return domain.process_refund(by=shop.by, refund=asked, reference=reference)
