"""The desk with a phone in one hand and a queue in front: booking by keyboard, newcomers, walk-ins, series."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments import domain
from appointments.models import Appointment
from clinic.models import Holiday
from customers.models import Customer
from packages import domain as packages
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEW = "/appointments/new/"


@pytest.fixture
def priya(world):
    Holiday.objects.all().delete()
    return factories.customer(
        world.branch,
        world.receptionist,
        full_name="Priya Mehta",
        phone="+919845012345",
        allergies="Fragrance",
    )


@pytest.fixture
def facial(world):
    factories.treatment(world.branch, name="Chemical peel", minutes=30)
    return factories.treatment(world.branch, name="Hydra facial", minutes=60)


@pytest.fixture
def package(world, priya):
    hair = factories.treatment(world.branch, name="Laser Hair Removal", minutes=45)
    return packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, value=Decimal(36000),
        plan=factories.plan(hair, name="Laser Hair Removal ×8"), on=timezone.localdate(),
    )  # fmt: skip


class Keys:
    """Counts what is pressed besides the words typed."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def clean(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def looked_at(page: Page) -> None:
    """Nothing for axe in light or dark, and nothing that scrolls sideways."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
        assert clean(page) == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def booked(page: Page) -> Appointment:
    page.wait_for_url(lambda url: "/appointments/0" in url)
    return Appointment.objects.latest("pk")


def test_a_due_session_is_booked_with_three_keys_beyond_the_phone_number(new_page, world, package):
    page = new_page(world.receptionist)
    page.goto(NEW)
    keys = Keys(page)
    keys.press("Tab")
    page.locator("#customer-search").focus()
    page.keyboard.type("98450")
    page.get_by_role("option", name="Priya Mehta").wait_for()
    keys.press("Enter")
    page.get_by_role("option", name="Next: session 1 of 8").wait_for()
    expect(page.get_by_role("combobox", name="Treatment")).to_be_focused()
    expect(page.get_by_role("note")).to_contain_text("Fragrance")
    keys.press("Enter")
    expect(page.locator("#times [name=slot]:checked")).to_be_focused()
    looked_at(page)
    keys.press("Enter")
    visit = booked(page)
    assert (visit.customer.full_name, visit.treatment.name) == ("Priya Mehta", "Laser Hair Removal")
    assert package.sessions.get(number=1).appointment_id == visit.pk
    assert keys.count <= 12


def test_a_newcomer_is_registered_while_booking(new_page, world, facial):
    Holiday.objects.all().delete()
    page = new_page(world.receptionist)
    page.goto(NEW)
    page.locator("#customer-search").focus()
    page.keyboard.type("9876543210")
    page.keyboard.press("Enter")  # before anything is found
    expect(page.locator("#id_full_name")).to_be_focused()
    expect(page.get_by_role("textbox", name="Phone")).to_have_value("9876543210")
    page.keyboard.type("Neha Patel")
    page.keyboard.press("Enter")
    page.keyboard.type("hydra")
    page.keyboard.press("Enter")
    expect(page.locator("#times [name=slot]:checked")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".errors").first).to_be_focused()  # the gender is missing; all else is kept
    expect(page.get_by_label("Full name")).to_have_value("Neha Patel")
    expect(page.get_by_role("combobox", name="Treatment")).to_have_value("Hydra facial, 60 min")
    looked_at(page)
    page.get_by_label("Female").check()
    page.keyboard.press("Control+Enter")
    visit = booked(page)
    assert visit.customer == Customer.objects.get(full_name="Neha Patel", phone="+919876543210")


def test_two_treatments_with_two_practitioners(new_page, world, priya, facial):
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    page = new_page(world.receptionist)
    page.goto(f"{NEW}?customer={priya.pk}&day={tomorrow}")
    page.get_by_role("combobox", name="Treatment").fill("peel")
    page.keyboard.press("Enter")
    page.get_by_label("Practitioner").select_option(label=world.doctor.resource.name)
    page.get_by_role("button", name="Add another treatment").click()
    second = page.get_by_role("group", name="Treatment 2")
    expect(second.get_by_role("combobox", name="Treatment")).to_be_focused()
    page.keyboard.type("hydra")
    page.keyboard.press("Enter")
    with page.expect_response(lambda answer: "part2-practitioner" in answer.url):
        second.get_by_label("Practitioner").select_option(label=asha.resource.name)
    page.get_by_role("radio", name="10:30").check()
    looked_at(page)
    page.get_by_role("button", name="Book", exact=True).click()
    booked(page)
    first, later = Appointment.objects.order_by("starts_at")
    assert (first.practitioner, later.practitioner) == (world.doctor, asha)
    assert timezone.localtime(later.starts_at).time() == datetime.time(11)


@pytest.fixture
def at_ten(world):
    """Ten o'clock tomorrow, whatever the time of the run."""
    Holiday.objects.all().delete()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with time_machine.travel(datetime.datetime.combine(tomorrow, datetime.time(10), world.branch.zone)):
        yield


def test_a_walk_in_has_arrived_in_two_steps(new_page, world, facial, at_ten):
    Holiday.objects.all().delete()
    page = new_page(world.receptionist, phone=True)
    page.goto("/")
    page.locator("summary, button", has_text="New").first.click()
    page.get_by_role("navigation", name="New").get_by_role("link", name="Walk-in").click()
    page.get_by_role("combobox", name="Customer").press_sequentially("Ravi Rao")
    page.get_by_role("option", name="New customer").click()
    page.get_by_role("textbox", name="Phone").fill("9811122233")
    page.get_by_label("Male", exact=True).check()
    page.get_by_role("combobox", name="Treatment").fill("peel")
    page.get_by_role("option", name="Chemical peel").click()
    expect(page.locator("#times [name=slot]:checked")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Check in").click()
    visit = booked(page)
    assert (visit.status, visit.customer.full_name, visit.is_walk_in) == ("arrived", "Ravi Rao", True)


def test_an_overlap_is_warned_of_and_booked_anyway(new_page, world, priya, facial):
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    at = datetime.datetime.combine(tomorrow, datetime.time(10), world.branch.zone)
    domain.book(
        by=world.receptionist, branch=world.branch, customer=priya, practitioner=world.doctor,
        treatment=facial, starts_at=at,
    )  # fmt: skip
    page = new_page(world.receptionist)
    page.goto(f"{NEW}?customer={priya.pk}&treatment={facial.pk}&practitioner={asha.pk}&day={tomorrow}")
    page.get_by_role("radio", name="10:15").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("already has a visit then: Hydra facial")
    expect(page.get_by_role("radio", name="10:15")).to_be_checked()
    looked_at(page)
    page.get_by_role("button", name="Book anyway").click()
    assert booked(page).practitioner == asha


def test_an_emergency_is_taken_in_beside_a_booked_visit(new_page, world, priya, facial, at_ten):
    start = timezone.now().replace(second=0, microsecond=0) + datetime.timedelta(minutes=2)
    neha = factories.customer(world.branch, world.receptionist, full_name="Neha Patel")
    domain.book(
        by=world.receptionist, branch=world.branch, customer=neha, practitioner=world.doctor,
        treatment=facial, starts_at=start,
    )  # fmt: skip
    page = new_page(world.receptionist)
    page.goto(f"{NEW}?customer={priya.pk}&treatment={facial.pk}")
    page.get_by_text("Priority or emergency").click()
    page.get_by_label("Emergency").check()
    expect(page.locator("#times [name=slot]")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errors").first).to_contain_text("Say why this visit")
    page.get_by_label("Why first").fill("Burn after a peel")
    page.get_by_role("button", name="Book", exact=True).click()
    visit = booked(page)
    assert (visit.priority, visit.priority_reason) == ("emergency", "Burn after a peel")


def test_a_series_with_one_conflict_is_settled_and_booked(new_page, world, priya, package):
    first = timezone.localdate() + datetime.timedelta(days=1)
    Holiday.objects.create(branch=world.branch, day=first + datetime.timedelta(days=56), name="Festival")
    page = new_page(world.receptionist)
    page.goto(f"{NEW}?customer={priya.pk}&session={package.sessions.get(number=1).pk}")
    page.get_by_role("link", name="Book all remaining sessions as a series").click()
    page.get_by_label("How many").fill("6")
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_text("1 to settle")).to_be_visible()
    third = page.get_by_role("group", name="3. ")
    expect(third).to_contain_text("Festival")
    looked_at(page)
    page.get_by_role("button", name="Book these dates").click()
    expect(page.locator(".errors")).to_contain_text("Choose a time for each date")
    third.get_by_role("radio").first.check()
    page.get_by_role("button", name="Book these dates").click()
    page.get_by_text("6 visits are booked for Priya Mehta.").wait_for()
    assert Appointment.objects.count() == package.sessions.filter(status="reserved").count() == 6
