"""One person's page: tabs, the timeline, the history."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments import domain as appointments
from billing import domain as billing
from clinic.permissions import Permission
from customers import domain, history, timeline
from customers.models import Customer
from packages import domain as packages
from staff.models import Grant, Role
from tests import factories


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", phone="+919876543210", notes="Mornings"
    )


@pytest.fixture
def visit(world, priya):
    starts_at = datetime.datetime.combine(
        timezone.localdate() + datetime.timedelta(days=1), datetime.time(11), world.branch.zone
    )
    return appointments.book(
        by=world.receptionist, branch=world.branch, customer=priya, practitioner=world.doctor,
        treatment=factories.treatment(world.branch, name="Hydrafacial"), starts_at=starts_at,
    )  # fmt: skip


def page(client, customer, **query) -> str:
    response = client.get(reverse("customer-detail", args=[customer.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_overview_is_shown_first_and_loads_what_stands_in_it(desk, priya):
    found = page(desk, priya)
    assert 'aria-current="page">Overview' in found
    assert reverse("customer-packages", args=[priya.pk]) in found
    assert f'hx-get="{reverse("customer-invoices", args=[priya.pk])}"' not in found


@pytest.mark.parametrize(
    ("tab", "url_name"),
    [
        ("packages", "customer-packages"),
        ("visits", "customer-appointments"),
        ("bills", "customer-invoices"),
        ("timeline", "customer-timeline"),
        ("history", "customer-history"),
    ],
)
def test_each_tab_has_an_address_and_loads_its_own(desk, priya, tab, url_name):
    found = page(desk, priya, tab=tab)
    assert f'hx-get="{reverse(url_name, args=[priya.pk])}"' in found
    assert 'id="personal"' not in found


def test_a_tab_alone_is_answered_to_htmx(desk, priya):
    address = reverse("customer-detail", args=[priya.pk]) + "?tab=visits"
    headers = {"HX-Request": "true", "HX-Target": "customer-tabs"}
    found = desk.get(address, headers=headers).content.decode()
    assert "<html" not in found
    assert 'id="customer-tabs"' in found


def test_an_unknown_tab_is_the_overview(desk, priya):
    assert 'aria-current="page">Overview' in page(desk, priya, tab="\0nonsense")


def test_a_tab_whose_parts_one_may_not_see_is_not_there(sign_in, world, priya):
    client = sign_in(factories.person(world.branch, "therapist"))
    found = page(client, priya)
    assert "tab-visits" in found
    assert "tab-bills" not in found


def test_the_timeline_tells_of_every_app_the_latest_first(desk, world, priya, visit):
    plan = factories.plan(factories.treatment(world.branch), name="Glow")
    packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=Decimal(1), on=timezone.localdate()
    )  # fmt: skip
    found = desk.get(reverse("customer-timeline", args=[priya.pk])).content.decode()
    assert found.index("Package: Glow") < found.index("Booked: Hydrafacial") < found.index("Registered")


def test_the_timeline_shows_one_kind_alone(desk, priya, visit):
    found = desk.get(reverse("customer-timeline", args=[priya.pk]), {"only": "visits"}).content.decode()
    assert "Booked: Hydrafacial" in found
    assert '<span class="strong">Registered</span>' not in found


@pytest.fixture
def greeter(world):
    """Somebody who may see customers and nothing else."""
    role = Role.objects.create(code="greeter", name="Greeter")
    Grant.objects.create(role=role, permission=Permission.CUSTOMERS_VIEW)
    return factories.person(world.branch, "greeter")


def test_the_timeline_holds_back_what_one_may_not_see(sign_in, greeter, priya, visit):
    found = sign_in(greeter).get(reverse("customer-timeline", args=[priya.pk])).content.decode()
    assert "Registered" in found
    assert "Hydrafacial" not in found


def test_the_timeline_goes_on_page_by_page_without_losing_or_repeating(world, priya, visit, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 2)
    appointments.confirm(by=world.receptionist, appointment=visit)
    appointments.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    seen, before, more = [], None, True
    while more:
        found = timeline.read(user=world.receptionist, customer_id=priya.pk, before=before)
        seen += [moment.what for moment in found.moments]
        more = bool(found.before)
        before = datetime.datetime.fromisoformat(found.before) if more else None
    assert seen == ["Cancelled: Hydrafacial", "Confirmed: Hydrafacial", "Booked: Hydrafacial", "Registered"]


def test_the_history_tells_old_and_new_of_a_field_and_who(desk, world, priya):
    domain.change(
        by=world.receptionist, customer=Customer.objects.get(pk=priya.pk), version=1, notes="Evenings"
    )
    desk.post(
        reverse("customer-edit", args=[priya.pk]),
        {"full_name": "Priya Mehta", "phone": "9876543210", "gender": "female", "version": 2, "city": "Pune"},
    )
    found = desk.get(reverse("customer-history", args=[priya.pk])).content.decode()
    assert '<del class="muted">Mornings</del> → Evenings' in found
    assert "Pune" in found
    assert "· Meena Joshi" in found


def test_the_history_of_bills_is_for_those_who_see_bills(world, greeter, priya):
    billing.draft(by=world.receptionist, branch=world.branch, customer=priya)

    def told(user):
        return {change.what for change in history.read(user=user, customer_id=priya.pk).changes}

    assert "invoice" in told(world.receptionist)
    assert told(greeter) == {"customer"}


@pytest.mark.parametrize("name", ["customer-timeline", "customer-history"])
def test_nonsense_in_the_address_is_harmless(desk, priya, name):
    for before in ("", "x", "99999999999999999999", "2026-13-99", "²"):
        assert desk.get(reverse(name, args=[priya.pk]), {"before": before, "only": "x"}).status_code == 200
