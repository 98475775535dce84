"""The list of stock at the branch worked at, one item's page, and the file for the accountant."""

from decimal import Decimal

import pytest
from django.db import ProgrammingError, connections
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic import registries
from inventory import domain, proofs
from inventory.imports import batch_columns, item_columns
from inventory.models import Batch, Item, Movement
from tests import factories


@pytest.fixture
def owner(world, sign_in):
    return sign_in(world.owner)


def shelf(world, name, quantity, *, days=200, **changes):
    item = factories.item(world.branch, name=name, **changes)
    factories.batch(item, world.branch, world.owner, quantity=quantity, days=days)
    return item


def listed(client, **query) -> list[str]:
    response = client.get(reverse("item-list"), query)
    assert response.status_code == 200
    return [line.item.name for line in response.context["lines"]]


def states(client, **query) -> dict[str, str]:
    return {line.item.name: line.status for line in client.get(reverse("item-list"), query).context["lines"]}


def test_each_item_says_how_it_stands(world, owner):
    shelf(world, "Plenty", 6)
    shelf(world, "Low", 4)
    shelf(world, "Soon", 9, days=28)
    shelf(world, "Tomorrow", 9, days=1)
    shelf(world, "Gone", 0)
    shelf(world, "Old", 3, days=0)
    assert states(owner) == {
        "Plenty": "In stock", "Low": "Low stock", "Soon": "Expires in 28 days", "Tomorrow": "Expires in 1 day",
        "Gone": "Out of stock", "Old": "Expired",
    }  # fmt: skip


def test_at_the_reorder_level_it_is_not_low_and_one_below_it_is(world, owner):
    gel = shelf(world, "Gel", 10, reorder_level=Decimal(10))
    assert states(owner) == {"Gel": "In stock"}
    domain.adjust(
        by=world.owner, branch=world.branch, batch=gel.batches.get(), quantity=Decimal(-1), note="Sold"
    )
    assert states(owner) == {"Gel": "Low stock"}
    today = timezone.localdate()
    assert [item.name for item in Item.objects.active().visible_to(world.owner).with_stock_at(world.branch, today).under_threshold()] == ["Gel"]  # fmt: skip


def test_stock_is_counted_once_however_many_batches_movements_and_branches(world, owner):
    gel = shelf(world, "Gel", 5)
    second = factories.batch(gel, world.branch, world.owner, quantity=7, number="TWO")
    factories.batch(gel, world.elsewhere, world.owner, quantity=100)
    Movement.objects.create(
        batch=second, branch=world.elsewhere, kind="stock_in", quantity=50, by=world.owner
    )
    domain.adjust(by=world.owner, branch=world.branch, batch=second, quantity=Decimal(-1), note="x")
    found = Item.objects.with_stock_at(world.branch, timezone.localdate()).filter(
        batches__number="TWO", batches__movements__isnull=False
    )
    assert {item.in_stock for item in found} == {Decimal(11)}
    assert owner.get(reverse("item-list")).context["figures"].value == 11 * 200


def test_recalled_stock_is_not_counted(world, owner):
    gel = shelf(world, "Gel", 5)
    Batch.objects.filter(item=gel).update(is_active=False)
    assert states(owner) == {"Gel": "Blocked"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"only": "low"}, ["Bitter Serum", "Calm Cream"]),
        ({"only": "out"}, ["Calm Cream"]),
        ({"only": "expiring"}, ["Dull Mask"]),
        ({"category": "serum"}, ["Bitter Serum"]),
        ({"q": "cream"}, ["Acid Cream", "Calm Cream"]),
        ({"q": "890"}, ["Acid Cream"]),
        ({"q": "lot-7"}, ["Dull Mask"]),
        ({"q": "%"}, []),
        ({"sort": "-stock"}, ["Dull Mask", "Acid Cream", "Bitter Serum", "Calm Cream"]),
        ({"sort": "expiry"}, ["Dull Mask", "Acid Cream", "Bitter Serum", "Calm Cream"]),
        ({"sort": "nonsense", "page": "99", "category": "nonsense", "only": "x"}, ["Acid Cream", "Bitter Serum", "Calm Cream", "Dull Mask"]),
        ({"q": "a\0b"}, []),
    ],
)  # fmt: skip
def test_the_list_is_searched_filtered_and_sorted(world, owner, query, names):
    shelf(world, "Acid Cream", 8, barcode="890", days=60)
    shelf(world, "Bitter Serum", 2, category="serum", days=80)
    shelf(world, "Calm Cream", 0)
    mask = factories.item(world.branch, name="Dull Mask")
    factories.batch(mask, world.branch, world.owner, quantity=9, days=20, number="LOT-7")
    assert listed(owner, **query) == names


def test_items_no_longer_kept_are_not_listed(world, owner):
    Item.objects.filter(pk=shelf(world, "Gel", 5).pk).update(is_active=False)
    assert listed(owner) == []


def test_batches_that_expire_within_thirty_days_are_told_at_the_top(world, owner):
    shelf(world, "Gel", 2, days=30)
    shelf(world, "Later", 2, days=31)
    page = owner.get(reverse("item-list")).content.decode()
    assert "1 batch expires within 30 days." in page
    assert owner.get(reverse("item-list")).context["figures"].expiring_count == 1


def test_a_colleague_elsewhere_sees_the_item_and_none_of_its_stock(world, sign_in):
    shelf(world, "Gel", 5)
    doctor = factories.person(world.elsewhere, "doctor")
    line = sign_in(doctor).get(reverse("item-list")).context["lines"][0]
    assert (line.item.in_stock, line.item.first_batch) == (0, None)


def test_the_receptionist_has_no_inventory(world, desk):
    gel = shelf(world, "Gel", 5)
    for address in (reverse("item-list"), reverse("item-export"), reverse("item-detail", args=[gel.pk])):
        assert desk.get(address).status_code == 403
    assert reverse("item-list") not in [
        entry["url"] for entry in registries.menu_for(world.receptionist, "/")
    ]


def test_the_doctor_sees_stock_and_no_button_to_change_it(world, sign_in):
    gel = shelf(world, "Gel", 5)
    client = sign_in(world.doctor.user)
    for address in (reverse("item-list"), reverse("item-detail", args=[gel.pk])):
        assert reverse("stock-in") not in client.get(address).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_as_much_for_thirty_items_as_for_one(world, owner, rows, django_assert_max_num_queries):
    for number in range(rows):
        shelf(world, f"Item {number}", number, days=number + 1)
    with django_assert_max_num_queries(8):
        assert len(listed(owner)) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_an_item_page_asks_as_much_for_thirty_movements(world, owner, rows, django_assert_max_num_queries):
    gel = shelf(world, "Gel", 100)
    for number in range(rows):
        batch = factories.batch(gel, world.branch, world.owner, quantity=5, number=f"N{number}")
        domain.adjust(by=world.owner, branch=world.branch, batch=batch, quantity=Decimal(-1), note="Broke")
    with django_assert_max_num_queries(9):  # one of them for the branch's own price
        page = owner.get(reverse("item-detail", args=[gel.pk]))
    assert len(page.context["batches"]) == rows + 1
    assert page.context["page"].paginator.count == 2 * rows + 1


def test_a_movement_leads_to_what_caused_it(world, owner):
    gel, cause = shelf(world, "Gel", 5), compat.uuid7()
    domain.take(
        by=world.owner, branch=world.branch, wanted=[domain.Wanted(gel, Decimal(2))], kind="sale",
        cause_kind="invoice", cause_id=cause, today=timezone.localdate(),
    )  # fmt: skip
    page = owner.get(reverse("item-detail", args=[gel.pk])).content.decode()
    assert f'href="{reverse("invoice-detail", args=[cause])}"' in page
    assert "Reena Sharma" in page and ">-2<" in page


def test_an_unknown_item_is_not_found(owner):
    assert owner.get(reverse("item-detail", args=[compat.uuid7()])).status_code == 404


def test_the_file_has_a_row_for_each_batch_and_runs_nothing(world, owner):
    gel = shelf(world, "=HYPERLINK(1)", 5)
    factories.batch(gel, world.branch, world.owner, quantity=2, number="@SUM", days=400)
    shelf(world, "Nothing left", 0)
    response = owner.get(reverse("item-export"))
    rows = b"".join(response).decode("utf-8-sig").splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert len(rows) == 4
    assert all(row.startswith(("Item,", "'=HYPERLINK(1),", "Nothing left,")) for row in rows)
    assert "'@SUM" in rows[2] and rows[2].endswith(",2.000,200.00,400.00")


@pytest.mark.parametrize("columns", [item_columns, batch_columns])
def test_the_file_is_titled_as_the_imports_read_it(world, owner, columns):
    titles = {
        title.casefold()
        for title in b"".join(owner.get(reverse("item-export"))).decode("utf-8-sig").strip().split(",")
    }
    left = {"batches expire", "needs a prescription"}  # what only the administration shows
    for column in columns(world.branch):
        names = {str(column.title).casefold(), *column.also}
        assert names & (titles | left), column.title


def test_the_search_finds_items_by_name_and_barcode(world):
    gel = shelf(world, "Laser Cooling Gel", 5, barcode="8901")
    (provider,) = [
        p for p in registries.search_providers(world.owner) if p.search.__module__ == "inventory.panels"
    ]
    for words in ("cooling", "8901"):
        assert [found.url for found in provider.search(world.owner, words)] == [
            reverse("item-detail", args=[gel.pk])
        ]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_balance_that_its_movements_dont_explain_is_found(world):
    """Only the owner of the database can bring that about: the application has no right to write balances."""
    batch = shelf(world, "Gel", 5).batches.get()
    assert list(proofs.unkept_balances()) == []
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE inventory_balance SET quantity = 7 WHERE batch_id = %s", [batch.pk])
    (sentence,) = registries.proofs()["stock balances"]()
    assert sentence == f"Batch {batch.number} holds 7.000, its movements add up to 5.000."
    with pytest.raises(ProgrammingError, match="permission denied"):
        batch.balances.update(quantity=5)
