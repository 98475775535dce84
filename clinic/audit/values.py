"""Columns and values of the audit as people read them: verbose names, money, dates, choices, names in place of keys."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import money
from clinic.database import UNAUDITED

#: Bookkeeping, keys and what is derived: no decision of a person.
UNTOLD = {
    "id", "version", "created_at", "updated_at", "organisation_id", "identity_index", "identity_sealed", "sha256",
    "file", "thumbnail", "buyer", "supplier", "series_year_id", "registration_id", "financial_year",
}  # fmt: skip
HASHED = "sha256:"
MONEY_DIGITS = 12
MONEY_PLACES = (2, 4)  # a cost per unit has four
NOT_MONEY = {"discount_value"}  # rupees or percent, as the column beside it says
Names = Mapping[tuple[Any, str], str]  # by model and key


@cache
def models_by_table() -> dict[str, Any]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def kind_of(table: str) -> str:
    """What a row of this table is, in plain words."""
    model = models_by_table().get(table)
    return str(model._meta.verbose_name) if model else table.replace("_", " ")


def kinds() -> list[tuple[str, str]]:
    """Tables whose rows are told of, by what a row of them is called."""
    kept = [table for table in models_by_table() if table not in UNAUDITED]
    return sorted(((table, kind_of(table)) for table in kept), key=lambda kind: kind[1].casefold())


def fields_of(model: Any) -> dict[str, Any]:
    """By column."""
    return {str(field.column): field for field in model._meta.local_concrete_fields}


def told_fields(model: Any, columns: Mapping[str, Any]) -> list[Any]:
    """The changed columns that are told of; one that the model has given up since is left out."""
    known = fields_of(model) if model else {}
    return [known[column] for column in sorted(columns) if column in known and column not in UNTOLD]


def label(field: Any) -> str:
    return str(field.verbose_name) or field.name.replace("_", " ")


def called(field: Any) -> str:
    """The same within a sentence, without the unit: “price”, not “price, ₹”."""
    return label(field).partition(", ")[0]


def headed(field: Any) -> str:
    """The same at the beginning of a line."""
    name = label(field)
    return name[:1].upper() + name[1:]


def is_money(field: Any) -> bool:
    return (
        isinstance(field, models.DecimalField)
        and field.max_digits == MONEY_DIGITS
        and field.decimal_places in MONEY_PLACES
        and field.name not in NOT_MONEY
    )


def says_nothing(field: Any, value: Any) -> bool:
    """On a new row, what stands in the column anyway."""
    if isinstance(field, models.DecimalField):
        return not value or Decimal(str(value)) == (field.get_default() or 0)
    return value in (None, "", "false", False) or value == field.get_default()


def is_hash(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(HASHED)


def shown(field: Any, value: Any, names: Names) -> str:
    """A value as people read it; "" where there is none."""
    if value in (None, "", [], {}):
        return ""
    if is_hash(value):
        return _("erased")
    if value == "secret":
        return _("hidden")
    try:
        return _plain(field, value, names)
    except (ValueError, TypeError, InvalidOperation):  # written under a type that the column no longer has
        return str(value)


def _plain(field: Any, value: Any, names: Names) -> str:
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
    if isinstance(field, models.TimeField) and (time := parse_time(str(value))):
        return f"{time:%H:%M}"
    if is_money(field):
        return money.rupees(Decimal(str(value)))
    if isinstance(field, models.DecimalField):
        return f"{Decimal(str(value)):.{field.decimal_places}f}"
    return str(value)
