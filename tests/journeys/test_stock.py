"""The shelf at a desk and on a phone: an item, its goods, a recall, a count, a transfer; every page of it looked at."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic import registries
from inventory import domain
from inventory.domain import Wanted
from inventory.models import Batch, Count, Item
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def keeper(world):
    return factories.person(world.branch, "stockkeeper", full_name="Kiran Keeper")


@pytest.fixture
def gel(world):
    item = factories.item(
        world.branch,
        name="Laser Cooling Gel",
        barcode="8901234500048",
        is_divisible=False,
        storage="Below 25 °C",
    )
    factories.batch(item, world.branch, world.owner, quantity=10, number="B2026-012", days=25)
    return item


def proven() -> None:
    assert [sentence for check in registries.proofs().values() for sentence in check()] == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_an_item_comes_in_and_is_recalled(new_page, world, phone):
    page = new_page(world.owner, phone=phone)
    page.goto(reverse("item-list"))
    page.get_by_role("link", name="New item").first.click()
    page.locator("#id_name").fill("Tranexamic Acid 500")
    page.locator("#id_category").select_option("medicine")
    page.get_by_label("Base unit", exact=False).first.fill("tablet")
    page.get_by_label("Base units in a pack").fill("10")
    page.get_by_label("Tax category").select_option(index=1)
    page.get_by_text("Medicine", exact=True).last.click()
    page.get_by_label("Composition").fill("Tranexamic acid IP 500 mg")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Tranexamic Acid 500")).to_be_visible()
    page.get_by_role("link", name="Stock in").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Batch number").fill("TX-1")
    dialog.get_by_label("Quantity").fill("3")
    dialog.get_by_label("Counted in").select_option("pack")
    dialog.get_by_label("Expires on").fill("2031-06-30")
    dialog.get_by_label("Unit cost").fill("95")
    dialog.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("30 in stock")).to_be_visible()
    assert wrong(page, "item", phone) == []
    page.get_by_role("link", name="Block batch TX-1").click()
    dialog.get_by_text("Recalled").click()
    dialog.get_by_label("What is wrong with it").fill("Letter of the maker")
    dialog.get_by_role("button", name="Block").click()
    expect(page.get_by_text("Batch TX-1 is blocked.")).to_be_visible()
    expect(page.get_by_text("0 in stock")).to_be_visible()
    item = Item.objects.get(name="Tranexamic Acid 500")
    assert (item.composition, item.batches.get().unit_cost) == ("Tranexamic acid IP 500 mg", Decimal("9.5"))
    proven()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_shelf_is_counted_by_scanner_and_approved_by_another(new_page, world, keeper, gel, phone):
    batch = gel.batches.get()
    page = new_page(keeper, phone=phone)
    page.goto(reverse("count-list"))
    page.get_by_role("link", name="Begin a count").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Not seen yet")).to_be_visible()
    scan = page.get_by_label("Scan or type")
    scan.fill(batch.label_code)  # as a scanner does: the code, then Enter
    scan.press("Enter")
    seen = page.get_by_label("Seen of batch B2026-012")
    expect(seen).to_be_focused()
    assert wrong(page, "counting", phone) == []
    assert "10" not in page.locator("#found").inner_text().replace("B2026-012", "")
    seen.fill("8")
    seen.press("Enter")
    expect(page.get_by_text("All batches of the books were seen.")).to_be_visible()
    press(page, "Hand in")
    expect(page.get_by_role("heading", name="Differences")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    boss = new_page(world.owner, phone=phone)
    boss.goto(reverse("count-detail", args=[Count.objects.get().pk]))
    boss.get_by_label("Reason for batch B2026-012").fill("Two tubes broke")
    assert wrong(boss, "differences", phone) == []
    press(boss, "Approve")
    expect(boss.get_by_text("The differences are written into the stock.")).to_be_visible()
    assert batch.balances.get().quantity == 8
    proven()


#: Debian's Chromium has no reader of codes. This one sees a code in every picture that isn't blank, as the fake camera's are.
READER = """window.looked = 0;
window.BarcodeDetector = class { static async getSupportedFormats() { return ["code_128"]; } async detect(view) {
  const paper = new OffscreenCanvas(view.videoWidth, view.videoHeight).getContext("2d");
  paper.drawImage(view, 0, 0);
  const dots = paper.getImageData(0, 0, view.videoWidth, view.videoHeight).data;
  window.looked += 1;
  return new Set(dots).size > 2 && window.looked > 1 ? [{rawValue: CODE}] : [];
} };"""
NO_CAMERA = """navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotAllowedError"); };"""


def test_a_code_is_read_by_the_camera_and_without_one_by_typing(new_page, keeper, world, gel):
    batch = gel.batches.get()
    begun = domain.start_count(by=keeper, branch=world.branch)

    def counting(*scripts: str) -> Page:
        page = new_page(keeper, phone=True)
        page.context.grant_permissions(["camera"])
        for script in scripts:
            page.add_init_script(script)
        page.goto(reverse("count-detail", args=[begun.pk]))
        return page

    without = counting()
    expect(without.get_by_label("Scan or type")).to_be_visible()
    assert without.evaluate("'BarcodeDetector' in window") is False
    expect(without.get_by_role("button", name="Camera")).to_be_hidden()

    reader = READER.replace("CODE", f'"{batch.label_code}"')
    page = counting(reader)
    press(page, "Camera")
    expect(page.get_by_label("Seen of batch B2026-012")).to_be_focused()
    assert page.evaluate("window.looked") >= 2, "it looked until it saw one"
    expect(page.locator("[data-view]")).to_be_hidden()
    assert page.evaluate("document.querySelector('[data-view]').srcObject.active") is False, (
        "the camera is off again"
    )

    refused = counting(reader, NO_CAMERA)
    press(refused, "Camera")
    expect(refused.locator("[data-no-camera]")).to_be_visible()
    expect(refused.get_by_label("Scan or type")).to_be_enabled()


def test_goods_travel_and_one_is_missing(new_page, world, keeper, gel):
    page = new_page(keeper)
    page.goto(reverse("transfer-new"))
    page.get_by_label("To", exact=False).first.select_option(label="Linqs Indiranagar")
    page.get_by_label("Item 1").fill("Laser Cooling Gel")
    page.get_by_label("Quantity 1").fill("4")
    press(page, "Send")
    expect(page.get_by_text("On its way", exact=True)).to_be_visible()
    there = new_page(factories.person(world.elsewhere, "stockkeeper"), phone=True)
    there.goto(page.url)
    there.get_by_label("Received of Laser Cooling Gel").fill("3")
    press(there, "Receive")
    expect(there.get_by_text("Less arrived than was sent.").first).to_be_visible()
    assert wrong(there, "receive", True) == []
    there.get_by_label("What happened to the rest").fill("One broke")
    press(there, "Receive")
    expect(there.get_by_text("One broke")).to_be_visible()
    assert Batch.objects.get().balances.get(branch=world.elsewhere).quantity == 3
    proven()


def test_a_correction_waits_and_is_approved(new_page, world, keeper, gel):
    page = new_page(keeper)
    page.goto(reverse("item-detail", args=[gel.pk]))
    page.get_by_role("link", name="Adjust batch B2026-012").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Quantity").fill("2")
    dialog.get_by_label("Reason").fill("Leaked")
    dialog.get_by_role("button", name="Adjust").click()
    expect(page.get_by_text("waits for approval")).to_be_visible()
    expect(page.get_by_text("10 in stock")).to_be_visible()
    boss = new_page(world.owner)
    boss.goto(reverse("adjustment-list"))
    boss.get_by_role("button", name="Approve the correction of Laser Cooling Gel").click()
    expect(boss.get_by_text("The correction is made.")).to_be_visible()
    assert gel.batches.get().balances.get().quantity == 8
    proven()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_list_of_stock(new_page, world, keeper, gel, phone):
    batch = gel.batches.get()
    domain.adjust(by=keeper, branch=world.branch, batch=batch, quantity=Decimal(-1), note="Broke")
    domain.adjust(by=world.owner, branch=world.branch, batch=batch, quantity=Decimal(-1), note="Broke")
    domain.start_count(by=keeper, branch=world.branch)
    sent = domain.send_transfer(
        by=keeper, branch=world.branch, receiver=world.elsewhere, wanted=[Wanted(gel, Decimal(1))]
    )
    page = new_page(world.owner, phone=phone)
    problems = []
    for name in (
        "item-list", "item-new", "stock-in", "stock-expiry", "stock-movements", "stock-valuation", "adjustment-list",
        "count-list", "count-new", "transfer-list", "transfer-new",
    ):  # fmt: skip
        page.goto(reverse(name))
        problems += wrong(page, name, phone)
    for name, pk in (
        ("item-edit", gel.pk), ("stock-block", batch.pk), ("stock-label", batch.pk), ("transfer-detail", sent.pk),
    ):  # fmt: skip
        page.goto(reverse(name, args=[pk]))
        problems += wrong(page, name, phone)
    assert problems == []
