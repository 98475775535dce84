"""The life of a stack: started, used, killed, started again, backed up, ended, restored."""

import signal
import sys

import pytest

from tests.stack.copy import Copy, folder, wait_until

ADD = "CREATE TABLE kept AS SELECT 'still here' AS what"
LOOK = "SELECT what FROM kept"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]


def test_what_is_written_survives_kill_end_and_restore_and_what_dies_is_started_again():
    with folder() as root:
        copy = Copy(root / "one", BACKUP_DIR=str(root / "backups"), BACKUP_HOURS="0").start()
        try:
            assert copy.ask("/readyz") == 200
            assert f"DATA_DIR={root / 'one'} make manage ARGS=first_run" in copy.said()
            assert_one_sentence(copy.call("run"), "Another copy is running")
            assert copy.call("psql", "-c", ADD).returncode == 0

            copy.end(signal.SIGKILL)
            wait_until(copy.is_gone, 15)

            copy.start()
            assert "still here" in copy.call("psql", "-c", LOOK).stdout
            done = copy.call("backup")
            assert done.returncode == 0
            assert f"lies on this machine: {root}/one-keys/backup-key" in done.stdout
            assert copy.call("check-backups").returncode == 0
            assert_one_sentence(copy.call("upgrade"), "The clinic is running")
            assert_dead_children_are_started_again(copy)
        finally:
            copy.end()
        wait_until(copy.is_gone, 15)
        assert_restores(root)


def assert_restores(root) -> None:
    [file] = (root / "backups").glob("*.tar.age")
    assert file.stat().st_mode & 0o077 == 0
    second = Copy(root / "two")
    assert_one_sentence(second.call("restore", str(file)), "The private key is missing")
    second.env["BACKUP_KEY_FILE"] = str(root / "one-keys" / "backup-key")
    done = second.call("restore", str(file))
    assert done.stderr == ""
    assert (
        f"put the former clinic's into {second.data}/sealing-keys and {second.data}/index-key" in done.stdout
    )
    assert "still here" in second.call("psql", "-c", LOOK).stdout
    assert_one_sentence(second.call("restore", str(file)), "isn't empty")
    wait_until(second.is_gone, 15)


def assert_dead_children_are_started_again(copy: Copy) -> None:
    copy.kill("redis-server")
    wait_until(lambda: "redis has ended" in copy.said())
    wait_until(lambda: any("redis-server" in line for line in copy.processes().values()))
    copy.kill("gunicorn")
    wait_until(lambda: "web has ended" in copy.said())
    wait_until(lambda: answers(copy))


def answers(copy: Copy) -> bool:
    try:
        return copy.ask("/healthz") == 200
    except OSError:
        return False


def assert_one_sentence(done, part: str) -> None:
    assert done.returncode == 1
    said = done.stderr.strip()
    assert part in said
    assert "\n" not in said
