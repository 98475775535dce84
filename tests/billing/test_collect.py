"""Collecting: cash with change, UPI, card, several at once; never more than is due."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from billing import domain
from billing.domain import NewPayment
from billing.models import Allocation, Payment
from clinic.models import Event
from clinic.refusals import Refusal
from customers.models import Standing


def collect(shop, invoice, *payments):
    return domain.collect(by=shop.by, invoice=invoice, payments=list(payments))


def test_cash_and_card_of_the_story(shop):
    invoice = shop.issue(shop.laser, shop.gel)
    collect(
        shop, invoice, NewPayment("cash", Decimal(3000), Decimal(3000)), NewPayment("card", Decimal(2900))
    )
    assert (invoice.paid, invoice.due, invoice.payment_state) == (Decimal(5900), Decimal(0), "paid")
    assert sum(a.amount for a in Allocation.objects.filter(invoice=invoice)) == Decimal(5900)
    assert Standing.objects.get(customer=shop.customer).due == 0
    assert Event.objects.filter(verb="payment.received").count() == 2


def test_part_of_it_leaves_the_rest_due(shop):
    invoice = shop.issue(shop.laser)
    collect(shop, invoice, NewPayment("upi", Decimal(1000), reference=" 4321 "))
    assert (invoice.payment_state, invoice.due) == ("partial", Decimal(4310))
    assert Payment.objects.get().reference == "4321"
    assert Standing.objects.get(customer=shop.customer).due == Decimal(4310)


@pytest.mark.parametrize(
    ("payments", "field", "sentence"),
    [
        ([NewPayment("card", Decimal("5310.01"))], "0:amount", "Only ₹5,310.00 is due"),
        (
            [NewPayment("cash", Decimal(5000)), NewPayment("card", Decimal(311))],
            "1:amount",
            "Only ₹310.00 is due",
        ),
        ([NewPayment("cash", Decimal(0))], "0:amount", "above zero"),
        ([NewPayment("cash", Decimal("1.005"))], "0:amount", "two decimals"),
        ([NewPayment("cash", Decimal(100), Decimal(99))], "0:tendered", "less than ₹100.00"),
        ([], "0:amount", "what was paid"),
    ],
)
def test_what_can_not_be_taken(shop, payments, field, sentence):
    invoice = shop.issue(shop.laser)
    with pytest.raises(Refusal, match=sentence) as told:
        collect(shop, invoice, *payments)
    assert told.value.field == field
    assert not Payment.objects.exists()


def test_a_paid_bill_takes_nothing_more(shop):
    invoice = shop.issue(shop.laser)
    collect(shop, invoice, NewPayment("cash", Decimal(5310)))
    with pytest.raises(Refusal, match="already paid"):
        collect(shop, invoice, NewPayment("cash", Decimal(1)))


def test_a_draft_takes_no_money(shop):
    with pytest.raises(Refusal, match="Issue the invoice"):
        collect(shop, shop.draft(shop.laser), NewPayment("cash", Decimal(1)))


def test_the_database_itself_refuses_to_take_more_than_the_total(shop):
    invoice = shop.issue(shop.laser)
    (payment,) = collect(shop, invoice, NewPayment("cash", Decimal(5310)))
    with pytest.raises(DatabaseError, match="paid_within_what_is_owed"), transaction.atomic():
        Allocation.objects.create(payment=payment, invoice=invoice, amount=Decimal(1))
