"""A package exchanged for a dearer one: the difference is billed once, and paying it counts for the new package."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing import domain
from billing.domain import NewPayment
from billing.models import Invoice
from packages import domain as packages
from packages import queries
from tests import factories
from tests.billing.test_pay_packages import collect, sound


@pytest.fixture
def exchanged(shop):
    """`exchanged(price)`: six paid sessions of 1,000, two of them used, given for a package of that price."""

    def exchange(price, **terms):
        small = factories.plan(shop.laser, name="Six", session_count=6, price=Decimal(6000))
        bill = shop.issue(small)
        collect(shop, bill, bill.total)
        old = bill.lines.get().enrolment
        for _session in range(2):
            packages.redeem_session(by=shop.by, session=queries.next_session(old), practitioner=None)
        large = factories.plan(shop.laser, name="Twelve", session_count=12, price=Decimal(price), **terms)
        return packages.exchange(by=shop.by, enrolment=old, plan=large, reason="Likes it").enrolment

    return exchange


@pytest.fixture
def desk(sign_in, world):
    return sign_in(world.owner)


def begin(client, enrolment):
    return client.post(reverse("invoice-new"), {"exchange": enrolment.pk})


def test_from_the_package_to_the_paid_bill(shop, desk, exchanged):
    new = exchanged(10000)
    assert queries.difference(new) == 6000
    page = desk.get(reverse("enrolment-detail", args=[new.pk])).content.decode()
    assert "Bill the difference" in page and "₹6,000.00" in page
    response = begin(desk, new)
    draft = Invoice.objects.drafts().get()
    assert response["Location"] == reverse("invoice-edit", args=[draft.pk])
    line = draft.lines.get()
    assert (line.net_value, line.enrolment, line.description) == (6000, new, "Twelve, the difference to Six")
    begin(desk, new)
    assert draft.lines.count() == 1, "sent twice it is there once"
    draft.refresh_from_db()
    bill = domain.issue(by=shop.by, invoice=draft, version=draft.version)
    assert sound()
    domain.collect(by=shop.by, invoice=bill, payments=[NewPayment("upi", bill.total)])
    assert new.tally.paid == new.value == 10000 and sound()
    assert "Bill the difference" not in desk.get(reverse("enrolment-detail", args=[new.pk])).content.decode()
    refused = begin(desk, new)
    assert refused.status_code == 422 and bill.number in refused.content.decode()


def test_a_discarded_draft_lets_it_be_billed_again(shop, desk, exchanged):
    new = exchanged(10000)
    begin(desk, new)
    domain.discard(by=shop.by, invoice=Invoice.objects.drafts().get())
    begin(desk, new)
    assert Invoice.objects.drafts().get().lines.get().enrolment == new


@pytest.mark.parametrize(("price", "terms"), [(3000, {}), (4000, {}), (12000, {"payment": "per_session"})])
def test_where_nothing_is_to_be_paid_nothing_is_billed(shop, desk, exchanged, price, terms):
    new = exchanged(price, **terms)
    assert queries.difference(new) == 0
    assert "Bill the difference" not in desk.get(reverse("enrolment-detail", args=[new.pk])).content.decode()
    assert begin(desk, new).status_code == 422
    assert not Invoice.objects.drafts().exists()


def test_only_of_the_branch_that_asks(exchanged, sign_in, world):
    new = exchanged(10000)
    there = sign_in(factories.person(world.elsewhere, "owner", username="there"))
    assert begin(there, new).status_code == 404
