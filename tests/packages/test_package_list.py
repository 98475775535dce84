"""Enrolments as cards with their figures, one with its sessions, a customer's panel, and what is sold."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from packages import domain
from packages.models import Enrolment, PlanPart
from packages.queries import next_session
from tests import factories


@pytest.fixture
def enrol(world):
    """`done` of `sessions` are completed, the next one booked if asked; `days` are left until it lapses."""

    def made(name, *, sessions=8, done=0, booked=False, days=200, branch=None, value=36000) -> Enrolment:
        branch = branch or world.branch
        plan = factories.plan(factories.treatment(branch), session_count=sessions, name=f"Plan of {name}")
        enrolment = domain.enrol(
            by=world.owner, branch=branch, plan=plan, value=Decimal(value), on=timezone.localdate(),
            customer=factories.customer(branch, world.owner, full_name=name),
        )  # fmt: skip
        for number in range(done + booked):
            visit = compat.uuid7()
            domain.reserve_session(by=world.owner, session=next_session(enrolment), appointment_id=visit)
            if number < done:
                domain.complete_session(
                    by=world.owner, appointment_id=visit, practitioner=world.doctor, note=f"Note {number + 1}"
                )
        until = timezone.localdate() + datetime.timedelta(days=days)
        Enrolment.objects.filter(pk=enrolment.pk).update(valid_until=until)
        enrolment.refresh_from_db()
        return enrolment

    return made


@pytest.fixture
def several(enrol):
    enrol("Priya Mehta", done=5, booked=True)
    enrol("Neha Patel", sessions=5, done=4, days=20, value=22500)
    enrol("Ritika Joshi", sessions=2, done=2)
    enrol("Sunita Rao", sessions=10, done=2, value=45000)
    enrol("Kavya Nair", done=1, days=-1)


def names(response) -> list[str]:
    return [card.enrolment.customer.full_name for card in response.context["cards"]]


def test_the_figures_count_what_is_owed(several, desk):
    domain.lapse()
    figures = desk.get(reverse("package-list")).context["figures"]
    assert (figures.total, figures.active, figures.nearly_done, figures.completed) == (5, 3, 1, 1)
    assert (figures.lapsing, figures.lapsed) == (1, 1)
    assert figures.sessions_owed == 3 + 1 + 8
    assert figures.owed == 3 * 4500 + 1 * 4500 + 8 * 4500


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Kavya Nair", "Sunita Rao", "Ritika Joshi", "Neha Patel", "Priya Mehta"]),
        ({"only": "active"}, ["Sunita Rao", "Neha Patel", "Priya Mehta"]),
        ({"only": "nearly"}, ["Neha Patel"]),
        ({"only": "completed"}, ["Ritika Joshi"]),
        ({"only": "lapsing"}, ["Neha Patel"]),
        ({"only": "lapsed"}, ["Kavya Nair"]),
        ({"q": "pri me"}, ["Priya Mehta"]),
        ({"q": "nobody"}, []),
        ({"q": "a\0b", "page": "x", "sort": "x"}, []),
        ({"only": "active", "sort": "left"}, ["Neha Patel", "Priya Mehta", "Sunita Rao"]),
        ({"sort": "lapsing", "only": "active"}, ["Neha Patel", "Sunita Rao", "Priya Mehta"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(several, desk, query, expected):
    assert names(desk.get(reverse("package-list"), query)) == expected


@pytest.mark.parametrize(
    ("sessions", "done", "nearly"), [(8, 5, False), (8, 6, True), (2, 1, True), (5, 3, True), (1, 0, False)]
)
def test_nearly_done_is_few_left_from_half_way_on(enrol, desk, sessions, done, nearly):
    enrol("Priya", sessions=sessions, done=done)
    response = desk.get(reverse("package-list"))
    assert response.context["figures"].nearly_done == nearly
    assert (response.context["cards"][0].state == "Nearly done") == nearly


def test_the_dots_show_done_booked_next_and_lost(enrol, desk):
    enrol("Priya", sessions=5, done=2, booked=True)
    enrol("Kavya", sessions=3, done=1, days=-1)
    lapsed, usable = desk.get(reverse("package-list")).context["cards"]
    assert usable.dots == ["done", "done", "booked", "next", ""]
    assert usable.next_number == 4
    assert (lapsed.dots, lapsed.state, lapsed.next_id) == (["done", "lost", "lost"], "Lapsed", None)


def test_the_last_day_of_validity_still_counts(enrol, desk):
    enrol("Priya", days=0)
    (card,) = desk.get(reverse("package-list")).context["cards"]
    assert (card.state, card.next_number) == ("Lapsing", 1)


def test_a_card_says_what_the_package_is_made_of_and_books_the_next(enrol, desk):
    enrolment = enrol("Priya", done=1)
    PlanPart.objects.create(plan=enrolment.plan, name="Added later", position=1)
    enrolment.terms |= {"components": ["Diode laser"], "add_ons": [{"name": "SPF shield", "price": "900"}]}
    enrolment.save()
    page = desk.get(reverse("package-list")).content.decode()
    assert "Diode laser · SPF shield add-on" in page and "Added later" not in page
    enrolment.terms = {}  # sold before terms were kept
    enrolment.save()
    assert "Added later" in desk.get(reverse("package-list")).content.decode()
    book = f"{reverse('appointment-new')}?customer={enrolment.customer_id}&amp;session={next_session(enrolment).pk}"
    assert book in page


def test_another_branch_shows_nothing(enrol, world, sign_in):
    enrolment = enrol("Priya")
    client = sign_in(world.colleague)
    assert names(client.get(reverse("package-list"))) == []
    assert client.get(reverse("enrolment-detail", args=[enrolment.pk])).status_code == 404
    assert client.get(reverse("customer-packages", args=[enrolment.customer_id])).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_as_much_for_thirty_as_for_one(enrol, desk, rows, django_assert_max_num_queries):
    for number in range(rows):
        enrol(f"Customer {number}", sessions=2)
    with django_assert_max_num_queries(8):
        assert len(names(desk.get(reverse("package-list")))) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_the_plans_ask_as_much_for_thirty_as_for_one(world, desk, rows, django_assert_max_num_queries):
    treatment = factories.treatment(world.branch)
    for number in range(rows):
        PlanPart.objects.create(plan=factories.plan(treatment, name=f"Plan {number}"), name="Part")
    with django_assert_max_num_queries(8):
        assert len(desk.get(reverse("plan-list")).context["page"]) == rows


def test_an_enrolment_lists_its_sessions(enrol, desk):
    enrolment = enrol("Priya", done=2, booked=True)
    response = desk.get(reverse("enrolment-detail", args=[enrolment.pk]))
    page = response.content.decode()
    assert "Note 2" in page and "Vivek Kapoor" in page and "₹4,500.00 a session" in page
    assert len(response.context["sessions"]) == 8


def test_the_panel_is_a_fragment_and_a_page(enrol, desk):
    enrolment = enrol("Priya", done=1)
    address = reverse("customer-packages", args=[enrolment.customer_id])
    fragment = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith("<section") and "Book session 2" in fragment
    assert "<!doctype html>" in desk.get(address).content.decode()


def test_plans_are_sold_to_whom_the_link_names(enrol, world, desk):
    enrolment = enrol("Priya")
    page = desk.get(reverse("plan-list"), {"customer": enrolment.customer_id}).content.decode()
    sell = reverse("package-sell", query={"plan": enrolment.plan_id})
    assert f"{sell}&amp;customer={enrolment.customer_id}" in page
    assert f'href="{sell}"' in desk.get(reverse("plan-list")).content.decode()
    for nobody in (compat.uuid7(), "nonsense"):
        assert desk.get(reverse("plan-list"), {"customer": nobody}).context["customer"] is None


def test_the_doctor_sees_packages_and_sells_none(enrol, world, sign_in):
    enrol("Priya")
    page = sign_in(world.doctor.user).get(reverse("plan-list")).content.decode()
    assert reverse("package-sell") not in page


def test_without_a_role_nothing_is_shown(enrol, world, sign_in):
    enrolment = enrol("Priya")
    client = sign_in(factories.person(world.branch))
    for address in (
        reverse("package-list"), reverse("plan-list"), reverse("enrolment-detail", args=[enrolment.pk]),
        reverse("customer-packages", args=[enrolment.customer_id]),
    ):  # fmt: skip
        assert client.get(address).status_code == 403
