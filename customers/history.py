"""Who changed what of a person's data, read from the audit. Values that erasure has removed say so."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import registries
from clinic.models import AuditPersonalValue, AuditRow
from staff.models import User

PAGE = 30
#: Bookkeeping, keys and what is derived: no decision of a person.
UNTOLD = {
    "id", "version", "created_at", "updated_at", "organisation_id", "identity_index", "identity_sealed", "sha256",
    "file", "thumbnail", "buyer", "supplier", "series_year_id", "registration_id", "financial_year",
}  # fmt: skip
HASHED = "sha256:"


@dataclass(frozen=True)
class Field:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    at: datetime.datetime
    who: str
    what: str
    action: str
    fields: list[Field]


@dataclass(frozen=True)
class Page:
    changes: list[Change]
    before: str


def read(*, user: User, customer_id: UUID, below: int | None = None) -> Page:
    """The latest changes of this person's rows that `user` may read, below an id of the audit."""
    rows = AuditRow.objects.filter(_rows_of(user, customer_id))
    if below:
        rows = rows.filter(pk__lt=below)
    found = list(rows.order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    told = _told(shown)
    return Page(told, str(shown[-1].pk) if len(found) > PAGE else "")


def _rows_of(user: User, customer_id: UUID) -> models.Q:
    """Rows of the models that are told of: the customer's own, and those that lead to them and are seen here."""
    wanted = models.Q(table_name="customers_customer", row_id=str(customer_id))
    for label in registries.history_for(user):
        model: Any = apps.get_model(label)
        rows = model._default_manager.filter(**{model.privacy.path: customer_id})
        rows = rows & rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        keys = [str(pk) for pk in rows.order_by().values_list("pk", flat=True)[:2000]]
        if keys:
            wanted |= models.Q(table_name=model._meta.db_table, row_id__in=keys)
    return wanted


def _told(rows: list[AuditRow]) -> list[Change]:
    personal: dict[int, dict[str, list[str | None]]] = defaultdict(dict)
    for value in AuditPersonalValue.objects.filter(audit_id__in=[row.pk for row in rows]):
        personal[value.audit_id][value.column_name] = value.before_and_after
    by_table = {model._meta.db_table: model for model in apps.get_models()}
    fields = {row.pk: _fields(row, by_table[row.table_name]) for row in rows}
    names = _names(rows, fields)
    return [_change(row, by_table[row.table_name], fields[row.pk], personal[row.pk], names) for row in rows]


def _fields(row: AuditRow, model: Any) -> list[Any]:
    """The changed columns that are told of; one that the model has given up since is left out."""
    known = {field.column: field for field in model._meta.local_concrete_fields}
    return [known[column] for column in sorted(row.changed) if column in known and column not in UNTOLD]


def _names(rows: list[AuditRow], fields: dict[int, list[Any]]) -> dict[tuple[Any, str], str]:
    """What the rows point to, and who wrote them, by model and key: one query for each model."""
    wanted: dict[Any, set[str]] = defaultdict(set)
    wanted[User] = {str(row.by_id) for row in rows if row.by_id}
    for row in rows:
        for field in fields[row.pk]:
            if field.is_relation:
                wanted[field.related_model] |= {str(key) for key in row.changed[field.column] if key}
    return {
        (model, str(pk)): str(each)
        for model, keys in wanted.items()
        for pk, each in model._base_manager.in_bulk(list(keys)).items()
    }


def _change(
    row: AuditRow, model: Any, fields: list[Any], personal: dict[str, Any], names: dict[tuple[Any, str], str]
) -> Change:
    told = []
    for field in fields:
        before, after = personal.get(field.column) or row.changed[field.column]
        if row.action == "I" and _says_nothing(field, after):
            continue
        one = Field(_label(field), _shown(field, before, names), _shown(field, after, names))
        if one.before != one.after:
            told.append(one)
    who = names.get((User, str(row.by_id))) or _("the system")
    return Change(row.at, who, str(model._meta.verbose_name), row.get_action_display(), told)


def _says_nothing(field: Any, value: Any) -> bool:
    """On a new row, what stands in the column anyway."""
    if isinstance(field, models.DecimalField):
        return not value or Decimal(str(value)) == (field.get_default() or 0)
    return value in (None, "", "false", False) or value == field.get_default()


def _label(field: models.Field) -> str:
    name = str(field.verbose_name) or field.name.replace("_", " ")
    return name[:1].upper() + name[1:]


def _shown(field: models.Field, value: Any, names: dict[tuple[Any, str], str]) -> str:
    """A value as people read it."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, str) and value.startswith(HASHED):
        return _("erased")
    if value == "secret":
        return _("hidden")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return _("yes") if value in (True, "true") else _("no")
    if field.is_relation:
        return names.get((field.related_model, str(value)), str(value))
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(timezone.localtime(moment), "j M Y H:i")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return date_format(day, "j M Y")
    if isinstance(field, models.DecimalField):
        return f"{Decimal(str(value)):.{field.decimal_places}f}"
    return str(value)
