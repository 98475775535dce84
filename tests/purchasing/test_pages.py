"""The pages of purchasing: what they show, what they keep when they refuse, how many queries they take."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from inventory.models import Batch, Supplier
from purchasing import domain
from purchasing.domain import NewLine, Sent
from purchasing.models import BuyingRules, Order, Receipt, Return
from tests import factories
from tests.purchasing.conftest import gstin

ADD = {f"add-{name}": "" for name in ("item", "quantity", "in_packs", "price", "tax_rate")}


@pytest.fixture
def keeper(sign_in, store):
    return sign_in(store.keeper)


def key() -> dict[str, str]:
    return {"idempotency_key": str(compat.uuid7())}


def of_order(order, **changes):
    line = order.lines.get()
    typed = {"quantity": "10", "in_packs": "", "price": "600", "tax_rate": "18", **changes}
    head = {"version": order.version, "expected_on": str(order.expected_on or ""), "note": "Soon"}
    return key() | ADD | head | {f"line-{line.pk}-{name}": value for name, value in typed.items()}


def of_receipt(receipt, store, line=None, **changes):
    line = line or receipt.lines.get()
    typed = {
        "received": "10", "accepted": "10", "in_packs": "", "reason": "", "batch_number": "B-7", "made_on": "",
        "expires_on": str(store.expires_on), "mrp": "", "price": "600", "tax_rate": "18", "creditable": "on",
    }  # fmt: skip
    head = {
        "version": receipt.version, "invoice_number": "INV-7", "invoice_date": str(timezone.localdate()),
        "invoice_total": "7080", "difference_reason": "", "over_reason": "",
    }  # fmt: skip
    for name, value in changes.items():
        (head if name in head else typed)[name] = value
    return key() | ADD | head | {f"line-{line.pk}-{name}": value for name, value in typed.items()}


def test_from_a_supplier_to_an_order_that_can_be_sent(keeper, store):
    started = keeper.post(
        reverse("order-new"), key() | {"supplier": store.near.pk, "expected_on": "", "note": ""}
    )
    order = Order.objects.get()
    assert started["Location"] == reverse("order-edit", args=[order.pk])
    added = key() | ADD | {
        "version": order.version, "expected_on": "", "note": "", "add-item": "vitamin c serum", "add-quantity": "10", "add-price": "600",
    }  # fmt: skip
    assert keeper.post(reverse("order-edit", args=[order.pk]), added).status_code == 302
    order.refresh_from_db()
    assert keeper.post(reverse("order-submit", args=[order.pk]), of_order(order)).status_code == 302
    page = keeper.get(reverse("order-detail", args=[order.pk])).content.decode()
    order.refresh_from_db()
    assert order.number in page
    assert "https://wa.me/919811100001?text=" in page
    assert "mailto:orders@cosmo.example" in page


def test_above_the_limit_the_page_says_who_may_approve(keeper, sign_in, store):
    BuyingRules.objects.create(branch=store.branch, approval_limit=0)
    order = domain.submit_order(by=store.keeper, order=store.order())
    address = reverse("order-detail", args=[order.pk])
    mine = keeper.get(address).content.decode()
    assert "Waits for approval." in mine
    assert reverse("order-approve", args=[order.pk]) not in mine
    client = sign_in(store.owner)
    assert reverse("order-approve", args=[order.pk]) in client.get(address).content.decode()
    assert client.post(reverse("order-approve", args=[order.pk]), key()).status_code == 302
    order.refresh_from_db()
    assert order.approved_by == store.owner


def test_who_wrote_an_order_is_refused_to_approve_it(sign_in, store):
    BuyingRules.objects.create(branch=store.branch, approval_limit=0)
    wish = [NewLine(store.serum, Decimal(1), price=Decimal(5))]
    order = domain.draft_order(by=store.owner, branch=store.branch, supplier=store.near, added=wish)
    order = domain.submit_order(by=store.owner, order=order)
    assert sign_in(store.owner).post(reverse("order-approve", args=[order.pk]), key()).status_code == 409
    order.refresh_from_db()
    assert order.status == "submitted"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quantity": "0"}, "above zero"),
        ({"quantity": "-3"}, "greater than or equal to 0"),
        ({"price": "x"}, "Enter a number"),
    ],
)
def test_what_is_wrong_on_a_line_stands_beside_it(keeper, store, changes, sentence):
    order = store.order()
    response = keeper.post(reverse("order-edit", args=[order.pk]), of_order(order, **changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert 'value="Soon"' in page  # what was typed elsewhere stays


def test_a_fraction_of_a_pack_is_told_on_the_page(keeper, store):
    order = store.order(NewLine(store.tablets, Decimal(2), in_packs=True, price=Decimal(48)))
    response = keeper.post(
        reverse("order-edit", args=[order.pk]), of_order(order, quantity="2.5", in_packs="packs", price="48")
    )
    assert response.status_code == 422
    assert "whole packs of 10" in response.content.decode()


def test_a_stale_order_is_told_and_saving_again_is_meant(keeper, store):
    order = store.order()
    body = of_order(order, price="550")
    Order.objects.filter(pk=order.pk).update(version=7)
    response = keeper.post(reverse("order-edit", args=[order.pk]), body)
    assert response.status_code == 422
    assert "Somebody else changed" in response.content.decode()
    assert 'name="version" value="7"' in response.content.decode()


def test_a_delivery_goes_into_stock_from_its_page(keeper, store):
    order = store.approved()
    keeper.post(reverse("receipt-new"), key() | {"order": order.pk, "supplier": ""})
    receipt = Receipt.objects.get()
    response = keeper.post(reverse("receipt-accept", args=[receipt.pk]), of_receipt(receipt, store))
    assert response["Location"] == reverse("receipt-detail", args=[receipt.pk])
    page = keeper.get(response["Location"]).content.decode()
    assert "B-7" in page
    receipt.refresh_from_db()
    assert receipt.is_accepted


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"received": "12", "accepted": "12", "invoice_total": "8496"}, "More came than was ordered"),
        ({"expires_on": "2020-01-01"}, "expired on"),
        ({"accepted": "8"}, "Say why not all"),
        ({"invoice_total": "9999"}, "Correct the prices"),
        ({"invoice_number": ""}, "Enter the number"),
    ],
)
def test_a_delivery_that_is_refused_keeps_what_was_typed(keeper, store, changes, sentence):
    receipt = store.delivery(store.approved())
    response = keeper.post(
        reverse("receipt-accept", args=[receipt.pk]), of_receipt(receipt, store, **changes)
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert 'value="B-7"' in page
    receipt.refresh_from_db()
    assert (receipt.is_pending, receipt.invoice_number) == (True, "")  # nothing half-saved


def test_an_invoice_a_second_time_is_told_beside_its_field(keeper, store):
    store.received(store.approved(), invoice="INV-7")
    receipt = store.delivery(store.approved())
    response = keeper.post(
        reverse("receipt-accept", args=[receipt.pk]), of_receipt(receipt, store, batch_number="B-8")
    )
    assert response.status_code == 422
    assert "invoice_number" in response.context["form"].errors


def test_who_may_not_approve_is_not_let_through_with_a_reason(keeper, sign_in, store):
    receipt = store.delivery(store.approved())
    more = {"received": "11", "accepted": "11", "invoice_total": "7788", "over_reason": "One for free"}
    address = reverse("receipt-accept", args=[receipt.pk])
    assert keeper.post(address, of_receipt(receipt, store, **more)).status_code == 422
    assert sign_in(store.owner).post(address, of_receipt(receipt, store, **more)).status_code == 302


def test_goods_are_sent_back_from_the_page(keeper, store):
    receipt = store.received(store.approved())
    batch = receipt.lines.get().batch
    address = f"{reverse('return-new')}?receipt={receipt.pk}"
    assert f"batch-{batch.pk}" in keeper.get(address).content.decode()
    body = {"reason": "damaged", "note": "", f"batch-{batch.pk}": "99"}
    refused = keeper.post(address, key() | body)
    assert refused.status_code == 422
    assert "Only 10" in refused.content.decode()
    keeper.post(address, key() | body | {f"batch-{batch.pk}": "2"})
    assert Return.objects.get().total == 1416


def test_papers_are_drawn(keeper, store):
    order = store.approved()
    receipt = store.received(order)
    made = domain.return_goods(
        by=store.keeper, branch=store.branch, supplier=store.near, receipt=receipt, reason="damaged",
        sent=[Sent(receipt.lines.get().batch, Decimal(1))],
    )  # fmt: skip
    for name, document in (("order-paper", order), ("return-paper", made)):
        response = keeper.get(reverse(name, args=[document.pk]))
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
    assert keeper.get(reverse("order-paper", args=[store.order().pk])).status_code == 409


def test_a_wrong_gstin_is_told_beside_its_field(keeper, store):
    body = {
        "name": "AlphaChem",
        "gstin": gstin("29")[:-1] + "A",
        "terms": "cod",
        "lead_days": "3",
        "phone": "98111 00099",
    }
    response = keeper.post(reverse("supplier-new"), key() | body)
    assert response.status_code == 422
    assert "gstin" in response.context["form"].errors
    assert keeper.post(reverse("supplier-new"), key() | body | {"gstin": ""}).status_code == 302
    assert Supplier.objects.get(name="AlphaChem").phone == "+919811100099"


def test_lists_search_sort_and_filter(keeper, store):
    first, _draft = store.approved(), store.order(supplier=store.far)
    page = keeper.get(reverse("order-list"), {"q": "derma"}).content.decode()
    assert "DermaCo" in page
    assert first.number not in page
    late = keeper.get(reverse("order-list"), {"show": "late"}).content.decode()
    assert "No order is like that" in late
    Order.objects.filter(pk=first.pk).update(expected_on=timezone.localdate() - timezone.timedelta(days=1))
    assert (
        first.number in keeper.get(reverse("order-list"), {"show": "late", "sort": "-total"}).content.decode()
    )
    assert (
        "Cosmo Labs"
        in keeper.get(reverse("supplier-list"), {"q": "9811100001", "sort": "-last"}).content.decode()
    )


def test_orders_and_deliveries_are_found_by_number(keeper, store):
    receipt = store.received(store.approved(), invoice="CL-4711")
    for words in (receipt.number, receipt.order.number, "CL-4711"):
        assert "LCB" in keeper.get(reverse("search"), {"q": words}).content.decode()


@pytest.mark.parametrize(
    "name",
    ["order-list", "receipt-list", "return-list", "supplier-list", "purchase-register", "reorder-list"],
)
def test_lists_take_as_many_queries_for_thirty_rows_as_for_one(keeper, store, name):
    def fill(count):
        for turn in range(count):
            lines = {store.serum: {"batch_number": f"{count}-{turn}"}}
            receipt = store.received(store.approved(), invoice=f"I-{count}-{turn}", lines=lines)
            domain.return_goods(
                by=store.keeper, branch=store.branch, supplier=store.near, receipt=receipt, reason="other",
                sent=[Sent(receipt.lines.get().batch, Decimal(10))],
            )  # fmt: skip
            low = factories.item(store.branch)
            Batch.objects.filter(pk=factories.batch(low, store.branch, store.keeper, quantity=1).pk).update(
                supplier=store.near
            )
            factories.supplier(store.branch)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert keeper.get(reverse(name)).status_code == 200
        return len(found)

    fill(1)
    keeper.get(reverse(name))
    one = count()
    fill(10)
    assert count() == one
    assert one <= 8


def test_another_branch_sees_nothing_of_it(sign_in, world, store):
    order = store.approved()
    client = sign_in(factories.person(world.elsewhere, "owner"))
    assert client.get(reverse("order-detail", args=[order.pk])).status_code == 404
    assert order.number not in client.get(reverse("order-list")).content.decode()
