"""Goods come in, leave with a document, and come back when the document is undone."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events
from clinic.models import Branch
from clinic.money import rupees
from clinic.refusals import Refusal
from inventory import shelf
from inventory.models import Balance, Batch, Item, Movement, Supplier
from staff.models import User

from .wishes import Taken, Wanted

#: What may leave although it has expired or is blocked: it is thrown away, or goes back to where it came from.
ANYHOW = {Movement.Kind.WRITE_OFF, Movement.Kind.RETURN_OUT}


@transaction.atomic
def stock_in(
    *,
    by: User,
    branch: Branch,
    item: Item,
    batch_number: str,
    quantity: Decimal,
    expires_on: datetime.date | None = None,
    made_on: datetime.date | None = None,
    mrp: Decimal | None = None,
    supplier: Supplier | None = None,
    unit_cost: Decimal | int = 0,
    note: str = "",
    cause_kind: str = "",
    cause_id: UUID | None = None,
) -> Movement:
    """Receive goods as a new batch, or more of one whose number is known.

    `quantity` in base units; `unit_cost` in rupees a base unit before tax, to four places, 0: not known; `mrp` in
    rupees with tax. Refuses what is not above zero, has expired, or contradicts what the batch was received with.
    """
    facts = {
        "number": batch_number.strip(), "expires_on": expires_on, "made_on": made_on, "mrp": mrp, "supplier": supplier,
        "unit_cost": Decimal(unit_cost),
    }  # fmt: skip
    _check_goods(item, quantity, facts, timezone.localdate(timezone=branch.zone))
    batch = _batch(item, facts)
    movement = shelf.move(
        by, branch, batch, Movement.Kind.STOCK_IN, quantity,
        note=note, cause_kind=cause_kind, cause_id=cause_id,
    )  # fmt: skip
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
    first expiry, over several batches where one isn't enough, in whole base units unless the item is divisible.
    Expired and blocked batches leave only as a write-off or back to the supplier.
    """
    for wish in wanted:
        _check_wish(wish, kind)
    batches = shelf.lock(_candidates(branch, wanted))
    stock = shelf.balances(branch, batches.values())
    left = dict(stock)
    usable = _usable_by_item(batches.values(), today, anyhow=kind in ANYHOW)
    taken: list[Taken] = []
    for place in sorted(range(len(wanted)), key=lambda place: wanted[place].batch is None):
        wish = wanted[place]
        source = usable[wish.item.pk]
        if wish.batch:
            source = [_chosen(wish, batches[wish.batch.pk], None if kind in ANYHOW else today)]
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


@transaction.atomic
def put_back(*, by: User, branch: Branch, cause_kind: str, cause_id: UUID, note: str = "") -> list[Movement]:
    """Bring back what a document took and has not brought back yet, each into the batch it came from.

    Also into a batch that has expired or been blocked since: what lies on the shelf is counted, whatever its state.
    Called twice, the second call finds nothing.
    """
    mine = Movement.objects.filter(branch=branch, cause_kind=cause_kind, cause_id=cause_id).order_by()
    shelf.lock(mine.values_list("batch_id", flat=True))
    sums = mine.values("batch").annotate(total=Sum("quantity")).filter(total__lt=0)
    owed = dict(sums.values_list("batch_id", "total"))
    batches = Batch.objects.in_bulk(owed)
    return [
        shelf.move(
            by, branch, batches[pk], Movement.Kind.RETURN_IN, -owed[pk],
            note=note, cause_kind=cause_kind, cause_id=cause_id,
        )
        for pk in sorted(owed)
    ]  # fmt: skip


def _check_goods(item: Item, quantity: Decimal, facts: dict[str, Any], today: datetime.date) -> None:
    expires_on, made_on = facts["expires_on"], facts["made_on"]
    if not item.is_active:
        raise Refusal(_("%(item)s is no longer kept. Activate it first.") % {"item": item}, field="item")
    if not facts["number"]:
        raise Refusal(_("Enter the batch number."), field="batch_number")
    if quantity <= 0:
        raise Refusal(_("The quantity must be above zero."), field="quantity")
    shelf.check_whole(item, quantity, "quantity")
    if facts["unit_cost"] < 0:
        raise Refusal(_("The unit cost can't be negative."), field="unit_cost")
    if facts["mrp"] is not None and facts["mrp"] <= 0:
        raise Refusal(_("The MRP must be above zero."), field="mrp")
    if item.tracks_expiry and expires_on is None:
        raise Refusal(_("Enter the expiry date: batches of this item expire."), field="expires_on")
    if expires_on and expires_on <= today:
        raise Refusal(
            _("This batch expired on %(day)s and can't be taken in.")
            % {"day": date_format(expires_on, "j M Y")},
            field="expires_on",
        )
    if made_on and made_on > today:
        raise Refusal(_("This batch can't have been made in the future."), field="made_on")
    if made_on and expires_on and made_on >= expires_on:
        raise Refusal(_("The batch expires before it was made."), field="made_on")


def _batch(item: Item, facts: dict[str, Any]) -> Batch:
    """The item's batch of that number, locked and found in agreement; a new one if there is none."""
    same = Batch.objects.select_for_update(no_key=True).filter(item=item, number__iexact=facts["number"])
    known = same.first()
    if known is None:
        try:
            with transaction.atomic():
                return Batch.objects.create(item=item, **facts)
        except IntegrityError:  # A colleague has just received the same batch.
            known = same.get()
    _check_agreement(known, facts)
    return _completed(known, facts)


def _check_agreement(known: Batch, facts: dict[str, Any]) -> None:
    name = {"batch": known.number}
    if not known.is_active:
        recalled = known.blocked_for in ("", Batch.Blocked.RECALLED)
        sentence = (
            _("Batch %(batch)s was recalled. Nothing can be added to it.")
            if recalled
            else _("Batch %(batch)s is blocked. Nothing can be added to it.")
        )
        raise Refusal(sentence % name, field="batch_number")
    if known.expires_on != facts["expires_on"]:
        was = date_format(known.expires_on, "j M Y") if known.expires_on else _("no expiry date")
        raise Refusal(
            _("Batch %(batch)s was received with another expiry: %(was)s. Check the date or the number.")
            % (name | {"was": was}),
            field="expires_on",
        )
    if facts["made_on"] and known.made_on and known.made_on != facts["made_on"]:
        was = date_format(known.made_on, "j M Y")
        raise Refusal(
            _("Batch %(batch)s was received as made on %(was)s. Check the date or the number.")
            % (name | {"was": was}),
            field="made_on",
        )
    if facts["unit_cost"] and known.unit_cost and known.unit_cost != facts["unit_cost"]:
        sentence = _(
            "Batch %(batch)s was received at %(was)s a unit. For another cost give it a number of its own."
        )
        raise Refusal(sentence % (name | {"was": rupees(known.unit_cost)}), field="unit_cost")
    if facts["mrp"] and known.mrp and known.mrp != facts["mrp"]:
        sentence = _("Batch %(batch)s has an MRP of %(was)s. For another MRP give it a number of its own.")
        raise Refusal(sentence % (name | {"was": rupees(known.mrp)}), field="mrp")
    if facts["supplier"] and known.supplier_id and known.supplier_id != facts["supplier"].pk:
        raise Refusal(
            _("Batch %(batch)s came from another supplier. Give this one a number of its own.") % name,
            field="supplier",
        )


def _completed(known: Batch, facts: dict[str, Any]) -> Batch:
    """What was not known of the batch before is known now."""
    news = [
        name
        for name in ("unit_cost", "mrp", "made_on", "supplier")
        if facts[name] and not getattr(known, name)
    ]
    for name in news:
        setattr(known, name, facts[name])
    if news:
        known.save(update_fields=[*news, "updated_at"])
    return known


def _check_wish(wish: Wanted, kind: str) -> None:
    if wish.quantity <= 0:
        raise Refusal(_("The quantity must be above zero."))
    shelf.check_whole(wish.item, wish.quantity)
    name = {"item": wish.item.name}
    if kind == Movement.Kind.SALE and wish.item.use == Item.Use.PROFESSIONAL:
        raise Refusal(_("%(item)s is kept for treatments only and can't be sold.") % name)
    if kind == Movement.Kind.CONSUMPTION and wish.item.use == Item.Use.RETAIL:
        raise Refusal(
            _("%(item)s is kept for sale only. Change its use before it is used in a treatment.") % name
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


def _usable_by_item(
    batches: Iterable[Batch], today: datetime.date, *, anyhow: bool
) -> dict[UUID, list[Batch]]:
    found: dict[UUID, list[Batch]] = defaultdict(list)
    for batch in sorted(batches, key=lambda batch: (batch.expires_on or datetime.date.max, batch.pk)):
        if anyhow or (batch.is_active and not batch.has_expired(today)):
            found[batch.item_id].append(batch)
    return found


def _chosen(wish: Wanted, batch: Batch, today: datetime.date | None) -> Batch:
    """`today` None: whatever its state."""
    names = {"batch": batch.number, "item": wish.item.name}
    if batch.item_id != wish.item.pk:
        raise Refusal(_("Batch %(batch)s is not one of %(item)s.") % names)
    if today is None:
        return batch
    if not batch.is_active:
        raise Refusal(_why_not[batch.blocked_for]() % names)
    if batch.expires_on and batch.has_expired(today):
        raise Refusal(
            _("Batch %(batch)s of %(item)s expired on %(day)s. Choose another.")
            % (names | {"day": date_format(batch.expires_on, "j M Y")})
        )
    return batch


_why_not = {
    "": lambda: _("Batch %(batch)s of %(item)s was recalled. Choose another."),
    Batch.Blocked.RECALLED: lambda: _("Batch %(batch)s of %(item)s was recalled. Choose another."),
    Batch.Blocked.DAMAGED: lambda: _("Batch %(batch)s of %(item)s is damaged. Choose another."),
    Batch.Blocked.QUARANTINE: lambda: _("Batch %(batch)s of %(item)s is held back. Choose another."),
}


def _draw(
    wish: Wanted, place: int, source: list[Batch], stock: dict[UUID, Decimal], left: dict[UUID, Decimal]
) -> list[Taken]:
    """Serve one wish from `source` in its order, counting `left` down. A refusal tells the stock before the document."""
    parts, missing = [], wish.quantity
    for batch in source:
        part = min(missing, left.get(batch.pk, shelf.NOTHING))
        if part:
            left[batch.pk] -= part
            missing -= part
            parts.append(Taken(item=wish.item, batch=batch, quantity=part, place=place))
    if missing:
        had = sum((stock.get(batch.pk, shelf.NOTHING) for batch in source), shelf.NOTHING)
        raise Refusal(shelf.not_enough(wish.item, had, source[0] if wish.batch else None))
    return parts
