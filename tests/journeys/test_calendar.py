"""The calendar by hand: keys on the board, a booking typed in, a refusal with its way out, the list on a phone."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from appointments.models import Appointment
from clinic.models import Holiday
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tomorrow(world) -> datetime.date:
    """An open day, whatever the date of the run."""
    Holiday.objects.all().delete()
    return timezone.localdate() + datetime.timedelta(days=1)


def clean(page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_booking_from_the_board_with_the_keyboard(new_page, world, tomorrow):
    factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    factories.treatment(world.branch, name="Hydra facial", minutes=60)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    assert clean(page) == []
    page.locator(".lane a").first.focus()
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    focused = page.locator(":focus")
    assert focused.get_attribute("aria-label") == "Book 09:15"
    assert focused.locator("xpath=..").get_attribute("aria-label") == "Dr. Vivek Kapoor"
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Customer").press_sequentially("Priya")
    page.get_by_role("option", name="Priya Mehta").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Treatment").fill("hydra")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="09:15", checked=True).wait_for()
    assert clean(page) == []
    page.get_by_role("button", name="Book", exact=True).click()

    page.get_by_role("heading", name="Priya Mehta").wait_for()
    visit = Appointment.objects.get()
    assert timezone.localtime(visit.starts_at).time() == datetime.time(9, 15)
    assert visit.practitioner == world.doctor


def test_typing_before_the_scripts_are_there_is_heard(new_page, world):
    factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    page = new_page(world.receptionist)
    late = []
    page.route("**/htmx*.js", lambda route: late.append(route))  # a bound method would not do
    page.goto("/appointments/new/", wait_until="commit")
    page.get_by_role("combobox", name="Customer").press_sequentially("Priya")
    late[0].continue_()
    page.get_by_role("listbox").get_by_role("option", name="Priya Mehta").wait_for()


def test_the_list_on_a_phone_takes_the_next_step_in_place(new_page, world, tomorrow):
    visit = Appointment.objects.create(
        number=factories.number(),
        branch=world.branch,
        customer=factories.customer(world.branch, world.receptionist, full_name="Neha Patel"),
        practitioner=world.doctor,
        treatment=factories.treatment(world.branch),
        starts_at=timezone.now(),
        ends_at=timezone.now() + datetime.timedelta(minutes=45),
        booked_by=world.receptionist,
    )
    page = new_page(world.doctor.user, phone=True)
    page.goto("/appointments/schedule/")
    page.get_by_role("button", name="Check in").click()
    page.get_by_text("Neha Patel is checked in.").wait_for(state="attached")
    page.get_by_role("link", name="Neha Patel").click()
    page.get_by_label("What was done").fill("Three passes")
    assert clean(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Complete visit").click()
    page.get_by_text("Three passes").first.wait_for()
    visit.refresh_from_db()
    assert visit.status == "completed"
