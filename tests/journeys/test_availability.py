"""A doctor marks a day off on the phone, the desk moves the visits that this hits; the switch; each page as it is looked at."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments import domain
from appointments.models import Appointment
from clinic.models import Holiday
from staff import domain as staff
from staff.models import Practitioner, TimeOff
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tomorrow(world) -> datetime.date:
    """An open day, whatever the date of the run."""
    Holiday.objects.all().delete()
    return timezone.localdate(timezone=world.branch.zone) + datetime.timedelta(days=1)


@pytest.fixture
def visits(world, tomorrow) -> list[Appointment]:
    """Three of tomorrow with Dr. Kapoor."""
    facial = factories.treatment(world.branch, name="Hydra facial", minutes=45)
    names = ["Priya Mehta", "Venkataramanan Subramanian Lakshminarayanan Iyer", "Neha Patel"]
    return [
        domain.book(
            by=world.receptionist,
            branch=world.branch,
            customer=factories.customer(world.branch, world.receptionist, full_name=name),
            practitioner=world.doctor,
            treatment=facial,
            starts_at=datetime.datetime.combine(tomorrow, datetime.time(10 + hour), world.branch.zone),
        )
        for hour, name in enumerate(names)
    ]


def test_a_day_off_its_visits_and_the_bulk_move(new_page, world, visits, tomorrow):
    factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    doctor = new_page(world.doctor.user, phone=True)
    doctor.goto("/appointments/availability/")
    doctor.get_by_role("link", name="Mark a day off").click()
    doctor.get_by_label("First day").fill(str(tomorrow))
    doctor.get_by_label("First day").press("Tab")
    expect(doctor.locator("#would-hit")).to_contain_text("3 visits stand then")
    assert wrong(doctor, "mark off", True) == []
    doctor.get_by_role("button", name="Mark off").click()
    doctor.get_by_role("heading", name="Visits to move").wait_for()
    assert TimeOff.objects.get().first_day == tomorrow

    desk = new_page(world.receptionist)
    desk.goto("/appointments/availability/")
    expect(desk.get_by_text("Dr. Vivek Kapoor is not attending tomorrow.")).to_be_visible()
    desk.get_by_role("link", name="3 visits still stand: move them").click()
    desk.get_by_label("What becomes of the visit of Neha Patel").select_option(label="Cancel the visit")
    desk.get_by_role("checkbox", name="Venkataramanan").uncheck()
    assert wrong(desk, "hits", False) == []
    desk.get_by_role("button", name="Settle the ticked visits").click()
    expect(desk.get_by_text("1 visit moved.")).to_be_visible()
    expect(desk.get_by_role("link", name="Messages to send")).to_be_visible()
    assert wrong(desk, "moved", False) == []
    priya, venkat, neha = (Appointment.objects.get(pk=visit.pk) for visit in visits)
    assert priya.starts_at >= visits[0].starts_at and priya.version > visits[0].version
    assert (venkat.starts_at, neha.status) == (visits[1].starts_at, "cancelled")


def test_the_switch_by_keyboard(new_page, world):
    page = new_page(world.doctor.user)
    page.goto("/appointments/availability/")
    switch = page.get_by_role("switch", name="Dr. Vivek Kapoor is available now")
    expect(switch).to_be_checked()
    switch.focus()
    page.keyboard.press("Enter")
    expect(switch).not_to_be_checked()
    expect(switch).to_be_focused()
    assert not Practitioner.objects.get().is_available


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_page_as_it_is_looked_at(new_page, world, visits, tomorrow, phone):
    off = staff.mark_off(
        by=world.owner, person=world.doctor.user, first_day=tomorrow, last_day=tomorrow, reason="Conference in Pune"
    )  # fmt: skip
    for name in ("Reena Rao", "Venkataramanan Subramanian Iyer"):
        factories.practitioner(world.branch, full_name=name, username=name.split()[0].lower())
    outage = staff.take_out_of_service(
        by=world.owner, resource=factories.device(world.branch), starts_at=timezone.now(), ends_at=None, reason="Cooling fails"
    )  # fmt: skip
    page = new_page(world.owner, phone=phone)
    problems = []
    for name, address in {
        "availability": "availability/",
        "day": f"availability/{world.doctor.pk}/day/?day={tomorrow}",
        "mark off": "time-off/new/",
        "hits": f"time-off/{off.pk}/",
        "out of service": "out-of-service/new/",
        "nothing hit": f"out-of-service/{outage.pk}/",
    }.items():
        page.emulate_media(color_scheme="light")
        page.goto(f"/appointments/{address}")
        problems += wrong(page, name, phone)
    assert not problems, "\n".join(problems)
