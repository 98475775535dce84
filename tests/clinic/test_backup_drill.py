"""A clinic is backed up, lost and restored: everything in it is as it was, and work goes on."""

import hashlib
import re
import secrets
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from psycopg import sql

from billing import domain as billing
from billing.domain.collecting import NewPayment
from clinic.backups import archive, contents, keys, programs
from clinic.backups.archive import Source
from clinic.backups.flaws import Broken
from clinic.backups.folder import Folder
from clinic.models import AuditRow
from clinic.stack import keeping
from clinic.stack.console import Stop
from clinic.stack.keeping import restored
from tests import database, factories
from tests.factories import everything

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PHONE = "+919845077123"
CASTS = re.compile(r"::[a-z ]+(\(\d+\))?(\[\])?|[()]")
#: What a database is beside its rows: columns, rules, triggers, functions and who may do what.
SHAPE = """
SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod) || attnotnull || attgenerated::text
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) || coalesce(proacl::text, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
UNION ALL SELECT 'rights', relname, coalesce(relacl::text, '') FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""


def url_of(name: str) -> str:
    return psycopg.conninfo.make_conninfo(database._maintenance(), dbname=name)


@pytest.fixture
def empty():
    """The name of an empty database, gone afterwards."""
    name, own = f"restored_{secrets.token_hex(4)}", settings.DATABASES["default"]["NAME"]
    with psycopg.connect(database._maintenance(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        connections.close_all()
        database.use(own)
        database.drop(server, name)


@pytest.fixture
def pair(tmp_path):
    made = keys.make_pair()
    keys.write_private(made, tmp_path / "elsewhere" / "backup-key")
    return made.public, keys.identities(tmp_path / "elsewhere" / "backup-key")


def paid_bill(world, **more):
    draft = billing.draft(
        by=world.owner, branch=world.branch, customer=factories.customer(world.branch, world.owner, **more)
    )
    billing.add_line(
        by=world.owner, invoice=draft, version=draft.version, what=factories.treatment(world.branch)
    )
    draft.refresh_from_db()
    bill = billing.issue(by=world.owner, invoice=draft, version=draft.version)
    billing.collect(by=world.owner, invoice=bill, payments=[NewPayment("cash", bill.total)])
    return bill


def source() -> Source:
    return Source(url_of(settings.DATABASES["default"]["NAME"]), Path(settings.MEDIA_ROOT), "real")


def shape(url: str) -> set:
    """Without casts and brackets in conditions: read again, PostgreSQL writes them in another way."""
    with psycopg.connect(url) as server:
        return {(of, name, CASTS.sub("", text)) for of, name, text in server.execute(SHAPE)}


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def test_a_clinic_comes_back_as_it_was_and_goes_on(world, empty, pair, tmp_path, client):
    public, identities = pair
    with transaction.atomic():
        everything.one_of_everything(world.branch, by=world.owner, name="Priya Mehta")
    last = paid_bill(world, phone=PHONE)
    path, label = Folder(tmp_path).write(source(), [public])
    with psycopg.connect(source().url) as before, psycopg.connect(url_of(empty), autocommit=True) as after:
        manifest = restored(path, identities, url_of(empty), tmp_path / "media")
        assert contents.read(before) == contents.read(after) == manifest.contents
    assert label.tables == len(manifest.contents.tables) > 100
    assert shape(source().url) == shape(url_of(empty))
    assert files(Path(settings.MEDIA_ROOT)) == files(tmp_path / "media") != {}
    assert label.uploads == len(files(tmp_path / "media"))
    assert_nobody_is_readable(path, identities, empty)
    connections.close_all()
    database.use(empty)
    assert_work_goes_on(world, last, client)


def assert_nobody_is_readable(path: Path, identities, empty: str) -> None:
    """Neither in the file nor on its label; the control is the same search in the dump that lies inside."""
    pieces: list[bytes] = []
    archive.read(path, identities, database=pieces.append)
    plain = subprocess.run(
        [programs.program("pg_restore", 18), "--file", "-"], input=b"".join(pieces), capture_output=True, check=True
    )  # fmt: skip
    assert PHONE.encode() in plain.stdout
    for sealed in path.parent.glob("clinic-*"):
        for spelling in (PHONE, PHONE[3:], "Priya Mehta"):
            assert sealed.read_bytes().count(spelling.encode()) == 0


def assert_work_goes_on(world, last, client) -> None:
    """The next number follows the last, the audit writes, the application's role still has no DDL, people sign in."""
    audited = AuditRow.objects.order_by("-id").first().pk
    following = paid_bill(world)
    assert (following.number[:-1], int(following.number[-4:])) == (
        last.number[:-1],
        int(last.number[-4:]) + 1,
    )
    assert AuditRow.objects.filter(pk__gt=audited, table_name="billing_invoice").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_schema_privilege('public', 'CREATE')")
        assert cursor.fetchone() == ("clinic_app", False)
    assert client.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD}).status_code == 302


def test_nothing_is_restored_from_what_is_not_whole(world, empty, pair, tmp_path):
    public, identities = pair
    path, _label = Folder(tmp_path).write(source(), [public])
    whole = path.read_bytes()
    keys.write_private(keys.make_pair(), tmp_path / "other")
    for sentence, content, opens in [
        ("not as it was written", whole[:-1000], identities),
        ("not as it was written", whole + b"more", identities),
        ("can't be read", whole[:40], identities),
        ("can't be read", b"PGDMP", identities),
        ("another key", whole, keys.identities(tmp_path / "other")),
    ]:
        path.write_bytes(content)
        with pytest.raises(Broken, match=sentence):
            restored(path, opens, url_of(empty), tmp_path / "media")
    with psycopg.connect(url_of(empty)) as untouched:
        assert contents.read(untouched).tables == {}
    assert not (tmp_path / "media").exists()


def test_a_newer_versions_backup_is_refused(world, empty, pair, tmp_path, monkeypatch):
    public, identities = pair
    path, _label = Folder(tmp_path).write(source(), [public])
    monkeypatch.setattr(keeping, "known_migrations", lambda: ["billing.0001_initial"])
    with pytest.raises(Broken, match=r"newer version \(billing\."):
        restored(path, identities, url_of(empty), tmp_path / "media")


def test_a_full_database_is_refused(world, pair, tmp_path):
    public, identities = pair
    path, _label = Folder(tmp_path).write(source(), [public])
    with pytest.raises(Stop, match="isn't empty"):
        restored(path, identities, source().url, tmp_path / "media")
