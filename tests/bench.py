"""`make bench`: how long the main pages take, beside a page that says only "ok", in one run.

Starts a whole stack of its own with demo data, signs in, and asks for each page in interleaved rounds over HTTP.
A machine is never quiet: read the ratios to the hello-world page, not the milliseconds. Prints memory at rest too.
"""

import http.cookiejar
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import django

ROUNDS, REQUESTS = 5, 10
START_SECONDS = 120
HELLO = "hello world"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
        port = free_port()
        stack = subprocess.Popen(
            [sys.executable, "-m", "clinic.stack", "run"],
            env={**os.environ, "DATA_DIR": folder, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        try:
            desk = Desk(f"http://127.0.0.1:{port}")
            desk.wait(stack)
            desk.sign_in("owner")
            report(desk)
            print(f"\nMemory of the whole stack at rest: {memory(stack.pid) // 1024} MB (sum of PSS)")
        finally:
            stack.send_signal(signal.SIGINT)
            stack.wait(timeout=20)
    print(f"fsync: {fsync_milliseconds(Path.cwd()):.2f} ms a write of one page")
    return 0


class Desk:
    """A signed-in browser without the browser."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(self.root + path, timeout=30) as answer:
            return answer.read().decode(errors="replace")

    def wait(self, stack: subprocess.Popen) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and stack.poll() is None:
            try:
                self.get("/readyz")
            except OSError:
                time.sleep(0.3)
            else:
                time.sleep(3)  # the worker is still starting
                return
        raise SystemExit("The stack didn't start; see the sentence above.")

    def sign_in(self, who: str) -> None:
        page = self.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, **credentials(who)}
        body = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.root + "/sign-in/", body, {"Referer": self.root + "/sign-in/"})
        self.opener.open(request, timeout=30).read()

    def first_link(self, page: str, pattern: str) -> str:
        return re.search(f'href="({pattern})"', self.get(page))[1]


def credentials(who: str) -> dict[str, str]:
    from staff.demo import DEMO_LOGINS

    login = next(login for login in DEMO_LOGINS if who in login["username"] or who in login["who"].lower())
    return {"username": login["username"], "password": login["password"]}


def report(desk: Desk) -> None:
    uuid = "[0-9a-f-]{36}"
    pages = {
        HELLO: "/healthz",
        "dashboard": "/",
        "day board": "/appointments/",
        "customers": "/customers/",
        "customer": desk.first_link("/customers/", f"/customers/{uuid}/"),
        "packages": "/packages/",
        "inventory": "/inventory/",
        "invoices": "/billing/",
        "invoice": desk.first_link("/billing/", f"/billing/{uuid}/"),
        "search by name": "/search/?q=priya",
    }
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for path in pages.values():
        desk.get(path)
    for _round in range(ROUNDS):
        for name, path in pages.items():
            taken[name].append(statistics.median(timed(desk, path) for _ in range(REQUESTS)))
    hello = statistics.median(taken[HELLO])
    print(f"{'page':<18}{'ms':>8}{'× hello':>10}")
    for name, rounds in taken.items():
        milliseconds = statistics.median(rounds)
        print(f"{name:<18}{milliseconds:>8.1f}{milliseconds / hello:>10.1f}")


def timed(desk: Desk, path: str) -> float:
    begin = time.perf_counter()
    desk.get(path)
    return (time.perf_counter() - begin) * 1000


def memory(root: int) -> int:
    """Kilobytes of a process and all its descendants; shared pages are counted once."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            total += int(
                re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.M)[1]
            )
        except (OSError, TypeError):
            continue
    return total


def fsync_milliseconds(folder: Path) -> float:
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(20):
            begin = time.perf_counter()
            file.write(b"x" * 8192)
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
