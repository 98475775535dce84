"""Copies of a database, and two databases that change places at once. As the owner, from the database "postgres"."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from clinic.stack.console import Stop

#: Sessions of other programs on a database.
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
FILE_COPY_SINCE = 150000


def named(url: str, name: str) -> str:
    """The same server and person, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def name_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


@contextmanager
def server(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(named(url, "postgres"), autocommit=True) as connection:
        yield connection


def in_use(connection: psycopg.Connection, name: str) -> int:
    found = connection.execute(OTHERS, [name]).fetchone()
    return found[0] if found else 0


def exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def beginning_with(connection: psycopg.Connection, start: str) -> list[str]:
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [start])
    return [name for (name,) in rows]


def drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def let_in(connection: psycopg.Connection, name: str, *, anybody: bool) -> None:
    """Whether anybody may connect. Closed, a database can be copied and renamed, and nothing is written meanwhile."""
    allow = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}"
    connection.execute(sql.SQL(allow).format(sql.Identifier(name), sql.SQL("true" if anybody else "false")))


def copy(connection: psycopg.Connection, name: str, fresh: str) -> None:
    strategy = " STRATEGY FILE_COPY" if connection.info.server_version >= FILE_COPY_SINCE else ""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + strategy)
    try:
        connection.execute(statement.format(sql.Identifier(fresh), sql.Identifier(name)))
    except psycopg.errors.ObjectInUse:
        raise Stop(
            "Somebody works with the database; end every part of the clinic first, then: make upgrade"
        ) from None
    _give_rights(connection, name, fresh)


def _give_rights(connection: psycopg.Connection, name: str, fresh: str) -> None:
    """What belongs to the database itself isn't copied with it: who may connect, and its settings."""
    target = sql.Identifier(fresh)
    rows = connection.execute(
        "SELECT coalesce(r.rolname, ''), a.privilege_type FROM pg_database d, aclexplode(d.datacl) a"
        " LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE d.datname = %s",
        [name],
    ).fetchall()
    if rows:
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(target))
    for role, right in rows:
        who = sql.Identifier(role) if role else sql.SQL("PUBLIC")
        connection.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(right), target, who))
    settings = connection.execute(
        "SELECT split_part(one, '=', 1), substr(one, strpos(one, '=') + 1) FROM pg_db_role_setting s"
        " JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) one WHERE d.datname = %s AND setrole = 0",
        [name],
    )
    for setting, value in settings.fetchall():
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                target, sql.Identifier(setting), sql.Literal(value)
            )
        )


def exchange(connection: psycopg.Connection, name: str, fresh: str, former: str) -> None:
    """`fresh` becomes `name`, which becomes `former`: both or neither."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with connection.transaction():
        connection.execute(rename.format(sql.Identifier(name), sql.Identifier(former)))
        connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(name)))
