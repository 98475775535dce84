"""`make bench`: how long the main pages take, beside a page that says only "ok", in one run.

Starts a whole stack of its own with demo data, signs in, and asks for each page in interleaved rounds over HTTP; then
once more for the calendar, with a year of visits of twenty practitioners and a day of five with forty (`tests/year.py`).
A machine is never quiet: read the ratios to the hello-world page, not the milliseconds, and a write beside the two
probes. Memory is that of the whole stack, first after the start, then after the pages.
"""

import datetime
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from clinic.stack import environment, places, postgres
from tests.stack.copy import Copy, folder

ROUNDS, REQUESTS, WRITES = 5, 10, 50
BILLS = 20
COLD = 20  # bills that are drawn while somebody waits
SETTLE = 5  # seconds until the worker has started too
HELLO = "hello world"
ZONE = ZoneInfo("Asia/Kolkata")  # the demo's
UUID = "[0-9a-f-]{36}"
PATIENCE = 900  # seconds for a year of visits
SHARE, SINGLE = "Pss", "Rss"  # a shared page divided among its users, or counted for each of them


def main() -> int:
    with folder() as home:
        stack = Copy(home / "data", DEMO="1", LIMIT_COSTLY_PAGES="0")
        try:
            begin = time.perf_counter()
            stack.start()
            print(f"First start with demo data: {time.perf_counter() - begin:.1f} s")
            time.sleep(SETTLE)
            print(f"Memory after the start: {memory(stack.process.pid)}")
            desk = Desk(f"http://127.0.0.1:{stack.port}")
            desk.sign_in((stack.data / environment.LOGINS).read_text())
            report(desk, pages_of_the_demo(desk))
            report_papers(desk)
            print(f"{'issue a bill of 5 lines':<26}{Counter(desk).issuing_milliseconds():>8.1f}", flush=True)
            print(f"\nFilling the calendar: {fill(stack, 'year')}")
            calendar = Calendar(desk)
            report(desk, calendar.pages())
            print(f"{'book a visit':<26}{calendar.booking_milliseconds():>8.1f}")
            desk.work_at("Forty a day")
            report(desk, {HELLO: "/healthz", "board, 5 x 40": "/appointments/"})
            desk.work_at("Linqs Cosmetology Clinic")
            print(f"\nFilling the customers: {fill(stack, 'crowd')}")
            report(desk, PAGES_OF_PEOPLE)
            print(f"\nMemory after the pages: {memory(stack.process.pid)}")
            print(f"A bare INSERT with its commit: {insert_milliseconds(stack.data):.2f} ms")
            print(f"A write of one page with fsync: {fsync_milliseconds(stack.data):.2f} ms")
        finally:
            stack.end()
    return 0


class Stay(urllib.request.HTTPRedirectHandler):
    """Where a form leads is a page of its own, measured by itself."""

    def redirect_request(self, *about: object) -> None:
        return None


class Desk:
    """A signed-in browser without the browser."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.cookies = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener, self.sender = (urllib.request.build_opener(cookies, *more) for more in ([], [Stay]))

    def get(self, path: str) -> str:
        with self.opener.open(self.root + path, timeout=30) as answer:
            return answer.read().decode(errors="replace")

    def first_byte(self, path: str) -> float:
        """Milliseconds until the answer begins."""
        begin = time.perf_counter()
        with self.opener.open(self.root + path, timeout=30) as answer:
            answer.read(1)
            return (time.perf_counter() - begin) * 1000

    def sign_in(self, logins: str) -> None:
        """As the first of the demo's people, the owner: the last two words of a line are name and password."""
        username, password = logins.splitlines()[0].split()[-2:]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/sign-in/"))[1]
        form = {"csrfmiddlewaretoken": token, "username": username, "password": password}
        self.post("/sign-in/", form)

    def post(self, path: str, form: dict[str, str]) -> str:
        """Where it leads."""
        body = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.root + path, body, {"Referer": self.root + path})
        try:
            self.sender.open(request, timeout=30).close()
        except urllib.error.HTTPError as answer:
            if answer.status == 302:
                return answer.headers["Location"]
            raise
        raise SystemExit(f"{path} was not accepted.")

    def work_at(self, branch: str) -> None:
        page = self.get("/")
        wanted = re.search(f'<option value="({UUID})"[^>]*>{branch},', page)[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        self.post("/switch-branch/", {"csrfmiddlewaretoken": token, "branch": wanted})

    def first_link(self, page: str, pattern: str) -> str:
        return re.search(f'href="({pattern})"', self.get(page))[1]


def pages_of_the_demo(desk: Desk) -> dict[str, str]:
    return {
        HELLO: "/healthz",
        "dashboard": "/",
        "day board": "/appointments/",
        "customers": "/customers/",
        "customer": desk.first_link("/customers/", f"/customers/{UUID}/"),
        "packages": "/packages/",
        "inventory": "/inventory/",
        "invoices": "/billing/",
        "invoice": desk.first_link("/billing/", f"/billing/{UUID}/"),
        "search by name": "/search/?q=priya",
    }


PAGES_OF_PEOPLE = {
    HELLO: "/healthz",
    "customers": "/customers/",
    "page 60": "/customers/?page=60",
    "by last visit": "/customers/?sort=-visit",
    "with a balance": "/customers/?show=due&sort=-due",
    "of one age": "/customers/?age_from=30&age_to=31",
    "name, two words": "/search/?q=priya+mehta",
    "part of a phone": "/search/?q=0012345",
    "part of a reference": "/search/?q=ZZF021",
    "picker": "/customers/options/?q=priya",
    "who is alike": "/customers/known/?phone=7000012345&full_name=Priya+Ramavi+Mehta",
}


class Calendar:
    """The busy house's calendar, on the day after tomorrow so that every slot is still to come."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        page = desk.get("/appointments/new/")
        self.treatment = re.search(f'value="(treatment:{UUID})"', page)[1]
        self.customer = desk.first_link("/customers/", f"/customers/{UUID}/").split("/")[2]
        form = re.search('<select name="practitioner[^>]*>(.*?)</select>', page, re.S)[1]
        self.practitioners = re.findall(f'value="({UUID})"[^>]*>Dr. Busy', form)
        self.day = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=2)

    def pages(self) -> dict[str, str]:
        one, day = self.practitioners[0], self.day
        return {
            HELLO: "/healthz",
            "board, 20 x 20": f"/appointments/?day={day}",
            "list of that day": f"/appointments/schedule/?day={day}",
            "week of everybody": f"/appointments/week/?day={day}",
            "week of one": f"/appointments/week/?day={day}&practitioner={one}",
            "month": f"/appointments/month/?day={day}",
            "free times of one": f"/appointments/new/?what={self.treatment}&practitioner={one}&day={day}",
            "soonest with anybody": f"/appointments/new/?what={self.treatment}",
            "queue": "/appointments/queue/",
            "customers": "/customers/",
        }

    def booking_milliseconds(self) -> float:
        """Past the year that is filled, each at a time of its own."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.desk.get("/appointments/new/"))[
            1
        ]
        taken = []
        for n in range(WRITES):
            day = self.day + datetime.timedelta(days=80 + n // 8)
            form = {
                "csrfmiddlewaretoken": token, "idempotency_key": str(uuid.uuid4()), "customer": self.customer,
                "what": self.treatment, "practitioner": self.practitioners[n % len(self.practitioners)],
                "day": str(day), "time": f"{9 + n % 8 // 2 :02d}:{30 * (n % 2):02d}",
            }  # fmt: skip
            taken.append(spent(lambda form=form: self.desk.post("/appointments/new/", form)))
        return statistics.median(taken)


class Typed(HTMLParser):
    """What a browser would send of the form with this action."""

    def __init__(self, page: str, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside, self.choosing, self.form = wanted, False, "", {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "form":
            self.inside = about.get("action") == self.wanted
        if not self.inside:
            return
        name, kind = about.get("name") or "", about.get("type")
        if tag == "select":
            self.choosing = name
        elif tag == "option" and "selected" in about:
            self.form[self.choosing] = about.get("value") or ""
        elif tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in about) and name:
            self.form[name] = about.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


class Counter:
    """Bills of three treatments and two products each, for one person."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.customer = desk.first_link("/customers/", f"/customers/{UUID}/").split("/")[2]

    def issuing_milliseconds(self) -> float:
        """From the click on Issue to the answer that leads to the bill; what came before isn't counted."""
        return statistics.median(self._issue() for _ in range(BILLS))

    def _issue(self) -> float:
        beginning = Typed(self.desk.get("/billing/new/"), "/billing/new/").form | {"customer": self.customer}
        draft = self.desk.post("/billing/new/", beginning).removesuffix("edit/")
        found = self.desk.get(f"{draft}choices/?q=a")
        things = [re.findall(f'data-value="({kind}:{UUID})"', found) for kind in ("treatment", "item")]
        for value in things[0][:3] + things[1][:2]:
            self.desk.post(f"{draft}lines/add/", self._typed(draft) | {"add": value})
        form = self._typed(draft) | {"pay": "later"}
        return spent(lambda: self.desk.post(f"{draft}issue/", form))

    def _typed(self, draft: str) -> dict[str, str]:
        return Typed(self.desk.get(f"{draft}edit/"), f"{draft}edit/").form


def fill(stack: Copy, what: str) -> str:
    command = stack.command("manage", "shell", "-v", "0", "-c", f"from tests.{what} import fill; fill()")
    done = subprocess.run(
        command, env=stack.env, cwd=places.ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip()


def report(desk: Desk, pages: dict[str, str]) -> None:
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for path in pages.values():
        desk.get(path)
    for _round in range(ROUNDS):
        for name, path in pages.items():
            taken[name].append(
                statistics.median(spent(lambda path=path: desk.get(path)) for _ in range(REQUESTS))
            )
    hello = statistics.median(taken[HELLO])
    print(f"{'page':<26}{'ms':>8}{'× hello':>10}")
    for name, rounds in taken.items():
        milliseconds = statistics.median(rounds)
        print(f"{name:<26}{milliseconds:>8.1f}{milliseconds / hello:>10.1f}", flush=True)


def report_papers(desk: Desk) -> None:
    """The first byte of a kept PDF, and of one that is drawn while somebody waits: each bill in a form nobody asked for."""
    bills = re.findall(f'href="(/billing/{UUID}/)"', desk.get("/billing/?show=paid"))[:COLD]
    kept = f"{bills[0]}print/?format=a4"
    desk.get(kept)
    desk.get(f"{kept}&copy=triplicate")  # loads the renderer, so that drawing alone is measured
    for name, path in {HELLO: "/healthz", "PDF, kept": kept}.items():
        print(f"{name:<26}{statistics.median(desk.first_byte(path) for _ in range(WRITES)):>8.1f}")
    for form in ("a4", "a5", "slip"):
        cold = [desk.first_byte(f"{bill}print/?format={form}&copy=duplicate") for bill in bills]
        print(f"{f'PDF, drawn, {form}':<26}{statistics.median(cold):>8.1f}", flush=True)


def memory(root: int) -> str:
    """Of a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    total, waiting = dict.fromkeys((SHARE, SINGLE), 0), [root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        for kind in total:
            total[kind] += sum(map(int, re.findall(rf"^{kind}:\s+(\d+)", text, re.M)))
    return f"{total[SHARE] // 1024} MB (shared pages once; {total[SINGLE] // 1024} MB as the sum of RSS)"


def insert_milliseconds(data: Path) -> float:
    url = postgres.url(places.sockets(data, places.account()))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_probe (words text)")
        return statistics.median(
            spent(lambda: connection.execute("INSERT INTO bench_probe VALUES ('x')")) for _ in range(WRITES)
        )


def fsync_milliseconds(folder: Path) -> float:
    with tempfile.NamedTemporaryFile(dir=folder) as file:

        def write() -> None:
            file.write(b"x" * 8192)
            file.flush()
            os.fsync(file.fileno())

        return statistics.median(spent(write) for _ in range(WRITES))


def spent(action: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    sys.exit(main())
