"""A clinic is backed up, lost and restored: everything in it is as it was, and work goes on."""

import secrets
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from clinic.backups import keys
from clinic.backups.archive import Source
from clinic.backups.folder import Folder
from clinic.stack.keeping import restored
from tests import database
from tests.factories import everything

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PHONE = "98450 77123"


def url_of(name: str) -> str:
    return psycopg.conninfo.make_conninfo(database._maintenance(), dbname=name)


@pytest.fixture
def empty():
    """The name of an empty database, gone afterwards."""
    name = f"restored_{secrets.token_hex(4)}"
    with psycopg.connect(database._maintenance(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        connections.close_all()
        database.drop(server, name)


def test_a_clinic_comes_back_as_it_was(world, empty, tmp_path):
    import time

    t = time.time()
    everything.one_of_everything(world.branch, by=world.owner, name="Priya Mehta")
    print("fill", time.time() - t)
    t = time.time()
    pair = keys.make_pair()
    source = Source(url_of(settings.DATABASES["default"]["NAME"]), Path(settings.MEDIA_ROOT), "real")
    folder = Folder(tmp_path)
    path, label = folder.write(source, [pair.public])
    print("backup", time.time() - t, label)
    t = time.time()
    identities = [__import__("pyrage").x25519.Identity.from_str(pair.private)]
    m = restored(path, identities, url_of(empty), tmp_path / "media")
    print("restore", time.time() - t)
    print(
        sum(1 for n, (r, _) in m.contents.tables.items() if r),
        [n for n, (r, _) in m.contents.tables.items() if not r],
    )
