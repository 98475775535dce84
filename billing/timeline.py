"""What bills add to a person's timeline: invoices issued and payments taken."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from billing.models import Invoice, Payment
from clinic import money
from clinic.registries import Moment
from staff.models import User


def of_bills(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    bills = Invoice.objects.visible_to(user).issued().filter(customer=customer_id, issued_at__lt=before)
    for bill in bills.select_related("issued_by").order_by("-issued_at")[:limit]:
        yield Moment(
            bill.issued_at, "receipt-indian-rupee", _("Invoice %(number)s") % {"number": bill.number},
            money.rupees(bill.total), bill.get_absolute_url(), str(bill.issued_by),
        )  # fmt: skip


def of_payments(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    rows = Payment.objects.visible_to(user).filter(customer=customer_id, received_at__lt=before)
    for row in rows.select_related("by").order_by("-received_at")[:limit]:
        yield Moment(
            row.received_at, "wallet", _("Paid %(amount)s") % {"amount": money.rupees(row.amount)},
            str(row.get_mode_display()), by=str(row.by),
        )  # fmt: skip
