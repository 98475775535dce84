"""A visit is called off, its time goes to whoever waits, and becomes theirs: at the desk and on a phone."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments import domain
from appointments.models import Appointment
from clinic.models import BranchHours, Holiday
from staff.models import WeeklyHours
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at(world):
    """Times of tomorrow, at a clinic that never closes: the job asks nobody at night."""
    Holiday.objects.all().delete()
    whole_day = {"break_starts": None, "break_ends": None}
    first, last = datetime.time.min, datetime.time(23, 59)
    BranchHours.objects.update(opens=first, closes=last, **whole_day)
    WeeklyHours.objects.update(starts=first, ends=last, **whole_day)
    day = timezone.localdate(timezone=world.branch.zone) + datetime.timedelta(days=1)
    return lambda hour: datetime.datetime.combine(day, datetime.time(hour), world.branch.zone)


@pytest.fixture
def botox(world):
    return factories.treatment(world.branch, name="Botox", minutes=30)


@pytest.mark.parametrize("phone", [False, True])
def test_a_cancelled_visit_is_offered_accepted_and_booked(new_page, world, at, botox, phone):
    visit = domain.book(
        by=world.receptionist, branch=world.branch, practitioner=world.doctor, treatment=botox, starts_at=at(11),
        customer=factories.customer(world.branch, world.receptionist, full_name="Neha Patel"),
    )  # fmt: skip
    priya = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    waiting = factories.waiting(world.branch, world.receptionist, botox, world.doctor, customer=priya)
    desk = new_page(world.receptionist, phone=phone)
    desk.goto(f"/appointments/{visit.pk}/")
    desk.get_by_text("Cancel visit", exact=True).first.click()
    desk.get_by_label("Reason").fill("Ill")
    desk.get_by_role("button", name="Cancel visit").click()
    expect(desk.get_by_text("The visit of Neha Patel is cancelled.")).to_be_visible()
    assert len(domain.offer_freed()) == 1
    desk.goto("/appointments/waitlist/")
    expect(desk.get_by_role("link", name="Priya Mehta")).to_be_visible()
    expect(desk.get_by_text("kept until")).to_be_visible()
    assert wrong(desk, "offers", phone) == []
    desk.get_by_role("button", name="Priya Mehta accepts").click()
    expect(desk.get_by_text("Priya Mehta is booked on")).to_be_visible()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.starts_at) == ("scheduled", at(11))


def test_from_the_booking_page_to_the_waitlist_and_to_a_time_by_keyboard(new_page, world, at, botox):
    priya = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    desk = new_page(world.receptionist)
    desk.goto(f"/appointments/new/?customer={priya.pk}&treatment={botox.pk}")
    desk.get_by_label("Note for the visit").fill("Comes from work")
    desk.get_by_role("button", name="Put on the waitlist").press("Enter")
    expect(desk.get_by_label("Treatment")).to_have_value(str(botox.pk))
    expect(desk.get_by_label("Note for the visit")).to_have_value("Comes from work")
    assert wrong(desk, desk.url, False) == []
    desk.get_by_label("Note for the visit").press("Enter")
    expect(desk.get_by_text("Priya Mehta is on the waitlist.")).to_be_visible()
    assert Appointment.objects.get().status == "waitlisted"
    desk.get_by_role("link", name="Change the wish of Priya Mehta").press("Enter")
    desk.get_by_label("Not before").fill("14:00")
    desk.get_by_label("Not before").press("Enter")
    expect(desk.get_by_text("not before 14:00")).to_be_visible()
    desk.get_by_role("link", name="Find a time for Priya Mehta").press("Enter")
    expect(desk.get_by_role("heading", name="A time for Priya Mehta")).to_be_visible()
    assert wrong(desk, desk.url, False) == []
    desk.get_by_role("radio").first.press("Space")
    desk.get_by_role("button", name="Book", exact=True).press("Enter")
    expect(desk.get_by_text("Priya Mehta is booked on")).to_be_visible()
    visit = Appointment.objects.get()
    assert visit.status == "scheduled"
    assert visit.starts_at.astimezone(world.branch.zone).hour >= 14


@pytest.mark.parametrize("phone", [False, True])
def test_nothing_is_wrong_with_any_of_its_pages(new_page, world, at, botox, phone):
    line = (world.branch, world.receptionist, botox, world.doctor)
    visit = factories.waiting(*line, note="Comes from work")
    factories.waiting(*line, verb="request")
    factories.offer(*line, at(15))
    page = new_page(world.receptionist, phone=phone)
    for place in (
        "?show=offers", "?show=waiting", "?show=requests", "?show=waiting&q=nobody", "new/",
        f"{visit.pk}/wish/", f"{visit.pk}/schedule/",
    ):  # fmt: skip
        page.goto(f"/appointments/waitlist/{place}")
        assert wrong(page, place, phone) == []
