"""The tax inside money taken in advance, and inside what of it goes back (Rules 50 and 51 CGST)."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from billing.models import Allocation, Invoice, Payment, Receipt, Refund
from clinic import gst
from clinic.models import Branch, Registration, TaxCategory, TaxRule
from clinic.money import round2
from customers.models import Customer

ZERO = Decimal("0.00")
HEADS = ("cgst", "sgst", "igst", "cess")


@dataclass(frozen=True)
class NewAdvance:
    """What an advance is for. Without a category neither rate nor place is known: 18 %, as to another State."""

    purpose: str = ""
    category: TaxCategory | None = None


def document(branch: Branch) -> str:
    """A receipt voucher, but of an unregistered clinic a plain receipt: the rules of vouchers bind registered persons."""
    plain = branch.registration.scheme == Registration.Scheme.UNREGISTERED
    return Receipt.Document.PAYMENT_RECEIPT if plain else Receipt.Document.RECEIPT_VOUCHER


def tax(
    received: Decimal, advance: NewAdvance, *, branch: Branch, customer: Customer, day: datetime.date
) -> dict[str, Any]:
    """The columns of a receipt voucher that say how it is taxed."""
    category, registration = advance.category, branch.registration
    known = {"tax_category": category, "purpose": advance.purpose.strip()}
    if not registration.charges_tax:
        return known | {"untaxed": received, "tax_treatment": gst.Treatment.NOT_CHARGED}
    rule = TaxRule.objects.on(day).filter(category=category).first() if category else None
    place = _place(category, branch, customer) if category else ""
    found = gst.advance_tax(
        received,
        rate=None if rule is None else rule.rate,
        supply=gst.supply_type(registration.state, place) if place else None,
        goods=bool(category and category.is_goods),
    )
    heads = {head: getattr(found, head) for head in HEADS}
    value = "taxable" if found.rate else "untaxed"
    treatment = rule.treatment if rule and not rule.rate else gst.Treatment.TAXABLE
    return known | heads | {
        value: found.value, "tax_rate": found.rate, "place_of_supply": place, "tax_treatment": treatment,
    }  # fmt: skip


def _place(category: TaxCategory, branch: Branch, customer: Customer) -> str:
    return gst.place_of_supply(
        gst.SupplyKind(category.supply),
        supplier_state=branch.registration.state,
        performed_in=branch.state,
        recipient_registered=bool(customer.gstin),
        recipient_state=customer.gstin[:2] or customer.state,
    ).state


def uninvoiced(payment: Payment) -> Decimal:
    """What of a payment has never gone to a bill that stands, and isn't refunded yet: the advance that is left.

    What a credit note set free has been billed, and the note has taken its tax back already: bills take it first,
    refunds last. A cancelled bill is as if it had never been.
    """
    rows = Allocation.objects.filter(payment=payment).exclude(invoice__status=Invoice.Status.CANCELLED)
    net = most = ZERO
    for amount in rows.order_by("pk").values_list("amount", flat=True):
        net += amount
        most = max(most, net)
    left = payment.amount - payment.tipped - payment.stored - payment.refunded - most
    return max(ZERO, left)


def refunded_tax(refund: Refund, payment: Payment) -> dict[str, Any]:
    """The columns of a refund, its document among them: of an advance the voucher's tax in proportion."""
    receipt = payment.receipt
    part = min(refund.amount, uninvoiced(payment))
    if receipt is None or receipt.document != Receipt.Document.RECEIPT_VOUCHER or part <= 0:
        return {"document": Refund.Document.REFUND_RECEIPT, "untaxed": refund.amount}
    heads = _heads(receipt, part)
    taxable = part - sum(heads.values()) if receipt.taxable else ZERO
    rest = refund.amount - taxable - sum(heads.values())
    return {"document": Refund.Document.REFUND_VOUCHER, "taxable": taxable, "untaxed": rest, **heads}


def _heads(receipt: Receipt, part: Decimal) -> dict[str, Decimal]:
    """Each head's share; with the last of the voucher goes all that is left of it."""
    gone = Refund.objects.filter(
        payment__receipt=receipt, document=Refund.Document.REFUND_VOUCHER, status=Refund.Status.PROCESSED
    ).aggregate(taxable=Sum("taxable"), **{head: Sum(head) for head in HEADS})
    before = {name: value or ZERO for name, value in gone.items()}
    is_last = sum(before.values()) + part >= receipt.total
    found = {}
    for head in HEADS:
        whole, left = getattr(receipt, head), getattr(receipt, head) - before[head]
        found[head] = left if is_last else min(left, round2(whole * part / receipt.total))
    return found
