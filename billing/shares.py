"""What the money on a bill means for the packages on it: each line takes its part of every rupee, tax left out.

Credit notes make a line's part smaller, by what they take off its value. What a debit note adds is paid last. So at any
moment a package has been paid its value before tax, less credits, times the part of the total, less credits, that is
paid; its ledger is told the difference.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db.models import Case, F, Sum, When

from billing.models import Allocation, Invoice, InvoiceLine, NoteLine
from clinic.money import round2
from packages import domain as packages
from packages.models import Enrolment
from staff.models import User

#: What a credit takes off a line's value before tax; of a commercial note, whose amounts bear no tax, in proportion.
VALUE = Case(
    When(note__changes_tax=True, then=F("net_value")),
    default=F("line_total") * F("line__net_value") / F("line__line_total"),
)


NOTHING = Decimal(0)


class Shares:
    """A bill's packages as it stands: `of` says what of each is paid when so much of the bill is."""

    def __init__(self, invoice: Invoice) -> None:
        self.base = invoice.total - invoice.credited
        sold = invoice.lines.filter(enrolment__isnull=False).select_related("enrolment")
        self.lines = list(sold.order_by("enrolment", "pk"))  # in the order of locking
        self.values = _values(self.lines)

    def of(self, line: InvoiceLine, paid: Decimal) -> Decimal:
        if self.base <= 0:
            return Decimal(0)
        return round2(self.values[line.pk] * min(paid, self.base) / self.base)

    def all(self, paid: Decimal) -> dict[UUID, Decimal]:
        return {line.pk: self.of(line, paid) for line in self.lines}

    def less(self, total: Decimal, values: Mapping[UUID, Decimal]) -> "Shares":
        """As it will stand when so much more is credited, `values` by line before tax."""
        after = copy(self)
        after.base -= total
        after.values = {
            pk: max(value - round2(values.get(pk, Decimal(0))), Decimal(0))
            for pk, value in self.values.items()
        }
        return after


def _values(lines: list[InvoiceLine]) -> dict[UUID, Decimal]:
    if not lines:
        return {}
    credits = NoteLine.objects.filter(line__in=lines, note__kind="credit", line__line_total__gt=0)
    gone = dict(credits.values("line").annotate(value=Sum(VALUE)).values_list("line", "value"))
    return {
        line.pk: max(line.net_value - round2(gone.get(line.pk, Decimal(0))), Decimal(0)) for line in lines
    }


def tell_packages(
    *, by: User, invoice: Invoice, paid_before: Decimal, allocations: Iterable[Allocation]
) -> None:
    """Write into their ledgers what was just paid, or set free, of the packages that the bill sold."""
    shares = Shares(invoice)
    for allocation in allocations if shares.lines else ():
        paid = paid_before + allocation.amount
        for line in shares.lines:
            packages.note_payment(
                by=by,
                enrolment=cast(Enrolment, line.enrolment),
                amount=shares.of(line, paid) - shares.of(line, paid_before),
                cause_kind="allocation",
                cause_id=allocation.pk,
                on=allocation.payment.received_on if allocation.amount > 0 else None,
            )
        paid_before = paid


def tell_difference(
    *,
    by: User,
    shares: Shares,
    before: Mapping[UUID, Decimal],
    after: Mapping[UUID, Decimal],
    cause_kind: str,
    cause_id: UUID,
) -> None:
    """When a note or a cancelling changes what a bill comes to: what of each package's line was and is paid."""
    for line in shares.lines:
        packages.note_payment(
            by=by,
            enrolment=cast(Enrolment, line.enrolment),
            amount=after[line.pk] - before[line.pk],
            cause_kind=cause_kind,
            cause_id=cause_id,
        )
