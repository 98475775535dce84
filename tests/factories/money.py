"""What tests need of money: one of each that an address can name, and every form about it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from billing import domain as billing
from billing.domain import NewAdvance, NewPayment
from billing.models import BillingRules, Payment, Refund
from clinic.models import Branch
from customers.models import Customer
from staff.models import User
from tests import factories


def in_advance(at: Branch, *, by: User, customer: Customer, amount: int = 1000, mode: str = "upi") -> Payment:
    """A payment that has gone to no bill."""
    new = NewPayment(mode, Decimal(amount), reference="000123" if mode in ("cheque", "transfer") else "")
    advance = NewAdvance("Laser in May")
    taken = billing.take(by=by, branch=at, customer=customer, payments=[new], advance=advance)
    return taken.payments.get()


def asked_back(payment: Payment, *, by: User, agreed: bool = False) -> Refund:
    """A refund of part of it; agreed to by somebody else, where it is."""
    refund = billing.request_refund(
        by=by,
        payment=payment,
        amount=Decimal(100),
        mode="cash",
        reason="patient_request",
        detail="Moves away",
    )
    if agreed:
        other = factories.person(payment.branch, "administrator")
        refund = billing.approve_refund(by=other, refund=refund, version=refund.version)
    return refund


def one_of_each(at: Branch, *, by: User, customer: Customer) -> dict[str, UUID]:
    """Ids by the first word of the URLs that take them."""
    payment = in_advance(at, by=by, customer=customer)
    card = billing.sell_gift_card(
        by=by, branch=at, customer=customer, amount=Decimal(500), payments=[NewPayment("cash", Decimal(500))]
    )
    return {
        "payment": payment.pk,
        "receipt_pk": payment.receipt_id,
        "refund": asked_back(payment, by=by).pk,
        "stored": card.pk,
    }


def forms(on: Any) -> list[Any]:
    """Each about money of its own, so that none takes another's."""
    from tests.factories.forms import _form, editor, how_paid  # which takes these in

    at, by, customer = on.branch, on.by, factories.customer(on.branch, on.by)
    BillingRules.objects.update_or_create(
        branch=at, defaults={"points_per_hundred": Decimal(1), "point_value": Decimal(1)}
    )
    # The stage's customer owes a bill by which points are earned; its draft redeems them.
    earning = factories.customer(at, by)
    draft = billing.draft(by=by, branch=at, customer=earning)
    billing.add_line(by=by, invoice=draft, version=draft.version, what=on.treatment)
    draft.refresh_from_db()
    billing.issue(by=by, invoice=draft, version=draft.version)
    redeeming = billing.draft(by=by, branch=at, customer=earning)
    billing.add_line(by=by, invoice=redeeming, version=redeeming.version, what=on.treatment)
    redeeming.refresh_from_db()
    owing = billing.draft(by=by, branch=at, customer=customer)
    billing.add_line(by=by, invoice=owing, version=owing.version, what=on.treatment)
    owing.refresh_from_db()
    bill = billing.issue(by=by, invoice=owing, version=owing.version)
    money = [in_advance(at, by=by, customer=customer) for _ in range(4)]
    cheque = in_advance(at, by=by, customer=customer, mode="cheque")
    asked, turned_down = asked_back(money[0], by=by), asked_back(money[1], by=by)
    agreed = asked_back(money[2], by=by, agreed=True)
    card = billing.sell_gift_card(
        by=by, branch=at, customer=customer, amount=Decimal(500), payments=[NewPayment("cash", Decimal(500))]
    )
    paid = how_paid()
    return [
        _form("invoice-use", bill.pk, key=True, what=f"advance:{money[3].pk}", code=""),
        _form("invoice-points", redeeming.pk, key=True, **editor(redeeming), points="10"),
        _form(
            "payment-take", key=True, customer=customer.pk, advance="250", purpose="Peel", category="",
            **{f"bill-{bill.pk}": "10"}, **{name: value for name, value in paid.items() if name != "amount"},
        ),
        _form("payment-correct", money[0].pk, key=True, mode="card", reference="", reason="Keyed wrongly"),
        _form("payment-fail", cheque.pk, key=True, detail="Came back"),
        _form(
            "payment-refund", money[3].pk, key=True, amount="10", mode="cash", reason="patient_request", detail="",
        ),
        _form("refund-approve", asked.pk, key=True, version=asked.version, answer=""),
        _form("refund-reject", turned_down.pk, key=True, version=turned_down.version, answer="Not agreed"),
        _form("refund-process", agreed.pk, key=True, reference=""),
        _form("gift-new", key=True, customer=customer.pk, worth="500", **paid),
        _form("gift-find", code=card.code),
    ]  # fmt: skip
