"""A delivery becomes stock: batches, costs, the order it belongs to, the invoice it came with, and what is refused."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.refusals import Refusal, Stale
from inventory.models import Balance, Movement
from purchasing import domain
from purchasing.domain import NewLine
from purchasing.models import BuyingRules, Order, Receipt, ReceiptLine
from tests import factories


def in_stock(item) -> Decimal:
    return sum(Balance.objects.filter(batch__item=item).values_list("quantity", flat=True), Decimal(0))


def test_an_order_received_whole(store):
    order = store.approved()
    receipt = store.received(order)
    order.refresh_from_db()
    assert (receipt.status, order.status) == ("accepted", "received")
    assert receipt.number.startswith("LCBR/")
    movement = Movement.objects.get(cause_kind="goods_receipt", cause_id=receipt.pk)
    assert (movement.quantity, movement.unit_cost, movement.batch.number) == (10, 600, "B-0")
    assert (movement.batch.supplier, movement.batch.expires_on) == (store.near, store.expires_on)
    assert (receipt.supplier_gstin, receipt.supplier_state) == (store.near.gstin, "29")


def test_packs_become_base_units_with_cost_and_mrp_of_one(store):
    order = store.approved(NewLine(store.tablets, Decimal(4), in_packs=True, price=Decimal(50)))
    receipt = store.received(order, lines={store.tablets: {"mrp": Decimal(75)}})
    batch = receipt.lines.get().batch
    assert (in_stock(store.tablets), batch.unit_cost, batch.mrp) == (40, 5, Decimal("7.50"))


def test_tax_that_is_not_credited_is_part_of_the_cost(store):
    receipt = store.received(store.approved(), lines={store.serum: {"creditable": False}})
    assert receipt.lines.get().batch.unit_cost == 708


def test_a_part_comes_and_the_rest_later(store):
    order = store.approved()
    store.received(order, lines={store.serum: {"received": Decimal(4)}})
    order.refresh_from_db()
    assert (order.status, order.lines.get().outstanding) == ("partially_received", 6)
    rest = store.delivery(order)
    assert rest.lines.get().received == 6
    domain.accept_receipt(by=store.keeper, receipt=store.counted(rest, invoice="INV-2"))
    order.refresh_from_db()
    assert (order.status, in_stock(store.serum)) == ("received", 10)


def test_the_rest_of_an_order_is_given_up(store):
    order = store.approved()
    store.received(order, lines={store.serum: {"received": Decimal(4)}})
    order.refresh_from_db()
    closed = domain.close_order(by=store.keeper, order=order, reason="Out of production")
    assert closed.status == Order.Status.RECEIVED


def test_what_is_rejected_has_a_reason_and_stays_outstanding(store):
    order = store.approved()
    damaged = {store.serum: {"received": Decimal(10), "accepted": Decimal(7)}}
    receipt = store.counted(store.delivery(order), lines=damaged)
    assert (receipt.total, receipt.rejected_total) == (4956, 2124)
    with pytest.raises(Refusal, match="Say why not all") as refused:
        domain.accept_receipt(by=store.keeper, receipt=receipt)
    assert refused.value.field.endswith("-reason")
    damaged[store.serum]["reason"] = ReceiptLine.Reason.DAMAGED
    domain.accept_receipt(by=store.keeper, receipt=store.counted(receipt, lines=damaged))
    assert (in_stock(store.serum), order.lines.get().outstanding) == (7, 3)


def test_more_than_ordered_is_refused(store):
    receipt = store.counted(store.delivery(store.approved()), lines={store.serum: {"received": Decimal(11)}})
    with pytest.raises(Refusal, match=r"Vitamin C Serum \(11 instead of 10\)") as refused:
        domain.accept_receipt(by=store.keeper, receipt=receipt)
    assert refused.value.field == "over_reason"
    assert in_stock(store.serum) == 0


def test_more_than_ordered_needs_a_reason_and_the_right_to_approve(store):
    order, more = store.approved(), {store.serum: {"received": Decimal(11)}}
    receipt = store.counted(store.delivery(order), lines=more, over_reason="One for free")
    with pytest.raises(Refusal, match="ask somebody who may approve"):
        domain.accept_receipt(by=store.keeper, receipt=receipt)
    unsaid = store.counted(receipt, lines=more)
    with pytest.raises(Refusal, match="or say why"):
        domain.accept_receipt(by=store.owner, receipt=unsaid)
    said = store.counted(unsaid, lines=more, over_reason="One for free")
    assert domain.accept_receipt(by=store.owner, receipt=said).over_reason == "One for free"
    assert in_stock(store.serum) == 11


def test_what_was_not_ordered_counts_as_too_much(store):
    gel = factories.item(store.branch, name="Cooling gel")
    receipt = store.counted(
        store.delivery(store.approved()), added=(NewLine(gel, Decimal(1), price=Decimal(5)),)
    )
    with pytest.raises(Refusal, match=r"Cooling gel \(1 instead of 0\)"):
        domain.accept_receipt(by=store.keeper, receipt=receipt)


def test_two_deliveries_of_one_order_count_together(store):
    order = store.approved()
    first, second = (
        store.counted(store.delivery(order)),
        store.counted(store.delivery(order), invoice="INV-2"),
    )
    domain.accept_receipt(by=store.keeper, receipt=first)
    with pytest.raises(Refusal, match="10 instead of 0"):
        domain.accept_receipt(by=store.keeper, receipt=second)


def test_within_the_tolerance_more_may_come(store):
    BuyingRules.objects.create(branch=store.branch, tolerance=Decimal(10))
    store.received(store.approved(), lines={store.serum: {"received": Decimal(11)}})
    assert in_stock(store.serum) == 11


def test_without_an_order(store):
    receipt = store.received(added=(NewLine(store.serum, Decimal(3), price=Decimal(100)),))
    assert (receipt.order, receipt.total, in_stock(store.serum)) == (None, 354, 3)


def test_an_invoice_is_booked_once(store):
    wish = (NewLine(store.serum, Decimal(1), price=Decimal(100)),)
    first = store.received(added=wish, invoice="cl/77")
    with pytest.raises(Refusal, match=f"booked already: {first.number}") as refused:
        store.received(added=wish, invoice="CL/77")
    assert refused.value.field == "invoice_number"
    own = {store.serum: {"batch_number": "D-9"}}
    assert store.received(
        added=wish, invoice="CL/77", supplier=store.far, lines=own
    ).is_accepted  # their own numbers
    last_year = timezone.localdate() - datetime.timedelta(days=366)
    assert store.received(added=wish, invoice="CL/77", invoice_date=last_year).is_accepted


def test_the_database_refuses_an_invoice_twice_too(store):
    wish = (NewLine(store.serum, Decimal(1), price=Decimal(100)),)
    first = store.received(added=wish)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(
            branch=store.branch, supplier=store.near, status="accepted", number="X", received_on=first.received_on,
            invoice_number=first.invoice_number.lower(), invoice_year=first.invoice_year, written_by=store.keeper,
            verified_by=store.keeper, verified_at=timezone.now(),
        )  # fmt: skip


def test_totals_agree_or_somebody_says_why(store):
    receipt = store.counted(store.delivery(store.approved()), total=Decimal(7000))
    with pytest.raises(Refusal, match=r"7,080\.00, the invoice to ₹7,000\.00") as refused:
        domain.accept_receipt(by=store.keeper, receipt=receipt)
    assert refused.value.field == "invoice_total"
    said = store.counted(receipt, total=Decimal(7000), difference_reason="Discount at the foot")
    assert domain.accept_receipt(by=store.keeper, receipt=said).is_accepted


def test_the_rounding_of_an_invoice_needs_no_reason(store):
    assert store.received(store.approved(), total=Decimal("7080.49")).is_accepted


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"days": 0}, "expires_on", "expired on"),
        ({"days": -30}, "expires_on", "expired on"),
        ({"batch_number": " "}, "batch_number", "Enter the batch number"),
        ({"expires_on": None}, "expires_on", "Enter the expiry date"),
        ({"made_on": datetime.date(2099, 1, 1)}, "made_on", "in the future"),
    ],
)
def test_goods_that_cannot_be_taken_in(store, changes, field, sentence):
    changes = dict(changes)
    if "days" in changes:
        changes["expires_on"] = timezone.localdate() + datetime.timedelta(days=changes.pop("days"))
    receipt = store.counted(store.delivery(store.approved()), lines={store.serum: changes})
    with pytest.raises(Refusal, match=sentence) as refused:
        domain.accept_receipt(by=store.keeper, receipt=receipt)
    assert refused.value.field == f"line-{receipt.lines.get().pk}-{field}"
    assert in_stock(store.serum) == 0
    receipt.refresh_from_db()
    assert receipt.is_pending


def test_packs_come_whole(store):
    order = store.approved(NewLine(store.tablets, Decimal(4), in_packs=True, price=Decimal(50)))
    with pytest.raises(Refusal, match="whole packs of 10"):
        store.counted(store.delivery(order), lines={store.tablets: {"received": Decimal("3.5")}})


def test_no_more_is_accepted_than_came(store):
    with pytest.raises(Refusal, match="more is accepted than came"):
        store.counted(
            store.delivery(store.approved()),
            lines={store.serum: {"received": Decimal(1), "accepted": Decimal(2)}},
        )


@pytest.mark.parametrize(
    ("invoice", "terms", "field"),
    [
        ("", {}, "invoice_number"),
        ("INV", {"invoice_date": None}, "invoice_date"),
        ("INV", {"invoice_date": timezone.localdate() + datetime.timedelta(days=2)}, "invoice_date"),
        ("INV", {"invoice_date": datetime.date(2019, 1, 1)}, "invoice_date"),
    ],
)
def test_an_invoice_is_complete(store, invoice, terms, field):
    receipt = store.counted(store.delivery(store.approved()), invoice=invoice, **terms)
    with pytest.raises(Refusal) as refused:
        domain.accept_receipt(by=store.keeper, receipt=receipt)
    assert refused.value.field == field


def test_a_delivery_rejected_as_a_whole(store):
    order = store.approved()
    receipt = domain.reject_receipt(
        by=store.keeper, receipt=store.counted(store.delivery(order)), reason="Van not cooled"
    )
    order.refresh_from_db()
    assert (receipt.status, receipt.total, receipt.rejected_total) == ("rejected", 0, 7080)
    assert (order.status, in_stock(store.serum)) == ("approved", 0)
    assert store.received(order).is_accepted  # the same invoice comes with the goods that replace them


def test_a_booked_delivery_stays_as_it_is(store):
    receipt = store.received(store.approved())
    for verb in (domain.accept_receipt, domain.discard_receipt):
        with pytest.raises(Refusal, match="booked already"):
            verb(by=store.keeper, receipt=receipt)
    for change in (
        lambda: Receipt.objects.filter(pk=receipt.pk).update(invoice_number="Other"),
        lambda: receipt.lines.update(price=1),
        lambda: Receipt.objects.filter(pk=receipt.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_delivery_begun_by_mistake_is_discarded(store):
    receipt = store.delivery(store.approved())
    domain.discard_receipt(by=store.keeper, receipt=receipt)
    with pytest.raises(Refusal, match="was discarded"):
        domain.accept_receipt(by=store.keeper, receipt=receipt)


def test_a_stale_delivery_is_told(store):
    receipt = store.delivery(store.approved())
    store.counted(receipt)
    with pytest.raises(Stale):
        domain.accept_receipt(by=store.keeper, receipt=receipt, version=receipt.version)
