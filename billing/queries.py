"""Reads across bills, stock and the menu."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing import outstanding
from billing.figures import Problem
from billing.models import Allocation, Invoice, InvoiceLine, InvoiceQuerySet, Note
from clinic.models import Branch
from customers.models import Customer
from inventory.models import Balance, Batch, Item
from packages.models import Enrolment
from staff.models import User

ENOUGH = 8  # results of a search
ORDERS: dict[str, tuple[Any, ...]] = {
    "date": (F("issued_at"),),
    "number": (F("financial_year"), F("number")),
    "customer": (F("customer__full_name"),),
    "total": (F("total"),),
    "due": (F("outstanding"),),
}
EXPORTED = (
    "number", "issued_on", "status", "document", "customer__reference", "customer__full_name", "place_of_supply",
    "taxable", "untaxed", "cgst", "sgst", "igst", "cess", "round_off", "total", "credited", "debited", "paid",
    "outstanding",
)  # fmt: skip


def listed(
    *,
    user: User,
    words: str = "",
    show: str = "",
    document: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    sort: str = "-date",
) -> QuerySet[Invoice]:
    """The list of bills, without discarded drafts. `show` is unpaid, overdue, an age of what is unpaid, paid, draft,
    cancelled or empty for all; dates are of issue.

    `sort` is a key of ORDERS, "-" first for descending; drafts stand before all dates.
    """
    found = Invoice.objects.visible_to(user).exclude(status=Invoice.Status.DISCARDED)
    if show:
        zone = user.branch.zone if user.branch else None
        found = _shown(found, show, timezone.localdate(timezone=zone))
    if document:
        found = found.filter(document=document)
    if words:
        people = Customer.objects.matching(words)
        found = found.filter(Q(number__icontains=words) | Q(customer__in=people.values("pk")))
    if since:
        found = found.filter(issued_on__gte=since)
    if until:
        found = found.filter(issued_on__lte=until)
    return found.select_related("customer").order_by(*_order(sort), "-pk")


def _shown(found: InvoiceQuerySet, show: str, today: datetime.date) -> InvoiceQuerySet:
    if show == "draft":
        return found.drafts()
    if show == "cancelled":
        return found.filter(status=Invoice.Status.CANCELLED)
    if show == "paid":
        return found.issued().filter(outstanding=0)
    if show == "overdue":
        return found.filter(outstanding.overdue(today))
    age = outstanding.BY_NAME.get(show)
    return found.unpaid().filter(age.of(today)) if age else found.unpaid()


def sums(found: QuerySet[Invoice]) -> dict[str, Decimal | int]:
    """What bills come to together, in rupees: billed, with the notes against them, paid and due; drafts apart.

    Billed and notes less paid is due. Drafts and cancelled ones count for nothing of it.
    """
    issued = Q(status=Invoice.Status.ISSUED)
    zero: dict[str, Any] = {"default": Decimal(0)}
    return found.order_by().aggregate(
        billed=Sum("total", filter=issued, **zero), notes=Sum(F("debited") - F("credited"), filter=issued, **zero),
        paid=Sum("paid", filter=issued, **zero), due=Sum("outstanding", **zero),
        drafts=Sum("total", filter=Q(status=Invoice.Status.DRAFT), **zero),
        cancelled=Count("pk", filter=Q(status=Invoice.Status.CANCELLED)),
    )  # fmt: skip


def _order(sort: str) -> list[Any]:
    if sort.removeprefix("-") not in ORDERS:
        sort = "-date"
    columns = ORDERS[sort.removeprefix("-")]
    if sort.startswith("-"):
        return [column.desc(nulls_first=True) for column in columns]
    return [column.asc(nulls_last=True) for column in columns]


def held_drafts(user: User, *, apart_from: Invoice) -> list[Invoice]:
    """The drafts at the branch that have something on them, the latest first."""
    found = Invoice.objects.visible_to(user).drafts().filter(total__gt=0).exclude(pk=apart_from.pk)
    return list(found.select_related("customer").order_by("-updated_at")[:ENOUGH])


def last_issued(invoice: Invoice) -> Invoice | None:
    """The bill of the same customer that was issued last at the branch, for repeating it."""
    found = Invoice.objects.issued().filter(branch=invoice.branch_id, customer=invoice.customer_id)
    return found.exclude(document=Invoice.Document.OPENING_DUE).order_by("-issued_at").first()


def payments_of(invoice: Invoice) -> list[Allocation]:
    """What was paid for a bill, in order, with the payments it came from."""
    return list(Allocation.objects.filter(invoice=invoice).select_related("payment__by").order_by("pk"))


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    """The lines in order, with all that computing them needs."""
    found = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    return list(
        found.select_related("tax_category", "item", "plan", "batch", "practitioner__resource", "treatment")
    )


def printed_lines(invoice: Invoice) -> list[InvoiceLine]:
    """The lines in order as they are shown and printed, with the batches they left from."""
    found = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    return list(found.select_related("practitioner__resource").prefetch_related("batches"))


def credited_lines(invoice: Invoice) -> list[InvoiceLine]:
    """The lines of an issued bill in order, for a note about them."""
    return list(InvoiceLine.objects.filter(invoice=invoice).order_by("position").select_related("item"))


def notes_of(invoice: Invoice) -> list[Note]:
    return list(Note.objects.filter(invoice=invoice).order_by("pk"))


def sold_by(enrolment: Enrolment) -> InvoiceLine | None:
    """The line of the issued bill that sold a package."""
    sold = InvoiceLine.objects.filter(enrolment=enrolment, plan__isnull=False, invoice__status="issued")
    return sold.select_related("invoice").first()


def discounts_asked(user: User) -> QuerySet[Invoice]:
    """Drafts at the branch whose discount waits for somebody to agree, the oldest request first."""
    found = Invoice.objects.visible_to(user).discount_asked()
    return found.select_related("customer", "discount_asked_by").order_by("discount_asked_at")


def due_of(customer_id: UUID) -> Decimal:
    """What a customer owes on all issued bills, in rupees."""
    return Invoice.objects.filter(customer_id=customer_id).due()


def stock_of(lines: Sequence[InvoiceLine], branch: Branch) -> dict[UUID, list[Balance]]:
    """What lies at the branch of each item on the bill, first expiry first; expired batches too."""
    items = {line.item_id for line in lines if line.item_id}
    found: dict[UUID, list[Balance]] = defaultdict(list)
    if items:
        rows = Balance.objects.filter(branch=branch, quantity__gt=0, batch__item__in=items)
        for row in rows.select_related("batch").order_by(
            F("batch__expires_on").asc(nulls_last=True), "batch_id"
        ):
            found[row.batch.item_id].append(row)
    return found


def usable(balance: Balance, today: datetime.date) -> bool:
    return balance.batch.is_active and not balance.batch.has_expired(today)


def stock_problems(
    lines: Sequence[InvoiceLine], stock: dict[UUID, list[Balance]], today: datetime.date
) -> list[Problem]:
    """What can't leave the shelf, told beside its line before anybody tries; `inventory.take` has the last word."""
    found: list[Problem] = []
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.item_id is None:
            continue
        wanted[line.item_id] += line.quantity
        problem = _batch_problem(line.batch, today) if line.batch else ""
        if problem:
            found.append(Problem(problem, f"{line.pk}:batch"))
            continue
        if line.item and line.item.use == Item.Use.PROFESSIONAL:
            found.append(Problem(_("Kept for treatments only."), f"{line.pk}:quantity"))
            continue
        if line.item and not line.item.is_divisible and line.quantity % 1:
            found.append(Problem(_("Whole units only."), f"{line.pk}:quantity"))
            continue
        rows = [row for row in stock[line.item_id] if usable(row, today)]
        of_batch = [row for row in rows if row.batch_id == line.batch_id] if line.batch_id else rows
        left = sum((row.quantity for row in of_batch), Decimal(0))
        if line.quantity > left or wanted[line.item_id] > sum((row.quantity for row in rows), Decimal(0)):
            sentence = _("Only %(left)s left.") if left else _("None left.")
            found.append(Problem(sentence % {"left": f"{left.normalize():f}"}, f"{line.pk}:quantity"))
    return found


def _batch_problem(batch: Batch, today: datetime.date) -> str:
    if batch.expires_on and batch.has_expired(today):
        sentence = _("Batch %(batch)s expired on %(day)s. Choose another.")
        return sentence % {"batch": batch.number, "day": date_format(batch.expires_on, "j M Y")}
    if not batch.is_active:
        return _("Batch %(batch)s was recalled. Choose another.") % {"batch": batch.number}
    return ""


def paid_visits(user: User, visits: Any) -> QuerySet:
    """Ids of those visits of which a bill is issued and nothing is open: no draft waits, nothing is due."""
    bills = Invoice.objects.visible_to(user).filter(appointment__in=visits, status__in=["draft", "issued"])
    waiting = Count("pk", filter=Q(status="draft") | Q(outstanding__gt=0))
    found = bills.order_by().values("appointment").annotate(waiting=waiting)
    return found.filter(waiting=0).values_list("appointment", flat=True)
