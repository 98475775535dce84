"""Sixteen clerks at twenty batches: balances are kept, nothing is sold twice, and what expires first leaves first.

In the suite a few hundred operations; the long race is the same with
STOCK_OPERATIONS=20000 python -m pytest tests/inventory/test_races.py -s
"""

import os
import random
import time
from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, connections
from django.utils import timezone
from uuid_utils import compat

from clinic import registries
from clinic.refusals import Refusal
from inventory import domain, proofs, shelf
from inventory.domain import Wanted
from inventory.models import Balance, Batch, Movement
from tests import factories
from tests.race import race

OPERATIONS, SEED = int(os.environ.get("STOCK_OPERATIONS", "320")), int(os.environ.get("STOCK_SEED", "1"))
CLERKS, ITEMS = 16, 4
LIVES = [
    -5,
    20,
    40,
    60,
    80,
]  # days until the batches of each item expire; the last is the one that is filled up
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


class Shelf:
    """Four items of five batches each, one of them expired."""

    def __init__(self, world) -> None:
        self.world, self.today = world, timezone.localdate()
        self.items = [factories.item(world.branch, is_divisible=False) for _ in range(ITEMS)]
        held = max(8, OPERATIONS // 60)
        for item in self.items:
            for days in LIVES:
                factories.batch(item, world.branch, world.owner, quantity=held, days=days)

    def batches(self, item) -> list[Batch]:
        return list(item.batches.order_by("expires_on"))

    def take(self, kind: str, item, quantity: int) -> None:
        domain.take(
            by=self.world.owner, branch=self.world.branch, wanted=[Wanted(item, Decimal(quantity))], kind=kind,
            cause_kind="race", cause_id=compat.uuid7(), today=self.today,
        )  # fmt: skip

    def operate(self, dice: random.Random) -> str:
        """One thing a clerk does; what it was, or that it was refused."""
        world, item = self.world, dice.choice(self.items)
        batches = self.batches(item)
        what = dice.choice(["sale"] * 6 + ["use"] * 2 + ["fill", "fill", "lose", "send", "two items"])
        try:
            if what == "sale":
                self.take("sale", item, dice.randint(1, 4))
            elif what == "use":
                self.take("consumption", item, 1)
            elif what == "fill":
                last = batches[-1]
                domain.stock_in(
                    by=world.owner, branch=world.branch, item=item, batch_number=last.number,
                    quantity=Decimal(dice.randint(1, 3)), expires_on=last.expires_on,
                )  # fmt: skip
            elif what == "lose":
                values = {"batch": dice.choice(batches), "quantity": Decimal(-1), "note": "Broke"}
                domain.adjust(by=world.owner, branch=world.branch, **values)
            elif what == "send":
                domain.send_transfer(
                    by=world.owner,
                    branch=world.branch,
                    receiver=world.elsewhere,
                    wanted=[Wanted(item, Decimal(1))],
                )
            else:
                two = [Wanted(each, Decimal(1)) for each in dice.sample(self.items, 2)]
                domain.take(
                    by=world.owner, branch=world.branch, wanted=two, kind="sale", cause_kind="race",
                    cause_id=compat.uuid7(), today=self.today,
                )  # fmt: skip
        except Refusal:
            return "refused"
        return what


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def out_of_order(stock: Shelf) -> list[str]:
    """Sales of a batch while one that expires sooner still held something. All but the last are never filled up."""
    wrong = []
    for item in stock.items:
        usable = [batch for batch in stock.batches(item) if not batch.has_expired(stock.today)]
        for place, batch in enumerate(usable[1:], start=1):
            first = (
                batch.movements.filter(
                    branch=stock.world.branch, kind__in=["sale", "consumption", "transfer_out"]
                )
                .order_by("created_at")
                .first()
            )
            for sooner in usable[:place] if first else []:
                held = Balance.objects.get(batch=sooner, branch=stock.world.branch).quantity
                later = sooner.movements.filter(branch=stock.world.branch, created_at__gt=first.created_at)
                if held or later.exists():
                    wrong.append(f"{batch} left before {sooner}")
    return wrong


def test_mixed_operations_keep_every_balance(world):
    stock = Shelf(world)
    before = deadlocks()

    def clerk(number: int) -> Counter:
        dice = random.Random(SEED * CLERKS + number)
        return Counter(stock.operate(dice) for _ in range(OPERATIONS // CLERKS))

    done = race(*(partial(clerk, number) for number in range(CLERKS)))
    assert [result for result in done if isinstance(result, Exception)] == []
    print(f"{OPERATIONS} operations by {CLERKS} clerks, seed {SEED}: {dict(sum(done, Counter()))}")
    for name in (
        "stock balances",
        "running balances",
        "stock adjustments",
        "stock transfers",
        "expired stock",
    ):
        assert list(registries.proofs()[name]()) == [], name
    assert not Balance.objects.filter(quantity__lt=0).exists()
    assert out_of_order(stock) == []
    assert not Movement.objects.filter(batch__expires_on__lte=stock.today, kind="sale").exists()
    assert deadlocks() == before


class TestTheLastUnit:
    def sell(self, world, desks: int):
        gel = factories.item(world.branch, name="Gel", is_divisible=False)
        batch = factories.batch(gel, world.branch, world.owner, quantity=1)
        sale = partial(
            domain.take, by=world.owner, branch=world.branch, wanted=[Wanted(gel, Decimal(1))], kind="sale",
            cause_kind="race", today=timezone.localdate(),
        )  # fmt: skip
        return batch, race(*(partial(sale, cause_id=compat.uuid7()) for _ in range(desks)))

    def test_goes_to_one_desk_and_the_others_are_told(self, world):
        batch, results = self.sell(world, 16)
        assert sum(isinstance(result, Refusal) for result in results) == 15
        assert batch.balances.get().quantity == 0

    def test_the_control_without_lock_and_constraint_sells_it_twice(self, world, monkeypatch):
        def read_without_waiting(ids):
            return {batch.pk: batch for batch in Batch.objects.filter(pk__in=ids).select_related("item")}

        real = shelf.balances

        def read_and_dawdle(*arguments):
            found = real(*arguments)
            time.sleep(0.2)
            return found

        monkeypatch.setattr(shelf, "lock", read_without_waiting)
        monkeypatch.setattr(shelf, "balances", read_and_dawdle)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE inventory_balance DROP CONSTRAINT balance_not_negative")
        connections["owner"].close()
        batch, _results = self.sell(world, 4)
        assert batch.balances.get().quantity < 0
        assert "holds less than nothing" in " ".join(proofs.unkept_balances())
