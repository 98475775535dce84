"""From what runs low to goods on the shelf and a box sent back, at the desk's width and on a phone."""

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from inventory.models import Balance, Batch
from purchasing import domain
from purchasing.domain import NewLine, Sent
from purchasing.models import BuyingRules, Order
from tests import factories
from tests.journeys.test_every_page import wrong
from tests.purchasing.conftest import Store, store  # noqa: F401 - pytest finds the fixture by its name here

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def low(store: Store):  # noqa: F811
    batch = factories.batch(store.serum, store.branch, store.keeper, quantity=2)
    Batch.objects.filter(pk=batch.pk).update(supplier=store.near)
    BuyingRules.objects.create(branch=store.branch, approval_limit=Decimal(1000))
    return store


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_from_running_low_to_the_shelf(new_page, low, phone):
    page: Page = new_page(low.keeper, phone=phone)
    page.goto("/purchasing/reorder/")
    assert wrong(page, "reorder", phone) == []
    page.get_by_role("button", name="Write order").click()
    page.get_by_label("Price, ₹, Vitamin C Serum").fill("600")
    page.get_by_label("Quantity, Vitamin C Serum").fill("10")
    page.get_by_label("Item", exact=False).last.fill("Cetirizine 10 mg")
    page.get_by_label("Quantity", exact=False).last.fill("4")
    page.get_by_label("Counted in", exact=False).last.select_option("packs")
    page.get_by_label("Price, ₹", exact=False).last.fill("48")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Price, ₹, Cetirizine 10 mg")).to_have_value("48")
    assert wrong(page, "order being written", phone) == []
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Waits for approval.", exact=True)).to_be_visible()
    address = page.url

    owner = new_page(low.owner, phone=phone)
    owner.goto(address)
    assert wrong(owner, "order to approve", phone) == []
    owner.get_by_role("button", name="Approve").click()
    expect(owner.get_by_text("is approved.")).to_be_visible()

    page.goto(address)
    page.get_by_role("link", name="Receive goods").click()
    page.get_by_role("button", name="Count the goods").click()
    page.get_by_label("Supplier's invoice number").fill("CL-881")
    page.get_by_label("Date of the invoice").fill(timezone.localdate().isoformat())
    page.get_by_label("Total of the invoice").fill("7281.60")
    for item, batch in (("Vitamin C Serum", "VC-9"), ("Cetirizine 10 mg", "CT-3")):
        page.get_by_label(f"Batch, {item}").fill(batch)
        page.get_by_label(f"Expires on, {item}").fill(low.expires_on.isoformat())
    page.get_by_label("Accepted, Vitamin C Serum").fill("9")
    page.get_by_role("button", name="Accept into stock").click()
    expect(page.get_by_text("Say why not all of Vitamin C Serum is accepted.").first).to_be_visible()
    assert wrong(page, "delivery refused", phone) == []
    page.get_by_label("Why not all, Vitamin C Serum").select_option("damaged")
    page.get_by_role("button", name="Accept into stock").click()
    expect(page.get_by_text("the goods are in stock")).to_be_visible()
    assert wrong(page, "receipt", phone) == []
    assert Balance.objects.get(batch__number="CT-3").quantity == 40
    assert Order.objects.get().status == "partially_received"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_box_goes_back_and_the_register_knows(new_page, store, phone):  # noqa: F811
    receipt = store.received(store.approved(NewLine(store.serum, Decimal(10), price=Decimal(600))))
    page = new_page(store.keeper, phone=phone)
    page.goto(f"/purchasing/deliveries/{receipt.pk}/")
    page.get_by_role("link", name="Send goods back").click()
    page.get_by_label("Send back of Vitamin C Serum").fill("2")
    page.get_by_label("Reason").select_option("damaged")
    assert wrong(page, "sending back", phone) == []
    page.get_by_role("button", name="Write debit note").click()
    expect(page.get_by_text("is written.")).to_be_visible()
    assert wrong(page, "return", phone) == []
    page.goto("/purchasing/register/")
    expect(page.get_by_text("Debit note", exact=True)).to_be_visible()
    assert wrong(page, "register", phone) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_page_of_purchasing(new_page, store, phone):  # noqa: F811
    receipt = store.received(store.approved())
    domain.return_goods(
        by=store.keeper, branch=store.branch, supplier=store.near, receipt=receipt, reason="damaged",
        sent=[Sent(receipt.lines.get().batch, Decimal(1))],
    )  # fmt: skip
    draft, pending = store.order(), store.delivery(store.approved())
    page = new_page(store.owner, phone=phone)
    problems = []
    for address in (
        "", "?q=nothing+like+it", "new/", f"{draft.pk}/edit/", f"{receipt.order_id}/", f"{draft.pk}/cancel/", "deliveries/",
        "deliveries/new/", f"deliveries/{pending.pk}/", f"deliveries/{pending.pk}/edit/", f"deliveries/{pending.pk}/reject/",
        "returns/", "returns/new/", "suppliers/", "suppliers/new/", f"suppliers/{store.near.pk}/edit/", "reorder/",
    ):  # fmt: skip
        page.emulate_media(color_scheme="light")
        page.goto(f"/purchasing/{address}")
        problems += wrong(page, address, phone)
    assert not problems, "\n".join(problems)
