"""What bills tell of a person: their timeline, what is due, what is still open."""

import datetime
from collections.abc import Iterator
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing import queries
from billing.models import Invoice, Note, Payment, StoredValue
from clinic import money
from clinic.registries import Moment
from customers import domain as customers
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
            str(row.get_mode_display()), row.get_absolute_url(), by=str(row.by or ""),
        )  # fmt: skip


def of_notes(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    rows = Note.objects.visible_to(user).filter(customer=customer_id, issued_at__lt=before)
    for note in rows.select_related("by", "invoice").order_by("-issued_at")[:limit]:
        words = {"note": note.get_kind_display(), "number": note.number, "invoice": note.invoice.number}
        yield Moment(
            note.issued_at, "file-minus", _("%(note)s %(number)s on invoice %(invoice)s") % words,
            money.rupees(note.total), note.get_absolute_url(), str(note.by),
        )  # fmt: skip


def rederive(customer_id: UUID) -> None:
    """Write what is due anew."""
    customers.note_standing(customer_id=customer_id, due=queries.due_of(customer_id))


def objections(customer_id: UUID) -> Iterator[str]:
    """Bills that aren't paid, drafts, and money that is held, at whatever branch."""
    mine = Invoice.objects.filter(customer=customer_id)
    for bill in mine.unpaid().order_by("issued_at")[:5]:
        told = {"number": bill.number, "due": money.rupees(bill.due)}
        yield _("Of invoice %(number)s %(due)s is due. Settle it first.") % told
    if mine.drafts().exists():
        yield _("A draft invoice is still open. Issue or discard it first.")
    money_held = Payment.objects.filter(customer=customer_id).unapplied()
    for payment in money_held.order_by("pk")[:5]:
        told = {"amount": money.rupees(payment.unapplied), "day": date_format(payment.received_on, "j M Y")}
        yield _("%(amount)s of the payment of %(day)s is still held. Use it or give it back first.") % told
    credit = StoredValue.objects.filter(
        customer=customer_id, kind=StoredValue.Kind.STORE_CREDIT, balance__gt=0
    )
    if credit.exists():
        yield _("There is store credit left. Have it used or let it expire first.")
