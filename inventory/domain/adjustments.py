"""Corrections of stock: made at once by who may approve them, asked for by everybody else."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from inventory import shelf
from inventory.approval import check_second_person
from inventory.models import Adjustment, Batch, Movement
from staff.models import User


@transaction.atomic
def adjust(
    *, by: User, branch: Branch, batch: Batch, quantity: Decimal, note: str, write_off: bool = False
) -> Adjustment:
    """Correct a batch by a signed quantity, for a reason: counted, broken, lost, recalled.

    Made at once by who approves corrections, or where it is worth no more than the branch's limit; otherwise it waits.
    """
    if quantity == 0:
        raise Refusal(_("Enter by how much the stock changes."), field="quantity")
    if not note.strip():
        raise Refusal(_("Say why the stock changes."), field="note")
    batch = shelf.lock([batch.pk])[batch.pk]
    _check_left(branch, batch, quantity)
    adjustment = Adjustment(
        branch=branch, batch=batch, quantity=quantity, reason=note.strip(), asked_by=by,
        kind=_kind(quantity, write_off),
    )  # fmt: skip
    if by.may(Permission.INVENTORY_APPROVE) or _is_small(adjustment):
        return _make(by, adjustment)
    adjustment.save()
    _tell("stock.adjustment_asked", by, adjustment)
    return adjustment


@transaction.atomic
def approve_adjustment(*, by: User, adjustment: Adjustment, answer: str = "") -> Adjustment:
    """Make a correction that somebody else asked for. What the batch still holds is looked at again."""
    adjustment = _waiting(adjustment)
    check_second_person(by, adjustment.branch, [adjustment.asked_by_id])
    adjustment.batch = shelf.lock([adjustment.batch_id])[adjustment.batch_id]
    _check_left(adjustment.branch, adjustment.batch, adjustment.quantity)
    adjustment.answer = answer.strip()
    return _make(by, adjustment)


@transaction.atomic
def reject_adjustment(*, by: User, adjustment: Adjustment, answer: str) -> Adjustment:
    """Turn a correction down; who asked reads why. Who asked may take it back so, too."""
    adjustment = _waiting(adjustment)
    if not answer.strip():
        raise Refusal(_("Say why it is refused."), field="answer")
    if by.pk != adjustment.asked_by_id:
        check_second_person(by, adjustment.branch, [])
    adjustment.answer = answer.strip()
    _decide(by, adjustment, Adjustment.Status.REJECTED)
    _tell("stock.adjustment_rejected", by, adjustment)
    return adjustment


def _kind(quantity: Decimal, write_off: bool) -> Adjustment.Kind:
    if quantity > 0:
        return Adjustment.Kind.INCREASE
    return Adjustment.Kind.WRITE_OFF if write_off else Adjustment.Kind.DECREASE


def _is_small(adjustment: Adjustment) -> bool:
    """Worth no more than the branch lets pass; what has no known cost is never small."""
    limit = Decimal(getattr(adjustment.branch, "adjustment_limit", None) or 0)
    return 0 < adjustment.worth <= limit


def _check_left(branch: Branch, batch: Batch, quantity: Decimal) -> None:
    shelf.check_whole(batch.item, quantity, "quantity")
    left = shelf.balances(branch, [batch]).get(batch.pk, shelf.NOTHING)
    if left + quantity < 0:
        raise Refusal(shelf.not_enough(batch.item, left, batch), field="quantity")


def _waiting(adjustment: Adjustment) -> Adjustment:
    lock_row(Adjustment, adjustment.pk)
    found = Adjustment.objects.select_related("branch", "batch__item").get(pk=adjustment.pk)
    if found.status != Adjustment.Status.PENDING:
        raise Refusal(_("This was decided already: %(status)s.") % {"status": found.get_status_display()})
    return found


def _make(by: User, adjustment: Adjustment) -> Adjustment:
    """The movement and the decision, of a locked batch."""
    written_off = adjustment.kind == Adjustment.Kind.WRITE_OFF
    adjustment.movement = shelf.move(
        by, adjustment.branch, adjustment.batch,
        Movement.Kind.WRITE_OFF if written_off else Movement.Kind.ADJUSTMENT, adjustment.quantity,
        note=adjustment.reason, cause_kind="adjustment", cause_id=adjustment.pk,
    )  # fmt: skip
    _decide(by, adjustment, Adjustment.Status.APPROVED)
    _tell("stock.adjusted", by, adjustment)
    return adjustment


def _decide(by: User, adjustment: Adjustment, status: Adjustment.Status) -> None:
    adjustment.status, adjustment.decided_by, adjustment.decided_at = status, by, timezone.now()
    adjustment.save()


def _tell(verb: str, by: User, adjustment: Adjustment) -> None:
    events.record(
        verb,
        subject=adjustment.batch.item,
        by=by,
        branch_id=adjustment.branch_id,
        batch_id=str(adjustment.batch_id),
        adjustment_id=str(adjustment.pk),
        quantity=str(adjustment.quantity),
    )
