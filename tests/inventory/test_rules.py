"""What may leave and what may not: the verbs say it in words, the database holds it against everybody else."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils import compat

from clinic.refusals import Refusal
from inventory import domain
from inventory.domain import Wanted
from inventory.models import Batch, Movement
from tests import factories


def stock(world, quantity=5, *, days=90, **item):
    return factories.batch(
        factories.item(world.branch, name="Gel", **item),
        world.branch,
        world.owner,
        quantity=quantity,
        days=days,
    )


def take(world, batch, quantity=1, kind="sale", *, cause=None, chosen=True):
    return domain.take(
        by=world.owner, branch=world.branch, kind=kind, cause_kind="test", cause_id=cause or compat.uuid7(),
        wanted=[Wanted(batch.item, Decimal(quantity), batch if chosen else None)], today=timezone.localdate(),
    )  # fmt: skip


def left(batch, branch) -> Decimal:
    return batch.balances.get(branch=branch).quantity


def past_the_verbs(world, batch, kind, quantity="-1"):
    with transaction.atomic():
        return Movement.objects.create(
            batch=batch, branch=world.branch, kind=kind, quantity=Decimal(quantity), by=world.owner
        )


@pytest.mark.parametrize("kind", ["return_out", "write_off"])
@pytest.mark.parametrize("state", ["expired", "recalled"])
def test_what_cant_be_sold_can_be_sent_back_or_written_off(world, kind, state):
    batch = stock(world, days=-3 if state == "expired" else 90)
    if state == "recalled":
        Batch.objects.filter(pk=batch.pk).update(is_active=False, blocked_for="recalled")
    with pytest.raises(Refusal, match=state):
        take(world, batch)
    assert [part.quantity for part in take(world, batch, 2, kind)] == [2]
    assert left(batch, world.branch) == 3


@pytest.mark.parametrize(
    ("why", "words"),
    [("recalled", "was recalled"), ("damaged", "is damaged"), ("quarantine", "is held back")],
)
def test_a_blocked_batch_says_why(world, why, words):
    batch = stock(world)
    Batch.objects.filter(pk=batch.pk).update(is_active=False, blocked_for=why)
    with pytest.raises(Refusal, match=words):
        take(world, batch)


@pytest.mark.parametrize("kind", ["sale", "consumption"])
def test_the_database_refuses_what_expired_or_is_blocked(world, kind):
    expired, blocked = stock(world, days=0), stock(world)
    Batch.objects.filter(pk=blocked.pk).update(is_active=False, blocked_for="damaged")
    for batch in (expired, blocked):
        with pytest.raises(IntegrityError, match="neither sold nor used"):
            past_the_verbs(world, batch, kind)
    assert past_the_verbs(world, stock(world, days=1), kind).pk


def test_what_is_for_treatments_is_not_sold_and_what_is_for_sale_is_not_used_up(world):
    professional, retail = stock(world, use="professional"), stock(world, use="retail")
    with pytest.raises(Refusal, match="for treatments only"):
        take(world, professional)
    with pytest.raises(Refusal, match="for sale only"):
        take(world, retail, kind="consumption")
    with pytest.raises(IntegrityError, match="for treatments only"):
        past_the_verbs(world, professional, "sale")
    assert take(world, professional, kind="consumption") and take(world, retail)


def test_tablets_are_counted_whole_across_batches(world):
    item = factories.item(world.branch, name="Tablet", is_divisible=False)
    first, second = (
        factories.batch(item, world.branch, world.owner, quantity=3, days=days) for days in (30, 60)
    )
    for verb in (
        lambda: take(world, first, "1.5", chosen=False),
        lambda: domain.adjust(by=world.owner, branch=world.branch, batch=first, quantity=Decimal("-0.5"), note="x"),
        lambda: domain.stock_in(by=world.owner, branch=world.branch, item=item, batch_number="N", quantity=Decimal("0.1")),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="whole units"):
            verb()
    with pytest.raises(IntegrityError, match="whole units"):
        past_the_verbs(world, first, "write_off", "-0.25")
    assert [(part.batch, part.quantity) for part in take(world, first, 5, chosen=False)] == [
        (first, 3),
        (second, 2),
    ]


def test_a_movement_keeps_its_cost_and_its_place(world):
    item = factories.item(world.branch)
    came = domain.stock_in(
        by=world.owner, branch=world.branch, item=item, batch_number="N", quantity=Decimal(10),
        unit_cost=Decimal("3.3333"), made_on=timezone.localdate(), mrp=Decimal(20),
        cause_kind="goods_receipt", cause_id=compat.uuid7(),
    )  # fmt: skip
    take(world, came.batch, 2)
    assert list(Movement.objects.order_by("place").values_list("place", "unit_cost", "balance_after")) == [
        (1, Decimal("3.3333"), 10), (2, Decimal("3.3333"), 8),
    ]  # fmt: skip
    assert (came.cause_kind, came.batch.mrp, came.batch.made_on) == (
        "goods_receipt",
        20,
        timezone.localdate(),
    )


def test_a_document_undone_puts_back_into_the_batches_it_came_from_once(world):
    item, cause = factories.item(world.branch), compat.uuid7()
    first, second = (
        factories.batch(item, world.branch, world.owner, quantity=3, days=days) for days in (30, 60)
    )
    take(world, first, 5, cause=cause, chosen=False)
    back = {"by": world.owner, "branch": world.branch, "cause_kind": "test", "cause_id": cause}
    assert [(m.batch, m.quantity, m.kind) for m in domain.put_back(**back)] == [
        (first, 3, "return_in"), (second, 2, "return_in"),
    ]  # fmt: skip
    assert domain.put_back(**back) == []
    assert [left(batch, world.branch) for batch in (first, second)] == [3, 3]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mrp": Decimal(0)}, "mrp"),
        ({"made_on": timezone.localdate() + datetime.timedelta(days=2)}, "made_on"),
        ({"expires_on": None}, "expires_on"),
    ],
)
def test_impossible_batches_are_refused(world, changes, field):
    item = factories.item(world.branch, tracks_expiry=True)
    values = {"expires_on": timezone.localdate() + datetime.timedelta(days=90), "quantity": Decimal(1)}
    with pytest.raises(Refusal) as refusal:
        domain.stock_in(by=world.owner, branch=world.branch, item=item, batch_number="N", **values | changes)
    assert refusal.value.field == field


def test_what_was_not_known_of_a_batch_is_known_with_the_next_delivery(world):
    item = factories.item(world.branch)
    values = {
        "by": world.owner,
        "branch": world.branch,
        "item": item,
        "batch_number": "N",
        "quantity": Decimal(1),
    }
    domain.stock_in(**values)
    batch = domain.stock_in(**values, unit_cost=Decimal(12), mrp=Decimal(20)).batch
    assert (batch.unit_cost, batch.mrp) == (12, 20)
    with pytest.raises(Refusal, match="For another MRP"):
        domain.stock_in(**values, mrp=Decimal(21))
