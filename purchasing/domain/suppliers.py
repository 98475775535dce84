"""Whom we buy from."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.models import Branch
from clinic.refusals import Refusal
from inventory.models import Supplier
from staff.models import User

FIELDS = [
    "name", "contact", "phone", "email", "gstin", "state", "address", "city", "postal_code", "terms", "lead_days",
    "rating", "is_active",
]  # fmt: skip


@transaction.atomic
def add_supplier(*, by: User, branch: Branch, **values: Any) -> Supplier:
    """A new supplier of the branch's organisation; refuses a GSTIN that another active one has."""
    supplier = Supplier(organisation_id=branch.organisation_id, **values)
    _check(supplier)
    supplier.save()
    events.record("supplier.added", subject=supplier, by=by, branch_id=branch.pk)
    return supplier


@transaction.atomic
def change_supplier(*, by: User, supplier: Supplier, version: int, **values: Any) -> Supplier:
    """Everything that may be said of a supplier; switched off by `is_active=False`."""
    for name, value in values.items():
        setattr(supplier, name, value)
    _check(supplier)
    versions.save(
        supplier,
        fields=[name for name in FIELDS if name in {*values, "gstin", "state", "phone"}],
        version=version,
    )
    events.record("supplier.changed", subject=supplier, by=by)
    return supplier


def _check(supplier: Supplier) -> None:
    try:
        supplier.clean()
    except ValidationError as problem:
        field, sentences = next(iter(problem.message_dict.items()))
        raise Refusal(sentences[0], field=field) from None
    same = Supplier.objects.filter(organisation=supplier.organisation_id, is_active=True).exclude(
        pk=supplier.pk
    )
    if not supplier.is_active:
        return
    if supplier.gstin and (other := same.filter(gstin=supplier.gstin).first()):
        raise Refusal(_("%(name)s has this GSTIN already.") % {"name": other.name}, field="gstin")
    if same.filter(name__iexact=supplier.name).exists():
        raise Refusal(_("There is a supplier of this name already."), field="name")
