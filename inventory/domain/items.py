"""The item master: what is kept, and what is kept no longer."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory.models import Balance, Item
from staff.models import User


@transaction.atomic
def add_item(*, by: User, branch: Branch, **values: Any) -> Item:
    """Put an item on the list of the organisation. `values` are columns of Item."""
    item = Item(organisation=branch.organisation, **values)
    _check_codes(item)
    item.save()
    events.record("item.added", subject=item, by=by, branch_id=branch.pk)
    return item


@transaction.atomic
def change_item(*, by: User, branch: Branch, item: Item, version: int, **values: Any) -> Item:
    """Change columns of an item, unless somebody else has changed it since `version` was read."""
    lock_row(Item, item.pk)
    for name, value in values.items():
        setattr(item, name, value)
    _check_codes(item)
    if not item.is_divisible and _has_parts(item):
        raise Refusal(
            _("Parts of a unit are in stock. Adjust them to whole units first."), field="is_divisible"
        )
    versions.save(item, fields=list(values), version=version)
    events.record("item.changed", subject=item, by=by, branch_id=branch.pk)
    return item


@transaction.atomic
def deactivate_item(*, by: User, branch: Branch, item: Item) -> Item:
    """No longer kept: not offered, not received. Refused while some of it lies anywhere."""
    lock_row(Item, item.pk)
    stocked = Balance.objects.filter(batch__item=item, quantity__gt=0).select_related("branch").first()
    if stocked:
        raise Refusal(
            _("%(item)s is still in stock at %(branch)s. Use it up, write it off or send it back first.")
            % {"item": item.name, "branch": stocked.branch}
        )
    return _switch(by, branch, item, active=False)


@transaction.atomic
def reactivate_item(*, by: User, branch: Branch, item: Item) -> Item:
    """Kept again."""
    lock_row(Item, item.pk)
    return _switch(by, branch, item, active=True)


def _switch(by: User, branch: Branch, item: Item, *, active: bool) -> Item:
    item.refresh_from_db()
    if item.is_active != active:
        item.is_active = active
        versions.save(item, fields=["is_active"], version=item.version)
        verb = "item.reactivated" if active else "item.deactivated"
        events.record(verb, subject=item, by=by, branch_id=branch.pk)
    return item


def _check_codes(item: Item) -> None:
    """A scan must find one item: SKU and barcode are given once in the organisation."""
    others = Item.objects.filter(organisation_id=item.organisation_id).exclude(pk=item.pk)
    for name in ("sku", "barcode"):
        typed = getattr(item, name)
        taken = others.filter(**{f"{name}__iexact": typed}).first() if typed else None
        if taken:
            raise Refusal(_("%(item)s has this code already.") % {"item": taken.name}, field=name)


def _has_parts(item: Item) -> bool:
    quantities = Balance.objects.filter(batch__item=item).values_list("quantity", flat=True)
    return any(quantity % 1 for quantity in quantities)
