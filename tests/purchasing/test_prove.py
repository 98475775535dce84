"""The proofs find what they are there to find."""

from decimal import Decimal

import pytest
from django.db import connections

from clinic import registries
from purchasing import domain, proofs
from purchasing.domain import Sent


def bought_and_sent_back(store):
    receipt = store.received(store.approved())
    domain.return_goods(
        by=store.keeper, branch=store.branch, supplier=store.near, receipt=receipt, reason="damaged",
        sent=[Sent(receipt.lines.get().batch, Decimal(2))],
    )  # fmt: skip


def test_a_clean_house_proves(store):
    bought_and_sent_back(store)
    store.counted(store.delivery(store.approved()), invoice="PENDING")
    assert [*proofs.purchases(), *proofs.numbers()] == []
    assert {"purchasing", "numbers of purchasing"} <= set(registries.proofs())


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    ("damage", "check", "sentence"),
    [
        (
            "UPDATE purchasing_orderline SET received = 9",
            proofs.purchases,
            "what the order says was received",
        ),
        (
            "UPDATE purchasing_receiptline SET accepted = 9",
            proofs.purchases,
            "what was accepted is not what came",
        ),
        ("DELETE FROM inventory_movement WHERE kind = 'return_out'", proofs.purchases, "what was sent back"),
        (
            "UPDATE purchasing_receipt SET taxable = taxable + 1, total = total + 1",
            proofs.purchases,
            "do not add up",
        ),
        (
            "UPDATE clinic_seriesyear SET last_number = 9 WHERE prefix = 'LCBR'",
            proofs.numbers,
            "the counter says 9",
        ),
    ],
)
def test_damage_done_behind_the_triggers_is_found(store, damage, check, sentence):
    bought_and_sent_back(store)
    with connections["owner"].cursor() as cursor:
        for table in (
            "purchasing_orderline",
            "purchasing_receiptline",
            "purchasing_receipt",
            "inventory_movement",
        ):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(damage)
    connections["owner"].close()
    assert any(sentence in found for found in check())
