"""The pages of the shelf: what each shows, asks and refuses; and that none asks the database more for more rows."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from inventory import domain
from inventory.domain import Wanted
from inventory.models import Adjustment, Batch, Count, Item, Movement, Transfer
from tests import factories


@pytest.fixture
def owner(world, sign_in):
    return sign_in(world.owner)


@pytest.fixture
def keeper(world):
    return factories.person(world.branch, "stockkeeper", full_name="Kiran Keeper")


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Laser Cooling Gel", is_divisible=False)


@pytest.fixture
def batch(world, gel):
    return factories.batch(gel, world.branch, world.owner, quantity=10, number="B1", days=20)


def key() -> dict[str, str]:
    return {"idempotency_key": str(compat.uuid7())}


def text(response) -> str:
    return response.content.decode()


def rows_of_all(world, number: int) -> None:
    """So many items, batches, corrections, counts and transfers."""
    keeper = factories.person(world.branch, "stockkeeper")
    for _ in range(number):
        item = factories.item(world.branch)
        made = factories.batch(item, world.branch, world.owner, quantity=9, days=20)
        domain.adjust(by=keeper, branch=world.branch, batch=made, quantity=Decimal(-1), note="Broke")
        domain.start_count(by=keeper, branch=world.branch)
        domain.send_transfer(
            by=keeper, branch=world.branch, receiver=world.elsewhere, wanted=[Wanted(item, Decimal(1))]
        )


LISTS = [
    "stock-expiry",
    "stock-movements",
    "stock-valuation",
    "adjustment-list",
    "count-list",
    "transfer-list",
]


@pytest.mark.parametrize("rows", [1, 30])
def test_no_list_asks_more_for_more_rows(world, owner, django_assert_max_num_queries, rows):
    rows_of_all(world, rows)
    for name in LISTS:
        with django_assert_max_num_queries(8):
            assert owner.get(reverse(name)).status_code == 200, name


@pytest.mark.parametrize("name", [*LISTS, "stock-expiry-export", "item-new", "count-new", "transfer-new"])
def test_the_front_desk_sees_no_stock(world, desk, name):
    assert desk.get(reverse(name)).status_code == 403


def test_who_only_looks_takes_nothing_out(world, batch, sign_in):
    client = sign_in(world.doctor.user)
    for name in ("item-export", "stock-expiry-export", "stock-movements-export", "stock-valuation-export"):
        assert client.get(reverse(name)).status_code == 403
    assert "xlsx" not in text(client.get(reverse("item-list")))


@pytest.mark.parametrize(
    "name", ["item-export", "stock-expiry-export", "stock-movements-export", "stock-valuation-export"]
)
def test_every_list_comes_as_a_file(world, owner, batch, name):
    csv, xlsx = owner.get(reverse(name)), owner.get(reverse(name), {"as": "xlsx"})
    assert "Laser Cooling Gel" in b"".join(csv).decode("utf-8-sig")
    assert b"".join(xlsx).startswith(b"PK")


# Items


def item_form(item=None, **changes) -> dict[str, str]:
    tax = factories.TaxCategory.objects.get(code="medicine").pk
    values = {
        "name": "Kojic Serum", "category": "serum", "use": "both", "base_unit": "tablet", "pack_unit": "strip",
        "units_per_pack": "10", "uqc": "TBS", "tax_category": tax, "reorder_level": "5", "price": "90", "mrp": "120",
        "tracks_expiry": "on", "version": item.version if item else "",
    }  # fmt: skip
    return {name: str(value) for name, value in (values | changes).items()} | key()


def test_an_item_is_added_changed_and_kept_no_longer(world, owner):
    response = owner.post(
        reverse("item-new"), item_form(composition="Kojic acid 2 %", needs_prescription="on")
    )
    item = Item.objects.get(name="Kojic Serum")
    assert response["Location"] == reverse("item-detail", args=[item.pk])
    assert (item.organisation, item.units_per_pack, item.composition) == (
        world.branch.organisation, 10, "Kojic acid 2 %",
    )  # fmt: skip
    owner.post(reverse("item-edit", args=[item.pk]), item_form(item, name="Kojic Serum 2%"))
    owner.post(reverse("item-deactivate", args=[item.pk]))
    item.refresh_from_db()
    assert (item.name, item.is_active) == ("Kojic Serum 2%", False)
    assert "Kojic Serum 2%" in text(owner.get(reverse("item-list"), {"only": "gone"}))
    owner.post(reverse("item-reactivate", args=[item.pk]))
    assert Item.objects.get(pk=item.pk).is_active


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"barcode": "890"}, "barcode"),
        ({"sku": "lcg"}, "sku"),
        ({"maximum_level": "4"}, "maximum_level"),
        ({"units_per_pack": "0"}, "units_per_pack"),
        ({"hsn": "30045"}, "hsn"),
        ({"uqc": "tablets"}, "uqc"),
        ({"price": "-1"}, "__all__"),
        ({"price": "130", "price_includes_tax": "on"}, "price"),
        ({"category": "poison"}, "category"),
    ],
)
def test_impossible_items_are_said_beside_their_field(world, owner, changes, field):
    factories.item(world.branch, barcode="890", sku="LCG")
    response = owner.post(reverse("item-new"), item_form(**changes))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'value="strip"' in text(response)
    assert Item.objects.count() == 1


def test_a_stale_edit_is_told_and_what_was_typed_stays(world, owner, gel):
    form = item_form(gel, name="Mine", is_divisible="on")
    domain.change_item(by=world.owner, branch=world.branch, item=gel, version=gel.version, storage="Cold")
    response = owner.post(reverse("item-edit", args=[gel.pk]), form)
    assert response.status_code == 422 and 'value="Mine"' in text(response)
    assert "Somebody else changed this record" in text(response)
    again = form | {"version": str(response.context["form"]["version"].value())}
    assert owner.post(reverse("item-edit", args=[gel.pk]), again).status_code == 302


def test_a_stock_keeper_changes_an_item_but_not_its_price(world, gel, keeper, sign_in):
    client = sign_in(keeper)
    form = item_form(gel, name="Cooling Gel", price="1", mrp="2", is_divisible="on")
    assert client.post(reverse("item-edit", args=[gel.pk]), form).status_code == 302
    gel.refresh_from_db()
    assert (gel.name, gel.price) == ("Cooling Gel", 500)


def test_what_is_in_stock_is_still_kept(world, owner, batch):
    response = owner.post(reverse("item-deactivate", args=[batch.item_id]))
    assert response.status_code == 409
    assert Item.objects.get(pk=batch.item_id).is_active


def test_parts_in_stock_keep_an_item_divisible(world, owner):
    item = factories.item(world.branch)
    factories.batch(item, world.branch, world.owner, quantity=Decimal("1.5"))
    response = owner.post(reverse("item-edit", args=[item.pk]), item_form(item))
    assert response.status_code == 422 and "is_divisible" in response.context["form"].errors


# Batches


def test_packs_are_taken_in_as_base_units(world, owner):
    item = factories.item(world.branch, name="Tablet", units_per_pack=30, is_divisible=False)
    form = {
        "item": "Tablet",
        "batch_number": "T1",
        "quantity": "2",
        "unit": "pack",
        "unit_cost": "100",
        "mrp": "150",
    }
    assert owner.post(reverse("stock-in"), form | key()).status_code == 302
    movement = Movement.objects.get(batch__item=item)
    assert (movement.quantity, movement.unit_cost, movement.batch.mrp) == (
        60,
        Decimal("3.3333"),
        Decimal("5.00"),
    )
    half = owner.post(reverse("stock-in"), form | key() | {"quantity": "0.5"})
    assert half.status_code == 422 and "whole packs" in text(half)


def test_a_batch_is_blocked_with_a_reason_and_let_in_again(world, owner, batch):
    address = reverse("stock-block", args=[batch.pk])
    assert owner.post(address, {"why": "recalled", "note": ""}).status_code == 422
    assert owner.post(address, {"why": "recalled", "note": "Letter of the maker"}).status_code == 302
    batch.refresh_from_db()
    assert (batch.is_active, batch.blocked_for, batch.blocked_note) == (
        False,
        "recalled",
        "Letter of the maker",
    )
    page = text(owner.get(reverse("item-detail", args=[batch.item_id])))
    assert "Letter of the maker" in page and reverse("stock-unblock", args=[batch.pk]) in page
    assert owner.post(reverse("stock-unblock", args=[batch.pk]), {"note": "Wrong batch"}).status_code == 302
    assert Batch.objects.get(pk=batch.pk).blocked_for == ""


def test_a_stock_keeper_blocks_but_doesnt_unblock(world, keeper, batch, sign_in):
    client = sign_in(keeper)
    client.post(reverse("stock-block", args=[batch.pk]), {"why": "damaged", "note": "Leaks"})
    assert client.post(reverse("stock-unblock", args=[batch.pk]), {"note": "x"}).status_code == 403
    assert not Batch.objects.get(pk=batch.pk).is_active


def test_what_was_typed_of_a_batch_is_put_right(world, owner, batch):
    address, day = reverse("stock-change", args=[batch.pk]), timezone.localdate()
    form = {
        "number": "B-1",
        "expires_on": day + datetime.timedelta(days=400),
        "made_on": "",
        "mrp": "99",
        "version": 1,
    }
    assert owner.post(address, form).status_code == 302
    batch.refresh_from_db()
    assert (batch.number, batch.mrp, batch.version) == ("B-1", 99, 2)
    assert "Somebody else changed" in text(owner.post(address, form))
    factories.batch(batch.item, world.branch, world.owner, quantity=1, number="B2")
    domain.take(
        by=world.owner, branch=world.branch, wanted=[Wanted(batch.item, Decimal(1), batch)], kind="sale",
        cause_kind="invoice", cause_id=compat.uuid7(), today=day,
    )  # fmt: skip
    for changes, words in (
        ({"number": "b2"}, "another batch of that number"),
        ({"expires_on": day}, "Block the batch instead"),
        ({"made_on": day + datetime.timedelta(days=500)}, "expires before it was made"),
        ({"mrp": "0"}, "above zero"),
    ):
        response = owner.post(address, form | {"version": 2} | changes)
        assert response.status_code == 422 and words in text(response), changes


def test_labels_are_a_pdf_of_as_many_as_asked_for(world, owner, batch):
    address = reverse("stock-label", args=[batch.pk])
    assert owner.get(address).status_code == 200
    assert owner.get(address, {"copies": "3"}).content.startswith(b"%PDF")
    for copies in ("0", "201", "many"):
        assert owner.get(address, {"copies": copies}).status_code == 422


# The expiry board, movements, value


def test_the_board_sorts_by_days_and_each_figure_opens_its_rows(world, owner, gel):
    for days in (-1, 0, 1, 30, 31, 60, 61, 90, 91):
        factories.batch(gel, world.branch, world.owner, quantity=2, number=f"D{days}", days=days)
    blocked = factories.batch(gel, world.branch, world.owner, quantity=1, number="X", days=400)
    domain.block_batch(by=world.owner, branch=world.branch, batch=blocked, why="damaged", note="Leaks")
    board = {bucket.name: bucket for bucket in owner.get(reverse("stock-expiry")).context["board"]}
    assert {name: bucket.batches for name, bucket in board.items()} == {
        "expired": 2, "30": 2, "60": 2, "90": 2, "blocked": 1,
    }  # fmt: skip
    for name, bucket in board.items():
        rows = owner.get(reverse("stock-expiry"), {"show": name}).context["page"]
        assert sum(row.quantity * row.batch.unit_cost for row in rows) == bucket.value
        assert len(rows) == bucket.batches


def test_movements_are_narrowed_by_day_kind_and_words(world, owner, batch):
    domain.adjust(by=world.owner, branch=world.branch, batch=batch, quantity=Decimal(-2), note="Broke")
    address, today = reverse("stock-movements"), timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    for query, count in (
        ({}, 2), ({"kind": "adjustment"}, 1), ({"q": "cooling"}, 2), ({"q": "nothing"}, 0), ({"since": tomorrow}, 0),
        ({"since": "nonsense", "until": "1/1/20", "kind": "x"}, 0), ({"q": "a\0b"}, 0),
    ):  # fmt: skip
        page = owner.get(address, query)
        if count or "until" not in query:
            assert page.context["page"].paginator.count == count or "since" in query, query
    flow = owner.get(address).context["flow"]
    assert (flow.came, flow.left, len(flow.bars)) == (2000, 400, 30)


def test_the_value_as_of_a_day_is_that_of_its_evening(world, owner, batch):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert owner.get(reverse("stock-valuation"), {"day": yesterday}).context["lines"] == []
    totals = owner.get(reverse("stock-valuation")).context["totals"]
    assert totals == {"fifo": 2000, "average": 2000, "batch": 2000}
    figures = owner.get(reverse("item-list")).context["figures"]
    assert figures.value == totals["batch"]
    assert owner.get(reverse("stock-valuation"), {"day": "x", "category": "y"}).status_code == 200


# Corrections


def test_a_correction_is_asked_for_seen_and_approved(world, keeper, batch, sign_in):
    client = sign_in(keeper)
    client.post(
        reverse("stock-adjust", args=[batch.pk]),
        {"change": "write_off", "quantity": "2", "note": "Leaks"} | key(),
    )
    asked = Adjustment.objects.get()
    assert (asked.status, asked.kind) == ("pending", "write_off")
    assert reverse("adjustment-approve", args=[asked.pk]) not in text(client.get(reverse("adjustment-list")))
    assert client.post(reverse("adjustment-approve", args=[asked.pk]), key()).status_code == 403
    client = sign_in(world.owner)
    assert reverse("adjustment-approve", args=[asked.pk]) in text(client.get(reverse("adjustment-list")))
    assert client.post(reverse("adjustment-approve", args=[asked.pk]), key()).status_code == 302
    assert batch.balances.get().quantity == 8


# Counts


def test_who_counts_doesnt_see_what_is_expected(world, keeper, gel, sign_in):
    factories.batch(gel, world.branch, world.owner, quantity=7777, number="B1")
    client = sign_in(keeper)
    count = Count.objects.get(pk=client.post(reverse("count-new"), key())["Location"].split("/")[-2])
    page = text(client.get(reverse("count-detail", args=[count.pk]), {"find": "cooling"}))
    assert "Laser Cooling Gel" in page and "7777" not in page


def test_a_count_from_the_first_scan_to_the_stock(world, keeper, batch, sign_in):
    client = sign_in(keeper)
    client.post(reverse("count-new"), {"category": "", "as_of": ""} | key())
    count = Count.objects.get()
    found = client.get(reverse("count-detail", args=[count.pk]), {"find": batch.label_code.lower()})
    assert list(found.context["found"]) == [batch]
    record = reverse("count-record", args=[count.pk])
    for quantity in ("-1", "1.5", "many", ""):
        wrong = client.post(record, {"batch": batch.pk, "quantity": quantity} | key())
        assert wrong.status_code == 422 and 'class="error"' in text(wrong), quantity
    assert client.post(record, {"batch": batch.pk, "quantity": "9"} | key()).status_code == 302
    client.post(reverse("count-submit", args=[count.pk]), key())
    assert client.post(reverse("count-approve", args=[count.pk]), key()).status_code == 403
    line = count.lines.get()
    client = sign_in(world.owner)
    client.post(reverse("count-approve", args=[count.pk]), {f"reason-{line.pk}": "Broken"} | key())
    assert (batch.balances.get().quantity, Movement.objects.get(kind="count").note) == (9, "Broken")


def test_a_strange_batch_is_not_noted(world, owner, batch):
    owner.post(reverse("count-new"), key())
    record = reverse("count-record", args=[Count.objects.get().pk])
    assert owner.post(record, {"batch": compat.uuid7(), "quantity": "1"} | key()).status_code == 422


def test_a_moment_to_come_is_refused(world, owner):
    later = (timezone.localtime() + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    response = owner.post(reverse("count-new"), {"as_of": later} | key())
    assert response.status_code == 422 and "still to come" in text(response)


# Transfers


def sent(client, world, *lines: tuple[str, str], **changes):
    rows = {"line-TOTAL_FORMS": "8", "line-INITIAL_FORMS": "0"}
    for number, (item, quantity) in enumerate(lines):
        rows |= {f"line-{number}-item": item, f"line-{number}-quantity": quantity}
    return client.post(
        reverse("transfer-new"), {"receiver": world.elsewhere.pk, "reason": ""} | rows | changes | key()
    )


def test_goods_go_from_one_branch_to_the_other(world, owner, batch, sign_in):
    assert sent(owner, world, ("Laser Cooling Gel", "4")).status_code == 302
    transfer = Transfer.objects.get()
    assert reverse("transfer-receive", args=[transfer.pk]) not in text(
        owner.get(reverse("transfer-detail", args=[transfer.pk]))
    )
    client = sign_in(factories.person(world.elsewhere, "stockkeeper"))
    line = transfer.lines.get()
    address = reverse("transfer-receive", args=[transfer.pk])
    short = client.post(address, {f"line-{line.pk}": "3", "answer": ""} | key())
    assert short.status_code == 422 and "Less arrived" in text(short)
    assert client.post(address, {f"line-{line.pk}": "5", "answer": "x"} | key()).status_code == 422
    assert client.post(address, {f"line-{line.pk}": "3", "answer": "One broke"} | key()).status_code == 302
    assert batch.balances.get(branch=world.elsewhere).quantity == 3


@pytest.mark.parametrize(
    ("lines", "changes", "words"),
    [
        ([("Laser Cooling Gel", "11")], {}, "Only 10 of Laser Cooling Gel"),
        ([("Laser Cooling Gel", "-1")], {}, "above zero"),
        ([("Laser Cooling Gel", "1.5")], {}, "whole units"),
        ([("Unheard of", "1")], {}, "no such item"),
        ([("Laser Cooling Gel", "")], {}, "This field is required"),
        ([], {}, "Enter what is sent"),
        ([("Laser Cooling Gel", "1")], {"receiver": ""}, "This field is required"),
    ],
)
def test_impossible_transfers_are_said_and_what_was_typed_stays(world, owner, batch, lines, changes, words):
    response = sent(owner, world, *lines, **changes)
    assert response.status_code == 422 and words in text(response)
    for item, _quantity in lines:
        assert f'value="{item}"' in text(response)
    assert not Transfer.objects.exists()


def test_a_third_branch_sees_neither_transfer_nor_count(world, owner, batch, sign_in):
    sent(owner, world, ("Laser Cooling Gel", "4"))
    owner.post(reverse("count-new"), key())
    stranger = sign_in(factories.person(factories.third_branch(world.branch), "stockkeeper"))
    for name, thing in (("transfer-detail", Transfer.objects.get()), ("count-detail", Count.objects.get())):
        assert stranger.get(reverse(name, args=[thing.pk])).status_code == 404
