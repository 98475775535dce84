"""Who changed what of a person's data, read from the audit. Values that erasure has removed say so."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
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
    people = _names({row.by_id for row in rows if row.by_id})
    by_table = {model._meta.db_table: model for model in apps.get_models()}
    return [_change(row, by_table[row.table_name], personal[row.pk], people) for row in rows]


def _names(ids: Iterable[UUID]) -> dict[UUID, str]:
    return {person.pk: str(person) for person in User.objects.filter(pk__in=set(ids))}


def _change(row: AuditRow, model: Any, personal: dict[str, Any], people: dict[UUID, str]) -> Change:
    fields = []
    for column, (before, after) in sorted(row.changed.items()):
        field = next((each for each in model._meta.local_concrete_fields if each.column == column), None)
        if field is None or column in UNTOLD:
            continue
        if column in personal:
            before, after = personal[column]
        told = Field(_label(field), _shown(field, before), _shown(field, after))
        if told.before != told.after:
            fields.append(told)
    who = people.get(row.by_id, "") if row.by_id else ""
    return Change(
        row.at, who or _("the system"), str(model._meta.verbose_name), row.get_action_display(), fields
    )


def _label(field: models.Field) -> str:
    name = str(field.verbose_name) or field.name.replace("_", " ")
    return name[:1].upper() + name[1:]


def _shown(field: models.Field, value: Any) -> str:
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
        return _named(field, value)
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(timezone.localtime(moment), "j M Y H:i")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return date_format(day, "j M Y")
    if isinstance(field, models.DecimalField):
        return f"{Decimal(str(value)):.{field.decimal_places}f}"
    return str(value)


def _named(field: models.Field, key: Any) -> str:
    row = field.related_model._base_manager.filter(pk=key).first()  # type: ignore[union-attr]
    return str(row) if row else str(key)
