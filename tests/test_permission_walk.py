"""Every URL of the resolver, third-party ones included, by every role, a colleague elsewhere and nobody at all.

What each cell must be follows from the permission the view declares, so a new URL is walked without being listed here;
only what a view needs in its address is (`objects`), and a URL with an unknown parameter fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from uuid_utils import compat

from appointments.models import AppointmentQuerySet
from billing.models import InvoiceQuerySet
from clinic.permissions import Permission
from customers.models import CustomerQuerySet
from staff.models import Role
from tests import factories
from tests.conftest import World
from tests.factories import everything

METHODS = ["get", "post", "head", "put", "patch", "delete"]
CANARY = "Canary Zeta"  # planted in every name another branch must not see
STATIC_PREFIXES = ("static/",)
#: To whoever knows its address; that it names no customer is tried in tests/appointments/test_queue_pages.py.
NAMES_WHO_TREATS = {"queue-display"}
ROLES = [
    "owner", "administrator", "manager", "doctor", "nurse", "therapist", "receptionist", "cashier", "accountant",
    "pharmacist", "optical", "stockkeeper", "employee", "viewer", None,
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    route: str
    name: str
    view: object
    parameters: tuple[str, ...]


def places() -> list[Place]:
    return list(walk(get_resolver().url_patterns, "", ""))


def walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Place]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, route, inside)
        elif not route.startswith(STATIC_PREFIXES):
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            yield Place(route, name, pattern.callback, tuple(pattern.pattern.regex.groupindex))


OURS = [place for place in places() if not place.route.startswith("admin/")]
ADMIN = [place for place in places() if place.route.startswith("admin/")]


def test_the_walk_sees_the_product():
    assert len(OURS) > 30
    assert len(ADMIN) > 30


@pytest.mark.parametrize("place", OURS, ids=lambda place: place.name or place.route)
def test_every_view_declares_who_may(place):
    declared = getattr(place.view, "permission", "nothing")
    assert declared != "nothing", f"{place.name} declares neither a permission nor that it is public"
    assert declared in (*Permission.values, "signed in") or getattr(place.view, "public_because", "")


@pytest.fixture
def objects(world: World) -> dict[str, UUID]:
    return things(world, world.branch, world.receptionist)


def things(world: World, branch, clerk) -> dict[str, UUID]:
    """One of everything a URL may name, at a branch, each carrying the canary. Keys are the URLs' own names."""
    return everything.one_of_everything(branch, by=clerk, name=CANARY)


def address(place: Place, found: dict[str, UUID]) -> str:
    stem = place.name.partition("-")[0]
    values = {name: found[name] if name in found else found[stem] for name in place.parameters}
    return reverse(place.name, kwargs=values)


def ask(client, method: str, url: str):
    """A request as a page would send it: a form carries its key."""
    body = {"idempotency_key": str(compat.uuid7())} if method == "post" else None
    response = getattr(client, method)(url, body) if body else getattr(client, method)(url)
    if response.streaming:
        b"".join(response.streaming_content)  # a file that is sent stays open until it has been read
    return response


def may(user, place: Place) -> bool:
    permission = place.view.permission
    return permission is None or permission == "signed in" or user.may(permission)


#: These try every method; what the others may is told by looking and by sending a form.
EVERY_METHOD = ("owner", "doctor", "receptionist", None)


def methods_of(role: str | None) -> list[str]:
    return METHODS if role in EVERY_METHOD else METHODS[:2]


def test_how_far_the_walk_goes():
    """Told with `pytest -s`: so many cells of address, role and method are asked."""
    walked = [place for place in OURS if place.name != "sign-out"]
    cells = len(walked) * sum(len(methods_of(role)) for role in ROLES)
    strangers = len(OURS) * len(METHODS)
    print(
        f"\n{len(walked)} addresses by {len(ROLES)} roles (one is none at all), {len(METHODS)} methods by "
        f"{len(EVERY_METHOD)} of them and 2 by the others: {cells} cells; by nobody signed in: {strangers} more"
    )
    assert cells > 15_000


@pytest.mark.parametrize("role", ROLES)
def test_every_url_by_every_role_and_method(world, objects, client, role):
    user = factories.person(world.branch, *([role] if role else []))
    wrong = []
    for place in OURS:
        if place.name == "sign-out":
            continue  # would end the walk's own session; see the sign-in tests
        client.force_login(user, backend="staff.backends.EmailOrUsername")  # some end the session
        for method in methods_of(role):
            status = ask(client, method, address(place, objects)).status_code
            allowed = may(user, place)
            if (
                status >= 500
                or (allowed and status == 403)
                or (not allowed and status not in (403, 404, 405))
            ):
                wrong.append((place.name, method, status))
    assert wrong == []


def test_nobody_gets_past_the_sign_in_page(world, objects, client):
    wrong = []
    for place in OURS:
        for method in METHODS:
            response = ask(client, method, address(place, objects))
            public = place.view.permission is None
            sent_away = response.status_code == 302 and response["Location"].startswith(reverse("sign-in"))
            if response.status_code >= 500 or not (public or sent_away or response.status_code == 405):
                wrong.append((place.name, method, response.status_code))
            if place.name not in NAMES_WHO_TREATS and CANARY in response.content.decode(errors="replace"):
                wrong.append((place.name, method, "canary"))
    assert wrong == []


def found_elsewhere(client, walked: list[Place], objects) -> list[tuple]:
    """What somebody at another branch gets of this one's, by page and method."""
    wrong = []
    for place in walked:
        if place.name == "sign-out":
            continue
        # The organisation's catalogue, and what is open to everybody who knows its address.
        shared = (
            place.name.partition("-")[0]
            in ("item", "plan", "reason", "role", "stock", "supplier", "treatment")
            or place.parameters in (("kind",), ("occasion",), ("figure",), ("purpose",))
            or place.view.permission is None
        )
        for method in ("get", "post"):
            response = ask(client, method, address(place, objects))
            body = (b"" if response.streaming else response.content).decode(errors="replace")
            if place.parameters and not shared and response.status_code not in (403, 404, 405):
                wrong.append((place.name, method, response.status_code))
            if place.name not in NAMES_WHO_TREATS and CANARY in body:
                wrong.append((place.name, method, "canary"))
    return wrong


@pytest.mark.parametrize("role", ["owner", "doctor", "receptionist"])
def test_a_colleague_elsewhere_finds_nothing(world, objects, client, role):
    """Each address that names something of this branch: 404 (or 403) for a colleague at another, and no canary."""
    user = factories.person(world.elsewhere, role)
    client.force_login(user, backend="staff.backends.EmailOrUsername")
    assert found_elsewhere(client, OURS, objects) == []


@pytest.mark.parametrize("rows", [CustomerQuerySet, InvoiceQuerySet, AppointmentQuerySet])
def test_a_branch_that_a_query_forgets_is_found(world, objects, client, monkeypatch, rows):
    """Planted: what one may see is everything. The walk has to name pages, prints and fragments of it."""
    monkeypatch.setattr(rows, "visible_to", lambda self, user, **_more: self)
    client.force_login(factories.person(world.elsewhere, "owner"), backend="staff.backends.EmailOrUsername")
    stem = {CustomerQuerySet: "customer-", InvoiceQuerySet: "invoice-", AppointmentQuerySet: "appointment-"}[
        rows
    ]
    wrong = found_elsewhere(client, [place for place in OURS if place.name.startswith(stem)], objects)
    assert {f"{stem}detail", f"{stem}list"} <= {name for name, *_rest in wrong}
    assert "canary" in {what for *_about, what in wrong}
    assert len({name for name, *_rest in wrong}) > 5


def test_swapped_ids_in_a_body_reach_nothing_of_another_branch(world, objects, client):
    """A colleague elsewhere posts this branch's ids where forms take ids: nothing of this branch changes."""
    from clinic.models import AuditRow

    user = factories.person(world.elsewhere, "owner")
    client.force_login(user, backend="staff.backends.EmailOrUsername")
    before = AuditRow.objects.order_by("-id").first().pk
    for name in ("appointment-new", "invoice-new", "package-sell"):
        body = {key: str(value) for key, value in objects.items()} | {"idempotency_key": str(compat.uuid7())}
        assert client.post(reverse(name), body).status_code in (404, 409, 422)
    assert list(AuditRow.objects.changes().filter(pk__gt=before).values_list("table_name", flat=True)) == []


@pytest.mark.parametrize("place", [p for p in OURS if p.parameters], ids=lambda place: place.name)
def test_an_unknown_uuid_is_not_found(world, objects, client, place):
    client.force_login(world.owner, backend="staff.backends.EmailOrUsername")
    unknown = dict.fromkeys([*place.parameters], compat.uuid7())
    for method in ("get", "post"):
        assert ask(client, method, reverse(place.name, kwargs=unknown)).status_code in (404, 405)


@pytest.mark.parametrize(
    ("role", "expected"), [("owner", {200, 302, 403, 404}), ("receptionist", {403, 404}), (None, {403, 404})]
)
def test_the_admin_is_for_administrators(world, client, role, expected):
    user = factories.person(world.branch, *([role] if role else []))
    client.force_login(user, backend="staff.backends.EmailOrUsername")
    wrong = [
        (place.route, status)
        for place in ADMIN
        if not place.parameters and place.name and place.name != "admin:logout"
        if (status := client.get(reverse(place.name)).status_code) not in expected
    ]
    assert wrong == []
    assert (client.get(reverse("admin:index")).status_code == 200) is (role == "owner")


def test_the_admin_sends_strangers_to_the_one_sign_in_page(client, world):
    for place in ADMIN:
        if not place.parameters and place.name and "jsi18n" not in place.name:
            response = client.get(reverse(place.name))
            assert response.status_code in (302, 404), place.route


@pytest.mark.django_db
def test_every_system_role_is_walked():
    assert set(Role.objects.filter(is_system=True).values_list("code", flat=True)) == {
        role for role in ROLES if role
    }


def test_posting_verbs_refuse_get(world, objects, client):
    """A verb that changes something by its address alone answers GET with 405."""
    client.force_login(world.owner, backend="staff.backends.EmailOrUsername")
    verbs = [
        p
        for p in OURS
        if p.name.endswith("no-show")
        or p.name.rpartition("-")[2]
        in {"confirm", "start", "complete", "sent", "seen", "discard", "withdraw", "revoke"}
    ]
    assert verbs
    for place in verbs:
        assert client.get(address(place, objects)).status_code == 405, place.name
