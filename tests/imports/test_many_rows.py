"""A long list: `IMPORT_ROWS=50000 python -m pytest tests/imports/test_many_rows.py -s --durations=1` for the longest one."""

import os
import time

from customers.models import Customer
from imports.models import Import
from tests.imports.test_import import run, sent, xlsx_of  # noqa: F401 - the fixture

ROWS = int(os.environ.get("IMPORT_ROWS", "1500"))


def test_a_long_list_is_checked_and_written(world, sent, django_assert_max_num_queries):  # noqa: F811
    rows = [[f"Person {number}", 9_000_000_000 + number, "Female", "", ""] for number in range(ROWS)]
    content = xlsx_of(*rows, [f"Person {ROWS}", "12", "Female", "", ""])
    wrong = sent(content, name="list.xlsx")
    assert (wrong.rows, wrong.wrong, [row[0] for row in wrong.findings]) == (ROWS + 1, 1, [ROWS + 2])
    began = time.monotonic()
    imported = sent(xlsx_of(*rows), name="list.xlsx")
    checked = time.monotonic()
    with django_assert_max_num_queries(60 + 12 * (ROWS // 1000 + 1)):
        imported = run(world, imported)
    print(f"\n{ROWS} rows: checked in {checked - began:.1f} s, written in {time.monotonic() - checked:.1f} s")
    assert (imported.state, imported.written) == (Import.State.DONE, ROWS)
    assert Customer.objects.filter(full_name__startswith="Person ").count() == ROWS
