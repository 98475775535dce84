"""What every answer carries, pages and refusals and files alike; and that looking changes nothing."""

import pytest
from django.urls import reverse
from uuid_utils import compat

from clinic.models import AuditRow, Event
from tests import factories
from tests.factories.forms import every_form
from tests.test_malformed_input import ids, read_out
from tests.test_permission_walk import ADMIN, OURS, address


@pytest.fixture
def owner(sign_in, world):
    client = sign_in(world.owner)
    client.raise_request_exception = False
    return client


def missing(response, *, private: bool = True) -> list[str]:
    said = response.headers
    policy = said.get("Content-Security-Policy", "")
    checks = {
        "no policy": "default-src 'self'" in policy and "object-src 'none'" in policy,
        "takes another base": "base-uri 'none'" in policy,
        "unsafe policy": "unsafe" not in policy and "*" not in policy,
        "may be framed": "frame-ancestors 'none'" in policy and said.get("X-Frame-Options") == "DENY",
        "sniffed": said.get("X-Content-Type-Options") == "nosniff",
        "tells where from": said.get("Referrer-Policy") == "same-origin",
        "permissions": "geolocation=()" in said.get("Permissions-Policy", ""),
        "of what kind": (not response.streaming and not response.content)
        or is_told(said.get("Content-Type", "")),
        "kept": not private or "no-store" in said.get("Cache-Control", ""),
    }
    return [problem for problem, holds in checks.items() if not holds]


def is_told(kind: str) -> bool:
    """A type, and for a text how its letters are written."""
    return "charset=" in kind.lower() if kind.startswith("text/") else "/" in kind


def judged(responses, **how) -> list[tuple]:
    return [(*about, found) for *about, response in responses if (found := missing(response, **how))]


def test_every_page_and_every_form(owner, on):
    pages = [(place.name, "get", owner.get(address(place, ids(on)))) for place in OURS]
    sheets = [
        (name, *asked) for name, *asked in pages if name == "brand"
    ]  # colours, which say nothing of anybody
    pages = [(name, *asked) for name, *asked in pages if name != "brand"]
    assert judged(sheets, private=False) == []
    plain = [place for place in ADMIN if not place.parameters and place.name and "logout" not in place.name]
    admin = [
        (place.name, "get", owner.get(reverse(place.name))) for place in plain if "jsi18n" not in place.name
    ]
    forms = [(form.name, "post", owner.post(form.url, form.body)) for form in every_form(on).values()]
    for *_, response in pages:
        read_out(response)
    assert {200, 302} <= {response.status_code for *_, response in pages + admin + forms}
    assert judged(pages + admin + forms) == []


def test_every_kind_of_refusal(owner, client, on, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError

    form = every_form(on)["appointment-new"]
    strict = type(client)(enforce_csrf_checks=True)
    answers = [
        (404, owner.get("/nowhere/")),
        (404, owner.get(f"/customers/{compat.uuid7()}/")),
        (405, owner.get(f"/appointments/{on.scheduled.pk}/confirm/")),
        (405, owner.trace("/customers/")),
        (409, owner.post(form.url, {})),
        (422, owner.post(form.url, form.with_key(what=""))),
        (403, strict.post("/sign-in/", {"username": "x"})),
        (400, owner.get("/customers/", headers={"Host": "evil.example"})),
    ]
    monkeypatch.setattr("customers.queries.listed", broken)
    answers.append((500, owner.get("/customers/")))
    client.logout()
    answers.append((302, client.get("/customers/")))
    wrong = [
        (status, found) for status, answer in answers if (found := missing(answer, private=status != 400))
    ]
    assert wrong == []
    assert [answer.status_code for _status, answer in answers] == [status for status, _answer in answers]


def test_files(owner, on):
    paper = owner.get(reverse("invoice-print", args=[on.unpaid.pk]))
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert missing(paper) == []
    read_out(paper)
    for name in ("/static/css/forms.css", "/static/js/picker.js"):
        static = owner.get(name)
        assert static.status_code == 200
        assert missing(static, private=False) == []
        read_out(static)


def test_cookies(client, world, settings):
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": "owner", "password": factories.PASSWORD})
    client.get("/")
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["samesite"] == "Lax"
        assert not client.cookies[name]["domain"]
        assert client.cookies[name]["httponly"]


def test_what_is_told_after_a_form_is_in_no_cookie(owner, settings):
    """It may name a person, and a browser keeps cookies."""
    owner.post("/switch-branch/", {"branch": str(owner.get("/").wsgi_request.branch.pk)})
    assert set(owner.cookies) <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert "You work at" in owner.get("/").content.decode()


def test_whoever_signs_out_leaves_nothing_in_the_browser(owner):
    assert "Clear-Site-Data" not in owner.get("/customers/")
    assert owner.post("/sign-out/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in owner.get("/sign-in/")


def test_looking_changes_nothing(owner, on):
    """GET and HEAD of every address, also as another page would have it: nothing is written."""
    chosen = {"customer": on.customer.pk, "appointment": on.scheduled.pk, "treatment": on.treatment.pk}
    changed, known = [], ids(on) | {"invoice": on.unpaid.pk}
    for place in OURS:
        if place.name.endswith("-print"):
            read_out(owner.get(address(place, known)))  # draws the paper, if nobody has
    for place in OURS:
        for method in ("get", "head"):
            before = AuditRow.objects.changes().order_by("-pk").first().pk, Event.objects.count()
            read_out(getattr(owner, method)(address(place, known), chosen))
            after = AuditRow.objects.changes().order_by("-pk").first().pk, Event.objects.count()
            if before != after and not place.name.endswith("-export"):  # who took a list is kept
                changed.append((place.name, method))
    assert changed == []
