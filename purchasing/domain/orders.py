"""From a draft to an approved order."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events, numbering
from clinic.models import Branch, Series
from clinic.plain import plain
from clinic.refusals import Refusal
from inventory.models import Item, Supplier
from purchasing import amounts, figures
from purchasing.models import BuyingRules, Order, OrderLine, OrderStep
from purchasing.steps import locked, move
from staff.models import User

LONGEST = 200  # lines of one order


@dataclass(frozen=True)
class LineTerms:
    """`quantity` in packs or base units, `price` in rupees before tax for one of them, `tax_rate` in percent."""

    quantity: Decimal
    in_packs: bool
    price: Decimal
    tax_rate: Decimal


@dataclass(frozen=True)
class NewLine:
    """A further item. Without a price the last one paid, without a rate that of the item's tax category."""

    item: Item
    quantity: Decimal
    in_packs: bool = False
    price: Decimal | None = None
    tax_rate: Decimal | None = None


@transaction.atomic
def draft_order(
    *,
    by: User,
    branch: Branch,
    supplier: Supplier,
    expected_on: datetime.date | None = None,
    note: str = "",
    added: Iterable[NewLine] = (),
) -> Order:
    """Begin an order; expected after the supplier's usual days unless a day is given."""
    if not supplier.is_active:
        raise Refusal(_("Nothing is bought from %(name)s any more.") % {"name": supplier}, field="supplier")
    today = timezone.localdate(timezone=branch.zone)
    if expected_on is None:
        expected_on = today + datetime.timedelta(days=supplier.lead_days)
    _check_expected(expected_on, today)
    order = Order.objects.create(
        branch=branch, supplier=supplier, expected_on=expected_on, note=note.strip(), written_by=by
    )
    OrderStep.objects.create(order=order, verb="draft", status=order.status, by=by)
    for place, new in enumerate(added):
        _add(order, new, place, today)
    _compute(order)
    events.record("order.drafted", subject=order, by=by, branch_id=branch.pk)
    return order


@transaction.atomic
def edit_order(
    *,
    by: User,
    order: Order,
    version: int,
    expected_on: datetime.date | None,
    note: str,
    lines: Mapping[UUID, LineTerms | None],
    added: Iterable[NewLine] = (),
) -> Order:
    """Save a draft as it was typed; a line without terms is taken out. Refusals name "line-<id>-<field>"."""
    order = locked(order, "edit", version)
    today = timezone.localdate(timezone=order.branch.zone)
    if expected_on != order.expected_on:
        _check_expected(expected_on, today)
    kept = {line.pk: line for line in order.lines.select_related("item")}
    for pk, terms in lines.items():
        if pk in kept:
            _set(kept[pk], terms)
    last = max((line.position for line in kept.values()), default=0)
    for place, new in enumerate(added, last + 1):
        _add(order, new, place, today)
    order.expected_on, order.note = expected_on, note.strip()
    order.version += 1
    order.save(update_fields=["expected_on", "note", "version", "updated_at"])
    _compute(order)
    events.record("order.edited", subject=order, by=by, branch_id=order.branch_id)
    return order


@transaction.atomic
def submit_order(*, by: User, order: Order, version: int | None = None) -> Order:
    """Number it and ask for approval; below the branch's limit nobody needs to approve it."""
    order = locked(order, "submit", version)
    if not order.lines.exists():
        raise Refusal(_("There is nothing on this order yet."))
    if not order.total:
        raise Refusal(_("This order has no prices yet. Enter them first."))
    free = order.total <= BuyingRules.of(order.branch).approval_limit and order.total > 0
    now = timezone.now()
    values: dict[str, Any] = {"submitted_by": by, "submitted_at": now}
    if not order.number:
        number = numbering.take(branch=order.branch, kind=Series.Kind.PURCHASE_ORDER)
        values |= {"number": number.text, "series_year": number.series_year, "ordered_on": number.day}
    order = move(by, order, "submit", Order.Status.SUBMITTED, **values)
    return (
        move(by, order, "approve", Order.Status.APPROVED, note=plain(gettext_lazy("Below the limit")))
        if free
        else order
    )


@transaction.atomic
def approve_order(*, by: User, order: Order) -> Order:
    """Say yes to an order that somebody else has written."""
    order = locked(order, "approve")
    if by.pk in (order.written_by_id, order.submitted_by_id):
        raise Refusal(_("An order is approved by somebody else than who wrote it."))
    return move(by, order, "approve", Order.Status.APPROVED, approved_by=by, approved_at=timezone.now())


@transaction.atomic
def send_back_order(*, by: User, order: Order, reason: str) -> Order:
    """Not like this: it becomes a draft again, with the reason in its history."""
    order = locked(order, "send_back")
    return move(by, order, "send_back", Order.Status.DRAFT, note=_said(reason))


@transaction.atomic
def cancel_order(*, by: User, order: Order, reason: str) -> Order:
    """Nothing of it has come and nothing will."""
    order = locked(order, "cancel")
    return move(by, order, "cancel", Order.Status.CANCELLED, note=_said(reason))


@transaction.atomic
def close_order(*, by: User, order: Order, reason: str) -> Order:
    """What has not come of it won't come any more."""
    order = locked(order, "close")
    return move(by, order, "close", Order.Status.RECEIVED, note=_said(reason))


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refusal(_("Say why."), field="reason")
    return reason.strip()


def _check_expected(expected_on: datetime.date | None, today: datetime.date) -> None:
    if expected_on and expected_on < today:
        raise Refusal(_("The day the goods are expected has passed."), field="expected_on")


def _set(line: OrderLine, terms: LineTerms | None) -> None:
    if terms is None:
        line.delete()
        return
    name = f"line-{line.pk}"
    _check_quantity(terms.quantity, f"{name}-quantity")
    line.unit_size = amounts.unit_size(line.item, terms.in_packs, f"{name}-in_packs")
    amounts.check_whole(line.item, terms.quantity, line.unit_size, f"{name}-quantity")
    amounts.check_price(terms.price, terms.tax_rate, f"{name}-price")
    line.quantity, line.price, line.tax_rate = terms.quantity, terms.price, terms.tax_rate
    line.save(update_fields=["quantity", "unit_size", "price", "tax_rate"])


def _add(order: Order, new: NewLine, place: int, today: datetime.date) -> None:
    if order.lines.count() >= LONGEST:
        raise Refusal(_("An order has at most %(count)s lines.") % {"count": LONGEST}, field="add-item")
    if order.lines.filter(item=new.item).exists():
        raise Refusal(_("%(item)s is on this order already.") % {"item": new.item}, field="add-item")
    if not new.item.is_active:
        raise Refusal(_("%(item)s is no longer kept.") % {"item": new.item}, field="add-item")
    _check_quantity(new.quantity, "add-quantity")
    size = amounts.unit_size(new.item, new.in_packs, "add-in_packs")
    amounts.check_whole(new.item, new.quantity, size, "add-quantity")
    price = amounts.last_price(new.item, order.branch, size) if new.price is None else new.price
    rate = amounts.rate_on(new.item, today) if new.tax_rate is None else new.tax_rate
    amounts.check_price(price or Decimal(0), rate, "add-price")
    OrderLine.objects.create(
        order=order, item=new.item, position=place, quantity=new.quantity, unit_size=size,
        price=price or Decimal(0), tax_rate=rate,
    )  # fmt: skip


def _check_quantity(quantity: Decimal, field: str) -> None:
    if quantity <= 0:
        raise Refusal(_("The quantity must be above zero."), field=field)


def _compute(order: Order) -> None:
    """Figures of the lines and of the whole, by the supplier's State as it is now."""
    lines = list(order.lines.select_related("item"))
    supplier = order.supplier
    totals = figures.compute(
        lines,
        [line.quantity for line in lines],
        supplier_state=supplier.state,
        has_gstin=bool(supplier.gstin),
        here=order.branch.state,
    )
    OrderLine.objects.bulk_update(lines, figures.HEADS)
    for head, amount in totals.items():
        setattr(order, head, amount)
    order.save(update_fields=figures.HEADS)
