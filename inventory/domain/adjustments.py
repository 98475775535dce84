"""Corrections of stock."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory import shelf
from inventory.models import Batch, Movement
from staff.models import User


@transaction.atomic
def adjust(*, by: User, branch: Branch, batch: Batch, quantity: Decimal, note: str) -> Movement:
    """Correct the balance of a batch by a signed quantity, for a reason: counted, broken, lost, recalled."""
    if quantity == 0:
        raise Refusal(_("Enter by how much the stock changes."), field="quantity")
    if not note.strip():
        raise Refusal(_("Say why the stock changes."), field="note")
    batch = shelf.lock([batch.pk])[batch.pk]
    shelf.check_whole(batch.item, quantity, "quantity")
    left = shelf.balances(branch, [batch]).get(batch.pk, shelf.NOTHING)
    if left + quantity < 0:
        raise Refusal(shelf.not_enough(batch.item, left, batch), field="quantity")
    movement = shelf.move(by, branch, batch, Movement.Kind.ADJUSTMENT, quantity, note=note.strip())
    events.record(
        "stock.adjusted",
        subject=batch.item,
        by=by,
        branch_id=branch.pk,
        batch_id=str(batch.pk),
        quantity=str(quantity),
    )
    return movement
