"""Selling a package at the desk: who, what, with which add-ons, for how much; and where the money is taken."""

from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils import compat

from billing.models import Invoice
from packages.models import Enrolment
from tests import factories

SELL = reverse("package-sell")


@pytest.fixture
def laser(world):
    return factories.treatment(world.branch, name="Laser Hair Removal")


def sent(customer, plan, **more) -> dict[str, object]:
    return {
        "idempotency_key": str(compat.uuid7()),
        "customer": str(customer.pk),
        "plan": str(plan.pk),
        **more,
    }


def quoted(client, plan, **more):
    return client.get(SELL, {"plan": plan.pk, **more}).context["quote"]


def test_the_price_is_told_with_tax_and_add_ons(world, desk, laser):
    """Procedures bear 18 %: 36,000 + 900 before tax is 43,542, in eight sessions 5,442.75 each."""
    plan = factories.plan(laser)
    spf = plan.parts.create(name="SPF shield", is_add_on=True, price=Decimal(900))
    assert (quoted(desk, plan).value, quoted(desk, plan).total) == (36000, 42480)
    quote = quoted(desk, plan, add_ons=spf.pk)
    assert (quote.value, quote.total, quote.per_session) == (36900, 43542, Decimal("5442.75"))
    assert (quote.valid_until - quote.on).days == 365


def test_an_inclusive_price_is_what_is_paid(world, desk, laser):
    quote = quoted(desk, factories.plan(laser, price=Decimal(36000), price_includes_tax=True))
    assert (quote.value, quote.tax, quote.total) == (Decimal("30508.47"), Decimal("5491.53"), 36000)


def test_instalments_add_up(world, desk, laser):
    plan = factories.plan(laser, price=Decimal(10000), payment="instalments", instalments=3)
    quote = quoted(desk, plan)
    assert [sum(quote.instalments), len(quote.instalments)] == [quote.total, 3]


def test_what_is_paid_per_session_is_enrolled_here(world, desk, priya, laser):
    plan = factories.plan(laser, payment="per_session", price_includes_tax=True)
    response = desk.post(SELL, sent(priya, plan))
    enrolment = Enrolment.objects.get()
    assert response["Location"] == reverse("enrolment-detail", args=[enrolment.pk])
    assert (enrolment.customer, enrolment.value) == (priya, Decimal("30508.47"))
    assert not Invoice.objects.exists()


def test_what_is_prepaid_goes_through_its_invoice(world, desk, priya, laser):
    plan = factories.plan(laser, name="Full body")
    spf = plan.parts.create(name="SPF shield", is_add_on=True, price=Decimal(900))
    other = factories.plan(laser).parts.create(name="Theirs", is_add_on=True, price=Decimal(1))
    page = desk.get(SELL, {"plan": plan.pk, "customer": priya.pk}).content.decode()
    assert f'formaction="{reverse("invoice-new")}"' in page
    assert desk.post(SELL, sent(priya, plan)).status_code == 422
    assert not Enrolment.objects.exists()
    desk.post(reverse("invoice-new"), sent(priya, plan, add_ons=[spf.pk, other.pk]))
    line = Invoice.objects.get().lines.get()
    assert (line.unit_price, line.description) == (36900, "Full body with SPF shield")
    assert line.add_ons == [str(spf.pk)]


@pytest.mark.parametrize("wrong", ["customer", "plan"])
@pytest.mark.parametrize("value", ["", "nonsense", "0192f0c1-0000-7000-8000-000000000000", "a\0b"])
def test_who_and_what_have_to_be_chosen(world, desk, priya, laser, wrong, value):
    plan = factories.plan(laser, payment="per_session")
    response = desk.post(SELL, sent(priya, plan) | {wrong: value})
    assert response.status_code == 422
    assert not Enrolment.objects.exists()


def test_neither_theirs_nor_what_is_no_longer_sold(world, desk, priya, laser):
    stranger = factories.customer(world.elsewhere, world.colleague)
    plan = factories.plan(laser, payment="per_session")
    ended = factories.plan(laser, payment="per_session", is_active=False)
    for customer, what in ((stranger, plan), (priya, ended)):
        assert desk.post(SELL, sent(customer, what)).status_code == 422
    assert not Enrolment.objects.exists()


def test_the_part_that_follows_is_answered_alone(world, desk, priya, laser):
    plan = factories.plan(laser)
    headers = {"HX-Request": "true", "HX-Target": "sale"}
    page = desk.get(SELL, {"plan": plan.pk, "customer": priya.pk}, headers=headers).content.decode()
    assert page.lstrip().startswith('<div class="flow" id="sale">')


def test_the_doctor_sells_none(world, sign_in):
    assert sign_in(world.doctor.user).get(SELL).status_code == 403
