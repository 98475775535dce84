"""The product as gunicorn serves it, on the run's database, and desks that talk to it over HTTP."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from clinic.stack import places, postgres
from staff.models import User
from tests import database
from tests.stack.copy import free_port

WORKERS, PATIENCE = 4, 30  # seconds for gunicorn to answer, and for one answer
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@contextlib.contextmanager
def serving(application: str = "clinic.wsgi:application") -> Iterator[int]:
    """gunicorn with four workers; its port."""
    port = free_port()
    name = settings.DATABASES["default"]["NAME"]
    env = os.environ | {
        "DATABASE_URL": postgres.url(database.SOCKET, postgres.APPLICATION, name),
        "DATABASE_OWNER_URL": postgres.url(database.SOCKET, postgres.OWNER, name),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PYTHONPATH": str(places.ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4", "--preload"]
    with (database.FOLDER / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(command, env=env, cwd=places.ROOT, stdout=log, stderr=log)
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with contextlib.suppress(OSError), contextlib.closing(asked):
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return
        assert process.poll() is None and time.monotonic() < deadline, "gunicorn doesn't answer"
        time.sleep(0.1)


class Desk:
    """Somebody signed in, with a connection that is kept."""

    def __init__(self, user: User, port: int) -> None:
        client = Client()
        client.force_login(user, backend="staff.backends.EmailOrUsername")
        self.cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        connections["default"].close()
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.token = ""

    def close(self) -> None:
        self.connection.close()

    def post(self, path: str, body: dict[str, object]) -> tuple[int, str, bytes]:
        if not self.token:
            self.token = TOKEN.search(self.ask("GET", reverse("set-password"))[2]).group(1).decode()
        return self.ask("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **body}))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, bytes]:
        """Status, the path it leads to, and the page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):  # an idle connection that gunicorn has closed
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        page = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, urlsplit(answer.headers.get("Location") or "").path, page
