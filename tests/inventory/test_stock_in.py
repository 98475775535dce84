"""Goods coming in: a new batch, or more of one that agrees with what is known of it."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from inventory import domain
from inventory.models import Batch, Movement, Supplier
from tests import factories
from tests.race import race


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Laser Cooling Gel", sku="LCG", barcode="8901234567890")


def days(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=number)


def receive(world, item, **changes):
    values = {"batch_number": "B2026-012", "quantity": Decimal(10), "expires_on": days(200), "unit_cost": 180}
    return domain.stock_in(by=world.owner, branch=world.branch, item=item, **values | changes)


def test_a_new_batch_lies_at_the_branch(world, gel):
    supplier = Supplier.objects.create(organisation=gel.organisation, name="LaserTech")
    movement = receive(world, gel, supplier=supplier, batch_number=" B2026-012 ")
    batch = movement.batch
    assert (batch.number, batch.expires_on, batch.supplier, batch.unit_cost) == (
        "B2026-012", days(200), supplier, 180,
    )  # fmt: skip
    assert (movement.balance_after, movement.by) == (10, world.owner)
    event = Event.objects.get(verb="stock.received")
    assert (event.subject_id, event.branch_id) == (gel.pk, world.branch.pk)


def test_more_of_a_known_batch_joins_it_whatever_the_case_of_its_number(world, gel):
    first = receive(world, gel)
    more = receive(world, gel, batch_number="b2026-012", quantity=Decimal("2.5"), unit_cost=0)
    assert (more.batch, more.balance_after) == (first.batch, Decimal("12.5"))


def test_two_items_may_have_a_batch_of_one_number(world, gel):
    other = factories.item(world.branch)
    assert receive(world, gel).batch != receive(world, other).batch


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"expires_on": days(201)}, "expires_on", "was received with another expiry"),
        ({"expires_on": None}, "expires_on", "was received with another expiry"),
        ({"unit_cost": 181}, "unit_cost", "was received at ₹180.00 a unit"),
    ],
)
def test_what_contradicts_the_known_batch_is_refused(world, gel, changes, field, words):
    receive(world, gel)
    with pytest.raises(Refusal, match=words) as refusal:
        receive(world, gel, **changes)
    assert refusal.value.field == field
    assert Movement.objects.count() == 1


def test_another_supplier_is_refused(world, gel):
    one, two = (Supplier.objects.create(organisation=gel.organisation, name=name) for name in ("One", "Two"))
    receive(world, gel, supplier=one)
    with pytest.raises(Refusal, match="came from another supplier"):
        receive(world, gel, supplier=two)


def test_nothing_is_added_to_a_recalled_batch(world, gel):
    Batch.objects.filter(pk=receive(world, gel).batch.pk).update(is_active=False)
    with pytest.raises(Refusal, match="was recalled"):
        receive(world, gel)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"expires_on": days(0)}, "expires_on"),
        ({"expires_on": days(-30)}, "expires_on"),
        ({"batch_number": "  "}, "batch_number"),
        ({"unit_cost": -1}, "unit_cost"),
    ],
)
def test_impossible_goods_are_refused(world, gel, changes, field):
    with pytest.raises(Refusal) as refusal:
        receive(world, gel, **changes)
    assert refusal.value.field == field
    assert not Batch.objects.exists()


def test_an_item_no_longer_kept_is_refused(world, gel):
    gel.is_active = False
    with pytest.raises(Refusal, match="no longer kept"):
        receive(world, gel)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_receive_one_new_batch_make_one(world, gel):
    outcomes = race(*[lambda: receive(world, gel)] * 4)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Batch.objects.get().balances.get().quantity == 40


# The page


def typed(**changes) -> dict[str, str]:
    values = {
        "item": "Laser Cooling Gel", "batch_number": "B2026-012", "quantity": "10", "unit_cost": "180",
        "expires_on": str(days(200)), "supplier": "", "note": "First delivery", "idempotency_key": str(compat.uuid7()),
    }  # fmt: skip
    return values | changes


@pytest.mark.parametrize("name", ["laser cooling gel", "lcg", "8901234567890"])
def test_an_item_is_found_by_name_sku_or_scanned_barcode(world, gel, sign_in, name):
    response = sign_in(world.owner).post(reverse("stock-in"), typed(item=name))
    assert response.status_code == 302
    assert response["Location"] == reverse("item-detail", args=[gel.pk])
    assert Movement.objects.get().note == "First delivery"


def test_a_double_click_receives_once(world, gel, sign_in):
    client, form = sign_in(world.owner), typed()
    first, second = client.post(reverse("stock-in"), form), client.post(reverse("stock-in"), form)
    assert (first["Location"], second["Location"]) == (reverse("item-detail", args=[gel.pk]),) * 2
    assert Movement.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"quantity": "0"}, "quantity", "The quantity must be above zero."),
        ({"quantity": "-3"}, "quantity", "The quantity must be above zero."),
        ({"quantity": "many"}, "quantity", "Enter a number."),
        ({"quantity": "12345678901"}, "quantity", "digits"),
        ({"item": "Unheard of"}, "item", "There is no such item. Choose one from the list."),
        ({"item": "a\0b"}, "item", "Null characters"),
        ({"expires_on": "2001-01-01"}, "expires_on", "expired on 1 Jan 2001"),
        ({"expires_on": "31/31/2031"}, "expires_on", "Enter a valid date."),
        ({"supplier": "0198a000-0000-7000-8000-000000000000"}, "supplier", "valid choice"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_what_was_typed_stays(
    world, gel, sign_in, changes, field, words
):
    response = sign_in(world.owner).post(reverse("stock-in"), typed(**changes))
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    assert 'value="First delivery"' in response.content.decode()
    assert not Movement.objects.exists()


def test_two_items_of_one_name_are_asked_for_more(world, gel, sign_in):
    factories.item(world.branch, name="Laser Cooling Gel")
    response = sign_in(world.owner).post(reverse("stock-in"), typed())
    assert "Several items are called that" in response.content.decode()


def test_the_refused_form_may_be_corrected_and_sent_again(world, gel, sign_in):
    client, form = sign_in(world.owner), typed(quantity="0")
    assert client.post(reverse("stock-in"), form).status_code == 422
    assert client.post(reverse("stock-in"), form | {"quantity": "1"}).status_code == 302


def test_the_dialog_gets_the_form_alone(world, gel, sign_in):
    response = sign_in(world.owner).get(
        f"{reverse('stock-in')}?item={gel.pk}", headers={"HX-Request": "true", "HX-Target": "dialog"}
    )
    page = response.content.decode()
    assert page.lstrip().startswith("<form") and 'value="Laser Cooling Gel"' in page


def test_a_link_to_an_unknown_item_leads_nowhere(world, sign_in):
    client = sign_in(world.owner)
    assert client.get(f"{reverse('stock-in')}?item={compat.uuid7()}").status_code == 404
    assert client.get(f"{reverse('stock-in')}?item=nonsense").status_code == 200


def test_suggestions_follow_what_is_typed(world, gel, sign_in):
    factories.item(world.branch, name="Glycolic Acid")
    page = sign_in(world.owner).get(reverse("item-options"), {"item": "cool"}).content.decode()
    assert "Laser Cooling Gel" in page and "Glycolic" not in page


@pytest.mark.parametrize("role", ["receptionist", "doctor", "therapist"])
def test_only_who_may_change_stock_takes_it_in(world, gel, sign_in, role):
    client = sign_in(factories.person(world.branch, role))
    assert client.get(reverse("stock-in")).status_code == 403
    assert client.post(reverse("stock-in"), typed()).status_code == 403
    assert not Movement.objects.exists()
