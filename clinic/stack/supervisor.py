"""Starts the stack in order, keeps it alive, ends it in reverse."""

import http.client
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import psycopg
import redis

from clinic.stack import addresses, environment, places, postgres, processes, redis_server
from clinic.stack.addresses import Address
from clinic.stack.console import Steps, Stop
from clinic.stack.lock import only_one
from clinic.stack.places import Places
from clinic.stack.processes import Child
from clinic.stack.watchdog import Watchdog

FREE_SPACE = 300 * 1024 * 1024
GRACE = 2.0  # seconds for web and worker, then again for the servers
POLL = 0.1
STEPS = 7
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
        self.servers: list[Child] = []
        self.workers: list[Child] = []
        self.socket = places.sockets(where.data, places.account())
        self.env = environment.children(where, self.socket) | environment.web(address)

    def start(self) -> None:
        print("Starting")
        steps = Steps(STEPS)
        with steps.step("PostgreSQL"):
            self.start_postgres()
        with steps.step("Redis"):
            self.start_redis()
        self.prepare(steps)
        with steps.step("Web"):
            self.start_web()
        with steps.step("Worker"):
            self.start_worker()
        self.greet()

    def start_postgres(self) -> None:
        given = os.environ.get("DATABASE_URL")
        if given:
            refuse_unreachable_database(given)
            return
        start_postgres(self.where, self.socket, self.watchdog, self.servers)

    def start_redis(self) -> None:
        given = os.environ.get("REDIS_URL")
        if given:
            refuse_unreachable_redis(given)
            return
        child = self.child("redis", redis_server.command(self.where.redis, self.socket))
        self.servers.append(child)
        child.start()
        redis_server.wait(self.env["REDIS_URL"], child.alive, child.log)

    def prepare(self, steps: Steps) -> None:
        """Tables, static files, demo data; from here on DEMO says what the database holds."""
        wanted = environment.demo_wanted(self.where)
        self.env["DEMO"] = str(int(wanted))
        child = self.child(
            "prepare", _python("clinic.stack.prepare", str(steps.number + 1), str(steps.total)), console=True
        )
        self.workers.append(child)
        child.start()
        code = child.process.wait()
        self.workers.remove(child)
        child.kill_group()
        if code not in (0, environment.WITHOUT_DEMO):
            raise postgres.explain(child.log, "The database could not be brought up to date: the stack")
        steps.number += 3
        demo = code == 0
        self.env["DEMO"] = str(int(demo))
        environment.remember_demo(self.where, demo)

    def start_web(self) -> None:
        gunicorn = [
            "clinic.wsgi",
            "--bind",
            self.address.bind,
            "--worker-class",
            "gthread",
            "--workers",
            "2",
            "--threads",
            "4",
        ]
        gunicorn += ["--preload", "--no-control-socket", "--graceful-timeout", "2", "--timeout", "60"]
        gunicorn += ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108
        child = self.child("web", _python("gunicorn", *gunicorn))
        self.workers.append(child)
        child.start()
        wait_for_web(self.address, child)

    def start_worker(self) -> None:
        celery = ["-A", "clinic.celery", "worker", "-B", "-P", "threads", "-c", "2", "--loglevel", "INFO"]
        child = self.child("worker", _python("celery", *celery, "--without-gossip", "--without-mingle"))
        self.workers.append(child)
        child.start()

    def child(self, name: str, command: list[str], *, console: bool = False) -> Child:
        log = self.where.logs / f"{name}.log"
        processes.rotate(log)
        return Child(
            name,
            command,
            log,
            self.watchdog,
            console=console,
            options={"env": self.env, "cwd": str(places.ROOT)},
        )

    def greet(self) -> None:
        print("\nThe clinic is open: " + "  ".join(self.address.links()))
        logins = self.where.data / environment.LOGINS
        if self.env["DEMO"] == "1" and logins.exists():
            print(logins.read_text().rstrip())
        elif self.env["DEMO"] == "0" and environment.kind(self.where) == "demo":
            print("This folder holds demo data; an empty clinic: DATA_DIR=.data-clinic DEMO=0 make run")
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
                        raise postgres.explain(
                            child.log, f"{child.name} has died several times in a minute and"
                        )
                    print(f"{child.name} has ended (code {child.code()}); starting it again", flush=True)
                    due[child.name] = now + child.pause(now)
                elif now >= due[child.name]:
                    del due[child.name]
                    child.restart()

    def stop(self) -> None:
        print("\nStopping ... ", end="", flush=True)
        processes.stop(self.workers, GRACE)
        processes.stop(self.servers, GRACE)
        self.watchdog.dismiss()
        print("done", flush=True)


def start_postgres(where: Places, socket: Path, watchdog: Watchdog, servers: list[Child]) -> None:
    """Also for the commands that need the database alone."""
    postgres.initialise(where.postgres)
    log = where.logs / "postgres.log"
    processes.rotate(log)
    options = {"cwd": "/", "env": postgres.environment(), **places.as_account(places.account())}
    child = Child("postgres", postgres.command(where.postgres, socket), log, watchdog, signal.SIGINT, options)
    servers.append(child)
    child.start()
    postgres.wait(socket, child.alive, log)
    with psycopg.connect(postgres.url(socket, database="postgres"), autocommit=True) as connection:
        postgres.create(connection)


def refuse_unreachable_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise Stop(
            f"DATABASE_URL can't be reached ({reason}); correct it, or use the embedded database: "
            "env -u DATABASE_URL make run"
        ) from None


def refuse_unreachable_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Stop(
            f"REDIS_URL can't be reached ({error}); correct it, or use the embedded Redis: "
            "env -u REDIS_URL make run"
        ) from None


def wait_for_web(address: Address, child: Child, seconds: float = 30) -> None:
    host = "127.0.0.1" if address.host in addresses.EVERYWHERE else address.host
    deadline = time.monotonic() + seconds
    while child.alive() and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(host, address.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise postgres.explain(child.log, "The web server")


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
