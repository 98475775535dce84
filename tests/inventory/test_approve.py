"""Corrections that wait for a second person."""

from decimal import Decimal

import pytest

from clinic.refusals import Refusal
from inventory import domain, proofs
from inventory.models import Adjustment, Movement
from tests import factories
from tests.race import race


@pytest.fixture
def keeper(world):
    return factories.person(world.branch, "stockkeeper", full_name="Kiran Keeper")


@pytest.fixture
def batch(world):
    gel = factories.item(world.branch, name="Laser Cooling Gel")
    return factories.batch(gel, world.branch, world.owner, quantity=5, number="B1")


def ask(world, keeper, batch, quantity="-2", **more):
    return domain.adjust(
        by=keeper, branch=world.branch, batch=batch, quantity=Decimal(quantity), note="Broke", **more
    )


def left(batch):
    return batch.balances.get().quantity


def test_who_may_not_approve_asks_and_nothing_moves(world, keeper, batch):
    asked = ask(world, keeper, batch)
    assert (asked.status, asked.movement, left(batch)) == ("pending", None, 5)


def test_somebody_else_approves_and_it_moves_once(world, keeper, batch):
    asked = ask(world, keeper, batch, write_off=True)
    made = domain.approve_adjustment(by=world.owner, adjustment=asked)
    assert (made.movement.kind, made.movement.quantity, made.movement.note) == ("write_off", -2, "Broke")
    assert (made.movement.cause_kind, made.movement.cause_id) == ("adjustment", asked.pk)
    with pytest.raises(Refusal, match="decided already"):
        domain.approve_adjustment(by=world.owner, adjustment=asked)
    assert left(batch) == 3
    assert list(proofs.unmade_adjustments()) == []


def test_who_asked_cant_approve_and_who_has_no_right_neither(world, keeper, batch):
    asked = ask(world, keeper, batch)
    with pytest.raises(Refusal, match="Only somebody who approves"):
        domain.approve_adjustment(by=keeper, adjustment=asked)
    promoted = factories.person(world.branch, "administrator")
    Adjustment.objects.filter(pk=asked.pk).update(asked_by=promoted)
    with pytest.raises(Refusal, match="Somebody else has to approve"):
        domain.approve_adjustment(by=promoted, adjustment=asked)
    assert left(batch) == 5


def test_where_nobody_else_could_approve_one_person_may(world, batch):
    asked = Adjustment.objects.create(
        branch=world.branch, batch=batch, quantity=-1, kind="decrease", reason="x", asked_by=world.owner
    )
    assert domain.approve_adjustment(by=world.owner, adjustment=asked).status == "approved"


def test_a_small_correction_is_made_at_once(world, keeper, batch):
    """Two units at 200 are worth 400."""
    world.branch.adjustment_limit = Decimal(400)
    assert ask(world, keeper, batch).status == "approved"
    assert ask(world, keeper, batch, "-3").status == "pending"


def test_what_the_batch_no_longer_holds_is_not_taken(world, keeper, batch):
    asked = ask(world, keeper, batch, "-4")
    domain.adjust(by=world.owner, branch=world.branch, batch=batch, quantity=Decimal(-3), note="Sold")
    with pytest.raises(Refusal, match="Only 2 of"):
        domain.approve_adjustment(by=world.owner, adjustment=asked)


def test_a_refusal_needs_a_word_and_who_asked_may_take_it_back(world, keeper, batch):
    asked = ask(world, keeper, batch)
    with pytest.raises(Refusal, match="Say why"):
        domain.reject_adjustment(by=world.owner, adjustment=asked, answer=" ")
    assert domain.reject_adjustment(by=keeper, adjustment=asked, answer="Found it").status == "rejected"
    assert Movement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_move_it_once(world, keeper, batch):
    asked = ask(world, keeper, batch)
    results = race(*[lambda: domain.approve_adjustment(by=world.owner, adjustment=asked)] * 4)
    assert sum(isinstance(result, Refusal) for result in results) == 3
    assert left(batch) == 3
