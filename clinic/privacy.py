"""What a table says about the personal data it holds, and when rows that are kept as written may let go of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True)
class Privacy:
    """`path` leads to the customer ("" on the customer itself, None where the person is not a customer).

    `columns` are database columns whose values the audit keeps apart, so that erasure can remove them.
    `retention` names a class in `clinic/data/retention.json`.
    `secret` columns (passwords, tokens) are never copied anywhere.
    """

    path: str | None
    retention: str
    columns: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


@contextmanager
def handling(purpose: str) -> Iterator[None]:
    """Tell the database's guards why rows change: "merge" moves them to another record, "erase" empties them.

    Holds until the end of the block; a transaction that is rolled back takes it along.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.handling', %s, true)", [purpose])
        yield
        cursor.execute("SELECT set_config('clinic.handling', '', true)")
