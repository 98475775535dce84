"""Taking a batch out of use, letting it back in, and putting right what was typed of it."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory import shelf
from inventory.models import Batch, Movement
from staff.models import User


@transaction.atomic
def block_batch(*, by: User, branch: Branch, batch: Batch, why: str, note: str) -> Batch:
    """From now on none of it is sold or used at any branch: recalled, damaged or held back (`Batch.Blocked`)."""
    batch = shelf.lock([batch.pk])[batch.pk]
    if why not in Batch.Blocked.values:
        raise Refusal(_("Choose why the batch is blocked."), field="why")
    if not note.strip():
        raise Refusal(_("Say what is wrong with the batch."), field="note")
    if not batch.is_active:
        raise Refusal(_("Batch %(batch)s is blocked already.") % {"batch": batch.number})
    return _write(
        by, branch, batch, "stock.blocked", is_active=False, blocked_for=why, blocked_note=note.strip()
    )


@transaction.atomic
def unblock_batch(*, by: User, branch: Branch, batch: Batch, note: str) -> Batch:
    """It may be sold and used again; the reason goes to the history."""
    batch = shelf.lock([batch.pk])[batch.pk]
    if not note.strip():
        raise Refusal(_("Say why the batch may be used again."), field="note")
    if batch.is_active:
        raise Refusal(_("Batch %(batch)s isn't blocked.") % {"batch": batch.number})
    return _write(
        by, branch, batch, "stock.unblocked", is_active=True, blocked_for="", blocked_note=note.strip()
    )


@transaction.atomic
def change_batch(
    *,
    by: User,
    branch: Branch,
    batch: Batch,
    version: int,
    number: str,
    expires_on: datetime.date | None,
    made_on: datetime.date | None = None,
    mrp: Decimal | None = None,
) -> Batch:
    """Put right what was typed wrong when it came in. The cost stays: movements have been valued by it."""
    batch = shelf.lock([batch.pk])[batch.pk]
    batch.number, batch.expires_on, batch.made_on, batch.mrp = number.strip(), expires_on, made_on, mrp
    if Batch.objects.filter(item=batch.item_id, number__iexact=batch.number).exclude(pk=batch.pk).exists():
        raise Refusal(_("This item has another batch of that number."), field="number")
    if batch.item.tracks_expiry and not expires_on:
        raise Refusal(_("Enter the expiry date: batches of this item expire."), field="expires_on")
    if made_on and expires_on and made_on >= expires_on:
        raise Refusal(_("The batch expires before it was made."), field="made_on")
    if mrp is not None and mrp <= 0:
        raise Refusal(_("The MRP must be above zero."), field="mrp")
    if expires_on:
        _check_sales(batch, expires_on)
    versions.save(batch, fields=["number", "expires_on", "made_on", "mrp"], version=version)
    events.record(
        "stock.batch_changed", subject=batch.item, by=by, branch_id=branch.pk, batch_id=str(batch.pk)
    )
    return batch


def _check_sales(batch: Batch, expires_on: datetime.date) -> None:
    """A date before the last sale would say that something expired was sold."""
    gone = batch.movements.filter(kind__in=[Movement.Kind.SALE, Movement.Kind.CONSUMPTION])
    last = gone.select_related("branch").order_by("-created_at").first()
    if last and last.created_at.astimezone(last.branch.zone).date() >= expires_on:
        raise Refusal(
            _("Some of it was sold or used on %(day)s, after that date. Block the batch instead.")
            % {"day": date_format(timezone.localtime(last.created_at), "j M Y")},
            field="expires_on",
        )


def _write(by: User, branch: Branch, batch: Batch, verb: str, **values: object) -> Batch:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.version += 1
    batch.save(update_fields=[*values, "version", "updated_at"])
    events.record(
        verb, subject=batch.item, by=by, branch_id=branch.pk, batch_id=str(batch.pk), why=batch.blocked_for
    )
    return batch
