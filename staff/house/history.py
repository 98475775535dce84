"""What was changed about a branch or its rules, by whom: read from the audit."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from clinic.models import AuditRow
from staff.models import User

MOST = 10


@dataclass(frozen=True)
class Change:
    """One column of one save, as a person reads it."""

    at: datetime.datetime
    who: str
    label: str
    before: str
    after: str


def changes(kept: models.Model, fields: Sequence[str]) -> list[Change]:
    """The latest changes of these columns of a row, the newest first."""
    columns = {
        field.column: str(field.verbose_name) for field in kept._meta.concrete_fields if field.name in fields
    }
    rows = list(
        AuditRow.objects.filter(
            table_name=kept._meta.db_table, row_id=str(kept.pk), action=AuditRow.Action.UPDATE,
            changed__has_any_keys=list(columns),
        ).order_by("-id")[:MOST]
    )  # fmt: skip
    names = {
        person.pk: person.full_name for person in User.objects.filter(pk__in={row.by_id for row in rows})
    }
    return [
        Change(row.at, names.get(row.by_id, _("the system")), columns[column], _shown(before), _shown(after))
        for row in rows
        for column, (before, after) in row.changed.items()
        if column in columns
    ]


def _shown(value: Any) -> str:
    if value in (None, ""):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
