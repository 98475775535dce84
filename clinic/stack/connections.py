"""Reaching the servers: waiting for the embedded ones, refusing given ones that don't answer; roles and database."""

import time

import psycopg
import redis
from psycopg import sql

from clinic.stack import postgres
from clinic.stack.console import Stop

PATIENCE = 30.0  # seconds for an embedded server; recovery after a crash may take its time


def wait_for_postgres(url: str) -> None:
    _wait(lambda: psycopg.connect(url, connect_timeout=5).close(), psycopg.OperationalError)


def wait_for_redis(url: str) -> None:
    _wait(lambda: _ping(url), redis.RedisError)


def _wait(attempt, refusal: type[Exception]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            attempt()
        except refusal:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.03)
        else:
            return


def _ping(url: str) -> None:
    with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
        client.ping()


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def refuse_unreachable_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0].strip()
        raise Stop(
            f"DATABASE_URL can't be reached ({reason}): correct it, or take the embedded database: env -u DATABASE_URL make run"
        ) from None


def refuse_unreachable_redis(url: str) -> None:
    try:
        _ping(url)
    except (redis.RedisError, ValueError) as error:
        raise Stop(
            f"REDIS_URL can't be reached ({error}): correct it, or take the embedded Redis: env -u REDIS_URL make run"
        ) from None


def create(url: str, database: str = postgres.DATABASE) -> None:
    """Role and database of the application, where they are missing. `url` is the owner's."""
    with psycopg.connect(url, autocommit=True) as connection:
        create_application_role(connection)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        # An upgrade that was killed may have left it closed.
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(database))
        )


def create_application_role(connection: psycopg.Connection) -> None:
    """The role that everything but migrations runs as: it may sign in and owns nothing."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [postgres.APPLICATION]).fetchone():
        role = sql.Identifier(postgres.APPLICATION)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(role))
