"""A branch's own prices: one answer for the bill, the search row, the menu, a quote and a deposit; other branches keep theirs."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import policies
from appointments.models import VisitPolicy
from billing import domain, menu
from clinic import prices
from clinic.refusals import Refusal
from inventory import domain as inventory
from inventory.models import Item, ItemPrice
from packages import domain as packages
from packages import queries
from packages.models import Plan, Treatment, TreatmentPrice
from tests import factories

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def today(shop) -> datetime.date:
    return timezone.localdate(timezone=shop.branch.zone)


@pytest.fixture
def dearer(shop, world, today):
    """Everything costs ₹111 at the branch."""
    for thing, verb in ((shop.laser, packages), (shop.plan, packages), (shop.gel, inventory)):
        verb.set_price(by=world.owner, thing=thing, branch=shop.branch, price=D(111), valid_from=today)


def post(client, name, thing, **body):
    body.setdefault("idempotency_key", str(compat.uuid7()))
    return client.post(reverse(name, args=[thing.pk]), body)


class TestOneAnswer:
    def test_the_bill_and_its_search_row(self, shop, dearer, today):
        draft = shop.draft(shop.laser, shop.plan, shop.gel)
        assert {line.unit_price for line in draft.lines.all()} == {D(111)}
        found = menu.choices(user=shop.by, words="Laser", today=today)
        assert [choice.price for choice in found] == [D(111)] * 3

    def test_elsewhere_the_house_s_price_stays(self, shop, dearer, world, today):
        for thing in (shop.laser, shop.plan, shop.gel):
            assert prices.price_at(thing, world.elsewhere, today) == thing.price
        found = menu.choices(user=world.colleague, words="Laser", today=today)
        assert {choice.price for choice in found} <= {shop.laser.price, shop.plan.price, shop.gel.price}

    def test_the_menu_page_the_plans_and_the_item(self, sign_in, shop, dearer, world):
        owner = sign_in(world.owner)
        offers = {
            offer.treatment.pk: offer for offer in owner.get(reverse("treatment-list")).context["offers"]
        }
        assert offers[shop.laser.pk].with_tax == D("130.98")
        assert "₹111.00" in owner.get(reverse("plan-list")).content.decode()
        assert "₹111.00" in owner.get(reverse("plan-detail", args=[shop.plan.pk])).content.decode()
        assert "₹111.00" in owner.get(reverse("item-detail", args=[shop.gel.pk])).content.decode()
        assert "₹111.00" in owner.get(reverse("package-sell")).content.decode()

    def test_a_quote_what_was_sold_and_a_deposit(self, shop, dearer, today, world):
        quote = queries.quote(shop.plan, [], shop.branch, today)
        assert quote.value == D(111)
        sold = packages.enrol(
            by=shop.by,
            branch=shop.branch,
            customer=shop.customer,
            plan=shop.plan,
            value=quote.value,
            on=today,
        )
        assert sold.terms["price"] == "111.00"
        VisitPolicy.objects.create(branch=shop.branch, kind="deposit", percent=D(50), valid_from=today)
        asked = policies.deposit_for(branch=shop.branch, treatment=shop.laser, day=today)
        assert asked == D("55.50")

    def test_the_last_bill_again_is_at_the_price_of_today(self, shop, today, world):
        shop.issue(shop.laser)
        packages.set_price(
            by=world.owner, thing=shop.laser, branch=shop.branch, price=D(99), valid_from=today
        )
        draft = shop.draft()
        [line] = domain.repeat(by=shop.by, invoice=draft, version=draft.version)
        assert line.unit_price == D(99)


class TestFromADayOn:
    def test_the_latest_start_counts_and_empty_is_the_house_again(self, shop, today, world):
        def from_(days, price):
            start = today + datetime.timedelta(days=days)
            packages.set_price(
                by=world.owner, thing=shop.laser, branch=shop.branch, price=price, valid_from=start
            )

        from_(0, D(100))
        from_(5, D(200))
        from_(9, None)
        expected = {-1: shop.laser.price, 0: D(100), 4: D(100), 5: D(200), 8: D(200), 9: shop.laser.price}
        for days, price in expected.items():
            day = today + datetime.timedelta(days=days)
            assert prices.price_at(shop.laser, shop.branch, day) == price
            row = prices.with_price_at(Treatment.objects.all(), shop.branch, day).get(pk=shop.laser.pk)
            assert row.price_here == price

    def test_the_same_day_twice_is_one_row(self, shop, today, world):
        for price in (D(1), D(2)):
            packages.set_price(
                by=world.owner, thing=shop.laser, branch=shop.branch, price=price, valid_from=today
            )
        assert list(TreatmentPrice.objects.values_list("price", flat=True)) == [D(2)]

    def test_what_is_refused(self, shop, today, world):
        yesterday = today - datetime.timedelta(days=1)
        with pytest.raises(Refusal, match="today or later"):
            packages.set_price(
                by=world.owner, thing=shop.laser, branch=shop.branch, price=D(1), valid_from=yesterday
            )
        Item.objects.filter(pk=shop.gel.pk).update(price_includes_tax=True)
        with pytest.raises(Refusal, match="above the MRP"):
            inventory.set_price(
                by=world.owner, thing=shop.gel, branch=shop.branch, price=D(651), valid_from=today
            )
        Item.objects.filter(pk=shop.gel.pk).update(price=None)
        with pytest.raises(Refusal, match="not for sale"):
            inventory.set_price(
                by=world.owner, thing=shop.gel, branch=shop.branch, price=D(1), valid_from=today
            )

    def test_the_database_holds_one_row_a_start_and_no_negative(self, shop, today):
        make = {"item": shop.gel, "branch": shop.branch, "valid_from": today}
        ItemPrice.objects.create(**make, price=D(1))
        with pytest.raises(IntegrityError, match="itemprice_once_per_start"), transaction.atomic():
            ItemPrice.objects.create(**make, price=D(2))
        with pytest.raises(IntegrityError, match="itemprice_not_negative"), transaction.atomic():
            ItemPrice.objects.update(price=D(-1))


class TestThePages:
    @pytest.mark.parametrize("name", ["treatment", "plan", "item"])
    def test_a_price_is_set_and_seen(self, sign_in, shop, world, today, name):
        thing = {"treatment": shop.laser, "plan": shop.plan, "item": shop.gel}[name]
        owner = sign_in(world.owner)
        later = today + datetime.timedelta(days=3)
        assert post(owner, f"{name}-price", thing, price="120.50", valid_from=later).status_code == 302
        shown = owner.get(reverse(f"{name}-price", args=[thing.pk])).content.decode()
        assert "₹120.50" in shown
        assert "to come" in shown
        assert prices.price_at(thing, shop.branch, later) == D("120.50")
        assert post(owner, f"{name}-price", thing, price="-1", valid_from=later).status_code == 422
        early = post(owner, f"{name}-price", thing, price="1", valid_from=today - datetime.timedelta(days=1))
        assert "today or later" in early.content.decode()

    def test_who_may_not_configure_is_refused(self, desk, shop, today):
        for name, thing in (("treatment", shop.laser), ("plan", shop.plan), ("item", shop.gel)):
            assert post(desk, f"{name}-price", thing, price="1", valid_from=today).status_code == 403

    def test_the_lists_ask_as_often_with_many(
        self, sign_in, shop, world, today, django_assert_max_num_queries
    ):
        for place in range(12):
            made = factories.treatment(shop.branch, name=f"Laser {place}")
            packages.set_price(
                by=world.owner, thing=made, branch=shop.branch, price=D(place), valid_from=today
            )
        with django_assert_max_num_queries(5):
            assert len(menu.choices(user=shop.by, words="Laser", today=today)) > 6

    def test_the_administrator_s_door_shows_those_of_their_branches(self, sign_in, shop, world, today):
        ItemPrice.objects.create(item=shop.gel, branch=shop.branch, valid_from=today, price=D(7))
        page = sign_in(world.owner).get(reverse("admin:inventory_item_change", args=[shop.gel.pk]))
        assert 'name="branch_prices-0-price" value="7' in page.content.decode()


def test_plans_are_priced_like_treatments(shop, world, today):
    packages.set_price(by=world.owner, thing=shop.plan, branch=shop.branch, price=D(5), valid_from=today)
    assert prices.with_price_at(Plan.objects.all(), shop.branch, today).get().price_here == D(5)
