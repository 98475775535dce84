"""Starts the stack in order, keeps it alive, ends it in reverse.

Standard library only: what stays in memory stays small.
"""

import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

from clinic.setup_code import code_of
from clinic.stack import addresses, environment, places, postgres, processes, redis_server
from clinic.stack.addresses import Address
from clinic.stack.console import Steps, Stop, explain
from clinic.stack.lock import only_one
from clinic.stack.places import Places
from clinic.stack.processes import Child
from clinic.stack.watchdog import Watchdog

FREE_SPACE = 300 * 1024 * 1024
GRACE_FOR_WORK, GRACE_FOR_SERVERS = 1.8, 2.8  # seconds, below five together
POLL = 0.1
STEPS, PREPARED = 7, 5  # of which `prepare` takes the first
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run() -> None:
    where = places.chosen()
    where.make()
    refuse_full_disk(where.data)
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)
    with only_one(where.lock) as killed:
        address = addresses.chosen()
        addresses.refuse_taken(address, patience=3 if killed else 0)
        stack = Stack(where, address)
        try:
            stack.start()
            stack.keep()
        except KeyboardInterrupt:
            pass  # how a stack is ended
        finally:
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
            stack.stop()


def refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < FREE_SPACE:
        raise Stop(
            f"The disk is full ({free // 2**20} MB left for {folder}): free some space, look with: df -h {folder}"
        )


class Stack:
    def __init__(self, where: Places, address: Address) -> None:
        self.where = where
        self.address = address
        self.watchdog = Watchdog()
        self.socket = places.sockets(where.data, places.account())
        self.env = environment.children(where, self.socket) | environment.web(address)
        self.servers: list[Child] = []
        self.workers: list[Child] = []
        self.empty = False

    def start(self) -> None:
        print("Starting", flush=True)
        if not os.environ.get("DATABASE_URL"):
            start_postgres(self.where, self.socket, self.watchdog, self.servers)
        if not os.environ.get("REDIS_URL"):
            self.begin("redis", redis_server.command(self.where.redis, self.socket), self.servers)
        self.prepare()
        steps = Steps(STEPS, PREPARED)
        with steps.step("Web"):
            self.start_web()
        with steps.step("Worker"):
            self.start_worker()
        self.greet()

    def prepare(self) -> None:
        """Servers, tables, static files, demo data; from here on DEMO says what the database holds."""
        self.env["DEMO"] = str(int(environment.demo_wanted(self.where)))
        embedded = [child.name for child in self.servers]
        child = self.begin(
            "prepare", _python("clinic.stack.prepare", str(STEPS), *embedded), self.workers, console=True
        )
        while child.alive():
            time.sleep(0.02)
            self.refuse_dead_servers()
        if child.code() == environment.SAID:
            raise SystemExit(1)
        if child.code() not in (0, environment.WITHOUT_DEMO, environment.EMPTY):
            raise explain(child.log, "The database could not be brought up to date")
        demo, self.empty = child.code() == 0, child.code() == environment.EMPTY
        self.workers.remove(child)
        child.kill_group()
        self.env["DEMO"] = str(int(demo))
        environment.remember_demo(self.where, demo)
        environment.remember_code(self.where)

    def refuse_dead_servers(self) -> None:
        for server in self.servers:
            if not server.alive():
                print("failed", flush=True)
                raise explain(server.log, f"{server.name} doesn't start")

    def start_web(self) -> None:
        gunicorn = ["clinic.wsgi", "--bind", self.address.bind, "--worker-class", "gthread", "--workers", "2"]
        gunicorn += [
            "--threads",
            "4",
            "--preload",
            "--no-control-socket",
            "--graceful-timeout",
            "1",
            "--timeout",
            "60",
        ]
        if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's advice for heartbeats
            gunicorn += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108 - the same
        wait_for_web(self.address, self.begin("web", _python("gunicorn", *gunicorn), self.workers))

    def start_worker(self) -> None:
        celery = ["-A", "clinic.stack.worker", "worker", "--pool", "threads", "--concurrency", "2"]
        celery += ["--queues", "celery,backups"]
        celery += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        self.begin("worker", _python("celery", *celery), self.workers)

    def begin(self, name: str, command: list[str], among: list[Child], *, console: bool = False) -> Child:
        log = self.where.logs / f"{name}.log"
        options = {"env": self.env, "cwd": str(places.ROOT)}
        child = Child(name, command, log, self.watchdog, console=console, options=options)
        among.append(child)
        child.start()
        return child

    def greet(self) -> None:
        print("\nThe clinic is open: " + "  ".join(self.address.links()))
        logins = self.where.data / environment.LOGINS
        if self.env["DEMO"] == "1" and logins.exists():
            print(logins.read_text().rstrip())
        elif self.empty:
            folder = f"DATA_DIR={self.where.data} " if os.environ.get("DATA_DIR") else ""
            code = code_of(self.env["SECRET_KEY"])
            print(f"It is empty; set it up here: {self.address.links()[0]}setup/?code={code}")
            print(f"or in a second terminal: {folder}make manage ARGS=first_run")
        elif self.env["DEMO"] == "0" and environment.kind(self.where) == "demo":
            print("This folder holds demo data; an empty clinic: DATA_DIR=.data-clinic DEMO=0 make run")
        print(f"Backups: {self.where.backups}")
        if self.where.private_key.exists():
            print(f"The key that opens them lies on this machine; move it away: {self.where.private_key}")
        print(f"Logs: {self.where.logs}    End: Ctrl-C", flush=True)

    def keep(self) -> None:
        """Start again what has died, more slowly each time; give up when it keeps dying."""
        due: dict[str, float] = {}
        while True:
            time.sleep(POLL)
            for child in [*self.servers, *self.workers]:
                if child.alive():
                    continue
                now = time.monotonic()
                if child.name not in due:
                    if child.keeps_dying(now):
                        raise explain(child.log, f"{child.name} has died several times in a minute")
                    print(f"{child.name} has ended (code {child.code()}); starting it again", flush=True)
                    due[child.name] = now + child.pause(now)
                elif now >= due[child.name]:
                    del due[child.name]
                    child.restart()

    def stop(self) -> None:
        print("\nStopping ... ", end="", flush=True)
        processes.stop(self.workers, GRACE_FOR_WORK)
        processes.stop(self.servers, GRACE_FOR_SERVERS)
        self.watchdog.dismiss()
        print("done", flush=True)


def start_postgres(where: Places, socket: Path, watchdog: Watchdog, servers: list[Child]) -> None:
    """Also for the commands that need the database alone."""
    postgres.initialise(where.postgres)
    options = {"cwd": "/", "env": postgres.environment(), **places.as_account(places.account())}
    command = postgres.command(where.postgres, socket)
    child = Child("postgres", command, where.logs / "postgres.log", watchdog, signal.SIGINT, options)
    servers.append(child)
    child.start()


def wait_for_web(address: Address, child: Child, seconds: float = 30) -> None:
    """Until it answers, whatever it says."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 - where to knock, nothing is bound here
    deadline = time.monotonic() + seconds
    while child.alive() and time.monotonic() < deadline:
        try:
            with socket.create_connection((host, address.port), timeout=10) as connection:
                connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.05)
    raise explain(child.log, "The web server doesn't start")


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
