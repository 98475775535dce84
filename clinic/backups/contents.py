"""What a database holds, in a form that can be compared: each table's rows counted and hashed, sequences, versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

#: How values are written as text, whatever the server's own settings are.
PLAIN = {
    "TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "xmloption": "content", "lc_monetary": "C",
}  # fmt: skip
TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"
)
#: The order of rows doesn't matter, and no row can hide another: both halves of each row's hash are summed.
HASHED = """
SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint), 0) || ':' ||
                 coalesce(sum(('x' || substr(h, 17, 16))::bit(64)::bigint), 0)
FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS h FROM {} t) rows
"""


@dataclass(frozen=True)
class Contents:
    """`tables` maps a name to its rows and their hash, `heads` are the last migration of each app."""

    postgres: int
    heads: list[str]
    tables: dict[str, tuple[int, str]]
    sequences: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(count for count, _digest in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "postgres": self.postgres, "heads": self.heads, "sequences": self.sequences,
            "tables": {name: list(found) for name, found in self.tables.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Contents":
        tables = {str(name): (int(rows), str(digest)) for name, (rows, digest) in values["tables"].items()}
        sequences = {str(name): int(last) for name, last in values["sequences"].items()}
        return cls(int(values["postgres"]), [str(head) for head in values["heads"]], tables, sequences)


@contextmanager
def snapshot(url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """One moment of the database, by its name for pg_dump."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, str(found[0]) if found else ""


def read(connection: psycopg.Connection) -> Contents:
    for name, value in PLAIN.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    names = [name for (name,) in connection.execute(TABLES)]
    return Contents(
        postgres=connection.info.server_version // 10000,
        heads=_heads(connection) if "django_migrations" in names else [],
        tables={name: _hashed(connection, name) for name in names},
        sequences=dict(
            connection.execute(
                "SELECT sequencename::text, last_value FROM pg_sequences"
                " WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY 1"
            ).fetchall()
        ),
    )


def _heads(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
    return [f"{app}.{name}" for app, name in rows]


def _hashed(connection: psycopg.Connection, table: str) -> tuple[int, str]:
    found = connection.execute(sql.SQL(HASHED).format(sql.Identifier(table))).fetchone()
    return (found[0], found[1]) if found else (0, "")


def differences(meant: Contents, found: Contents) -> list[str]:
    """What isn't as it was: tables by name, and sequences that would give a number twice."""
    tables = sorted(set(meant.tables) | set(found.tables))
    wrong = [name for name in tables if meant.tables.get(name) != found.tables.get(name)]
    behind = [name for name, last in meant.sequences.items() if found.sequences.get(name, -1) < last]
    return wrong + behind
