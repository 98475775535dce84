"""The account of a customer: whatever happened, it closes with what bills owe less what is held."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from billing import domain, statements
from billing.domain import NewPayment
from billing.models import Invoice, Payment
from tests import factories
from tests.billing import money
from tests.billing.books import books

D = Decimal
DAY = datetime.timedelta(days=1)


def account(shop, customer, since=None, until=None):
    today = timezone.localdate(timezone=shop.branch.zone)
    return statements.statement(
        branch=shop.branch, customer=customer, since=since or today, until=until or today
    )


def owed(customer):
    bills = Invoice.objects.filter(customer=customer).aggregate(sum=Sum("outstanding", default=D(0)))["sum"]
    held = Payment.objects.filter(customer=customer).aggregate(sum=Sum("unapplied", default=D(0)))["sum"]
    return bills - held


def test_bills_notes_payments_refunds_and_what_was_cancelled(shop):
    kept = books(shop)
    found = account(shop, kept.anjali)
    assert [(entry.text, entry.number, entry.charged - entry.received) for entry in found.entries] == [
        ("Invoice", kept.laser.number, D(5310)),
        ("Invoice", kept.cancelled.number, D(5310)),
        ("Invoice cancelled", kept.cancelled.number, D(-5310)),
        ("Invoice", kept.exempt.number, D(4500)),
        ("Paid: Cash", kept.payment.receipt.number, D(-2000)),
        ("Credit note", kept.note.number, D(-1180)),
        ("Debit note", kept.debit.number, D(118)),
    ]
    assert found.closing == owed(kept.anjali) == found.entries[-1].balance == D(6748)
    priya = account(shop, shop.customer)
    assert [entry.text for entry in priya.entries] == ["Paid: UPI", "Given back", "Brought forward"]
    assert priya.closing == owed(shop.customer) == D(-400)
    assert priya.in_advance == D(400)


def test_gift_cards_and_store_credit_go_their_own_way(shop):
    domain.sell_gift_card(
        by=shop.by, branch=shop.branch, customer=shop.customer, amount=D(500), payments=[NewPayment("cash", D(500))]
    )  # fmt: skip
    money.refunded(shop, money.advance(shop, 800), 300, mode="credit")
    shop.issue(shop.laser)
    found = account(shop, shop.customer)
    assert found.closing == owed(shop.customer) == D(5310) - D(500)


def test_what_came_before_is_the_opening(shop):
    kept = books(shop)
    today = timezone.localdate(timezone=shop.branch.zone)
    later = account(shop, kept.anjali, today + DAY, today + DAY)
    assert (later.opening, later.closing, list(later.entries)) == (D(6748), D(6748), [])
    before = account(shop, kept.anjali, today - DAY, today - DAY)
    assert (before.opening, before.closing) == (0, 0)


def test_the_page_leads_to_each_paper_and_is_printed(desk, shop):
    kept = books(shop)
    page = desk.get(reverse("customer-statement", args=[kept.anjali.pk])).content.decode()
    for paper in (kept.laser, kept.note, kept.payment):
        assert f'href="{paper.get_absolute_url()}"' in page
    assert "₹6,748.00" in page
    printed = desk.get(reverse("customer-statement-print", args=[kept.anjali.pk]))
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")


@pytest.mark.parametrize("since", ["never", "2999-01-01", "", "0001-01-01"])
def test_days_that_make_no_sense(desk, shop, since):
    url = reverse("customer-statement", args=[shop.customer.pk])
    assert desk.get(url, {"since": since, "until": "x"}).status_code == 200


def test_nobody_elsewhere_sees_it(sign_in, world, shop):
    client = sign_in(world.colleague)
    for name in ("customer-statement", "customer-statement-print"):
        assert client.get(reverse(name, args=[shop.customer.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_for_one_and_for_thirty(desk, shop, django_assert_max_num_queries, count):
    for _ in range(count):
        shop.issue(shop.laser)
    factories.customer(shop.branch, shop.by)
    with django_assert_max_num_queries(8):
        desk.get(reverse("customer-statement", args=[shop.customer.pk]))
