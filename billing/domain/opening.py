"""What a former system says is owed and held: dues, advances and store credit, brought forward from a list."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing import snapshots
from billing.models import Invoice, Payment, StoredValue, StoredValueEntry
from clinic import events, gst
from clinic.models import Branch
from customers import domain as customers
from customers.models import Customer
from staff.models import User

AT_ONCE = 500
NOON = datetime.time(12)
Told = Callable[[int], None]


@dataclass(frozen=True)
class Opening:
    """One line of the list: rupees of a customer. `number` is the former system's; `last_day` is of store credit."""

    customer: Customer
    amount: Decimal
    day: datetime.date
    number: str = ""
    last_day: datetime.date | None = None


@transaction.atomic
def bring_dues(*, by: User, branch: Branch, rows: Sequence[Opening], told: Told) -> None:
    """Write what is still owed under the former numbers: no supply of ours, so no lines and no tax."""
    supplier = {
        "trade_name": branch.trade_name,
        "upi_id": branch.upi_id,
    }  # no paper of ours: just whom to pay
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        Invoice.objects.bulk_create(_due(by, branch, row, supplier) for row in some)
        told(start + len(some))
    _know(branch, rows)
    _note_dues({row.customer for row in rows})
    _record("dues.brought_forward", by, branch, rows)


def _due(by: User, branch: Branch, row: Opening, supplier: dict) -> Invoice:
    return Invoice(
        branch=branch, customer=row.customer, status=Invoice.Status.ISSUED, document=Invoice.Document.OPENING_DUE,
        number=row.number, financial_year=gst.financial_year(row.day).long, issued_on=row.day,
        issued_at=_at(branch, row.day), due_on=row.day, issued_by=by, created_by=by, supplier=supplier,
        buyer=snapshots.buyer(row.customer, address=False), untaxed=row.amount, total=row.amount,
    )  # fmt: skip


@transaction.atomic
def bring_advances(*, by: User, branch: Branch, rows: Sequence[Opening], told: Told) -> None:
    """Write money that was taken in advance and is still held; `number` is that of the former receipt."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        Payment.objects.bulk_create(
            Payment(
                branch=branch, customer=row.customer, mode=Payment.Mode.OPENING, amount=row.amount,
                reference=row.number, received_on=row.day, received_at=_at(branch, row.day), by=by,
            )
            for row in some
        )  # fmt: skip
        told(start + len(some))
    _know(branch, rows)
    _record("advances.brought_forward", by, branch, rows)


@transaction.atomic
def bring_credit(*, by: User, branch: Branch, rows: Sequence[Opening], told: Told) -> None:
    """Write store credit that customers still have, each as a lot with its last day."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        lots = StoredValue.objects.bulk_create(
            StoredValue(
                kind=StoredValue.Kind.STORE_CREDIT, branch=branch, customer=row.customer, expires_on=row.last_day
            )
            for row in some
        )  # fmt: skip
        StoredValueEntry.objects.bulk_create(
            StoredValueEntry(
                value=lot, kind=StoredValueEntry.Kind.OPENING, amount=row.amount, on=row.day, by=by
            )
            for lot, row in zip(lots, some, strict=True)
        )
        told(start + len(some))
    _know(branch, rows)
    _record("credit.brought_forward", by, branch, rows)


def _at(branch: Branch, day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, NOON, branch.zone)


def _know(branch: Branch, rows: Sequence[Opening]) -> None:
    for customer in {row.customer for row in rows if row.customer.home_branch_id != branch.pk}:
        customers.know_at(customer=customer, branch=branch)


def _note_dues(people: set[Customer]) -> None:
    keys = sorted(customer.pk for customer in people)
    for start in range(0, len(keys), AT_ONCE):
        owing = Invoice.objects.filter(customer__in=keys[start : start + AT_ONCE]).unpaid().order_by()
        sums = owing.values("customer").annotate(due=Sum("outstanding")).values_list("customer", "due")
        customers.note_dues(dues=dict(sums))


def _record(verb: str, by: User, branch: Branch, rows: Sequence[Opening]) -> None:
    events.record(verb, subject=branch, by=by, branch_id=branch.pk, rows=len(rows))
