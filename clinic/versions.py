"""Saving an edit only if nobody else has saved since the form was opened."""

from typing import TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import Editable
from clinic.refusals import Stale

Kept = TypeVar("Kept", bound=Editable)


def save(row: Kept, *, fields: list[str], version: int) -> Kept:
    """Write `fields` of `row` if its version is still `version`, and count it up; else refuse as stale."""
    values = {name: getattr(row, name) for name in fields}
    done = (
        type(row)
        ._base_manager.filter(pk=row.pk, version=version)
        .update(**values, version=models.F("version") + 1, updated_at=timezone.now())
    )
    if not done:
        raise Stale(
            _(
                "Somebody else changed this record while you had it open. What you typed is below; compare and save again."
            )
        )
    row.version = version + 1
    return row
