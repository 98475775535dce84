"""The house in a browser: from an empty database to the first booking, the settings, and the figures of the day."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from appointments.models import Appointment
from clinic.models import Branch, Organisation
from clinic.setup_code import code_of
from packages.models import Treatment
from staff.models import WeeklyHours
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PAGES = [
    "settings", "branch-identity", "branch-tax", "branch-hours", "booking-rules", "message-channels", "branch-papers",
    "branch-records", "reason-list", "backup-list",
]  # fmt: skip


def begin(page: Page, *, phone: bool) -> None:
    """The clinic and its owner."""
    page.goto(f"/setup/?code={code_of(settings.SECRET_KEY)}")
    assert problems(page, phone) == []
    for label, typed in {
        "Name of the clinic": "Asha Skin Clinic", "Phone of the clinic": "98100 55555", "Street and number": "1 Hill Road",
        "City": "Mumbai", "PIN code": "400050", "Short code": "ASH", "Your name": "Asha Rao",
        "Your user name": "asha", "Your password": "a quiet river at dawn",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=False).first.fill(typed)
    page.get_by_label("State").select_option("27")
    page.get_by_role("button", name="Go on").click()


def problems(page: Page, phone: bool) -> list[str]:
    """What axe finds, and a page that scrolls sideways; the frame of every page is looked at elsewhere."""
    found = [each["id"] for each in Axe().run(page, options={"preload": False}).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found


@pytest.mark.parametrize(
    ("preset", "phone"),
    [
        ("Skin, hair and laser clinic", False),
        ("Salon", True),
        ("Hospital outpatients with serial numbers", False),
    ],
)
def test_from_nothing_to_the_first_booking(new_page, preset, phone):
    page = new_page(phone=phone)
    begin(page, phone=phone)
    page.wait_for_url("**/setup/kind/")
    assert problems(page, phone) == []
    page.get_by_label(preset).check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/setup/hours/")
    assert problems(page, phone) == []
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/setup/people/")
    expect(page.locator("#id_full_name")).to_have_value("Asha Rao")
    assert problems(page, phone) == []
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**{reverse('setup-menu')}")
    assert problems(page, phone) == []
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**{reverse('setup-booking')}")
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url("**/setup/done/")
    assert problems(page, phone) == []
    expect(page.get_by_role("heading", name="Your clinic is open")).to_be_visible()
    book(page)
    assert Organisation.objects.get().setup_step == ""
    if "serial" in preset:
        assert set(WeeklyHours.objects.values_list("mode", flat=True)) == {"serial"}


def book(page: Page) -> None:
    """The first visit of somebody new, at the first time that is shown."""
    page.goto(f"{reverse('appointment-new')}?customer=new")
    page.get_by_label("Full name").fill("Priya Mehta")
    page.get_by_role("textbox", name="Phone", exact=True).fill("98765 43210")
    page.get_by_label("Female").check()
    page.get_by_role("combobox", name="Treatment").fill(Treatment.objects.order_by("name").first().name[:6])
    page.keyboard.press("Enter")
    expect(page.locator("#times [name=slot]:checked")).to_be_visible()
    page.locator("button.primary", has_text="Book").last.click()
    page.wait_for_url(re.compile(r"/appointments/[0-9a-f-]{36}/"))
    assert Appointment.objects.get().customer.full_name == "Priya Mehta"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_settings_page_is_fit_to_be_used(new_page, world, phone):
    page = new_page(world.owner, phone=phone)
    for name in PAGES:
        page.goto(reverse(name))
        assert wrong(page, name, phone) == [], name


def test_a_colour_and_a_holiday_count_at_once(new_page, world):
    page = new_page(world.owner)
    page.goto(reverse("branch-identity"))
    page.get_by_label("Main colour").fill("#ffee00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field .error")).to_contain_text("can't be read")
    page.get_by_label("Main colour").fill("#9a3412")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved; it counts from now on.")).to_be_visible()
    expect(page.locator(".button.primary").first).to_have_css("background-color", "rgb(154, 52, 18)")
    assert Branch.objects.get(pk=world.branch.pk).brand_colour == "#9a3412"


def test_words_are_seen_as_they_will_be_read(new_page, world):
    page = new_page(world.owner)
    page.goto(reverse("message-text", args=["booked"]))
    page.get_by_label("Text").fill("Namaste {name}, until {day}!")
    expect(page.locator("#preview")).to_contain_text("Namaste Priya, until Tue, 1 Dec 2026!")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("your words")).to_be_visible()


@pytest.mark.parametrize("role", ["owner", "doctor", "receptionist", "stockkeeper"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_each_figure_opens_its_rows(new_page, world, role, phone):
    factories.batch(
        factories.item(world.branch, reorder_level=5), world.branch, world.owner, quantity=2, days=9
    )
    user = world.doctor.user if role == "doctor" else factories.person(world.branch, role)
    page = new_page(user, phone=phone)
    page.goto("/")
    assert wrong(page, "dashboard", phone) == []
    for place in range(page.locator("a.stat").count()):
        page.goto("/")
        card = page.locator("a.stat").nth(place)
        figure = card.locator("b").inner_text()
        card.click()
        page.wait_for_load_state()
        if "/figures/" in page.url:
            assert page.locator("[data-total]").inner_text() == figure
            assert wrong(page, "figure", phone) == []
