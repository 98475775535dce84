"""Taking: one receipt with its payments, over several bills, with tips, in advance with the tax inside."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from billing import domain, money_proofs
from billing.domain import NewAdvance, NewPayment, NewTip
from billing.models import Allocation, Drawer, Payment, Receipt
from clinic.models import Event, TaxCategory
from clinic.refusals import Refusal
from customers.models import Standing
from tests import factories
from tests.billing.money import cash, rules, take, upi


def test_one_receipt_over_several_bills_in_several_modes(shop):
    first, second = shop.issue(shop.laser), shop.issue(shop.gel)
    receipt = take(
        shop,
        NewPayment("cash", Decimal(3000), Decimal(3500)),
        NewPayment("cheque", Decimal(2500), reference=" 004512 "),
        bills=[(first, first.due), (second, Decimal(190))],
    )
    assert (receipt.document, receipt.total, receipt.number) == (
        "payment_receipt",
        Decimal(5500),
        "LCBM/26-27/00001",
    )
    assert [p.reference for p in receipt.payments.order_by("pk")] == ["", "004512"]
    parts = Allocation.objects.order_by("pk").values_list("payment__mode", "invoice", "amount")
    assert list(parts) == [
        ("cash", first.pk, Decimal(3000)),
        ("cheque", first.pk, Decimal(2310)),
        ("cheque", second.pk, Decimal(190)),
    ]
    assert {p.drawer for p in receipt.payments.all()} == {Drawer.objects.get(cashier=shop.by)}
    assert Standing.objects.get(customer=shop.customer).due == second.due - 190
    told = Event.objects.filter(verb="payment.received").values_list("data__invoice_id", flat=True)
    assert sorted(told) == sorted([str(first.pk), str(first.pk), str(second.pk)])


def test_tips_go_to_whom_they_are_meant_for(shop, world):
    rules(shop.branch, takes_tips=True)
    bill = shop.issue(shop.laser)
    take(shop, cash(5000), upi(510), bills=[(bill, bill.due)], tips=[NewTip(world.doctor, Decimal(200))])
    tipping = Payment.objects.get(mode="upi")
    assert (tipping.applied, tipping.tipped, tipping.unapplied) == (Decimal(310), Decimal(200), 0)
    assert tipping.tips.get().practitioner == world.doctor


def test_a_house_without_tips_takes_none(shop, world):
    bill = shop.issue(shop.laser)
    with pytest.raises(Refusal, match="takes no tips"):
        take(shop, cash(5320), bills=[(bill, bill.due)], tips=[NewTip(world.doctor, Decimal(10))])


@pytest.mark.parametrize(
    ("category", "values"),
    [
        # Nothing known: 18 % as to another State (Rule 50).
        (None, (Decimal("1000.00"), 0, 0, 0, Decimal("180.00"), Decimal(18), "")),
        ("aesthetic", (Decimal("1000.00"), 0, Decimal("90.00"), Decimal("90.00"), 0, Decimal(18), "29")),
        # Goods are not taxed in advance (Notification 66/2017).
        ("cosmetic_product", (0, Decimal("1180.00"), 0, 0, 0, 0, "29")),
        ("medical", (0, Decimal("1180.00"), 0, 0, 0, 0, "29")),
    ],
)
def test_an_advance_is_a_receipt_voucher_with_the_tax_inside(shop, category, values):
    found = {
        "aesthetic": shop.laser.tax_category,
        "cosmetic_product": shop.gel.tax_category,
        "medical": TaxCategory.objects.filter(
            supply="service_personal", rules__treatment="exempt", rules__valid_to=None
        ).first(),
    }.get(category)
    receipt = take(shop, upi(1180), advance=NewAdvance("Laser in May", found))
    assert (receipt.document, receipt.number[:4], receipt.purpose) == (
        "receipt_voucher",
        "LCBA",
        "Laser in May",
    )
    taxed = ("taxable", "untaxed", "cgst", "sgst", "igst", "tax_rate", "place_of_supply")
    assert tuple(getattr(receipt, name) for name in taxed) == values
    assert Payment.objects.get().unapplied == Decimal(1180)
    assert Event.objects.get(verb="advance.received").subject_id == receipt.pk
    assert not Event.objects.filter(verb="payment.received").exists()


def test_an_unregistered_clinic_gives_a_plain_receipt(db):
    from tests.billing.conftest import stocked

    branch = factories.clinic(gstin="", code="UNR")
    plain = stocked(branch, factories.person(branch, "receptionist", username="desk2"))
    receipt = take(plain, cash(500), advance=NewAdvance("Peel"))
    assert (receipt.document, receipt.untaxed, receipt.taxable) == ("payment_receipt", Decimal(500), 0)


def test_what_is_over_becomes_an_advance_on_a_receipt_of_its_own(shop):
    bill = shop.issue(shop.laser)
    paid, ahead = domain.receive(
        by=shop.by, branch=shop.branch, customer=shop.customer, bills=[(bill, bill.due)],
        payments=[upi(5000), cash(1000, 2000)], advance=NewAdvance(),
    )  # fmt: skip
    assert (paid.total, ahead.total) == (Decimal(5310), Decimal(690))
    modes = Payment.objects.order_by("pk").values_list("receipt", "mode", "amount", "tendered")
    assert list(modes) == [
        (paid.pk, "upi", Decimal(5000), None),
        (paid.pk, "cash", Decimal(310), Decimal(310)),
        (ahead.pk, "cash", Decimal(690), Decimal(1690)),
    ]


@pytest.mark.parametrize(
    ("payments", "owed", "sentence"),
    [
        ([cash(100)], 200, "come to ₹100.00"),
        ([cash(300)], 200, "₹100.00 more than is to be paid"),
        ([NewPayment("transfer", Decimal(200))], 200, "number of the cheque"),
        ([NewPayment("opening", Decimal(200))], 200, "it is imported"),
        ([NewPayment("credit", Decimal(200))], 200, "Only ₹0.00 of store credit"),
        ([NewPayment("gift_card", Decimal(200), code="ABCD-EFGH-JKMN")], 200, "no gift card with this code"),
        ([cash(6000)], 6000, "Only ₹5,310.00 is due"),
    ],
)
def test_what_can_not_be_taken(shop, payments, owed, sentence):
    bill = shop.issue(shop.laser)
    with pytest.raises(Refusal, match=sentence):
        take(shop, *payments, bills=[(bill, Decimal(owed))])
    assert not Payment.objects.exists()
    assert not Receipt.objects.exists()


def test_a_bill_of_somebody_else_or_of_another_branch_is_refused(shop):
    bill = shop.issue(shop.laser)
    stranger = factories.customer(shop.branch, shop.by)
    with pytest.raises(Refusal, match="another customer's"):
        take(shop, cash(100), customer=stranger, bills=[(bill, Decimal(100))])


def test_an_advance_and_bills_have_receipts_of_their_own(shop):
    bill = shop.issue(shop.laser)
    with pytest.raises(Refusal, match="receipt of its own"):
        take(shop, cash(200), bills=[(bill, Decimal(100))], advance=NewAdvance())


def test_a_refused_receipt_gives_its_number_back(shop):
    with pytest.raises(RuntimeError), transaction.atomic():
        take(shop, cash(10), advance=NewAdvance())
        raise RuntimeError
    assert take(shop, cash(10), advance=NewAdvance()).number.endswith("/00001")


def test_the_database_keeps_payments_as_they_were_written(shop):
    payment = take(shop, cash(500), advance=NewAdvance()).payments.get()
    for change in ({"amount": 400}, {"stored": 100}, {"applied": 100}, {"mode": "upi"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)
    assert list(money_proofs.payments()) == []


def test_a_closed_drawer_takes_nothing_more(shop):
    payment = take(shop, cash(500), advance=NewAdvance()).payments.get()
    Drawer.objects.filter(pk=payment.drawer_id).update(status="closed", closed_at=payment.received_at)
    other = take(shop, cash(500), advance=NewAdvance()).payments.get()
    assert other.drawer_id != payment.drawer_id
    with pytest.raises(DatabaseError, match="drawer is closed"), transaction.atomic():
        Payment.objects.create(
            branch=shop.branch, customer=shop.customer, drawer_id=payment.drawer_id, mode="cash", amount=1,
            received_on=payment.received_on, received_at=payment.received_at,
        )  # fmt: skip
