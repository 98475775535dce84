"""Goods that a customer brings back: on the shelf again, or written off as they come."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.models import Branch
from clinic.refusals import Refusal
from inventory import shelf
from inventory.models import Batch, Movement
from staff.models import User


@dataclass(frozen=True)
class Returned:
    """So much of a batch that came back. `field` names what a refusal is about."""

    batch: Batch
    quantity: Decimal
    write_off: bool = False
    field: str | None = None


@transaction.atomic
def bring_back(
    *,
    by: User,
    branch: Branch,
    goods: Sequence[Returned],
    cause_kind: str,
    cause_id: UUID,
    note: str = "",
) -> list[Movement]:
    """Take goods back into the batches they left from. What is written off comes in and leaves again, so that its way
    can be followed; what has expired or is blocked can only be written off."""
    today = timezone.localdate(timezone=branch.zone)
    batches = shelf.lock(part.batch.pk for part in goods)
    for part in goods:
        _check(batches[part.batch.pk], part, today)
    made = []
    for part in goods:
        steps = [(Movement.Kind.RETURN_IN, part.quantity)]
        if part.write_off:
            steps.append((Movement.Kind.WRITE_OFF, -part.quantity))
        for kind, quantity in steps:
            made.append(
                shelf.move(
                    by, branch, batches[part.batch.pk], kind, quantity,
                    note=note[:200], cause_kind=cause_kind, cause_id=cause_id,
                )
            )  # fmt: skip
    return made


def _check(batch: Batch, part: Returned, today: datetime.date) -> None:
    if part.quantity <= 0:
        raise Refusal(_("The quantity must be above zero."), field=part.field)
    shelf.check_whole(batch.item, part.quantity, part.field)
    if part.write_off:
        return
    names = {"item": batch.item.name, "batch": batch.number}
    if batch.expires_on and batch.has_expired(today):
        sentence = _("Batch %(batch)s of %(item)s expired on %(day)s. Write it off instead.")
        day = {"day": date_format(batch.expires_on, "j M Y")}
        raise Refusal(sentence % (names | day), field=part.field)
    if not batch.is_active:
        sentence = _("Batch %(batch)s of %(item)s is blocked. Write it off instead.")
        raise Refusal(sentence % names, field=part.field)
