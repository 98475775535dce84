"""What is suggested, why, and one click from there to an order."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from inventory import domain as inventory
from inventory.models import Batch, Movement, Supplier
from purchasing.domain import NewLine
from purchasing.models import Order
from purchasing.suggestions import suggestions
from tests import factories


@pytest.fixture
def gel(store):
    """Reordered at 5, eight lie here, from a supplier who needs four days."""
    item = factories.item(store.branch, name="Cooling Gel", reorder_level=Decimal(5))
    batch = factories.batch(item, store.branch, store.keeper, quantity=8)
    Batch.objects.filter(pk=batch.pk).update(supplier=store.near)
    return item


def suggested(store, item):
    return next(
        (each for each in suggestions(store.branch, Supplier.objects.active()) if each.item == item), None
    )


def use(store, item, quantity):
    today = timezone.localdate()
    inventory.take(
        by=store.keeper, branch=store.branch, kind=Movement.Kind.CONSUMPTION, cause_kind="test", cause_id=compat.uuid7(),
        today=today, wanted=[inventory.Wanted(item, Decimal(quantity))],
    )  # fmt: skip


def test_enough_is_not_ordered(store, gel):
    assert suggested(store, gel) is None


def test_below_its_level_it_is_ordered_to_last(store, gel):
    use(store, gel, 6)  # 0.2 a day
    found = suggested(store, gel)
    assert (found.in_stock, found.daily, found.supplier) == (2, Decimal("0.2"), store.near)
    assert found.wanted == Decimal(5) + Decimal("0.2") * 30 - 2


def test_not_above_its_maximum(store, gel):
    use(store, gel, 6)
    gel.maximum_level = Decimal(7)
    gel.save()
    assert suggested(store, gel).quantity == 5


def test_quick_use_over_the_suppliers_days_counts(store, gel):
    gel.reorder_level = Decimal(0)
    gel.save()
    use(store, gel, 1)
    assert suggested(store, gel) is None
    store.near.lead_days = 365
    store.near.save()
    assert suggested(store, gel).daily == Decimal(1) / 30


def test_what_is_on_its_way_counts(store, gel):
    use(store, gel, 6)
    store.approved(NewLine(gel, Decimal(30), price=Decimal(10)))
    assert suggested(store, gel) is None


def test_booked_visits_count_until_the_goods_could_be_here(store, gel, world):
    treatment = factories.treatment(store.branch)
    factories.consumable(treatment, gel, 4)

    def book(days):
        at = datetime.datetime.combine(
            timezone.localdate() + datetime.timedelta(days=days), datetime.time(11), store.branch.zone
        )
        appointments.book(
            by=world.receptionist, branch=store.branch, practitioner=world.doctor, treatment=treatment, starts_at=at,
            customer=factories.customer(store.branch, world.receptionist),
        )  # fmt: skip

    book(20)
    assert suggested(store, gel) is None
    book(2)
    assert suggested(store, gel).booked == 4


def test_packs_are_rounded_up(store):
    batch = factories.batch(store.tablets, store.branch, store.keeper, quantity=1)
    Batch.objects.filter(pk=batch.pk).update(supplier=store.near)
    found = suggested(store, store.tablets)
    assert (found.wanted, found.quantity, found.unit) == (4, 1, "strip")


def test_what_only_another_branch_keeps_is_not_low_here(store, world):
    item = factories.item(world.elsewhere)
    factories.batch(item, world.elsewhere, world.colleague, quantity=1)
    assert suggested(store, item) is None


def test_one_click_writes_the_order(sign_in, store, gel):
    use(store, gel, 6)
    stray = factories.item(store.branch, name="Stray")
    factories.batch(stray, store.branch, store.keeper, quantity=1)
    client = sign_in(store.keeper)
    page = client.get(reverse("reorder-list")).content.decode()
    assert "Cooling Gel" in page
    assert "No supplier yet" in page

    def click(**more):
        return client.post(
            reverse("reorder-draft"), {"supplier": store.near.pk, "idempotency_key": compat.uuid7(), **more}
        )

    assert click().status_code == 302
    assert [line.item for line in Order.objects.get().lines.all()] == [gel]
    click(unassigned="1")
    assert [line.item for line in Order.objects.first().lines.all()] == [stray]
    assert (
        client.post(
            reverse("reorder-draft"), {"supplier": "x", "idempotency_key": compat.uuid7()}
        ).status_code
        == 409
    )
