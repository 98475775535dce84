"""Setting free what was paid for a bill: negative allocations, the latest payment first.

Released money is unapplied: it goes to another bill, back to the customer, or into store credit.
"""

from decimal import Decimal

from billing import shares
from billing.models import Allocation, Invoice, Payment
from staff.models import User


def release(*, by: User, invoice: Invoice, amount: Decimal) -> list[Allocation]:
    """Take `amount` rupees back from an issued bill and tell its packages; customer and bill are locked."""
    before = invoice.paid
    taken = take_back(by=by, invoice=invoice, amount=amount)
    shares.tell_packages(by=by, invoice=invoice, paid_before=before, allocations=taken)
    return taken


def take_back(*, by: User, invoice: Invoice, amount: Decimal) -> list[Allocation]:
    """The allocations alone, for a verb that tells the packages itself. `invoice.paid` is read anew."""
    taken = []
    for payment, given in _given(invoice):
        part = min(given, amount)
        if part > 0:
            amount -= part
            taken.append(Allocation.objects.create(payment=payment, invoice=invoice, amount=-part, by=by))
    if amount > 0:
        raise ValueError(f"{amount} more is to be released than was paid")
    invoice.refresh_from_db(fields=["paid", "outstanding"])
    return taken


def _given(invoice: Invoice) -> list[tuple[Payment, Decimal]]:
    """What each payment still gives the bill, the one that came to it last first."""
    parts = Allocation.objects.filter(invoice=invoice).select_related("payment").order_by("pk")
    found: dict[Payment, Decimal] = {}
    for part in parts:
        before = found.pop(part.payment, Decimal(0)) if part.amount > 0 else found[part.payment]
        found[part.payment] = before + part.amount
    return list(found.items())[::-1]
