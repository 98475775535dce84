"""The figures of the dashboard, each with the rows it is counted from: the page behind a figure can't say otherwise.

Money in rupees. A figure is asked for a user, at the branch worked at, as of a local day.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from appointments.models import Appointment, AppointmentQuerySet
from billing.models import Invoice, Payment
from clinic import money
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.templatetags.clinic import quantity
from customers.models import Customer
from inventory.models import Batch, Item, ItemQuerySet
from staff.models import User

DAYS_SHOWN = 30
EXPIRES_WITHIN = 30  # days
Status = Appointment.Status
ZERO = Decimal(0)


@dataclass(frozen=True)
class Row:
    """One line behind a figure: its cells in the order of the heads, the address it opens, and whom one of them names."""

    cells: list[str]
    url: str
    customer: Customer | None = None


@dataclass(frozen=True)
class Figure:
    """`rows` are the records; `amount` names the expression that is summed, or nothing where they are counted;
    `numbers` is how many of the last columns are numbers."""

    name: str
    title: Any
    permission: Permission
    heads: tuple[Any, ...]
    rows: Callable[[User, Branch, datetime.date], QuerySet[Any]]
    cells: Callable[[Any], Row]
    amount: Any = None
    numbers: int = 0

    @property
    def columns(self) -> list[tuple[Any, bool]]:
        """The heads, each with whether its column holds numbers."""
        first = len(self.heads) - self.numbers
        return [(head, place >= first) for place, head in enumerate(self.heads)]

    def total(self, user: User, branch: Branch, today: datetime.date) -> Decimal | int:
        return self.total_of(self.rows(user, branch, today))

    def total_of(self, rows: QuerySet[Any]) -> Decimal | int:
        if self.amount is None:
            return rows.count()
        return rows.order_by().aggregate(sum=Sum(self.amount))["sum"] or ZERO

    def shown(self, total: Decimal | int) -> str:
        return str(total) if self.amount is None else money.rupees(Decimal(total))


def visits_on(user: User, branch: Branch, day: datetime.date) -> AppointmentQuerySet:
    """The branch's visits of a local day; only their own for those who treat and don't run the clinic."""
    found = Appointment.objects.visible_to(user).for_day(day, branch)
    if user.may(Permission.VISITS_COMPLETE) and not user.may(Permission.MONEY_VIEW):
        found = found.filter(practitioner__user=user)
    return found


def _visits(user: User, branch: Branch, day: datetime.date) -> AppointmentQuerySet:
    related = ("customer", "treatment", "practitioner__resource")
    return visits_on(user, branch, day).select_related(*related).order_by("starts_at", "id")


def _visit(visit: Appointment) -> Row:
    at = f"{localtime(visit.starts_at):%H:%M}"
    who = [visit.customer.full_name, visit.treatment.name, str(visit.practitioner)]
    url = reverse("appointment-detail", args=[visit.pk])
    return Row([at, *who, str(visit.get_status_display())], url, visit.customer)


def since(user: User, first: datetime.date, today: datetime.date) -> QuerySet[Invoice]:
    """Bills issued from a local day up to another, both included."""
    found = Invoice.objects.visible_to(user).issued().filter(issued_on__gte=first, issued_on__lte=today)
    return found.select_related("customer").order_by("-issued_on", "-id")


def _invoice(invoice: Invoice) -> Row:
    cells = [invoice.number, _day(invoice.issued_on), invoice.customer.full_name]
    cells += [money.rupees(invoice.total), money.rupees(invoice.due)]
    return Row(cells, invoice.get_absolute_url(), invoice.customer)


def received(user: User, branch: Branch, today: datetime.date) -> QuerySet[Payment]:
    """Payments of the last 30 local days."""
    first = today - datetime.timedelta(days=DAYS_SHOWN - 1)
    found = Payment.objects.visible_to(user).filter(received_on__gte=first, received_on__lte=today)
    return found.select_related("customer").prefetch_related("allocations__invoice").order_by("-id")


def _payment(payment: Payment) -> Row:
    bills = [allocation.invoice for allocation in payment.allocations.all()]
    cells = [_day(payment.received_on), payment.customer.full_name, str(payment.get_mode_display())]
    url = bills[0].get_absolute_url() if bills else payment.customer.get_absolute_url()
    cells += [", ".join(bill.number for bill in bills), money.rupees(payment.amount)]
    return Row(cells, url, payment.customer)


def _items(user: User, branch: Branch, today: datetime.date) -> ItemQuerySet:
    return (
        Item.objects.visible_to(user).active().kept_at(branch).with_stock_at(branch, today).order_by("name")
    )


def _item(item: Item) -> Row:
    return Row(
        [item.name, str(quantity(item.in_stock)), str(quantity(item.reorder_level))],
        reverse("item-detail", args=[item.pk]),
    )


def _expiring(user: User, branch: Branch, today: datetime.date) -> QuerySet[Batch]:
    found = Batch.objects.visible_to(user).stocked_at(branch).expiring_within(EXPIRES_WITHIN, today)
    return found.select_related("item").order_by("expires_on", "id")


def _batch(batch: Any) -> Row:
    return Row(
        [batch.item.name, batch.number, _day(batch.expires_on), str(quantity(batch.in_stock))],
        reverse("item-detail", args=[batch.item_id]),
    )


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j M Y") if day else ""


_VISIT = (
    gettext_lazy("Time"), gettext_lazy("Customer"), gettext_lazy("Treatment"), gettext_lazy("Practitioner"),
    gettext_lazy("Status"),
)  # fmt: skip
_INVOICE = (
    gettext_lazy("Invoice"), gettext_lazy("Date"), gettext_lazy("Customer"), gettext_lazy("Total"), gettext_lazy("Due"),
)  # fmt: skip
_PAYMENT = (
    gettext_lazy("Date"), gettext_lazy("Customer"), gettext_lazy("Mode"), gettext_lazy("Invoice"), gettext_lazy("Amount"),
)  # fmt: skip
_ITEM = (gettext_lazy("Item"), gettext_lazy("In stock"), gettext_lazy("Reorder at"))
_BATCH = (gettext_lazy("Item"), gettext_lazy("Batch"), gettext_lazy("Expires"), gettext_lazy("Left"))
SEE_VISITS, SEE_MONEY, SEE_STOCK = (
    Permission.APPOINTMENTS_VIEW,
    Permission.MONEY_VIEW,
    Permission.INVENTORY_VIEW,
)


def _with_status(*statuses: str) -> Callable[[User, Branch, datetime.date], QuerySet[Any]]:
    return lambda user, branch, today: _visits(user, branch, today).filter(status__in=statuses)


def _by_mode(mode: str) -> Callable[[User, Branch, datetime.date], QuerySet[Any]]:
    return lambda user, branch, today: received(user, branch, today).filter(mode=mode)


def _named(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


FIGURES = _named(
    [
        Figure(
            "visits", gettext_lazy("Appointments today"), SEE_VISITS, _VISIT,
            lambda user, branch, today: _visits(user, branch, today).standing(), _visit,
        ),
        Figure(
            "visits-yesterday", gettext_lazy("Appointments yesterday"), SEE_VISITS, _VISIT,
            lambda user, branch, today: _visits(user, branch, today - datetime.timedelta(days=1)).standing(), _visit,
        ),
        Figure(
            "waiting", gettext_lazy("Waiting now"), SEE_VISITS, _VISIT,
            _with_status(Status.ARRIVED, Status.IN_QUEUE), _visit,
        ),
        Figure(
            "unconfirmed", gettext_lazy("To confirm today"), SEE_VISITS, _VISIT, _with_status(Status.SCHEDULED), _visit,
        ),
        Figure("completed", gettext_lazy("Done today"), SEE_VISITS, _VISIT, _with_status(Status.COMPLETED), _visit),
        Figure(
            "billed", gettext_lazy("Billed this month, with tax"), SEE_MONEY, _INVOICE,
            lambda user, branch, today: since(user, today.replace(day=1), today), _invoice, "total", 2,
        ),
        Figure(
            "sales", gettext_lazy("Billed, last 30 days"), SEE_MONEY, _INVOICE,
            lambda user, branch, today: since(user, today - datetime.timedelta(days=DAYS_SHOWN - 1), today), _invoice,
            "total", 2,
        ),
        Figure("received", gettext_lazy("Received, last 30 days"), SEE_MONEY, _PAYMENT, received, _payment, "amount", 1),
        *(
            Figure(
                f"received-{mode}", title, SEE_MONEY, _PAYMENT,
                _by_mode(mode), _payment,
                "amount", 1,
            )
            for mode, title in Payment.Mode.choices
        ),
        Figure(
            "pending", gettext_lazy("Pending payments"), SEE_MONEY, _INVOICE,
            lambda user, branch, today: Invoice.objects.visible_to(user).unpaid().select_related("customer").order_by(
                "issued_on", "id"
            ),
            _invoice, F("outstanding"), 2,
        ),
        Figure(
            "low-stock", gettext_lazy("Low stock"), SEE_STOCK, _ITEM,
            lambda user, branch, today: _items(user, branch, today).under_threshold(), _item, numbers=2,
        ),
        Figure(
            "out-of-stock", gettext_lazy("Out of stock"), SEE_STOCK, _ITEM,
            lambda user, branch, today: _items(user, branch, today).filter(in_stock__lte=0), _item, numbers=2,
        ),
        Figure("expiring", gettext_lazy("Expiring within 30 days"), SEE_STOCK, _BATCH, _expiring, _batch, numbers=1),
    ]
)  # fmt: skip
