"""Browser stories: the system's Chromium on the live server, which works on the run's cloned database.

    def test_booking(new_page, world):
        page = new_page(world.receptionist, phone=True)
        page.goto("/appointments/")

Everything is real but the network beyond this machine. A story fails on what the page's own scripts get wrong.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright

from clinic import registries
from staff.models import User
from tests import database
from tests.factories import signs

# Playwright keeps an event loop in the tests' thread, where Django would refuse to query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    # Nothing beyond this machine has an address. Stopping requests one by one would switch the browser's cache off.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
OPEN: list[Page] = []
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
EXPECTED_NOISE = (
    "Failed to load resource",  # a refusal is an answer with a status of its own
    "htmx:afterRequest",  # what was asked for when the page was left
    "htmx:sendAbort",
    "htmx:sendError",
)


def patient(act: Callable[..., Any]) -> Callable[..., Any]:
    """Nobody is quicker than the page's own scripts, which run before it is loaded."""

    @wraps(act)
    def acting(target: Locator, *args: Any, **kwargs: Any) -> Any:
        target.page.wait_for_load_state()
        return act(target, *args, **kwargs)

    return acting


for name in ("click", "fill", "press", "check", "select_option"):
    setattr(Locator, name, patient(getattr(Locator, name)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep what the windows showed when a story failed, for whoever has to find out why."""
    report = yield
    if report.when == "call" and report.failed:
        folder = database.FOLDER / "failed"
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(OPEN):
            page.screenshot(path=folder / f"{item.name}-{number}.png")
    return report


@pytest.fixture
def new_page(live_server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(user, phone=True, dark=True)`: a window of its own, signed in when a user is given."""
    contexts, problems = [], []

    def open_page(user: User | None = None, *, phone: bool = False, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            locale="en-IN",
            timezone_id="Asia/Kolkata",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user:
            context.add_cookies([session_of(user, live_server.url)])
        page = context.new_page()
        OPEN.append(page)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.extend(complaint(message, page)))
        return page

    yield open_page
    OPEN.clear()
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(autouse=True)
def proven(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a story did, the data is as it must be afterwards: the proofs of `manage.py prove`, all of them.

    A story that writes rows past the verbs says which proofs they break: `@pytest.mark.past_the_verbs("name", ...)`.
    """
    if request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("transactional_db")  # so that the proofs come before its end
    yield
    known = {name for mark in request.node.iter_markers("past_the_verbs") for name in mark.args}
    found = {name: list(check())[:5] for name, check in registries.proofs().items() if name not in known}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def session_of(user: User, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="staff.backends.EmailOrUsername")
    signs.stay(client)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def complaint(message: ConsoleMessage, page: Page) -> list[str]:
    expected = message.type != "error" or message.text.startswith(EXPECTED_NOISE)
    return [] if expected else [f"{page.url}: {message.text}"]
