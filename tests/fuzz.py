"""Anything anywhere, for as long as one likes: `python -m tests.fuzz SECONDS [SEED]`.

Pages, forms and the administration get random payloads, headers, methods and paths, on a database of the tests' own,
with nothing rolled back; what must be true of the data is proved at the end. Prints each failure once, with where it
was raised and what was sent; the same seed on the same code sends the same.
"""

import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from tests import database  # sets the environment before Django reads its settings

import django  # isort: skip

ROUND = 150  # requests between two fresh stages: forms need something to be done to
SLOW = 5  # seconds, on a machine that does other things too
ODD_HEADERS = {
    "HX-Request": ["true", "x"],
    "HX-Target": ["editor", "dialog", "times", "visit-1", "'\"><"],
    "HX-Current-URL": ["http://[", "//", "http://testserver/\u00e9"],
    "HX-Trigger": ["{", "x"],
    "Referer": ["http://[", "http://evil.example/", "/", "javascript:x"],
    "Accept-Language": ["hi", "x" * 600, "*;q=9", "en-in;q=NaN", "../../"],
    "User-Agent": ["", "x" * 5000, "\u00ff\u00fe"],
    "X-Request-ID": ["x" * 5000, "'", "\u00e9"],
    "X-Forwarded-For": ["x", "1.1.1.1, 2.2.2.2", "::1%eth0"],
    "Host": ["evil.example", "[", "testserver:99999"],
    "Cookie": ["clinic-session=x", "clinic-csrf=x; clinic-session=\u00e9", "=;=;="],
    "Range": ["bytes=-1", "bytes=9-1", "x"],
    "Content-Type": [  # charsets are the door's matter, see tests/clinic/test_wsgi.py
        "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=\u00e9", "",
        "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
    ],
}  # fmt: skip
EXTRA = [
    "is_staff",
    "total",
    "paid",
    "branch",
    "_connector",
    "_negated",
    "pk",
    "id",
    "page",
    "__class__",
    "show",
    "walk_in",
]


NAMES: dict[str, list[str]] = {}


class Fuzz:
    """One round: a fresh clinic, and many requests to it."""

    failures: Counter[tuple] = Counter()
    statuses: Counter[int] = Counter()
    slow: list[tuple] = []
    broken: list[str] = []

    def __init__(self, seed: int) -> None:
        from django.test import Client

        from tests import factories
        from tests.factories.forms import every_form, stage
        from tests.test_malformed_input import ids, sensible

        self.seed, self.random = seed, random.Random(seed)
        self.client = Client(raise_request_exception=False)
        branch = factories.clinic()
        self.users = [
            factories.person(None, "owner", username="owner"),  # the names that forms are filled in with
            factories.person(branch, "receptionist", username="meena"),
            factories.person(branch, "doctor"),
        ]
        on = stage(branch, self.users[1])
        self.forms = list(every_form(on).values())
        self.ids, self.known = ids(on), {name: str(value) for name, value in sensible(on).items()}
        self.raised: BaseException | None = None
        self.sign_in(self.users[0])

    def note(self, **_: Any) -> None:
        self.raised = sys.exc_info()[1]

    def run(self) -> None:
        from django.core.signals import got_request_exception

        staged = unproved()  # visits that were put there without their places
        got_request_exception.connect(self.note)
        for _ in range(ROUND):
            self.one()
        got_request_exception.disconnect(self.note)
        self.broken += [f"seed {self.seed}: {each}" for each in sorted(unproved() - staged)]

    def sign_in(self, user: Any) -> None:
        self.client.force_login(user, backend="staff.backends.EmailOrUsername")

    def one(self) -> None:
        if self.random.random() < 0.1 or not self.client.session.get("_auth_user_id"):
            self.sign_in(self.random.choices(self.users, [6, 2, 1])[0])
        ask = self.random.choices([self.page, self.form, self.admin, self.oddity], [4, 6, 2, 1])[0]
        method, url, data, headers = ask()
        self.raised, begun = None, time.monotonic()
        try:
            response = self.ask(method, url, data, headers)
        except (UnicodeError, ValueError) as problem:
            if "django/test/client.py" not in traceback.format_exc().splitlines()[-3]:
                self.fail(method, url, data, headers, problem)
            return
        self.statuses[int(response.status_code)] += 1
        if time.monotonic() - begun > SLOW:
            self.slow.append((method, url, time.monotonic() - begun))
        self.judge(method, url, data, headers, response)

    def ask(self, method: str, url: str, data: Any, headers: dict[str, str]) -> Any:
        if method != "generic":
            return getattr(self.client, method)(url, data, headers=headers)
        kind = headers.pop("Content-Type")
        return self.client.generic("POST", url, data, content_type=kind, headers=headers)

    def judge(self, method: str, url: str, data: Any, headers: dict[str, str], response: Any) -> None:
        from tests.payloads import unsafe_echoes

        if response.status_code >= 500 or self.raised:
            self.fail(method, url, data, headers, self.raised or RuntimeError(str(response.status_code)))
        elif not response.streaming and "text/csv" not in response.get("Content-Type", ""):
            for echo in unsafe_echoes(response.content.decode(errors="replace")):
                self.fail(method, url, data, headers, RuntimeError(f"echoed {echo}"))

    def fail(self, method: str, url: str, data: Any, headers: dict[str, str], problem: Exception) -> None:
        ours = [f for f in traceback.extract_tb(problem.__traceback__) if ".venv" not in f.filename]
        at = ours[-1] if ours else None
        key = (
            type(problem).__name__,
            at and f"{Path(at.filename).name}:{at.lineno}",
            url.partition("?")[0].split("/")[1],
        )
        self.failures[key] += 1
        if self.failures[key] == 1:
            print(
                f"FAILED (seed {self.seed})",
                *key,
                str(problem)[:200],
                "\n  ",
                method,
                url[:150],
                str(data)[:1500],
                str(headers)[:300],
                flush=True,
            )
            for frame in traceback.extract_tb(problem.__traceback__)[-6:]:
                print(f"      {frame.filename}:{frame.lineno} {frame.name}", flush=True)

    # What is asked

    def page(self) -> tuple:
        from tests.test_permission_walk import OURS, address

        place = self.random.choice([place for place in OURS if place.name != "sign-out"])
        url = address(place, self.ids)
        names = [*self.names(place), self.random.choice(EXTRA)]
        data = {name: self.known[name] for name in names if name in self.known and self.random.random() < 0.8}
        for name in self.random.sample(names, self.random.randrange(1, 3)):
            data[name] = self.value(data.get(name, ""))
        return "get", url, data, self.headers()

    def names(self, place: Any) -> list[str]:
        """The parameters that a page reads, found out once."""
        import pytest

        from tests.test_malformed_input import read_by
        from tests.test_permission_walk import address

        if place.name not in NAMES:
            url = address(place, self.ids)
            NAMES[place.name] = read_by(self.client, place, url, pytest.MonkeyPatch()) or ["page"]
        return NAMES[place.name]

    def form(self) -> tuple:
        form = self.random.choice([form for form in self.forms if form.name != "sign-out"])
        return "post", form.url, self.damaged(form.with_key()), self.headers()

    def damaged(self, body: dict[str, Any]) -> dict[str, Any]:
        body = dict(body)
        for _ in range(self.random.randrange(4)):
            name = self.random.choice([*[name for name in body if name != "idempotency_key"], *EXTRA[:3]])
            what = self.random.random()
            if what < 0.1:
                body.pop(name, None)
            elif what < 0.2:
                body[name] = [self.value(""), self.value("")]
            else:
                body[name] = self.value(str(body.get(name, "")))
        return body

    def admin(self) -> tuple:
        from django.contrib import admin
        from django.urls import reverse

        model = self.random.choice(list(admin.site._registry))
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._base_manager.order_by("?").first()
        what = self.random.choice(["changelist", "add", "change", "history", "post", "post", "post"])
        if what == "changelist":
            names = ["q", "o", "p", "all", "e", "_facets", "_changelist_filters", "_to_field", "_popup", "is_active__exact",
                     "id__in", "branch__id__exact", "name__isnull", "at__gte", "username__regex"]  # fmt: skip
            return (
                "get",
                reverse(f"{stem}_changelist"),
                {n: self.value("1") for n in self.random.sample(names, 2)},
                {},
            )
        pk = row.pk if row and self.random.random() < 0.9 else self.value("x")
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if what == "add":
            names = [field.name for field in model._meta.get_fields()]
            return (
                "get",
                f"{address}add/",
                {n: self.value("1") for n in self.random.sample(names, min(2, len(names)))},
                {},
            )
        if what in ("change", "history"):
            from urllib.parse import quote

            return "get", f"{address}{quote(str(pk), safe='')}/{what}/", {"_popup": self.value("1")}, {}
        return self.admin_form(
            f"{address}{row.pk}/change/" if row and self.random.random() < 0.6 else f"{address}add/"
        )

    def admin_form(self, url: str) -> tuple:
        from tests.staff.admin_forms import fill

        self.sign_in(self.users[0])
        response = self.client.get(url)
        if response.status_code != 200 or not response.context or "adminform" not in response.context:
            return "get", url, {}, {}
        body = fill(self.client, url, {})
        fields = [field.html_name for field in response.context["adminform"].form]
        for inline in response.context["inline_admin_formsets"]:
            empty = [field.html_name.replace("__prefix__", "0") for field in inline.formset.empty_form]
            fields += empty
        for name in self.random.sample(fields, min(len(fields), self.random.randrange(1, 4))):
            body[name] = self.value(body.get(name, ""))
        return "post", url, self.damaged(body), {}

    def oddity(self) -> tuple:
        from tests.test_permission_walk import OURS, address

        url = address(self.random.choice([place for place in OURS if place.name != "sign-out"]), self.ids)
        name, values = self.random.choice(list(ODD_HEADERS.items()))
        headers = {name: self.random.choice(values)}
        method = self.random.choice(["get", "head", "options", "put", "patch", "delete", "generic"])
        if method == "generic":
            kind = self.random.choice(ODD_HEADERS["Content-Type"])
            body = (
                b"idempotency_key="
                + str(UUID(int=self.random.getrandbits(128))).encode()
                + b"&note=%ff%ed%a0%80&"
                + self.random.randbytes(20)
            )
            if "multipart" in kind:
                body = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n\\ud800\r\n--x--\r\n'
            return "generic", self.random.choice(self.forms[3:]).url, body, headers | {"Content-Type": kind}
        if self.random.random() < 0.3:
            from urllib.parse import quote

            url = "/" + quote(self.value(url))
        return method, url, None, headers

    def headers(self) -> dict[str, str]:
        if self.random.random() < 0.7:
            return {}
        target = self.random.choice(ODD_HEADERS["HX-Target"])
        return {"HX-Request": "true", "HX-Target": target}

    def value(self, known: str) -> str:
        from tests.payloads import PAYLOADS

        what = self.random.random()
        if what < 0.6:
            return self.random.choice(PAYLOADS)
        if what < 0.75:
            return "".join(
                chr(
                    self.random.choice(
                        [
                            self.random.randrange(0x80),
                            self.random.randrange(0xD800),
                            self.random.randrange(0xE000, 0x110000),
                        ]
                    )
                )
                for _ in range(self.random.randrange(1, 40))
            )
        if what < 0.85:
            return str(self.random.choice([-1, 1]) * 10 ** self.random.randrange(-6, 22))
        cut = self.random.randrange(len(known) + 1)
        return known[:cut] + self.random.choice(PAYLOADS)[:30] + known[cut:]


def unproved() -> set[str]:
    """What `manage.py prove` would say, in one language whatever the last request asked for."""
    from clinic import registries
    from clinic.plain import plainly

    with plainly():
        return {f"{name}: {sentence}" for name, check in registries.proofs().items() for sentence in check()}


def main(seconds: float, seed: int) -> int:
    import logging

    logging.disable(logging.CRITICAL)
    print(f"first seed {seed}, one more for each round", flush=True)
    until = time.monotonic() + seconds
    with database.running() as server:
        database.make_template(server)
        while time.monotonic() < until:
            database.clone(server)
            Fuzz(seed).run()
            seed += 1
        database.drop_clone(server)
    print(
        f"last seed {seed - 1};", sum(Fuzz.statuses.values()), "requests", dict(sorted(Fuzz.statuses.items()))
    )
    print("failures", dict(Fuzz.failures), "slow", Fuzz.slow[:10], "not proved", Fuzz.broken[:10])
    return 1 if Fuzz.failures or Fuzz.broken or Fuzz.slow else 0


if __name__ == "__main__":
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    sys.exit(main(seconds, int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)))
