"""What can't be had is said in one sentence with the line to run."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from clinic.stack import addresses, bootstrap, connections, environment, places, postgres, supervisor
from clinic.stack.addresses import Address
from clinic.stack.console import Stop, say
from clinic.stack.lock import only_one
from clinic.stack.places import Places
from tests.stack.copy import folder, free_port


def sentence(refusal) -> str:
    text = str(refusal.value)
    assert "\n" not in text
    assert text
    return text


def test_a_taken_port(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Stop) as refusal:
            addresses.refuse_taken(Address("127.0.0.1", port), patience=0)
    assert sentence(refusal).startswith(f"Port {port} is taken; choose another: PORT=")


def test_a_free_port_passes():
    addresses.refuse_taken(Address("127.0.0.1", free_port()), patience=0)


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_no_port_at_all(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Stop) as refusal:
        addresses.chosen()
    assert "PORT=8001 make run" in sentence(refusal)


def test_an_address_of_another_machine():
    with pytest.raises(Stop) as refusal:
        addresses.refuse_taken(Address("192.0.2.1", 8000), patience=0)
    assert "HOST=0.0.0.0 make run" in sentence(refusal)


def test_a_second_copy_in_the_same_folder(tmp_path):
    with only_one(tmp_path / "lock") as killed:
        assert killed is False
        with pytest.raises(Stop) as refusal, only_one(tmp_path / "lock"):
            pass
    assert sentence(refusal).endswith(f"kill {os.getpid()}")


def test_the_lock_tells_of_a_killed_copy(tmp_path):
    (tmp_path / "lock").write_text("4194999")
    with only_one(tmp_path / "lock") as killed:
        assert killed is True
    with only_one(tmp_path / "lock") as killed:
        assert killed is False


def test_the_data_of_another_postgresql():
    with folder() as root:
        cluster = root / "postgres" / postgres.CLUSTER
        cluster.mkdir(parents=True)
        (cluster / "PG_VERSION").write_text("16\n")
        with pytest.raises(Stop) as refusal:
            postgres.initialise(root / "postgres")
    assert "PostgreSQL 16" in sentence(refusal)
    assert "make restore" in str(refusal.value)


def test_a_database_that_does_not_answer():
    with pytest.raises(Stop) as refusal:
        connections.refuse_unreachable_database(f"postgresql://me:hidden@127.0.0.1:{free_port()}/clinic")
    assert "DATABASE_URL can't be reached" in sentence(refusal)
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize("url", ["nonsense", "unix:///nowhere/redis.sock"])
def test_a_redis_that_does_not_answer(url):
    with pytest.raises(Stop) as refusal:
        connections.refuse_unreachable_redis(url)
    assert "REDIS_URL can't be reached" in sentence(refusal)


def test_a_full_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=1024))
    with pytest.raises(Stop) as refusal:
        supervisor.refuse_full_disk(tmp_path)
    assert "df -h" in sentence(refusal)


def test_a_disk_that_fills_up_on_the_way(capsys):
    def write() -> None:
        raise OSError(28, "No space left on device", "/data/x")

    assert say(write) == 1
    assert capsys.readouterr().err.startswith("The disk is full")


def test_a_folder_that_may_not_be_written(monkeypatch, tmp_path):
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(Stop) as refusal:
        Places(tmp_path / "data").make()
    assert "DATA_DIR=" in sentence(refusal)


def test_no_right_to_install(monkeypatch):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}"
    )
    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    with pytest.raises(Stop) as refusal:
        bootstrap.install_system_packages([bootstrap.Need(lambda: False, "redis-server", "redis")])
    assert sentence(refusal).endswith("sudo sh -c 'apt-get update && apt-get install -y redis-server'")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("E: Temporary failure in name resolution", "network"),
        ("error: No space left on device (os error 28)", "disk is full"),
        ("something else", "reason stands above"),
    ],
)
def test_an_installation_that_fails(words, part, capsys):
    with pytest.raises(Stop) as refusal:
        bootstrap._run(["sh", "-c", f"echo '{words}'; exit 1"], "It failed", "make setup")
    assert part in sentence(refusal)


def test_an_old_python(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(Stop) as refusal:
        bootstrap.main()
    assert "3.11" in sentence(refusal)


def test_the_set_up_needs_no_package():
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import clinic.stack.bootstrap"],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def test_the_secret_is_for_its_owner_alone(tmp_path):
    first = environment.secret_key(tmp_path / "secret-key")
    assert len(first) > 50
    assert environment.secret_key(tmp_path / "secret-key") == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_sockets_fit_into_the_kernels_limit():
    with folder() as root:
        socket_folder = places.sockets(root / ("deep/" * 30), places.account())
    assert len(f"{socket_folder}{places.LONGEST_SOCKET}") <= places.SOCKET_LIMIT
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    socket_folder.rmdir()


@pytest.mark.parametrize(
    ("given", "kind", "wanted"),
    [
        ("", "", True),
        ("", "demo", True),
        ("", "real", False),
        ("0", "demo", False),
        ("1", "real", True),
        ("no", "", False),
    ],
)
def test_demo_stays_what_the_first_start_made_it(monkeypatch, tmp_path, given, kind, wanted):
    monkeypatch.setenv("DEMO", given)
    if kind:
        (tmp_path / "kind").write_text(kind)
    assert environment.demo_wanted(Places(tmp_path)) is wanted


def test_a_tablet_is_let_in_by_the_machines_own_addresses(monkeypatch):
    monkeypatch.setattr(addresses, "lan", lambda: ["192.0.2.7"])
    monkeypatch.setenv("ALLOWED_HOSTS", "clinic.example")
    everywhere = Address("0.0.0.0", 8000)
    assert {"localhost", "192.0.2.7", "clinic.example"} <= set(everywhere.names())
    assert everywhere.links() == ["http://127.0.0.1:8000/", "http://192.0.2.7:8000/"]
    assert "192.0.2.7" not in Address("127.0.0.1", 8000).names()
