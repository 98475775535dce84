"""Stock leaves from the batch that expires first, all of a document or nothing, under locks."""

import contextlib
import datetime
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError
from django.utils import timezone
from uuid_utils import compat

from clinic.refusals import Refusal
from inventory import domain, shelf
from inventory.domain import Wanted
from inventory.models import Balance, Batch, Movement
from inventory.proofs import unkept_balances
from tests import factories
from tests.race import race


def take(world, *wanted, **changes):
    values = {
        "by": world.receptionist, "branch": world.branch, "kind": Movement.Kind.SALE, "cause_kind": "invoice",
        "cause_id": compat.uuid7(), "today": timezone.localdate(timezone=world.branch.zone),
    }  # fmt: skip
    return domain.take(wanted=list(wanted), **values | changes)


def left(batch) -> Decimal:
    return Balance.objects.get(batch=batch).quantity


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Laser Cooling Gel")


def stock(world, gel, quantity, *, days, **changes):
    return factories.batch(gel, world.branch, world.owner, quantity=quantity, days=days, **changes)


def test_the_batch_that_expires_first_leaves_first_and_the_next_fills_up(world, gel):
    later, sooner, never = (stock(world, gel, 5, days=days) for days in (90, 30, None))
    taken = take(world, Wanted(gel, Decimal(11)))
    assert [(part.batch, part.quantity) for part in taken] == [(sooner, 5), (later, 5), (never, 1)]
    assert [left(batch) for batch in (sooner, later, never)] == [0, 0, 4]
    assert list(unkept_balances()) == []


def test_of_two_batches_with_one_expiry_the_first_received_leaves_first(world, gel):
    first, second = stock(world, gel, 1, days=30), stock(world, gel, 1, days=30)
    assert [part.batch for part in take(world, Wanted(gel, Decimal(1)))] == [first]
    assert left(second) == 1


def test_a_chosen_batch_is_served_before_the_others_of_the_document(world, gel):
    sooner, later = stock(world, gel, 2, days=30), stock(world, gel, 2, days=90)
    taken = take(world, Wanted(gel, Decimal(2)), Wanted(gel, Decimal(1), sooner))
    assert [(part.place, part.batch, part.quantity) for part in taken] == [
        (0, sooner, 1), (0, later, 1), (1, sooner, 1),
    ]  # fmt: skip


def test_the_movements_say_who_and_why(world, gel):
    batch, cause = stock(world, gel, 3, days=30), compat.uuid7()
    take(world, Wanted(gel, Decimal("0.5")), kind="consumption", cause_kind="appointment", cause_id=cause)
    movement = Movement.objects.get(cause_id=cause)
    assert (movement.batch, movement.quantity, movement.by) == (batch, Decimal("-0.5"), world.receptionist)
    assert movement.balance_after == Decimal("2.5")


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_nothing_and_less_than_nothing_are_refused(world, gel, quantity):
    stock(world, gel, 3, days=30)
    with pytest.raises(Refusal, match="above zero"):
        take(world, Wanted(gel, Decimal(quantity)))


def test_more_than_is_left_is_refused_with_what_is_left_and_nothing_leaves(world, gel):
    batch, other = stock(world, gel, 3, days=30), factories.item(world.branch)
    plenty = stock(world, other, 50, days=30)
    with pytest.raises(Refusal, match=r"^Only 3 of Laser Cooling Gel are left\.$"):
        take(world, Wanted(other, Decimal(1)), Wanted(gel, Decimal(2)), Wanted(gel, Decimal(2)))
    assert (left(batch), left(plenty)) == (3, 50)


def test_one_left_and_none_left_have_their_own_words(world, gel):
    stock(world, gel, 1, days=30)
    with pytest.raises(Refusal, match=r"^Only 1 of Laser Cooling Gel is left\.$"):
        take(world, Wanted(gel, Decimal(2)))
    take(world, Wanted(gel, Decimal(1)))
    with pytest.raises(Refusal, match=r"^No Laser Cooling Gel is left\.$"):
        take(world, Wanted(gel, Decimal(1)))


@pytest.mark.parametrize("days", [-1, 0])
def test_an_expired_batch_never_leaves(world, gel, days):
    expired = stock(world, gel, 5, days=days, number="OLD-1")
    with pytest.raises(Refusal, match="No Laser Cooling Gel is left"):
        take(world, Wanted(gel, Decimal(1)))
    with pytest.raises(Refusal, match="Batch OLD-1 of Laser Cooling Gel expired on"):
        take(world, Wanted(gel, Decimal(1), expired))
    assert left(expired) == 5


def test_a_recalled_batch_never_leaves(world, gel):
    recalled = stock(world, gel, 5, days=90, number="BAD-1")
    Batch.objects.filter(pk=recalled.pk).update(is_active=False)
    with pytest.raises(Refusal, match="No Laser Cooling Gel is left"):
        take(world, Wanted(gel, Decimal(1)))
    with pytest.raises(Refusal, match="Batch BAD-1 of Laser Cooling Gel was recalled"):
        take(world, Wanted(gel, Decimal(1), recalled))


def test_a_batch_of_another_item_is_refused(world, gel):
    foreign = stock(world, factories.item(world.branch), 5, days=90)
    with pytest.raises(Refusal, match="is not one of Laser Cooling Gel"):
        take(world, Wanted(gel, Decimal(1), foreign))


def test_stock_of_another_branch_stays_there(world, gel):
    factories.batch(gel, world.elsewhere, world.owner, quantity=5)
    with pytest.raises(Refusal, match="No Laser Cooling Gel is left"):
        take(world, Wanted(gel, Decimal(1)))


@pytest.mark.django_db(transaction=True)
def test_of_many_desks_that_sell_the_last_unit_one_does(world, gel):
    batch = stock(world, gel, 1, days=30)
    outcomes = race(*[lambda: take(world, Wanted(gel, Decimal(1)))] * 6)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert len(refused) == 5, outcomes
    assert {refusal.message for refusal in refused} == {"No Laser Cooling Gel is left."}
    assert left(batch) == 0


@pytest.mark.django_db(transaction=True)
def test_documents_that_name_the_same_items_in_opposite_order_dont_deadlock(world, gel):
    other = factories.item(world.branch)
    for item in (gel, other):
        for days in (30, 60, 90):
            stock(world, item, 8, days=days)
    there = [Wanted(gel, Decimal(1)), Wanted(other, Decimal(1))]
    back = there[::-1]
    outcomes = race(*[lambda: take(world, *there), lambda: take(world, *back)] * 4)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert sum(Balance.objects.values_list("quantity", flat=True)) == 32
    assert list(unkept_balances()) == []


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_what_makes_them_queue(world, gel, monkeypatch):
    """The control: without it two desks see the same unit, and only the database's own check stops the second."""
    stock(world, gel, 1, days=30)
    both_have_read, read = Barrier(2), shelf.balances

    def read_together(*given):
        found = read(*given)
        with contextlib.suppress(BrokenBarrierError):
            both_have_read.wait(3)
        return found

    def no_lock(ids):
        return {batch.pk: batch for batch in Batch.objects.filter(pk__in=ids).select_related("item")}

    monkeypatch.setattr(shelf, "balances", read_together)
    monkeypatch.setattr(shelf, "lock", no_lock)
    outcomes = race(*[lambda: take(world, Wanted(gel, Decimal(1)))] * 2)
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [IntegrityError]


def test_expiry_is_the_first_day_on_which_a_batch_may_not_be_used(world, gel):
    batch = stock(world, gel, 2, days=1)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    take(world, Wanted(gel, Decimal(1)))
    with pytest.raises(Refusal):
        take(world, Wanted(gel, Decimal(1)), today=tomorrow)
    assert left(batch) == 1
