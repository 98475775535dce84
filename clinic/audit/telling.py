"""Rows of the audit in plain words: a sentence for each, and its columns before and after.

"Asha Rao changed the price of Hydra facial from ₹2,500.00 to ₹2,800.00." Names and verbose names come from the models as they
are now. A sentence never holds a personal value; the columns do, for whoever may read them (`clinic.audit.names`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.audit import values
from clinic.audit.names import is_its_own, names_of, naming, readable
from clinic.models import AuditPersonalValue, AuditRow

Action = AuditRow.Action
NAMED = 2  # columns that a sentence names; of more it tells how many
LONGEST = 60  # characters of a value within a sentence


@dataclass(frozen=True)
class Field:
    """One column. `is_kept_back`: it is personal, and the reader may not see it."""

    name: str
    before: str
    after: str
    is_kept_back: bool = False


@dataclass(frozen=True)
class Told:
    """A row with what is said of it. `what` is the record with its kind, as far as it has a name."""

    row: AuditRow
    who: str
    sentence: str
    what: str
    branch: str = ""


def tell(rows: Sequence[AuditRow], *, user: Any, branches: Mapping[Any, str] | None = None) -> list[Told]:
    """In the order given; names of all rows are looked up together. `branches`: the names of those that are told of."""
    wanted: dict[Any, set[str]] = defaultdict(set)
    wanted[get_user_model()] = {str(row.by_id) for row in rows if row.by_id}
    for row in rows:
        model = values.models_by_table().get(row.table_name)
        if model and row.row_id:
            wanted[model].add(row.row_id)
        for field in _told_shortly(row):
            if field.is_relation:
                wanted[field.related_model] |= {str(key) for key in row.changed[field.column] if key}
    names = names_of(user, wanted)
    return [_told(row, names, (branches or {}).get(row.branch_id, "")) for row in rows]


def _told(row: AuditRow, names: values.Names, branch: str) -> Told:
    who, what = _who(row, names), _what(row, names)
    return Told(row, who, _sentence(row, who, what, names), what, branch)


def _who(row: AuditRow, names: values.Names) -> str:
    if row.by_id:
        return names.get((get_user_model(), str(row.by_id))) or _("Somebody")
    if row.action == Action.FAILED:
        return _("Somebody")
    if row.path.startswith("task "):
        return _("A job")
    return _("The system")


def _what(row: AuditRow, names: values.Names) -> str:
    """“Hydra facial”, “invoice LCB/26-27/0004”, “weekly hours of Dr. Vivek Kapoor”, or “consultation note 3f2a1b”."""
    model, kind = values.models_by_table().get(row.table_name), values.kind_of(row.table_name)
    name = names.get((model, row.row_id)) or _name_then(row, model)
    if not name:
        return f"{kind} {row.row_id[-6:]}" if row.row_id else kind
    if is_its_own(model):
        return name
    own = model is not None and _naming_column(model) is not None
    told = {"kind": kind, "name": name}
    return _("%(kind)s %(name)s") % told if own else _("%(kind)s of %(name)s") % told


def _naming_column(model: Any) -> str | None:
    path = naming(model)
    return None if not path or "__" in path else str(model._meta.get_field(path).column)


def _name_then(row: AuditRow, model: Any) -> str:
    """The name that the row itself has kept, of a record that is gone; a personal one is only a hash there."""
    column = _naming_column(model) if model else None
    if column is None or not row.is_change or column not in row.changed:
        return ""
    before, after = row.changed[column]
    name = after or before or ""
    return "" if values.is_hash(name) or name == "secret" else str(name)


def _told_shortly(row: AuditRow) -> list[Any]:
    """The columns of an update that a sentence may name."""
    model = values.models_by_table().get(row.table_name)
    if row.action != Action.UPDATE or model is None:
        return []
    return values.told_fields(model, row.changed)[:NAMED]


def _sentence(row: AuditRow, who: str, what: str, names: values.Names) -> str:
    if row.action == Action.UPDATE:
        return _change(row, who, what, names)
    page = str(row.changed.get("view", "")).replace("-", " ").replace(":", " ")
    told = {"who": who, "what": what, "kind": values.kind_of(row.table_name), "page": page}
    match row.action:
        case Action.INSERT | Action.DELETE:
            named = what if what.startswith(told["kind"]) else f"{told['kind']} {what}"
            told["named"] = named
            return (
                _("%(who)s created %(named)s")
                if row.action == Action.INSERT
                else _("%(who)s deleted %(named)s")
            ) % told
        case Action.SIGN_IN:
            return _("%(who)s signed in") % told
        case Action.SIGN_OUT:
            return _("%(who)s signed out") % told
        case Action.FAILED:
            if row.row_id:
                return _("Somebody failed to sign in as %(what)s") % told
            return _("Somebody failed to sign in under a name that nobody has")
        case Action.READ:
            return _("%(who)s looked at %(what)s (%(page)s)") % told
        case Action.PRINT:
            return _("%(who)s printed %(what)s (%(page)s)") % told
        case Action.EXPORT:
            return _exported(row, told)
        case Action.DENIED:
            return _("%(who)s was refused the page “%(page)s”") % told
    return _("Months of the audit before %(before)s were dropped") % {"before": row.changed.get("before", "")}


def _exported(row: AuditRow, told: dict[str, str]) -> str:
    count = row.changed.get("rows")
    if isinstance(count, int):
        sentence = ngettext(
            "%(who)s took out %(count)s row as a file (%(page)s)",
            "%(who)s took out %(count)s rows as a file (%(page)s)",
            count,
        )
        return sentence % (told | {"count": count})
    return _("%(who)s took out %(what)s as a file (%(page)s)") % told


def _change(row: AuditRow, who: str, what: str, names: values.Names) -> str:
    model = values.models_by_table().get(row.table_name)
    fields = values.told_fields(model, row.changed) if model else []
    told = {"who": who, "what": what}
    if len(fields) == 1:
        return _one_change(row, fields[0], told, names)
    if not fields:
        return _("%(who)s saved %(what)s") % told
    told["fields"] = _(" and ").join(values.called(field) for field in fields[:NAMED])
    if len(fields) == NAMED:
        return _("%(who)s changed %(fields)s of %(what)s") % told
    told["fields"] = ", ".join(values.called(field) for field in fields[:NAMED])
    return _("%(who)s changed %(fields)s and %(count)s more of %(what)s") % (
        told | {"count": str(len(fields) - NAMED)}
    )


def _one_change(row: AuditRow, field: Any, told: dict[str, str], names: values.Names) -> str:
    told = told | {"field": values.called(field)}
    if any(values.is_hash(value) or value == "secret" for value in row.changed[field.column]):
        return _("%(who)s changed the %(field)s of %(what)s") % told
    if isinstance(field, models.BooleanField) and row.changed[field.column] in ([True, False], [False, True]):
        on, off = (
            _("%(who)s switched “%(field)s” of %(what)s on"),
            _("%(who)s switched “%(field)s” of %(what)s off"),
        )
        return (on if row.changed[field.column][1] else off) % told
    before, after = (_short(values.shown(field, value, names)) for value in row.changed[field.column])
    told |= {"before": before, "after": after}
    if not before:
        return _("%(who)s set the %(field)s of %(what)s to %(after)s") % told
    if not after:
        return _("%(who)s emptied the %(field)s of %(what)s, which was %(before)s") % told
    return _("%(who)s changed the %(field)s of %(what)s from %(before)s to %(after)s") % told


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def columns(rows: Iterable[AuditRow], *, user: Any, personal: bool | None = None) -> dict[int, list[Field]]:
    """By id of the row: its columns before and after. Personal values are those that `user` may read; all of them where
    that has been asked already (True), or none (False)."""
    rows = [row for row in rows if row.is_change]
    told = {row.pk: _columns_of(row) for row in rows}
    wanted: dict[Any, set[str]] = defaultdict(set)
    for row in rows:
        for field in told[row.pk]:
            if field.is_relation:
                wanted[field.related_model] |= {str(key) for key in row.changed[field.column] if key}
    names = names_of(user, wanted)
    everyone = {(row.table_name, row.row_id) for row in rows}
    open_to = _open_to(everyone, user) if personal is None else everyone if personal else set()
    kept = _personal(row.pk for row in rows if (row.table_name, row.row_id) in open_to)
    return {
        row.pk: _fields(
            row, told[row.pk], kept.get(row.pk, {}), names,
            keeps_back=(row.table_name, row.row_id) not in open_to,
        )
        for row in rows
    }  # fmt: skip


def _columns_of(row: AuditRow) -> list[Any]:
    model = values.models_by_table().get(row.table_name)
    return values.told_fields(model, row.changed) if model else []


def _open_to(records: set[tuple[str, str]], user: Any) -> set[tuple[str, str]]:
    """Of these records, as table and key, those whose personal values the reader may see."""
    keys: dict[str, set[str]] = defaultdict(set)
    for table, key in records:
        keys[table].add(key)
    found = set()
    for table, wanted in keys.items():
        model = values.models_by_table().get(table)
        if model is not None and getattr(model, "privacy", None):
            found |= {(table, key) for key in readable(user, model, wanted)}
    return found


def _personal(ids: Iterable[int]) -> dict[int, dict[str, list[str | None]]]:
    found: dict[int, dict[str, list[str | None]]] = defaultdict(dict)
    for value in AuditPersonalValue.objects.filter(audit_id__in=list(ids)):
        found[value.audit_id][value.column_name] = value.before_and_after
    return found


def _fields(
    row: AuditRow, fields: list[Any], kept: dict[str, list[str | None]], names: values.Names, *, keeps_back: bool
) -> list[Field]:  # fmt: skip
    told = []
    for field in fields:
        before, after = kept.get(field.column) or row.changed[field.column]
        if row.action == Action.INSERT and values.says_nothing(field, after):
            continue
        if keeps_back and (values.is_hash(before) or values.is_hash(after)):
            told.append(Field(values.headed(field), "", "", is_kept_back=True))
            continue
        one = Field(
            values.headed(field), values.shown(field, before, names), values.shown(field, after, names)
        )
        if one.before != one.after or values.is_hash(before):
            told.append(one)
    return told
