"""What all verbs of stock share: locking batches, reading what is left, writing a movement, and saying what is missing."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Branch
from clinic.refusals import Refusal
from inventory.models import Balance, Batch, Item, Movement
from staff.models import User

NOTHING = Decimal(0)


def lock(ids: Iterable[UUID]) -> dict[UUID, Batch]:
    """By ascending id, so that two documents never wait for each other; foreign keys to a batch don't wait at all."""
    rows = Batch.objects.filter(pk__in=ids).select_related("item").order_by("pk")
    return {batch.pk: batch for batch in rows.select_for_update(of=("self",), no_key=True)}


def balances(branch: Branch, batches: Iterable[Batch]) -> dict[UUID, Decimal]:
    """Read after the lock, so that it is what the last holder of the lock has left."""
    rows = Balance.objects.filter(branch=branch, batch__in=[batch.pk for batch in batches])
    return dict(rows.values_list("batch_id", "quantity"))


def move(by: User, branch: Branch, batch: Batch, kind: str, quantity: Decimal, **values: Any) -> Movement:
    """One movement of a locked batch, read back with what the trigger adds: balance, place and unit cost."""
    movement = Movement.objects.create(
        batch=batch, branch=branch, kind=kind, quantity=quantity, by=by, **values
    )
    movement.refresh_from_db(fields=["balance_after", "unit_cost", "place"])
    return movement


def check_whole(item: Item, quantity: Decimal, field: str | None = None) -> None:
    """Tablets and tubes are counted, not measured: refuses a part of a base unit unless the item is divisible."""
    if not item.is_divisible and quantity != quantity.to_integral_value():
        raise Refusal(
            _("%(item)s is counted in whole units (%(unit)s). Enter a whole number.")
            % {"item": item.name, "unit": item.base_unit},
            field=field,
        )


def not_enough(item: Item, left: Decimal, batch: Batch | None = None) -> str:
    """A sentence about what is left of an item, or of one of its batches."""
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
