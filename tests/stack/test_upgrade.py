"""An upgrade ends with the new version, or with the database exactly as it was; planted failures show it."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connections as django_connections
from psycopg import sql

from clinic.backups import contents
from clinic.stack import databases, places, postgres, rehearse
from clinic.stack.console import Stop
from clinic.stack.lock import only_one
from clinic.stack.upgrade import end_running
from tests import database, factories
from tests.stack.copy import KEPT

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
NAME = f"house_{os.getpid()}"


def url(name: str) -> str:
    return databases.named(database._maintenance(), name)


@pytest.fixture
def house(tmp_path):
    """A database with a clinic in it, whose rights aren't the usual ones, and the environment of its commands."""
    factories.clinic()
    django_connections.close_all()
    with psycopg.connect(database._maintenance(), autocommit=True) as server:
        databases.copy(server, settings.DATABASES["default"]["NAME"], NAME)
        server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(NAME)))
        server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO clinic_app").format(sql.Identifier(NAME)))
        server.execute(
            sql.SQL("ALTER DATABASE {} SET statement_timeout = '61s'").format(sql.Identifier(NAME))
        )
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        yield kept | {
            "DATABASE_URL": url(NAME), "DATA_DIR": str(tmp_path / "data"), "BACKUP_DIR": str(tmp_path / "backups"),
            "DJANGO_SETTINGS_MODULE": "tests.stack.plants.settings", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        for name in databases.beginning_with(server, NAME):
            databases.drop(server, name)


def upgraded(house, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "clinic.stack", "upgrade"], env=house | env, cwd=places.ROOT,
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip


def state(name: str = NAME) -> tuple:
    """All rows, and what belongs to the database itself."""
    with psycopg.connect(url(name)) as connection:
        rights = connection.execute(
            "SELECT datacl::text, datallowconn, (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = d.oid)"
            " FROM pg_database d WHERE datname = current_database()"
        ).fetchone()
        return contents.read(connection), rights


def names() -> list[str]:
    with psycopg.connect(database._maintenance()) as server:
        return sorted(databases.beginning_with(server, NAME))


@pytest.mark.parametrize(
    ("plant", "detail", "sentence"),
    [
        ("migration", "plants.0002_more: division by zero", "rehearsal on a copy failed"),
        ("last", "plants: In its place it doesn't hold.", "proofs of the new database failed"),
    ],
)
def test_what_fails_leaves_the_database_as_it_was(house, tmp_path, plant, detail, sentence):
    before = state()
    done = upgraded(house, PLANT=plant)
    assert done.returncode == 1
    assert detail in done.stdout
    assert sentence in done.stderr and "exactly as it was" in done.stderr
    assert "\n" not in done.stderr.strip()
    assert state() == before
    assert names() == [NAME]
    assert len(list((tmp_path / "backups").glob("*.age"))) == 1


def test_an_upgrade_keeps_the_former_database_until_the_next(house):
    with psycopg.connect(database._maintenance(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{NAME}_before_20200101000000")))
        before, rights = state()
        done = upgraded(house, PLANT="good")
        assert (done.returncode, done.stderr) == (0, "")
        assert "2 migrations, the longest" in done.stdout
        after, rights_after = state()
        assert rights_after == rights
        assert after.tables["plants_thing"][0] == 2
        assert after.tables["clinic_branch"] != before.tables["clinic_branch"]
        [_now, former] = names()
        databases.let_in(server, former, anybody=True)
        assert state(former)[0] == before


def test_proofs_that_fail_are_named_and_some_may_be_accepted(monkeypatch):
    found = {"stock": ["One is missing.", "Two are missing."], "sums": ["It doesn't add up."]}
    with pytest.raises(Stop) as problem:
        rehearse.refuse(found, " before the upgrade already")
    assert "stock: One is missing." in str(problem.value)
    assert str(problem.value).endswith("make upgrade ACCEPT='stock,sums'")
    monkeypatch.setenv("ACCEPT", "stock")
    with pytest.raises(Stop, match="ACCEPT='sums'"):
        rehearse.refuse(found)
    monkeypatch.setenv("ACCEPT", "stock, sums")
    rehearse.refuse(found)


def test_a_database_that_is_in_use_is_left_alone(house):
    with psycopg.connect(url(NAME)):
        done = upgraded(house, PLANT="good")
    assert done.returncode == 1
    assert "in use by 1 connections" in done.stderr
    assert names() == [NAME]


def test_a_running_clinic_is_ended_only_where_that_is_asked_for(monkeypatch, tmp_path):
    """Its database answers, as the tests' own does here; its supervisor's number stands in the lock."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "STOP"):
        monkeypatch.delenv(name, raising=False)
    where = places.Places(tmp_path)
    here = database._maintenance()
    monkeypatch.setattr(postgres, "url", lambda socket: here)
    with only_one(where.lock), pytest.raises(Stop, match="make upgrade STOP=1"):
        end_running(where)
