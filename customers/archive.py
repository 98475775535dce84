"""All data of one person as a ZIP: everything in `data.json`, the same as one CSV per kind, and the files."""

import csv
import io
import json
from pathlib import PurePosixPath
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from clinic import sealing, spreadsheets
from customers import erasing, registry
from customers.models import Customer
from customers.registry import Holding

#: Keys and bookkeeping say nothing about the person.
LEFT_OUT = {"version", "organisation"}


def write(customer_id: UUID, to: IO[bytes]) -> None:
    """Write the archive of a person, merged records included, to an open file."""
    ids = registry.people(customer_id)
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        everything = {}
        for holding in registry.holdings():
            rows = _rows(holding, ids)
            if not rows:
                continue
            if holding.model is Customer:
                _unseal(rows)
            name = str(holding.model._meta.db_table)
            everything[name] = rows
            archive.writestr(f"tables/{name}.csv", _table(rows))
            _add_files(archive, holding, ids)
        text = json.dumps(everything, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        archive.writestr("data.json", text)


def _rows(holding: Holding, ids: list[UUID]) -> list[dict[str, Any]]:
    """Rows with the names of what they point to instead of keys. Derived and secret columns stay inside."""
    fields = [
        field
        for field in holding.model._meta.local_concrete_fields
        if not getattr(field, "generated", False)
        and field.column not in holding.privacy.secret
        and field.name not in LEFT_OUT
    ]
    found = list(holding.rows(ids).order_by("pk").values(*(field.attname for field in fields)))
    names = {field.attname: _names(field, found) for field in fields if field.is_relation}
    for row in found:
        for name, known in names.items():
            row[name] = known.get(row[name], row[name])
    return found


def _unseal(rows: list[dict[str, Any]]) -> None:
    """The person's own national id: theirs to have, though nobody here sees it whole without leave."""
    sealed = dict(
        Customer.objects.filter(pk__in=[row["id"] for row in rows]).values_list("pk", "identity_sealed")
    )
    for row in rows:
        row["identity_number"] = sealing.unseal(sealed[row["id"]]) if sealed[row["id"]] else ""


def _names(field: Any, rows: list[dict[str, Any]]) -> dict[Any, str]:
    keys = {row[field.attname] for row in rows} - {None}
    related: type[models.Model] = field.related_model
    return {pk: str(each) for pk, each in related._base_manager.in_bulk(list(keys)).items()}


def _table(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0])
    writer.writerows([spreadsheets.harmless(value) for value in row.values()] for row in rows)
    return "\ufeff" + text.getvalue()


def _add_files(archive: ZipFile, holding: Holding, ids: list[UUID]) -> None:
    for name in erasing.file_names(holding, holding.rows(ids)):
        if default_storage.exists(name):
            with (
                default_storage.open(name) as file,
                archive.open(f"files/{PurePosixPath(name).name}", "w") as into,
            ):
                for chunk in file.chunks():
                    into.write(chunk)
