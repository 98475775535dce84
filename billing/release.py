"""Setting free what was paid for a bill: negative allocations, what came to it last first.

Released money is unapplied: it goes to another bill, back to the customer, or into store credit. The packages on the
bill are told by the verb that releases, with all that it changes about them.
"""

from decimal import Decimal

from billing.models import Allocation, Invoice, Payment
from staff.models import User


def release(*, by: User, invoice: Invoice, amount: Decimal) -> list[Allocation]:
    """Take `amount` rupees back from an issued bill; customer and bill are locked. `invoice.paid` is read anew."""
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
