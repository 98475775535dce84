"""What erasing a person does to each class of their data: read from the retention document, written by the verb."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Max
from django.utils import timezone

from clinic import retention
from clinic.retention import Rule
from customers import registry
from customers.registry import Holding


@dataclass(frozen=True)
class Part:
    """The rows of one model, what happens to them and until when they are kept, if they are."""

    holding: Holding
    rule: Rule
    count: int
    until: datetime.date | None

    @property
    def title(self) -> str:
        return str(self.holding.model._meta.verbose_name_plural)


def parts(customers: Iterable[UUID]) -> list[Part]:
    """What there is of a person, by model; models without a row are left out."""
    rules, ids, found = retention.rules(), list(customers), []
    for holding in registry.holdings():
        rule = rules[holding.privacy.retention]
        rows = holding.rows(ids).order_by()
        count = rows.count()
        if count:
            found.append(Part(holding, rule, count, _until(rows, rule)))
    return found


def _until(rows: models.QuerySet, rule: Rule) -> datetime.date | None:
    if rule.on_erasure != retention.KEEP:
        return None
    latest = rows.aggregate(latest=Max("created_at"))["latest"]
    return rule.kept_until(timezone.localdate(latest))


def blank(field: Any) -> Any:
    """What an emptied column says."""
    if field.null:
        return None
    if isinstance(field, models.JSONField):
        return field.get_default() or {}
    if isinstance(field, models.BinaryField):
        return b""
    return (
        ""
        if isinstance(field, models.CharField | models.TextField | models.FileField)
        else field.get_default()
    )


def mask(holding: Holding, rows: models.QuerySet, **beside: Any) -> list[str]:
    """Empty the personal columns of these rows and write `beside`; the names of the files they had."""
    names = file_names(holding, rows)
    columns = {field.column: field for field in holding.model._meta.local_concrete_fields}
    wanted = [columns[name] for name in (*holding.privacy.columns, *holding.privacy.secret)]
    values = {field.name: blank(field) for field in [*wanted, *holding.files]}
    if values | beside:
        rows.update(**values | beside)
    return names


def file_names(holding: Holding, rows: models.QuerySet) -> list[str]:
    return [
        name
        for field in holding.files
        for name in rows.exclude(**{field.name: ""}).values_list(field.name, flat=True)
        if name
    ]


def forget(model: Any, keys: Iterable[Any], columns: list[str] | None = None) -> None:
    """Remove the personal values that the audit keeps of these rows; while handling "erase" only."""
    for some in _batches([str(key) for key in keys], 5000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT clinic_audit_forget(%s, %s, %s)", [model._meta.db_table, some, columns])


def _batches(keys: list[str], size: int) -> Iterator[list[str]]:
    for begin in range(0, len(keys), size):
        yield keys[begin : begin + size]
