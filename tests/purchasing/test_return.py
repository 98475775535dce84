"""Goods that go back leave stock with a debit note for what they cost."""

from decimal import Decimal

import pytest

from clinic.refusals import Refusal
from inventory.models import Balance, Batch, Movement
from purchasing import domain
from purchasing.domain import NewLine, Sent
from purchasing.models import Return
from tests import factories


@pytest.fixture
def batch(store):
    wish = NewLine(store.tablets, Decimal(4), in_packs=True, price=Decimal(50))
    return store.received(store.approved(wish, supplier=store.far)).lines.get().batch


def send(store, batch, quantity, **changes):
    values = {
        "supplier": store.far,
        "reason": Return.Reason.DAMAGED,
        "sent": [Sent(batch, Decimal(quantity))],
    }
    return domain.return_goods(by=store.keeper, branch=store.branch, **values | changes)


def test_goods_leave_with_a_number_at_the_price_they_came(store, batch):
    made = send(store, batch, 12)
    assert made.number.startswith("LCBD/")
    assert (made.taxable, made.igst, made.total) == (60, 3, 63)
    assert Balance.objects.get(batch=batch).quantity == 28
    movement = Movement.objects.get(cause_kind="supplier_return", cause_id=made.pk)
    assert (movement.kind, movement.quantity) == ("return_out", -12)


def test_no_more_goes_back_than_is_there(store, batch):
    with pytest.raises(Refusal, match="Only 40"):
        send(store, batch, 41)
    assert not Return.objects.exists()


def test_a_recalled_batch_goes_back(store, batch):
    Batch.objects.filter(pk=batch.pk).update(is_active=False, blocked_for="recalled")
    assert send(store, batch, 40, reason="recalled").total == 210


def test_a_batch_goes_back_to_whom_it_came_from(store, batch):
    with pytest.raises(Refusal, match="didn't come from Cosmo Labs"):
        send(store, batch, 1, supplier=store.near)


def test_a_batch_without_a_receipt_goes_at_its_cost(store):
    known = factories.batch(store.serum, store.branch, store.keeper, quantity=3)
    Batch.objects.filter(pk=known.pk).update(supplier=store.near)
    known.refresh_from_db()
    made = send(store, known, 2, supplier=store.near)
    assert (made.taxable, made.cgst, made.sgst) == (400, 36, 36)


def test_nothing_is_not_sent(store):
    with pytest.raises(Refusal, match="how much"):
        send(store, None, 0, sent=[])
