"""Sending goods to another branch, and taking them in there."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pgbulk
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils import compat

from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory import shelf
from inventory.models import Movement, Transfer, TransferLine
from inventory.numbers import next_number
from staff.models import User

from .stock import take
from .wishes import Wanted


@transaction.atomic
def send_transfer(
    *, by: User, branch: Branch, receiver: Branch, wanted: list[Wanted], reason: str = ""
) -> Transfer:
    """Let goods leave for another branch of the organisation, first expiry first; until received they lie at neither."""
    if receiver.pk == branch.pk or receiver.organisation_id != branch.organisation_id:
        raise Refusal(_("Choose another branch to send to."), field="receiver")
    if not receiver.is_active:
        raise Refusal(_("%(branch)s is closed.") % {"branch": receiver}, field="receiver")
    if not wanted:
        raise Refusal(_("Enter what is sent."))
    pk = compat.uuid7()
    today = timezone.localdate(timezone=branch.zone)
    taken = take(
        by=by, branch=branch, wanted=wanted, kind=Movement.Kind.TRANSFER_OUT, cause_kind="transfer", cause_id=pk,
        today=today,
    )  # fmt: skip
    sent: dict[UUID, Decimal] = {}
    for part in taken:
        sent[part.batch.pk] = sent.get(part.batch.pk, shelf.NOTHING) + part.quantity
    number = next_number(branch, "TRF", Transfer.objects.filter(sender=branch))
    transfer = Transfer.objects.create(
        pk=pk, number=number, sender=branch, receiver=receiver, sent_by=by, reason=reason.strip()
    )
    TransferLine.objects.bulk_create(
        TransferLine(transfer=transfer, batch_id=batch, quantity=quantity) for batch, quantity in sent.items()
    )
    _tell("transfer.sent", by, transfer, receiver)
    return transfer


@transaction.atomic
def receive_transfer(
    *, by: User, branch: Branch, transfer: Transfer, received: Mapping[UUID, Decimal], answer: str = ""
) -> Transfer:
    """Take in what arrived, by the id of the line; a line not named arrived whole. What is missing needs a word."""
    transfer = _on_its_way(transfer)
    if transfer.receiver_id != branch.pk:
        raise Refusal(_("This transfer goes to %(branch)s.") % {"branch": transfer.receiver})
    lines = list(transfer.lines.select_related("batch__item").order_by("batch_id"))
    for line in lines:
        line.received = _arrived(line, received.get(line.pk, line.quantity))
    if any(line.missing for line in lines) and not answer.strip():
        raise Refusal(_("Less arrived than was sent. Say what happened to the rest."), field="answer")
    _put(by, branch, transfer, {line.batch_id: line.received or shelf.NOTHING for line in lines})
    pgbulk.update(TransferLine, lines, ["received"])
    return _end(by, transfer, Transfer.Status.RECEIVED, answer, transfer.sender)


@transaction.atomic
def cancel_transfer(*, by: User, branch: Branch, transfer: Transfer, answer: str) -> Transfer:
    """Call goods back that have not been received: they lie at the sender again."""
    transfer = _on_its_way(transfer)
    if transfer.sender_id != branch.pk:
        raise Refusal(_("Only %(branch)s can call this transfer back.") % {"branch": transfer.sender})
    if not answer.strip():
        raise Refusal(_("Say why it is called back."), field="answer")
    _put(by, branch, transfer, dict(transfer.lines.values_list("batch_id", "quantity")))
    return _end(by, transfer, Transfer.Status.CANCELLED, answer, transfer.receiver)


def _arrived(line: TransferLine, quantity: Decimal) -> Decimal:
    names = {
        "item": line.batch.item.name,
        "batch": line.batch.number,
        "sent": f"{line.quantity.normalize():f}",
    }
    if quantity < 0:
        raise Refusal(_("The quantity can't be below zero."), field=f"line-{line.pk}")
    if quantity > line.quantity:
        raise Refusal(
            _("Only %(sent)s of %(item)s, batch %(batch)s, were sent.") % names, field=f"line-{line.pk}"
        )
    shelf.check_whole(line.batch.item, quantity, f"line-{line.pk}")
    return quantity


def _put(by: User, branch: Branch, transfer: Transfer, quantities: Mapping[UUID, Decimal]) -> None:
    batches = shelf.lock(quantities)
    for pk in sorted(quantities):
        if quantities[pk]:
            shelf.move(
                by, branch, batches[pk], Movement.Kind.TRANSFER_IN, quantities[pk],
                cause_kind="transfer", cause_id=transfer.pk,
            )  # fmt: skip


def _on_its_way(transfer: Transfer) -> Transfer:
    lock_row(Transfer, transfer.pk)
    found = Transfer.objects.select_related("sender", "receiver").get(pk=transfer.pk)
    if found.status != Transfer.Status.IN_TRANSIT:
        raise Refusal(
            _("This transfer has ended already: %(status)s.") % {"status": found.get_status_display()}
        )
    return found


def _end(by: User, transfer: Transfer, status: Transfer.Status, answer: str, told: Branch) -> Transfer:
    transfer.status, transfer.answer = status, answer.strip()
    transfer.ended_by, transfer.ended_at, transfer.version = by, timezone.now(), transfer.version + 1
    transfer.save()
    _tell(f"transfer.{status}", by, transfer, told)
    return transfer


def _tell(verb: str, by: User, transfer: Transfer, told: Branch) -> None:
    events.record(verb, subject=transfer, by=by, branch_id=told.pk)
