"""Taking a batch out of use and letting it back in."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory import shelf
from inventory.models import Batch
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


def _write(by: User, branch: Branch, batch: Batch, verb: str, **values: object) -> Batch:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.version += 1
    batch.save(update_fields=[*values, "version", "updated_at"])
    events.record(
        verb, subject=batch.item, by=by, branch_id=branch.pk, batch_id=str(batch.pk), why=batch.blocked_for
    )
    return batch
