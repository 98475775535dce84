"""Files at the desk and on a phone: adding several, comparing, signing with the finger, the card."""

import re

import pytest
from playwright.sync_api import Page, expect

from clinic import events
from customers.models import Consent, Document, IdCard
from tests import factories
from tests.factories import pictures
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", allergies="Lidocaine"
    )


def chosen(name: str, colour: str) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": pictures.picture(colour=colour)}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_several_files_one_of_them_bad(new_page, world, priya, phone):
    page: Page = new_page(world.receptionist, phone=phone)
    page.goto(f"/customers/{priya.pk}/?tab=photos")
    page.get_by_role("link", name="Add photographs").click()
    expect(page.get_by_text("Take a photograph")).to_be_visible()
    page.locator("#id_files").set_input_files(
        [
            chosen("one.jpg", "tan"),
            {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90"},
            chosen("three.jpg", "peru"),
        ]
    )
    page.get_by_label("Area").fill("Chin")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("“two.jpg” is a Windows program")).to_be_visible()
    expect(page.locator("[data-uploads] .small", has_text=re.compile("^added$"))).to_have_count(2)
    assert wrong(page, "one refused", phone) == []
    page.get_by_role("button", name="Leave out").click()
    assert Document.objects.count() == 2
    page.goto(f"/customers/{priya.pk}/photos/")
    expect(page.get_by_text("Being prepared")).to_have_count(2)
    events.deliver_pending()  # what the worker does
    expect(page.locator(".photos img")).to_have_count(2)  # the page asks by itself
    expect(page.get_by_text("Being prepared")).to_have_count(0)
    assert wrong(page, "photographs", phone) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_before_and_after_by_keyboard(new_page, world, priya, phone):
    pictures.document(priya, world.receptionist)
    pictures.document(priya, world.receptionist, kind="after", content=pictures.picture(colour="tan"))
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/customers/{priya.pk}/photos/")
    page.get_by_role("link", name="Compare").click()
    slider = page.get_by_label("How much of the first is shown")
    expect(slider).to_be_visible()
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    pair = page.locator("[data-compare-pair]")
    assert pair.evaluate("e => e.style.getPropertyValue('--at')") == "40"
    assert wrong(page, "slider", phone) == []
    page.get_by_role("button", name="Side by side").click()
    expect(slider).to_be_hidden()
    lefts = page.locator(".compare figure").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().left)"
    )
    assert lefts[0] < lefts[1]
    assert wrong(page, "side by side", phone) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_photograph_is_removed_and_brought_back(new_page, world, priya, phone):
    pictures.document(priya, world.receptionist, title="Left")
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/customers/{priya.pk}/?tab=photos")
    page.get_by_role("button", name="Remove Left").click()
    expect(page.get_by_text("“Left” is removed.")).to_be_visible()
    assert page.url.endswith("?tab=photos")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".photos img")).to_have_count(1)
    assert Document.objects.there().count() == 1


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_signed_with_the_finger(new_page, world, priya, phone):
    pictures.consent_text(world.branch)
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/customers/{priya.pk}/?tab=consents")
    page.locator("#consent-list").get_by_role("link", name="Photographs").click()
    expect(page.get_by_text("I agree that photographs are taken.")).to_be_visible()
    page.get_by_label("I accept").check()
    page.get_by_role("button", name="Record").click()  # nothing drawn yet
    expect(page.locator("#id_typed_error")).to_have_text("Sign in the box, or let the typed name count.")
    assert wrong(page, "nothing drawn", phone) == []
    box = page.locator("canvas")
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()
    page.mouse.move(frame["x"] + 30, frame["y"] + 90)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(frame["x"] + 30 + 25 * step, frame["y"] + (40 if step % 2 else 120))
    page.mouse.up()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_alt_text("Signature of Priya Mehta")).to_be_visible()
    assert wrong(page, "signed", phone) == []
    assert Consent.objects.get().is_accepted
    page.get_by_text("Take this consent back").click()
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_card_is_issued_and_made_void(new_page, world, priya, phone):
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/customers/{priya.pk}/cards/")
    page.get_by_role("button", name="Issue").click()
    expect(page.get_by_role("link", name="Print")).to_be_visible()
    page.get_by_text("Lost or wrong").click()
    page.get_by_label("Reason").fill("Lost")
    assert wrong(page, "card", phone) == []
    page.get_by_role("button", name="Make void").click()
    expect(page.get_by_text("Void", exact=True)).to_be_visible()
    assert not IdCard.objects.live().exists()
