"""A delivery: what came is written down, checked, and accepted into stock; or the whole of it is rejected."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, locks, numbering
from clinic.models import Branch, Series
from clinic.refusals import Refusal, Stale
from inventory.models import Supplier
from purchasing import amounts, checks, figures, shelving
from purchasing.models import Order, OrderLine, Receipt, ReceiptLine
from purchasing.steps import move
from staff.models import User

from .orders import LONGEST, NewLine


@dataclass(frozen=True)
class ReceiptTerms:
    """What the supplier's invoice says, total in rupees with tax; the reasons are asked for only where they are needed."""

    invoice_number: str = ""
    invoice_date: datetime.date | None = None
    invoice_total: Decimal | None = None
    difference_reason: str = ""
    over_reason: str = ""


@dataclass(frozen=True)
class Terms:
    """One line as it was counted. Quantities in packs or base units; price and MRP in rupees for one of them."""

    received: Decimal
    accepted: Decimal
    in_packs: bool
    price: Decimal
    tax_rate: Decimal
    reason: str = ""
    batch_number: str = ""
    made_on: datetime.date | None = None
    expires_on: datetime.date | None = None
    mrp: Decimal | None = None
    creditable: bool = True


@transaction.atomic
def begin_receipt(
    *, by: User, branch: Branch, supplier: Supplier | None = None, order: Order | None = None
) -> Receipt:
    """A delivery against an order, with a line for all that is still to come of it; or without, from a supplier."""
    if order and not order.can("receive"):
        raise Refusal(_("Nothing is expected of this order. It must be approved first."))
    supplier = order.supplier if order else supplier
    if supplier is None or not supplier.is_active:
        raise Refusal(_("Choose the supplier the goods came from."), field="supplier")
    receipt = Receipt.objects.create(
        branch=branch, supplier=supplier, order=order, written_by=by,
        received_on=timezone.localdate(timezone=branch.zone),
    )  # fmt: skip
    credit = checks.credits_tax(branch, supplier)
    lines = order.lines.all() if order else []
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt, order_line=line, item_id=line.item_id, position=line.position, unit_size=line.unit_size,
            price=line.price, tax_rate=line.tax_rate, creditable=credit, received=left, accepted=left,
        )
        for line in lines
        if (left := line.outstanding_units)
    )  # fmt: skip
    _compute(receipt)
    events.record("receipt.begun", subject=receipt, by=by, branch_id=branch.pk)
    return receipt


@transaction.atomic
def edit_receipt(
    *,
    by: User,
    receipt: Receipt,
    version: int,
    terms: ReceiptTerms,
    lines: Mapping[UUID, Terms | None],
    added: Iterable[NewLine] = (),
) -> Receipt:
    """Save what was counted so far; a line without terms is taken out. Refusals name "line-<id>-<field>"."""
    receipt = _locked(receipt, version)
    kept = {line.pk: line for line in receipt.lines.select_related("item")}
    for pk, typed in lines.items():
        if pk in kept:
            _set(kept[pk], typed)
    last = max((line.position for line in kept.values()), default=0)
    for place, new in enumerate(added, last + 1):
        _add(receipt, new, place)
    for name, value in vars(terms).items():
        setattr(receipt, name, value.strip() if isinstance(value, str) else value)
    receipt.version += 1
    receipt.save(update_fields=[*vars(terms), "version", "updated_at"])
    _compute(receipt)
    events.record("receipt.edited", subject=receipt, by=by, branch_id=receipt.branch_id)
    return receipt


@transaction.atomic
def accept_receipt(*, by: User, receipt: Receipt, version: int | None = None) -> Receipt:
    """Take the accepted goods into stock, batch by batch, and number the receipt. All of it or nothing.

    Refuses a supplier's invoice that is known, totals that don't agree without a reason, and more than was ordered
    beyond the branch's tolerance unless somebody who may approve orders says why.
    """
    receipt = _locked(receipt, version)
    receipt.lines.filter(received=0).delete()
    lines = list(receipt.lines.select_related("item", "order_line"))
    checks.check_lines(lines)
    locks.lock_row(Supplier, receipt.supplier_id)  # one invoice after the other is compared with those booked
    checks.check_invoice(receipt)
    checks.check_ordered(by, receipt, lines)
    _compute(receipt)
    checks.check_total(receipt)
    shelving.put_away(by, receipt, lines)
    if receipt.order:
        _count_in(by, receipt.order, lines)
    return _verify(by, receipt, Receipt.Status.ACCEPTED)


@transaction.atomic
def reject_receipt(*, by: User, receipt: Receipt, reason: str) -> Receipt:
    """All of it goes back with the driver."""
    receipt = _locked(receipt)
    if not reason.strip():
        raise Refusal(_("Say why the delivery is rejected."), field="reason")
    receipt.reject_reason = reason.strip()
    receipt.lines.update(accepted=0)
    _compute(receipt)
    return _verify(by, receipt, Receipt.Status.REJECTED)


@transaction.atomic
def discard_receipt(*, by: User, receipt: Receipt) -> None:
    """Begun by mistake: nothing of it is kept."""
    receipt = _locked(receipt)
    events.record("receipt.discarded", subject=receipt, by=by, branch_id=receipt.branch_id)
    receipt.lines.all().delete()
    receipt.delete()


def _locked(receipt: Receipt, version: int | None = None) -> Receipt:
    """The receipt as it is now, its order held before it; refused unless it is still being checked."""
    if receipt.order_id:
        locks.lock_row(Order, receipt.order_id)
    found = Receipt.objects.select_for_update(no_key=True, of=("self",)).filter(pk=receipt.pk)
    now = found.select_related("branch__registration", "supplier", "order__branch").first()
    if now is None:
        raise Refusal(_("This delivery was discarded."))
    if not now.is_pending:
        raise Refusal(_("This delivery is booked already."))
    if version is not None and now.version != version:
        raise Stale(_("Somebody else changed this delivery while you had it open. Compare, and save again."))
    return now


def _set(line: ReceiptLine, terms: Terms | None) -> None:
    if terms is None:
        line.delete()
        return
    name = f"line-{line.pk}"
    line.unit_size = amounts.unit_size(line.item, terms.in_packs, f"{name}-in_packs")
    checks.check_counted(line.item, terms.received, terms.accepted, line.unit_size, name)
    amounts.check_price(terms.price, terms.tax_rate, f"{name}-price")
    for field, value in vars(terms).items():
        if field != "in_packs":
            setattr(line, field, value.strip() if isinstance(value, str) else value)
    line.save()


def _add(receipt: Receipt, new: NewLine, place: int) -> None:
    """One more line; of an item on the order it counts against that, with its price."""
    if receipt.lines.count() >= LONGEST:
        raise Refusal(_("A delivery has at most %(count)s lines.") % {"count": LONGEST}, field="add-item")
    ordered = (
        OrderLine.objects.filter(order=receipt.order_id, item=new.item).first() if receipt.order_id else None
    )
    size = amounts.unit_size(new.item, new.in_packs, "add-in_packs")
    checks.check_counted(new.item, new.quantity, new.quantity, size, "add", quantity="add-quantity")
    price, rate = new.price, new.tax_rate
    if price is None:
        price = ordered.price if ordered and ordered.unit_size == size else None
        price = price or amounts.last_price(new.item, receipt.branch, size) or Decimal(0)
    if rate is None:
        rate = ordered.tax_rate if ordered else amounts.rate_on(new.item, receipt.received_on)
    amounts.check_price(price, rate, "add-price")
    ReceiptLine.objects.create(
        receipt=receipt, order_line=ordered, item=new.item, position=place, unit_size=size, price=price, tax_rate=rate,
        received=new.quantity, accepted=new.quantity,
        creditable=checks.credits_tax(receipt.branch, receipt.supplier),
    )  # fmt: skip


def _compute(receipt: Receipt) -> None:
    """Amounts of what is accepted, and what the rest of the invoice comes to."""
    lines = list(receipt.lines.select_related("item"))
    supplier = receipt.supplier
    terms: Any = {
        "supplier_state": supplier.state,
        "has_gstin": bool(supplier.gstin),
        "here": receipt.branch.state,
    }
    receipt.rejected_total = figures.compute(lines, [line.rejected for line in lines], **terms)["total"]
    totals = figures.compute(lines, [line.accepted for line in lines], **terms)
    ReceiptLine.objects.bulk_update(lines, figures.HEADS)
    for head, amount in totals.items():
        setattr(receipt, head, amount)
    receipt.save(update_fields=[*figures.HEADS, "rejected_total"])


def _count_in(by: User, order: Order, lines: list[ReceiptLine]) -> None:
    """Add what was accepted to the lines of the order; nothing left to come: it is received."""
    ordered = {line.pk: line for line in order.lines.all()}
    for line in lines:
        if line.order_line_id in ordered:
            ordered[line.order_line_id].received += line.base_quantity
    OrderLine.objects.bulk_update(ordered.values(), ["received"])
    whole = not any(line.outstanding for line in ordered.values())
    status = Order.Status.RECEIVED if whole else Order.Status.PARTIALLY_RECEIVED
    move(by, order, "receive", status)


def _verify(by: User, receipt: Receipt, status: str) -> Receipt:
    number = numbering.take(branch=receipt.branch, kind=Series.Kind.GOODS_RECEIPT)
    receipt.number, receipt.series_year = number.text, number.series_year
    receipt.verified_by, receipt.verified_at = by, number.at
    receipt.supplier_name, receipt.supplier_gstin = receipt.supplier.name, receipt.supplier.gstin
    receipt.supplier_state = receipt.supplier.state
    receipt.status = status
    receipt.version += 1
    receipt.save()
    events.record(f"receipt.{status}", subject=receipt, by=by, branch_id=receipt.branch_id)
    return receipt
