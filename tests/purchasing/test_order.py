"""An order from draft to approval: numbers, figures, who may say yes, what it may contain."""

from decimal import Decimal

import pytest
from django.utils import timezone

from clinic.refusals import Refusal, Stale
from purchasing import domain
from purchasing.domain import LineTerms, NewLine
from purchasing.models import BuyingRules, Order


def amounts(order):
    return (order.taxable, order.cgst, order.sgst, order.igst, order.total)


def test_a_draft_has_no_number_and_is_expected_after_the_suppliers_days(store):
    order = store.order()
    assert (order.status, order.number) == ("draft", "")
    assert (order.expected_on - timezone.localdate()).days == 4
    assert amounts(order) == (6000, 540, 540, 0, 7080)


def test_another_state_means_igst_and_no_gstin_no_tax(store):
    assert amounts(store.order(supplier=store.far)) == (6000, 0, 0, 1080, 7080)
    store.near.gstin = ""
    store.near.save()
    assert amounts(store.order()) == (6000, 0, 0, 0, 6000)


def test_submitting_numbers_it_and_below_the_limit_that_is_all(store):
    order = domain.submit_order(by=store.keeper, order=store.order())
    assert order.status == Order.Status.APPROVED
    assert order.approved_by is None
    assert order.number.startswith("LCBP/")
    assert [step.verb for step in order.steps.all()] == ["draft", "submit", "approve"]
    second = domain.submit_order(by=store.keeper, order=store.order())
    assert second.number.endswith("/00002")


def test_above_the_limit_somebody_else_approves(store):
    BuyingRules.objects.create(branch=store.branch, approval_limit=Decimal(7079))
    order = domain.submit_order(by=store.keeper, order=store.order())
    assert order.status == Order.Status.SUBMITTED
    with pytest.raises(Refusal, match="somebody else"):
        domain.approve_order(by=store.keeper, order=order)
    approved = domain.approve_order(by=store.owner, order=order)
    assert (approved.status, approved.approved_by) == ("approved", store.owner)


def test_the_owner_does_not_approve_an_own_order(store):
    BuyingRules.objects.create(branch=store.branch, approval_limit=0)
    wishes = [NewLine(store.serum, Decimal(1), price=Decimal(100))]
    order = domain.draft_order(by=store.owner, branch=store.branch, supplier=store.near, added=wishes)
    order = domain.submit_order(by=store.keeper, order=order)
    with pytest.raises(Refusal, match="somebody else"):
        domain.approve_order(by=store.owner, order=order)


def test_sent_back_it_is_a_draft_again_and_keeps_its_number(store):
    BuyingRules.objects.create(branch=store.branch, approval_limit=0)
    order = domain.submit_order(by=store.keeper, order=store.order())
    with pytest.raises(Refusal, match="Say why"):
        domain.send_back_order(by=store.owner, order=order, reason=" ")
    back = domain.send_back_order(by=store.owner, order=order, reason="Too many")
    assert (back.status, back.steps.last().note) == ("draft", "Too many")
    again = domain.submit_order(by=store.keeper, order=back)
    assert again.number == order.number


def test_an_order_without_lines_or_prices_is_not_submitted(store):
    empty = domain.draft_order(by=store.keeper, branch=store.branch, supplier=store.near)
    with pytest.raises(Refusal, match="nothing on this order"):
        domain.submit_order(by=store.keeper, order=empty)
    free = store.order(NewLine(store.serum, Decimal(1)))
    with pytest.raises(Refusal, match="no prices"):
        domain.submit_order(by=store.keeper, order=free)


def test_packs_are_ordered_whole(store):
    with pytest.raises(Refusal, match="whole packs of 10") as refused:
        store.order(NewLine(store.tablets, Decimal("2.5"), in_packs=True, price=Decimal(50)))
    assert refused.value.field == "add-quantity"
    with pytest.raises(Refusal, match="whole units"):
        store.order(NewLine(store.tablets, Decimal("2.5"), price=Decimal(5)))
    line = store.order(NewLine(store.tablets, Decimal(3), in_packs=True, price=Decimal(50))).lines.get()
    assert (line.base_quantity, line.unit, line.taxable) == (30, "strip", 150)


def test_what_has_no_pack_is_not_ordered_in_packs(store):
    with pytest.raises(Refusal, match="has no pack"):
        store.order(NewLine(store.serum, Decimal(1), in_packs=True))


def test_an_item_stands_once_on_an_order(store):
    with pytest.raises(Refusal, match="on this order already"):
        store.order(*[NewLine(store.serum, Decimal(1))] * 2)


def edit(store, order, line, **changes):
    terms = {
        "quantity": line.quantity,
        "in_packs": line.in_packs,
        "price": line.price,
        "tax_rate": line.tax_rate,
    }
    return domain.edit_order(
        by=store.keeper, order=order, version=order.version, expected_on=order.expected_on, note=" By courier ",
        lines={line.pk: LineTerms(**terms | changes)},
    )  # fmt: skip


def test_a_draft_is_edited_and_computed_anew(store):
    order = store.order()
    line = order.lines.get()
    edited = edit(store, order, line, quantity=Decimal(20), price=Decimal(500))
    assert (edited.total, edited.note) == (Decimal(11800), "By courier")
    with pytest.raises(Stale):
        edit(store, order, line, quantity=Decimal(5))  # the version from before


def test_a_line_is_taken_out(store):
    order = store.order()
    emptied = domain.edit_order(
        by=store.keeper, order=order, version=order.version, expected_on=order.expected_on, note="",
        lines={order.lines.get().pk: None},
    )  # fmt: skip
    assert (emptied.lines.count(), emptied.total) == (0, 0)


def test_an_approved_order_is_not_edited_and_a_cancelled_one_not_received(store):
    order = store.approved()
    with pytest.raises(Refusal, match="approved already"):
        edit(store, order, order.lines.get())
    cancelled = domain.cancel_order(by=store.keeper, order=order, reason="Wrong supplier")
    with pytest.raises(Refusal, match="Nothing is expected"):
        store.delivery(cancelled)


def test_the_last_price_is_proposed(store):
    store.received(store.approved(NewLine(store.tablets, Decimal(4), in_packs=True, price=Decimal(48))))
    line = store.order(NewLine(store.tablets, Decimal(10))).lines.get()
    assert (line.price, line.tax_rate) == (Decimal("4.80"), 5)


def test_a_day_gone_by_is_not_expected(store):
    with pytest.raises(Refusal, match="has passed"):
        domain.draft_order(
            by=store.keeper, branch=store.branch, supplier=store.near,
            expected_on=timezone.localdate() - timezone.timedelta(days=1),
        )  # fmt: skip
