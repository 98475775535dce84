"""The receptionist without a mouse: searching, registering, booking, billing; and where the keyboard stands after each step."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from appointments.models import Appointment
from billing.models import Invoice
from clinic.models import Holiday
from customers.models import Customer
from tests import factories
from tests.factories import everything

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.past_the_verbs("places of visits"),
]

#: What has the focus, and whether anybody can see that. A date field draws the ring inside itself.
STANDS = """() => { const at = document.activeElement;
  const ringed = each => { const look = getComputedStyle(each); return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0; };
  return { name: at.id || at.textContent.trim(), tag: at.tagName,
    seen: at === document.body || ["date", "time"].includes(at.type) || [at, at.closest("form, label")].some(each => each && ringed(each)) }; }"""

IS = """what => { const at = document.activeElement;
  return at !== document.body && (/^[#[]/.test(what) ? at.matches(what) : at.textContent.trim().startsWith(what)); }"""


@pytest.fixture
def page(new_page, world) -> Page:
    Holiday.objects.all().delete()
    factories.treatment(world.branch, name="Hydra facial", minutes=60)
    factories.batch(
        factories.item(world.branch, name="Laser Cooling Gel"), world.branch, world.owner, quantity=9
    )
    return new_page(world.receptionist)


def tab_to(page: Page, what: str) -> None:
    """Tab until what a selector finds, or a text begins, has the focus; on the way every stop must be visible."""
    at = {}
    for _stop in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(STANDS)
        assert at["seen"], f"nobody sees the focus on {at}"
        if page.evaluate(IS, what):
            return
    raise AssertionError(f"{what} is not reached by Tab; last was {at}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_registering_booking_and_billing_without_a_mouse(page, world):
    page.goto("/")
    register(page)
    book(page, world)
    bill(page)


def register(page: Page) -> None:
    press(page, "Control+k")
    page.keyboard.type("nobody here")
    expect(page.locator("#search-results")).to_contain_text("Nothing")
    press(page, "Escape")
    tab_to(page, "New")
    press(page, "Enter", "Tab")
    assert page.evaluate(STANDS)["name"] == "New customer"
    press(page, "Enter")
    page.wait_for_url("**/customers/new/")
    tab_to(page, "[name=full_name]")
    page.keyboard.type("Priya Mehta")
    press(page, "Enter")
    expect(page.locator(".errors")).to_be_focused()
    assert page.evaluate(STANDS)["seen"]
    tab_to(page, "Phone")
    press(page, "Enter")  # the way from the summary to the field
    page.keyboard.type("9876543210")
    tab_to(page, "[name=gender]")
    press(page, "Space", "Enter")
    expect(page.get_by_role("heading", name="Priya Mehta")).to_be_visible()
    assert Customer.objects.get().gender


def book(page: Page, world) -> None:
    tab_to(page, "Book")
    press(page, "Enter")
    page.wait_for_url("**/appointments/new/**")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    page.goto(f"{page.url}&day={tomorrow}")
    tab_to(page, "#id_what")
    page.keyboard.type("Hydra")
    press(page, "Enter")  # takes it and goes on to the soonest time
    expect(page.locator("[type=radio][name=slot]:checked")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    page.get_by_role("heading", name="Priya Mehta").wait_for()
    assert Appointment.objects.get().practitioner == world.doctor


def bill(page: Page) -> None:
    page.wait_for_load_state()
    press(page, "Control+k")
    page.keyboard.type("priya")
    page.locator("#search-results a").first.wait_for()
    press(page, "ArrowDown", "Enter")
    page.wait_for_url("**/customers/0**")
    tab_to(page, "New invoice")
    press(page, "Enter")
    box = page.locator("#add-item")
    expect(box).to_be_focused()
    for number, words in enumerate(("hydra", "gel"), 1):
        page.keyboard.type(words)
        page.locator("[role=option]").first.wait_for()
        press(page, "ArrowDown", "Enter")
        expect(page.locator(".lines tbody tr")).to_have_count(number)
        expect(box).to_be_focused()
        expect(box).to_have_value("")
    page.keyboard.down("Shift")
    tab_to(page, "[name$=-discount]")
    page.keyboard.up("Shift")
    with page.expect_response("**/preview/"):
        page.keyboard.type("10%")
    page.keyboard.down("Shift")
    tab_to(page, "Issue and collect")
    page.keyboard.up("Shift")
    press(page, "Enter")
    page.get_by_role("heading", name="LCB/").wait_for()
    issued = Invoice.objects.get()
    assert (issued.lines.count(), issued.due) == (2, 0)


def test_what_is_typed_while_an_item_is_added_stays(new_page, page, world):
    draft = everything.one_of_everything(world.branch, by=world.owner, name="Neha Patel")["invoice"]
    page.goto(f"/billing/{draft}/edit/")
    box, lines = page.locator("#add-item"), page.locator(".lines tbody tr")
    box.fill("facial")
    page.locator("[role=option]").first.wait_for()
    held: list[Route] = []
    page.route("**/lines/**", lambda route: held.append(route))
    press(page, "Enter")
    page.keyboard.type("gel")
    expect(box).to_have_value("gel")
    held.pop().continue_()
    expect(lines).to_have_count(2)
    expect(box).to_be_focused()
    expect(box).to_have_value("gel")
    page.unroute("**/lines/**")
    page.locator("[role=option]").filter(has_text="Gel").first.wait_for()
    press(page, "Enter")
    expect(lines).to_have_count(3)
    assert Invoice.objects.get(pk=draft).lines.count() == 3


def test_the_caret_stays_while_the_totals_follow(page, world):
    draft = everything.one_of_everything(world.branch, by=world.owner, name="Neha Patel")["invoice"]
    page.goto(f"/billing/{draft}/edit/")
    rate = page.locator("[name$=unit_price]")
    rate.fill("14500.00")
    rate.evaluate("field => field.setSelectionRange(1, 1)")
    with page.expect_response("**/preview/"):
        press(page, "Delete")
    expect(page.locator(".totals .grand")).to_contain_text("₹1,770.00")
    expect(rate).to_be_focused()
    assert rate.input_value() == "1500.00"
    assert rate.evaluate("field => field.selectionStart") == 1
    page.keyboard.type("2")
    assert rate.input_value() == "12500.00"


def test_a_step_in_the_list_keeps_the_keyboard_in_its_row(page, world):
    visit = Appointment.objects.create(
        number=factories.number(),
        branch=world.branch, customer=factories.customer(world.branch, world.receptionist, full_name="Neha Patel"),
        practitioner=world.doctor, treatment=factories.treatment(world.branch), booked_by=world.receptionist,
        starts_at=timezone.now(), ends_at=timezone.now() + datetime.timedelta(minutes=45),
    )  # fmt: skip
    page.goto("/appointments/schedule/")
    tab_to(page, f"[id='step-{visit.pk}']")
    press(page, "Enter")
    page.get_by_text("Neha Patel is checked in.").wait_for(state="attached")
    inside = page.locator(f"#visit-{visit.pk} :focus")
    expect(inside).to_have_count(1)
