"""The proofs: silent about what the verbs did, loud about what only the owner of the database could have done."""

from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone
from uuid_utils import compat

from clinic import registries
from inventory import domain
from inventory.domain import Wanted
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
OURS = [
    "stock balances",
    "running balances",
    "stock adjustments",
    "stock counts",
    "stock transfers",
    "expired stock",
]


@pytest.fixture
def busy(world):
    """A day's work: a correction, a count with a difference, a transfer with one missing, a sale."""
    gel = factories.item(world.branch)
    batch = factories.batch(gel, world.branch, world.owner, quantity=20)
    domain.adjust(by=world.owner, branch=world.branch, batch=batch, quantity=Decimal(-1), note="Broke")
    keeper = factories.person(world.branch, "stockkeeper")
    count = domain.start_count(by=keeper, branch=world.branch)
    domain.record_count(by=keeper, count=count, batch=batch, quantity=Decimal(18))
    domain.submit_count(by=keeper, count=count)
    domain.approve_count(by=world.owner, count=count)
    transfer = domain.send_transfer(
        by=world.owner, branch=world.branch, receiver=world.elsewhere, wanted=[Wanted(gel, Decimal(4))]
    )
    there = factories.person(world.elsewhere, "stockkeeper")
    line = transfer.lines.get()
    domain.receive_transfer(
        by=there, branch=world.elsewhere, transfer=transfer, received={line.pk: Decimal(3)}, answer="Broke"
    )
    domain.take(
        by=world.owner, branch=world.branch, wanted=[Wanted(gel, Decimal(2))], kind="sale", cause_kind="invoice",
        cause_id=compat.uuid7(), today=timezone.localdate(),
    )  # fmt: skip
    return batch


def found() -> list[str]:
    return [name for name in OURS if list(registries.proofs()[name]())]


def owner(statement: str, *values: object) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_movement DISABLE TRIGGER keep")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE inventory_movement ENABLE TRIGGER keep")
    connections["owner"].close()


def test_nothing_is_found_after_a_days_work(busy):
    assert found() == []


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE inventory_balance SET quantity = quantity + 1", ["stock balances"]),
        (
            "UPDATE inventory_movement SET balance_after = balance_after + 1 WHERE kind = 'sale'",
            ["running balances"],
        ),
        (
            "UPDATE inventory_movement SET quantity = quantity - 1, balance_after = balance_after - 1 WHERE kind = 'adjustment'",
            ["stock balances", "running balances", "stock adjustments"],
        ),
        ("UPDATE inventory_countline SET counted = counted + 1", ["stock counts"]),
        ("UPDATE inventory_transferline SET received = quantity", ["stock transfers"]),
        ("UPDATE inventory_batch SET expires_on = CURRENT_DATE - 3", ["expired stock"]),
    ],
)
def test_a_planted_fault_is_found(busy, statement, names):
    owner(statement)
    assert found() == names
