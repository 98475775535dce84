"""What changes stock. Every change is a movement; a trigger keeps the balances, these verbs keep the rules."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory.models import Balance, Batch, Item, Movement, Supplier
from staff.models import User


@dataclass(frozen=True)
class Wanted:
    """So much of an item, from the batch that expires first unless one is chosen."""

    item: Item
    quantity: Decimal
    batch: Batch | None = None


@dataclass(frozen=True)
class Taken:
    """What left one batch. `place` is the index of the wish in `wanted` that it serves."""

    item: Item
    batch: Batch
    quantity: Decimal
    place: int = 0


@transaction.atomic
def stock_in(
    *,
    by: User,
    branch: Branch,
    item: Item,
    batch_number: str,
    quantity: Decimal,
    expires_on: datetime.date | None = None,
    supplier: Supplier | None = None,
    unit_cost: Decimal | int = 0,
    note: str = "",
) -> Movement:
    """Receive goods as a new batch, or more of one whose number is known. `unit_cost` in rupees, 0: not known.

    Refuses what is not above zero, has expired, or contradicts what the batch was received with.
    """
    number, cost = batch_number.strip(), Decimal(unit_cost)
    if not item.is_active:
        raise Refusal(_("%(item)s is no longer kept. Activate it first.") % {"item": item}, field="item")
    if not number:
        raise Refusal(_("Enter the batch number."), field="batch_number")
    if quantity <= 0:
        raise Refusal(_("The quantity must be above zero."), field="quantity")
    if cost < 0:
        raise Refusal(_("The unit cost can't be negative."), field="unit_cost")
    if expires_on and expires_on <= timezone.localdate(timezone=branch.zone):
        raise Refusal(
            _("This batch expired on %(day)s and can't be taken in.")
            % {"day": date_format(expires_on, "j M Y")},
            field="expires_on",
        )
    batch = _batch(item, number, expires_on, supplier, cost)
    movement = Movement.objects.create(
        batch=batch, branch=branch, kind=Movement.Kind.STOCK_IN, quantity=quantity, note=note, by=by
    )
    movement.refresh_from_db(fields=["balance_after"])
    events.record(
        "stock.received",
        subject=item,
        by=by,
        branch_id=branch.pk,
        batch_id=str(batch.pk),
        quantity=str(quantity),
    )
    return movement


@transaction.atomic
def adjust(*, by: User, branch: Branch, batch: Batch, quantity: Decimal, note: str) -> Movement:
    """Correct the balance of a batch by a signed quantity, for a reason: counted, broken, lost, recalled."""
    if quantity == 0:
        raise Refusal(_("Enter by how much the stock changes."), field="quantity")
    if not note.strip():
        raise Refusal(_("Say why the stock changes."), field="note")
    batch = _lock([batch.pk])[batch.pk]
    left = _balances(branch, [batch]).get(batch.pk, Decimal(0))
    if left + quantity < 0:
        raise Refusal(_not_enough(batch.item, left, batch), field="quantity")
    movement = Movement.objects.create(
        batch=batch,
        branch=branch,
        kind=Movement.Kind.ADJUSTMENT,
        quantity=quantity,
        note=note.strip(),
        by=by,
    )
    movement.refresh_from_db(fields=["balance_after"])
    events.record(
        "stock.adjusted",
        subject=batch.item,
        by=by,
        branch_id=branch.pk,
        batch_id=str(batch.pk),
        quantity=str(quantity),
    )
    return movement


@transaction.atomic
def take(
    *,
    by: User,
    branch: Branch,
    wanted: list[Wanted],
    kind: str,
    cause_kind: str,
    cause_id: UUID,
    today: datetime.date,
) -> list[Taken]:
    """Let the goods of one whole document leave, or none of them; in the order of `wanted`.

    All batches are locked by ascending id before anything is decided. Chosen batches are served first, the rest by
    first expiry, over several batches where one isn't enough. Expired and recalled batches never leave.
    """
    if any(wish.quantity <= 0 for wish in wanted):
        raise Refusal(_("The quantity must be above zero."))
    batches = _lock(_candidates(branch, wanted))
    stock = _balances(branch, batches.values())
    left = dict(stock)
    usable = _usable_by_item(batches.values(), today)
    taken: list[Taken] = []
    for place in sorted(range(len(wanted)), key=lambda place: wanted[place].batch is None):
        wish = wanted[place]
        source = [_chosen(wish, batches[wish.batch.pk], today)] if wish.batch else usable[wish.item.pk]
        taken += _draw(wish, place, source, stock, left)
    taken.sort(key=lambda part: part.place)
    Movement.objects.bulk_create(
        Movement(
            batch=part.batch,
            branch=branch,
            kind=kind,
            quantity=-part.quantity,
            cause_kind=cause_kind,
            cause_id=cause_id,
            by=by,
        )
        for part in taken
    )
    return taken


def _batch(
    item: Item, number: str, expires_on: datetime.date | None, supplier: Supplier | None, cost: Decimal
) -> Batch:
    """The item's batch of that number, locked and found in agreement; a new one if there is none."""
    same = Batch.objects.select_for_update(no_key=True).filter(item=item, number__iexact=number)
    known = same.first()
    if known is None:
        try:
            with transaction.atomic():
                return Batch.objects.create(
                    item=item, number=number, expires_on=expires_on, supplier=supplier, unit_cost=cost
                )
        except IntegrityError:  # A colleague has just received the same batch.
            known = same.get()
    _check_agreement(known, expires_on, supplier, cost)
    return known


def _check_agreement(
    known: Batch, expires_on: datetime.date | None, supplier: Supplier | None, cost: Decimal
) -> None:
    name = {"batch": known.number}
    if not known.is_active:
        raise Refusal(
            _("Batch %(batch)s was recalled. Nothing can be added to it.") % name, field="batch_number"
        )
    if known.expires_on != expires_on:
        was = date_format(known.expires_on, "j M Y") if known.expires_on else _("no expiry date")
        raise Refusal(
            _("Batch %(batch)s was received with another expiry: %(was)s. Check the date or the number.")
            % (name | {"was": was}),
            field="expires_on",
        )
    if cost and known.unit_cost and known.unit_cost != cost:
        raise Refusal(
            _(
                "Batch %(batch)s was received at ₹%(was)s a unit. For another cost give it a number of its own."
            )
            % (name | {"was": known.unit_cost}),
            field="unit_cost",
        )
    if supplier and known.supplier_id and known.supplier_id != supplier.pk:
        raise Refusal(
            _("Batch %(batch)s came from another supplier. Give this one a number of its own.") % name,
            field="supplier",
        )


def _candidates(branch: Branch, wanted: list[Wanted]) -> list[UUID]:
    """The batches of a document: those chosen, and all of the wanted items that lie at the branch."""
    free = [wish.item.pk for wish in wanted if wish.batch is None]
    chosen = [wish.batch.pk for wish in wanted if wish.batch]
    stocked = Balance.objects.filter(branch=branch, quantity__gt=0, batch__item__in=free)
    return list(
        Batch.objects.filter(Q(pk__in=chosen) | Q(pk__in=stocked.values("batch_id"))).values_list(
            "pk", flat=True
        )
    )


def _lock(ids: Iterable[UUID]) -> dict[UUID, Batch]:
    """By ascending id, so that two documents never wait for each other; foreign keys to a batch don't wait at all."""
    rows = Batch.objects.filter(pk__in=ids).select_related("item").order_by("pk")
    return {batch.pk: batch for batch in rows.select_for_update(of=("self",), no_key=True)}


def _balances(branch: Branch, batches: Iterable[Batch]) -> dict[UUID, Decimal]:
    """Read after the lock, so that it is what the last holder of the lock has left."""
    rows = Balance.objects.filter(branch=branch, batch__in=[batch.pk for batch in batches])
    return dict(rows.values_list("batch_id", "quantity"))


def _usable_by_item(batches: Iterable[Batch], today: datetime.date) -> dict[UUID, list[Batch]]:
    found: dict[UUID, list[Batch]] = defaultdict(list)
    for batch in sorted(batches, key=lambda batch: (batch.expires_on or datetime.date.max, batch.pk)):
        if batch.is_active and not batch.has_expired(today):
            found[batch.item_id].append(batch)
    return found


def _chosen(wish: Wanted, batch: Batch, today: datetime.date) -> Batch:
    names = {"batch": batch.number, "item": wish.item.name}
    if batch.item_id != wish.item.pk:
        raise Refusal(_("Batch %(batch)s is not one of %(item)s.") % names)
    if not batch.is_active:
        raise Refusal(_("Batch %(batch)s of %(item)s was recalled. Choose another.") % names)
    if batch.expires_on and batch.has_expired(today):
        raise Refusal(
            _("Batch %(batch)s of %(item)s expired on %(day)s. Choose another.")
            % (names | {"day": date_format(batch.expires_on, "j M Y")})
        )
    return batch


def _draw(
    wish: Wanted, place: int, source: list[Batch], stock: dict[UUID, Decimal], left: dict[UUID, Decimal]
) -> list[Taken]:
    """Serve one wish from `source` in its order, counting `left` down. A refusal tells the stock before the document."""
    parts, missing = [], wish.quantity
    for batch in source:
        part = min(missing, left.get(batch.pk, Decimal(0)))
        if part:
            left[batch.pk] -= part
            missing -= part
            parts.append(Taken(item=wish.item, batch=batch, quantity=part, place=place))
    if missing:
        had = sum((stock.get(batch.pk, Decimal(0)) for batch in source), Decimal(0))
        raise Refusal(_not_enough(wish.item, had, source[0] if wish.batch else None))
    return parts


def _not_enough(item: Item, left: Decimal, batch: Batch | None = None) -> str:
    names = {"item": item.name, "left": f"{left.normalize():f}", "batch": batch.number if batch else ""}
    one = 1 if left == 1 else 2
    if batch and left:
        return (
            ngettext(
                "Only %(left)s of %(item)s is left in batch %(batch)s.",
                "Only %(left)s of %(item)s are left in batch %(batch)s.",
                one,
            )
            % names
        )
    if batch:
        return _("Nothing of %(item)s is left in batch %(batch)s.") % names
    if left:
        return (
            ngettext("Only %(left)s of %(item)s is left.", "Only %(left)s of %(item)s are left.", one) % names
        )
    return _("No %(item)s is left.") % names
