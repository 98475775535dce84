"""Names of records for the sentences of the audit: in one query, and only of what the reader may see."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast

from clinic import registries
from clinic.audit.values import models_by_table

OWN = (
    "full_name", "name", "trade_name", "title", "plan_name", "number", "reference", "code", "username", "text",
    "description", "gstin",
)  # fmt: skip
#: Where a record has no name of its own, it is called by what it belongs to.
LEADING = (
    "resource", "user", "person", "role", "practitioner", "treatment", "item", "plan", "batch", "invoice", "appointment",
    "enrolment", "session", "series", "category", "count", "transfer", "order", "receipt", "branch",
)  # fmt: skip
NAMES_A_THING = ("full_name", "name", "trade_name", "title", "plan_name")  # said without its kind
MOST = 900  # keys of one model that are looked up


@cache
def naming(model: Any) -> str:
    """The path to the text that names a row; "" where there is none. A customer never names something else's row."""
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    if len(model._meta.pk_fields) > 1:
        return ""
    for name in OWN:
        if isinstance(fields.get(name), models.CharField | models.TextField):
            return name
    for name in LEADING:
        if name == "branch" and not getattr(fields.get(name), "unique", False):
            continue  # one of many of a branch isn't named by it
        if name in fields and fields[name].is_relation and (path := naming(fields[name].related_model)):
            return f"{name}__{path}"
    return ""


def is_its_own(model: Any) -> bool:
    """Whether the name says what the row is without its kind."""
    return naming(model) in NAMES_A_THING


def names_of(user: Any, wanted: Mapping[Any, Iterable[str]]) -> dict[tuple[Any, str], str]:
    """By model and key. What another branch keeps, or whose personal data the reader may not see, goes without a name."""
    parts = [rows for model, keys in wanted.items() if (rows := _rows(user, model, set(keys))) is not None]
    if not parts:
        return {}
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    by_table = models_by_table()
    return {(by_table[table], key): name for table, key, name in found if name}


def _rows(user: Any, model: Any, keys: set[str]) -> Any:
    keys = {key for key in keys if key and _fits(model, key)}
    path = naming(model)
    if not keys or not path:
        return None
    rows = model._default_manager.all()
    if model is not get_user_model():  # who did something is named wherever they work
        rows = seen(user, model, rows)
    if rows is None:
        return None
    text = models.TextField()
    return (
        rows.filter(pk__in=list(keys)[:MOST])
        .annotate(
            its_table=models.Value(model._meta.db_table, output_field=text),
            its_key=Cast("pk", text),
            its_name=Cast(models.F(path), text),
        )
        .order_by()
        .values_list("its_table", "its_key", "its_name")
    )


def seen(user: Any, model: Any, rows: Any) -> Any:
    """The rows that the reader may see by name; None where they may see none of this model."""
    privacy = getattr(model, "privacy", None)
    if privacy and naming(model) in privacy.columns and not may_read(user, model):
        return None
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def may_read(user: Any, model: Any) -> bool:
    """Whether personal values of this model's rows may be shown to the reader, where they see the row itself.

    An app says which permission it takes (`registries.add_history`, `add_reader`); without a word, nobody reads them here.
    """
    permission = registries.reader_of(model._meta.label)
    return permission is not None and user.may(permission)


def readable(user: Any, model: Any, keys: Iterable[str]) -> set[str]:
    """Of these rows, those whose personal values the reader may see: they hold the right, and the row is seen here."""
    keys = {key for key in keys if _fits(model, key)}
    if not keys or not may_read(user, model):
        return set()
    rows = model._default_manager.filter(pk__in=keys)
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(user)
    elif model.privacy.path:
        rows = rows.filter(**{f"{model.privacy.path}__in": _people(user, model)})
    else:
        return set()
    return {str(pk) for pk in rows.order_by().values_list("pk", flat=True)}


def _people(user: Any, model: Any) -> Any:
    target = model
    for step in model.privacy.path.split("__"):
        target = target._meta.get_field(step).related_model
    return target._default_manager.visible_to(user)


def _fits(model: Any, key: str) -> bool:
    """Whether a text can be a key of this model: the audit keeps all of them as text."""
    try:
        model._meta.pk.to_python(key)
    except (ValidationError, ValueError, TypeError):
        return False
    return True
