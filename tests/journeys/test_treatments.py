"""From the menu to what a treatment asks for, at the desk's width and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from packages.models import RequirementMet
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def laser(world):
    treatment = factories.treatment(
        world.branch, name="Laser Hair Removal", needs=factories.device(world.branch), minutes_before=5,
        minutes_after=10, min_interval_days=21,
    )  # fmt: skip
    factories.requirement(treatment, wait_hours=48, valid_days=180)
    return treatment


@pytest.fixture
def priya(world):
    return factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_result_is_recorded_on_the_customers_page(new_page, world, laser, priya, phone):
    page = new_page(factories.person(world.branch, "therapist", full_name="Nisha Thomas"), phone=phone)
    page.goto(f"/customers/{priya.pk}/")
    page.get_by_text("Nothing recorded yet").click()
    page.get_by_text("Record a result").click()
    expect(page.get_by_text("At least 48 hours before the visit.")).to_be_visible()
    assert wrong(page, "form", phone) == []
    page.get_by_role("button", name="Record Patch test").click()  # nothing chosen: the browser itself objects
    assert not RequirementMet.objects.exists()
    page.get_by_label("The skin reacted").check()
    page.get_by_label("Note").fill("Redness after a day")
    page.get_by_role("button", name="Record Patch test").click()
    expect(page.get_by_text("Patch test is recorded.")).to_be_visible()
    expect(page.locator("#requirement-list").get_by_text("Reacted", exact=True)).to_be_visible()
    expect(page.locator("#requirement-list").get_by_text("Redness after a day")).to_be_visible()
    assert wrong(page, "recorded", phone) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_menu_leads_to_a_booking(new_page, world, laser, phone):
    page: Page = new_page(world.receptionist, phone=phone)
    page.goto("/packages/")
    page.get_by_role("link", name="Treatments", exact=True).click()
    page.get_by_label("Category").select_option("laser")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("21 days between sessions")).to_be_visible()
    assert wrong(page, "menu", phone) == []
    page.get_by_role("link", name="Book Laser Hair Removal").click()
    page.wait_for_url(f"**/appointments/new/?treatment={laser.pk}")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_administrator_says_what_a_treatment_asks_for(new_page, world, laser, phone):
    page = new_page(world.owner, phone=phone)
    page.goto(f"/admin/packages/treatment/{laser.pk}/change/")
    assert wrong(page, "treatment", phone) == []
    page.get_by_label("Days between two sessions, at least").fill("28")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    laser.refresh_from_db()
    assert laser.min_interval_days == 28
