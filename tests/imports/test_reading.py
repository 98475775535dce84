"""Spreadsheets that mean harm: small ones that unpack to much, and XML that asks for files or grows."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from clinic.refusals import Refusal
from imports import reading
from imports.columns import as_text


def workbook(*cells: str) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, cell in enumerate(cells):
        sheet.write_string(0, number, cell)
    book.close()
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with one of its parts replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return file.getvalue()


def strings(doctype: str, text: str) -> bytes:
    names = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return (
        f'{head}{doctype}<sst xmlns="{names}" count="1" uniqueCount="1"><si><t>{text}</t></si></sst>'.encode()
    )


def read(content: bytes) -> str:
    """All that the file says; nothing where it is refused."""
    try:
        return " ".join(as_text(cell) for row in reading.table(content) for cell in row)
    except Refusal:
        return ""


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(reading, "UNPACKED", 2**20)
    monkeypatch.setattr(reading, "CalamineWorkbook", None)  # nobody gets as far as reading it
    bomb = with_part(workbook("Name"), "xl/media/image1.png", b"\0" * 2**21)
    assert len(bomb) < 20_000
    with pytest.raises(Refusal, match="too large to be a list"):
        reading.table(bomb)


def test_an_entity_brings_no_file_in(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("root-of-all")
    plain = with_part(workbook("Name"), "xl/sharedStrings.xml", strings("", "Name of ours"))
    assert read(plain) == "Name of ours", "the part is the one that is read"
    doctype = f'<!DOCTYPE x [<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    assert "root-of-all" not in read(
        with_part(workbook("Name"), "xl/sharedStrings.xml", strings(doctype, "a&file;b"))
    )


def test_an_entity_does_not_grow():
    grown = "".join(
        f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 8)
    )  # ten million times
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "lol">{grown}]>'
    told = read(with_part(workbook("Name"), "xl/sharedStrings.xml", strings(doctype, "a&e7;b")))
    assert len(told) < 1000
