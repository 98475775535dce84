"""A list as the file that was asked for."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from clinic.spreadsheets import csv_file, xlsx_file


def as_file(request: HttpRequest, name: str, head: list[Any], rows: Iterable[list[Any]]) -> HttpResponse:
    """CSV, or XLSX with `?as=xlsx`."""
    write = xlsx_file if request.GET.get("as") == "xlsx" else csv_file
    return write(name, head, rows)
