"""Corrections of a batch: signed, with a reason, never below zero."""

from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from inventory import domain
from inventory.models import Movement
from tests import factories
from tests.race import race


@pytest.fixture
def batch(world):
    gel = factories.item(world.branch, name="Laser Cooling Gel")
    return factories.batch(gel, world.branch, world.owner, quantity=3, number="B1")


def adjust(world, batch, quantity, note="Broke"):
    return domain.adjust(
        by=world.owner, branch=world.branch, batch=batch, quantity=Decimal(quantity), note=note
    )


def test_a_correction_keeps_who_and_why(world, batch):
    movement = adjust(world, batch, "-1").movement
    assert (movement.balance_after, movement.by, movement.note) == (2, world.owner, "Broke")
    assert Event.objects.get(verb="stock.adjusted").subject_id == batch.item_id


def test_expired_and_recalled_stock_can_be_put_away(world, batch):
    batch.is_active = False
    batch.save()
    assert adjust(world, batch, "-3", "Recalled").movement.balance_after == 0


@pytest.mark.parametrize(
    ("quantity", "note", "field", "words"),
    [
        ("-4", "Lost", "quantity", "Only 3 of Laser Cooling Gel are left in batch B1."),
        ("0", "Lost", "quantity", "by how much"),
        ("1", "  ", "note", "Say why"),
    ],
)
def test_what_cant_be_is_refused(world, batch, quantity, note, field, words):
    with pytest.raises(Refusal, match=words) as refusal:
        adjust(world, batch, quantity, note)
    assert refusal.value.field == field
    assert Movement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_put_away_the_last_ones_dont_take_them_twice(world, batch):
    outcomes = race(*[lambda: adjust(world, batch, "-3")] * 3)
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Refusal, Refusal]
    assert batch.balances.get().quantity == 0


def typed(**changes) -> dict[str, str]:
    key = {"idempotency_key": str(compat.uuid7())}
    return {"change": "out", "quantity": "1", "note": "Tube broke"} | key | changes


def test_a_double_click_adjusts_once(world, batch, sign_in):
    client, form = sign_in(world.owner), typed()
    for _click in range(2):
        response = client.post(reverse("stock-adjust", args=[batch.pk]), form)
        assert response["Location"] == reverse("item-detail", args=[batch.item_id])
    assert batch.balances.get().quantity == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": "4"}, "Only 3 of Laser Cooling Gel are left in batch B1."),
        ({"quantity": "-1"}, "The quantity must be above zero."),
        ({"quantity": "0"}, "The quantity must be above zero."),
        ({"note": ""}, "This field is required."),
        ({"change": "sideways"}, "valid choice"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(world, batch, sign_in, changes, words):
    response = sign_in(world.owner).post(reverse("stock-adjust", args=[batch.pk]), typed(**changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert f'value="{typed(**changes)["quantity"]}"' in page
    assert Movement.objects.count() == 1


def test_the_receptionist_may_not(world, batch, desk):
    assert desk.post(reverse("stock-adjust", args=[batch.pk]), typed()).status_code == 403
    assert Movement.objects.count() == 1
