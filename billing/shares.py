"""What the payments of a bill mean for the packages on it: each line takes its part of every rupee, tax left out."""

from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from billing.models import Allocation, Invoice, InvoiceLine
from clinic.money import round2
from packages import domain as packages
from packages.models import Enrolment
from staff.models import User


def share(line: InvoiceLine, total: Decimal, paid: Decimal) -> Decimal:
    """The part of a line's value before tax that is covered when `paid` of the bill's `total` is, in rupees."""
    return round2(line.net_value * paid / total) if total else Decimal(0)


def tell_packages(
    *, by: User, invoice: Invoice, paid_before: Decimal, allocations: Iterable[Allocation]
) -> None:
    """Write what was just paid into the ledgers of the packages that the bill sold; the order is that of locking."""
    lines = list(
        invoice.lines.filter(enrolment__isnull=False).select_related("enrolment").order_by("enrolment")
    )
    for allocation in allocations:
        paid = paid_before + allocation.amount
        for line in lines:
            packages.note_payment(
                by=by,
                enrolment=cast(Enrolment, line.enrolment),
                amount=share(line, invoice.total, paid) - share(line, invoice.total, paid_before),
                cause_kind="allocation",
                cause_id=allocation.pk,
                on=allocation.payment.received_on,
            )
        paid_before = paid
