"""Goods on their way between branches."""

from decimal import Decimal

import pytest

from clinic.refusals import Refusal
from inventory import domain, proofs
from inventory.domain import Wanted
from inventory.models import Balance, Movement, Transfer
from tests import factories
from tests.race import race


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Gel")


@pytest.fixture
def batch(world, gel):
    return factories.batch(gel, world.branch, world.owner, quantity=10, number="B1", days=60)


@pytest.fixture
def there(world):
    return factories.person(world.elsewhere, "stockkeeper")


def send(world, gel, quantity=4, **changes):
    values = {"by": world.owner, "branch": world.branch, "receiver": world.elsewhere}
    return domain.send_transfer(wanted=[Wanted(gel, Decimal(quantity))], **values | changes)


def held(batch, branch):
    return Balance.objects.filter(batch=batch, branch=branch).values_list("quantity", flat=True).first() or 0


def test_on_its_way_it_lies_nowhere_and_then_there(world, gel, batch, there):
    transfer = send(world, gel)
    assert (held(batch, world.branch), held(batch, world.elsewhere)) == (6, 0)
    domain.receive_transfer(by=there, branch=world.elsewhere, transfer=transfer, received={})
    assert (held(batch, world.branch), held(batch, world.elsewhere)) == (6, 4)
    assert list(proofs.untied_transfers()) == []


def test_it_takes_what_expires_first_over_several_batches(world, gel, batch):
    sooner = factories.batch(gel, world.branch, world.owner, quantity=3, days=10)
    lines = send(world, gel, 5).lines.order_by("quantity").values_list("batch", "quantity")
    assert list(lines) == [(batch.pk, 2), (sooner.pk, 3)]


def test_what_is_missing_needs_a_word_and_stays_a_difference(world, gel, batch, there):
    transfer = send(world, gel)
    line = transfer.lines.get()
    values = {"by": there, "branch": world.elsewhere, "transfer": transfer, "received": {line.pk: Decimal(3)}}
    with pytest.raises(Refusal, match="Less arrived"):
        domain.receive_transfer(**values)
    domain.receive_transfer(**values, answer="One broke")
    line.refresh_from_db()
    assert (line.missing, held(batch, world.elsewhere)) == (1, 3)
    assert list(proofs.untied_transfers()) == []


@pytest.mark.parametrize(("quantity", "words"), [("5", "Only 4 of Gel"), ("-1", "below zero")])
def test_more_than_was_sent_doesnt_arrive(world, gel, batch, there, quantity, words):
    transfer = send(world, gel)
    with pytest.raises(Refusal, match=words):
        domain.receive_transfer(
            by=there,
            branch=world.elsewhere,
            transfer=transfer,
            received={transfer.lines.get().pk: Decimal(quantity)},
        )


def test_it_is_called_back_by_the_sender_alone(world, gel, batch, there):
    transfer = send(world, gel)
    with pytest.raises(Refusal, match="can call this transfer back"):
        domain.cancel_transfer(by=there, branch=world.elsewhere, transfer=transfer, answer="x")
    domain.cancel_transfer(by=world.owner, branch=world.branch, transfer=transfer, answer="Wrong branch")
    assert held(batch, world.branch) == 10
    assert list(proofs.untied_transfers()) == []


def test_it_is_received_by_the_receiver_alone(world, gel, batch):
    with pytest.raises(Refusal, match="This transfer goes to"):
        domain.receive_transfer(by=world.owner, branch=world.branch, transfer=send(world, gel), received={})


def test_impossible_transfers_are_refused(world, gel, batch):
    foreign = factories.item(world.branch)
    for changes, words in (
        ({"receiver": world.branch}, "another branch"),
        ({"quantity": 11}, "Only 10 of Gel"),
        ({"gel": foreign}, "is left"),
    ):
        with pytest.raises(Refusal, match=words):
            send(world, **{"gel": gel} | changes)
    with pytest.raises(Refusal, match="Enter what is sent"):
        domain.send_transfer(by=world.owner, branch=world.branch, receiver=world.elsewhere, wanted=[])
    assert not Transfer.objects.exists() and Movement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_received_and_called_back_at_once_one_of_them_happens(world, gel, batch, there):
    transfer = send(world, gel)
    results = race(
        lambda: domain.receive_transfer(by=there, branch=world.elsewhere, transfer=transfer, received={}),
        lambda: domain.cancel_transfer(by=world.owner, branch=world.branch, transfer=transfer, answer="x"),
        lambda: domain.receive_transfer(by=there, branch=world.elsewhere, transfer=transfer, received={}),
    )
    assert sum(isinstance(result, Transfer) for result in results) == 1
    assert sum(Balance.objects.values_list("quantity", flat=True)) == 10
    assert list(proofs.untied_transfers()) == []
