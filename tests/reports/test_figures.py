"""Every figure of the dashboard opens its rows and comes to what they come to; one dashboard per role."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.figures import FIGURES
from tests import factories
from tests.reports.test_dashboard import gel, sell, visit  # noqa: F401 - fixtures


@pytest.fixture
def busy(world, visit, sell, gel):  # noqa: F811
    """A day with a visit in each state, bills paid in part by different modes, and every kind of trouble in stock."""
    arrived = {"arrived_at": timezone.now()}
    visit(hour=9), visit(hour=10, days=-1), visit(hour=11, status="arrived", **arrived)
    visit(hour=12, status="no_show"), visit(hour=13, status="confirmed")
    sell(paid=1000), sell(paid=5310), sell()
    factories.batch(gel, world.branch, world.owner, quantity=3)
    empty = factories.item(world.branch, name="Face mask", reorder_level=Decimal(5))
    factories.batch(empty, world.branch, world.owner, quantity=9, days=-1)
    factories.batch(factories.item(world.branch, name="Serum"), world.branch, world.owner, quantity=7, days=9)


def shown(client):
    return {str(card["label"]): card for card in client.get("/").context["cards"]}


def total_behind(client, card):
    return client.get(card["url"]).context["total"]


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("owner", ["Appointments today", "Billed this month, with tax", "Pending payments", "Low stock"]),
        ("doctor", ["Appointments today", "Waiting now", "To confirm today", "Low stock"]),
        ("receptionist", ["Appointments today", "Waiting now", "To confirm today", "Done today"]),
        ("stockkeeper", ["Low stock", "Out of stock", "Expiring within 30 days", "Stock at cost"]),
    ],
)
def test_each_role_has_its_four_cards_and_each_ties_with_its_rows(world, sign_in, busy, role, labels):
    user = world.doctor.user if role == "doctor" else factories.person(world.branch, role)
    client = sign_in(user)
    found = shown(client)
    assert list(found) == labels
    for label, card in found.items():
        if label != "Stock at cost":
            assert total_behind(client, card) == str(card["value"]), label


def test_no_figure_is_empty_by_accident(world, sign_in, busy):
    """What is compared above is not nothing with nothing."""
    found = shown(sign_in(world.owner))
    assert [str(card["value"]) for card in found.values()] == ["3", "₹15,930.00", "₹9,620.00", "2"]


def test_what_came_in_is_split_by_mode_and_ties(world, sign_in, busy):
    client = sign_in(world.owner)
    received = client.get("/").context["received"]
    assert received.sum == Decimal(6310) == sum(share.amount for share in received.shares)
    page = client.get(reverse("figure-rows", args=["received"])).context
    assert page["total"] == "₹6,310.00" and len(page["lines"]) == 2
    assert client.get(reverse("figure-rows", args=["received-card"])).context["total"] == "₹0.00"


def test_the_sum_of_the_picture_ties(world, sign_in, busy):
    client = sign_in(world.owner)
    total = client.get("/").context["sales"]["sum"]
    assert client.get(reverse("figure-rows", args=["sales"])).context["total"] == "₹15,930.00"
    assert total == Decimal(15930)


@pytest.mark.parametrize("name", FIGURES)
def test_each_page_of_rows_opens_where_its_permission_is_held(world, sign_in, desk, busy, name):
    assert desk.get(reverse("figure-rows", args=[name])).status_code == (
        200 if world.receptionist.may(FIGURES[name].permission) else 404
    )
    page = sign_in(world.owner).get(reverse("figure-rows", args=[name]))
    assert page.status_code == 200
    for line, cells in page.context["lines"]:
        assert len(line.cells) == len(FIGURES[name].heads) == len(cells)


def test_a_doctor_opens_their_own_visits_alone(world, sign_in, visit):  # noqa: F811
    visit()
    other = factories.practitioner(world.branch, full_name="Reena Sharma", username="reena")
    visit(hour=11, practitioner=other)
    lines = sign_in(world.doctor.user).get(reverse("figure-rows", args=["visits"])).context["lines"]
    assert len(lines) == 1


def test_a_figure_that_does_not_exist(sign_in, world):
    assert sign_in(world.owner).get("/figures/nothing/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_rows_take_the_same_number_of_queries(world, sign_in, sell, rows, django_assert_max_num_queries):  # noqa: F811
    for _row in range(rows):
        sell(paid=10)
    client = sign_in(world.owner)
    for name in ("received", "pending", "sales"):
        with django_assert_max_num_queries(10):
            client.get(reverse("figure-rows", args=[name]))


@pytest.mark.parametrize("role", ["owner", "doctor", "receptionist", "stockkeeper"])
def test_a_dashboard_takes_eleven_queries_at_most(world, sign_in, busy, role, django_assert_max_num_queries):
    client = sign_in(world.doctor.user if role == "doctor" else factories.person(world.branch, role))
    with django_assert_max_num_queries(11):
        client.get("/")
