"""Counting while the day goes on: nothing frozen, nothing lost, nothing counted twice."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from uuid_utils import compat

from clinic.refusals import Refusal
from inventory import domain, proofs, queries
from inventory.domain import Wanted
from inventory.models import Movement
from tests import factories


@pytest.fixture
def keeper(world):
    return factories.person(world.branch, "stockkeeper")


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Gel", is_divisible=False)


@pytest.fixture
def batch(world, gel):
    return factories.batch(gel, world.branch, world.owner, quantity=10, number="B1")


def record(count, by, batch, quantity, **more):
    return domain.record_count(by=by, count=count, batch=batch, quantity=Decimal(quantity), **more)


def sell(world, item, quantity):
    domain.take(
        by=world.owner, branch=world.branch, wanted=[Wanted(item, Decimal(quantity))], kind="sale",
        cause_kind="invoice", cause_id=compat.uuid7(), today=timezone.localdate(),
    )  # fmt: skip


def left(batch):
    return batch.balances.get().quantity


def test_the_difference_is_written_and_what_was_sold_meanwhile_stays_sold(world, keeper, gel, batch):
    count = domain.start_count(by=keeper, branch=world.branch)
    sell(world, gel, 1)
    record(count, keeper, batch, 7)  # nine should be there: two are gone
    sell(world, gel, 3)
    domain.submit_count(by=keeper, count=count)
    sell(world, gel, 1)
    lines, worth = queries.differences(count)
    assert [(line.expected, line.counted, line.variance) for line in lines] == [(9, 7, -2)]
    assert worth == -400
    domain.approve_count(by=world.owner, count=count, reasons={lines[0].pk: "Broken"})
    movement = Movement.objects.get(kind="count")
    assert (movement.quantity, movement.note, movement.cause_id) == (-2, "Broken", count.pk)
    assert left(batch) == 3
    assert list(proofs.untied_counts()) == []


def test_a_list_written_earlier_is_compared_with_that_moment(world, keeper, gel, batch):
    at = timezone.now()
    sell(world, gel, 4)
    count = domain.start_count(by=keeper, branch=world.branch, as_of=at)
    record(count, keeper, batch, 10)
    domain.submit_count(by=keeper, count=count)
    domain.approve_count(by=world.owner, count=count)
    assert left(batch) == 6 and not Movement.objects.filter(kind="count").exists()
    with pytest.raises(Refusal, match="still to come"):
        domain.start_count(by=keeper, branch=world.branch, as_of=at + datetime.timedelta(days=1))


def test_a_second_shelf_adds_up_and_a_second_look_replaces(world, keeper, batch):
    count = domain.start_count(by=keeper, branch=world.branch)
    record(count, keeper, batch, 4)
    assert record(count, keeper, batch, 5, add=True).counted == 9
    assert record(count, keeper, batch, 8).counted == 8
    assert count.lines.count() == 1


def test_what_nobody_saw_is_left_alone_unless_it_is_said_to_be_gone(world, keeper, gel, batch):
    other = factories.batch(gel, world.branch, world.owner, quantity=3, number="B2")
    for gone, remains in ((False, 3), (True, 0)):
        count = domain.start_count(by=keeper, branch=world.branch)
        assert set(queries.uncounted(count)) == {batch, other}
        record(count, keeper, batch, 10)
        domain.submit_count(by=keeper, count=count, missing_is_none=gone)
        domain.approve_count(by=world.owner, count=count)
        assert left(other) == remains


def test_who_counted_doesnt_approve(world, keeper, batch):
    count = domain.start_count(by=keeper, branch=world.branch)
    record(count, world.owner, batch, 10)
    domain.submit_count(by=keeper, count=count)
    with pytest.raises(Refusal, match="Only somebody who approves"):
        domain.approve_count(by=keeper, count=count)
    second = factories.person(world.branch, "administrator")
    with pytest.raises(Refusal, match="Somebody else"):
        domain.approve_count(by=world.owner, count=count)
    assert domain.approve_count(by=second, count=count).status == "approved"


def test_more_sold_since_than_was_counted_is_counted_again(world, keeper, gel, batch):
    count = domain.start_count(by=keeper, branch=world.branch)
    record(count, keeper, batch, 2)
    domain.submit_count(by=keeper, count=count)
    sell(world, gel, 9)
    with pytest.raises(Refusal, match="Count it again"):
        domain.approve_count(by=world.owner, count=count)
    reopened = domain.reopen_count(by=world.owner, count=count, answer="Look behind the door")
    assert (reopened.status, reopened.lines.get().expected) == ("in_progress", None)


@pytest.mark.parametrize(("quantity", "words"), [("-1", "below zero"), ("1.5", "whole units")])
def test_impossible_counts_are_refused(world, keeper, batch, quantity, words):
    count = domain.start_count(by=keeper, branch=world.branch)
    with pytest.raises(Refusal, match=words):
        record(count, keeper, batch, quantity)
    with pytest.raises(Refusal, match="Nothing has been counted"):
        domain.submit_count(by=keeper, count=count)


def test_a_count_of_one_category_takes_no_other(world, keeper, batch):
    count = domain.start_count(by=keeper, branch=world.branch, category="serum")
    with pytest.raises(Refusal, match="isn't part of this count"):
        record(count, keeper, batch, 1)
    assert not queries.uncounted(count).exists()


def test_a_count_given_up_changes_nothing_and_takes_nothing_more(world, keeper, batch):
    count = domain.start_count(by=keeper, branch=world.branch)
    domain.cancel_count(by=keeper, count=count)
    with pytest.raises(Refusal, match="Given up"):
        record(count, keeper, batch, 1)
    assert domain.start_count(by=keeper, branch=world.branch).number.endswith("-0002")


@pytest.mark.parametrize(
    ("typed", "found"), [("LABEL", True), ("b1", True), ("890", True), ("gel", True), ("other", False)]
)
def test_a_scan_finds_the_batch(world, gel, batch, typed, found):
    gel.barcode = "890"
    gel.save()
    typed = batch.label_code if typed == "LABEL" else typed
    assert (batch in queries.batches_named(world.branch, typed)) is found
