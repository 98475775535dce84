"""The bill on a phone: a barcode read by the camera puts the product on it; at the thumb it is issued and paid."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from billing import domain
from billing.models import Invoice
from inventory.models import Item
from tests.billing.conftest import stocked
from tests.journeys.test_every_page import wrong
from tests.journeys.test_stock import NO_CAMERA, READER, press

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CODE = "8901234500048"


@pytest.fixture
def shop(world):
    made = stocked(world.branch, world.receptionist)
    Item.objects.filter(pk=made.gel.pk).update(barcode=CODE)
    return made


@pytest.fixture
def billing(new_page, shop):
    draft = shop.draft()

    def open_page(*scripts: str) -> Page:
        page = new_page(shop.by, phone=True)
        page.context.grant_permissions(["camera"])
        for script in scripts:
            page.add_init_script(script)
        page.goto(reverse("invoice-edit", args=[draft.pk]))
        return page

    return open_page


def lines() -> list[tuple[str, int]]:
    return [(line.description, int(line.quantity)) for line in Invoice.objects.get().lines.all()]


def test_the_camera_puts_a_product_on_the_bill_twice(billing, shop):
    page = billing(READER.replace("CODE", f'"{CODE}"'))
    press(page, "Camera")
    expect(page.get_by_label("Remove Laser Cooling Gel")).to_have_count(1)
    assert page.evaluate("window.looked") >= 2, "it looked until it saw one"
    expect(page.locator("[data-view]")).to_be_hidden()
    expect(page.get_by_role("button", name="Camera")).to_be_visible()  # the form was swapped whole
    press(page, "Camera")
    expect(page.get_by_label("Remove Laser Cooling Gel")).to_have_count(2)
    assert lines() == [("Laser Cooling Gel", 1)] * 2
    assert wrong(page, "bill with a camera", True) == []


def test_without_a_reader_or_a_camera_it_is_typed(billing):
    without = billing()
    expect(without.get_by_role("button", name="Camera")).to_be_hidden()
    refused = billing(READER.replace("CODE", f'"{CODE}"'), NO_CAMERA)
    press(refused, "Camera")
    expect(refused.locator("[data-no-camera]")).to_be_visible()
    expect(refused.locator("#add-item")).to_be_enabled()


def test_at_the_thumb_a_line_goes_and_the_bill_is_issued_and_paid(billing, shop):
    draft = Invoice.objects.get()
    for thing in (shop.laser, shop.gel):
        domain.add_line(by=shop.by, invoice=draft, version=draft.version, what=thing)
        draft.refresh_from_db()
    page = billing()
    button = page.get_by_role("button", name="Issue", exact=False).first
    box = button.bounding_box()
    assert box["y"] > 844 / 2, f"in the lower half, where the thumb is: {box}"
    assert box["y"] + box["height"] <= 844
    assert box["height"] >= 48
    remove = page.get_by_label("Remove Laser Cooling Gel")
    remove.scroll_into_view_if_needed()
    size = remove.bounding_box()
    assert min(size["width"], size["height"]) >= 44
    remove.click()
    expect(remove).to_have_count(0)
    page.locator("label", has_text="UPI").first.click()
    page.get_by_role("button", name="Issue", exact=False).first.click()
    page.wait_for_url("**" + reverse("invoice-detail", args=[draft.pk]))
    draft.refresh_from_db()
    assert (draft.is_issued, draft.due, draft.lines.count()) == (True, 0, 1)
