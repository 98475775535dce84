"""One of everything that registers, lists and proofs read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import domain
from billing.domain import CreditTerms
from billing.models import Invoice, Note, Payment, Refund
from customers import domain as customers
from customers.models import Customer
from tests import factories
from tests.billing import money
from tests.billing.conftest import Shop

D = Decimal


def to_mumbai(shop: Shop, *things: Any) -> Invoice:
    """Goods that follow a printed address to another State: with IGST."""
    draft = shop.draft(*things, customer=factories.customer(
        shop.branch, shop.by, full_name="Rohan Mehta", address="12 Hill Road", city="Mumbai", state="27",
        postal_code="400050",
    ))  # fmt: skip
    Invoice.objects.filter(pk=draft.pk).update(print_address=True)
    draft.refresh_from_db()
    return domain.issue(by=shop.by, invoice=draft, version=draft.version)


def opening_due(shop: Shop, amount: int, number: str = "OLD-77") -> Invoice:
    """What a former system says is owed."""
    due = Invoice.objects.create(
        branch=shop.branch, customer=shop.customer, status="issued", document="opening_due", number=number,
        issued_on=timezone.localdate(), issued_at=timezone.now(), issued_by=shop.by, created_by=shop.by,
        untaxed=amount, total=amount,
    )  # fmt: skip
    customers.note_standing(customer_id=shop.customer.pk, due=D(amount))
    return due


@dataclass
class Books:
    anjali: Customer
    laser: Invoice  # ₹5,310: paid with 2,000, credited with 1,180, debited with 118
    mumbai: Invoice  # ₹590 with IGST
    exempt: Invoice  # ₹4,500 without tax
    cancelled: Invoice
    opening: Invoice  # ₹700 of Priya
    note: Note
    debit: Note
    payment: Payment
    advance: Payment  # ₹1,500 of Priya
    refund: Refund  # ₹400 of it


def books(shop: Shop) -> Books:
    """Bills with and without tax, within the State and beyond; notes; one cancelled; money in and out."""
    anjali = factories.customer(shop.branch, shop.by, full_name="Anjali Singh")
    peel = factories.treatment(shop.branch, name="Consultation", tax="health_care")
    laser, wrong = shop.issue(shop.laser, customer=anjali), shop.issue(shop.laser, customer=anjali)
    domain.cancel(by=shop.by, invoice=wrong, reason="Wrong customer")
    exempt = shop.issue(peel, customer=anjali)
    receipt = money.take(shop, money.cash(2000), customer=anjali, bills=[(laser, D(2000))])
    advance = money.advance(shop, 1500)
    draft = shop.draft(shop.laser)
    domain.estimate(by=shop.by, invoice=draft, version=draft.version)
    line = laser.lines.get()
    note = domain.credit(
        by=shop.by, invoice=laser, reason="discount", lines=[CreditTerms(line=line, value=D(1000))]
    )
    debit = domain.debit(by=shop.by, invoice=laser, lines=[CreditTerms(line=line, value=D(100))])
    refund = money.refunded(shop, advance, 400)
    for row in (laser, wrong, advance):
        row.refresh_from_db()
    return Books(
        anjali, laser, to_mumbai(shop, shop.gel), exempt, wrong, opening_due(shop, 700), note, debit,
        receipt.payments.get(), advance, refund,
    )  # fmt: skip
