"""Reads across bills, stock and the menu."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.figures import Problem
from billing.models import Invoice, InvoiceLine
from clinic.models import Branch
from inventory.models import Balance


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    """The lines in order, with all that computing and showing them needs."""
    found = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    return list(
        found.select_related(
            "tax_category", "item", "plan", "batch", "enrolment", "practitioner__resource", "treatment"
        )
    )


def due_of(customer_id: UUID) -> Decimal:
    """What a customer owes on all issued bills, in rupees."""
    found = (
        Invoice.objects.unpaid().filter(customer_id=customer_id).aggregate(due=Sum(F("total") - F("paid")))
    )
    return found["due"] or Decimal(0)


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
    found, wanted = [], defaultdict(Decimal)
    for line in (line for line in lines if line.item_id):
        wanted[line.item_id] += line.quantity
        problem = _batch_problem(line, today) if line.batch_id else None
        if problem:
            found.append(Problem(problem, f"{line.pk}:batch"))
            continue
        rows = [row for row in stock[line.item_id] if usable(row, today)]
        of_batch = [row for row in rows if row.batch_id == line.batch_id] if line.batch_id else rows
        left = sum((row.quantity for row in of_batch), Decimal(0))
        if line.quantity > left or wanted[line.item_id] > sum((row.quantity for row in rows), Decimal(0)):
            sentence = _("Only %(left)s left.") if left else _("None left.")
            found.append(Problem(sentence % {"left": f"{left.normalize():f}"}, f"{line.pk}:quantity"))
    return found


def _batch_problem(line: InvoiceLine, today: datetime.date) -> str:
    batch = line.batch
    if batch.has_expired(today):
        sentence = _("Batch %(batch)s expired on %(day)s. Choose another.")
        return sentence % {"batch": batch.number, "day": date_format(batch.expires_on, "j M Y")}
    if not batch.is_active:
        return _("Batch %(batch)s was recalled. Choose another.") % {"batch": batch.number}
    return ""
