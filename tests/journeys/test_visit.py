"""The visit by hand, on a phone between two patients and at the desk."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from appointments import domain
from appointments.models import Appointment, Charge, FollowUp, VisitPolicy
from clinic.models import BranchHours, Holiday
from packages.models import Parameter
from staff.models import WeeklyHours
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture
def at_ten(world) -> Iterator[None]:
    """Ten o'clock tomorrow: at the run's own hour a visit might end after midnight."""
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with time_machine.travel(datetime.datetime.combine(tomorrow, datetime.time(10), world.branch.zone)):
        yield


@pytest.fixture
def visit(world, at_ten) -> Appointment:
    """Now, for a consultation with settings to note."""
    Holiday.objects.all().delete()
    whole_day = {"break_starts": None, "break_ends": None}
    BranchHours.objects.update(opens=datetime.time.min, closes=datetime.time(23, 59), **whole_day)
    WeeklyHours.objects.update(starts=datetime.time.min, ends=datetime.time(23, 59), **whole_day)
    peel = factories.treatment(
        world.branch, name="Consultation and peel", category="consultation", minutes=15
    )
    Parameter.objects.create(treatment=peel, name="Passes", kind="number", is_required=True)
    Parameter.objects.create(
        treatment=peel, name="Peel", kind="choice", choices="Glycolic\nSalicylic", position=2
    )
    VisitPolicy.objects.create(
        branch=world.branch, kind="deposit", amount=Decimal(500), valid_from=timezone.localdate()
    )
    VisitPolicy.objects.create(
        branch=world.branch, kind="late_cancel", amount=Decimal(300), valid_from=timezone.localdate()
    )
    neha = factories.customer(world.branch, world.receptionist, full_name="Neha Patel", allergies="Lidocaine")
    now = timezone.now().replace(second=0, microsecond=0)
    return domain.book(
        by=world.receptionist, branch=world.branch, customer=neha, practitioner=world.doctor, treatment=peel,
        starts_at=now - datetime.timedelta(minutes=now.minute % 5), is_walk_in=False, priority="emergency",
        priority_reason="Swollen after a peel elsewhere",
    )  # fmt: skip


def clean(page) -> None:
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@BOTH
def test_the_complaint_is_taken_at_check_in_and_a_wrong_press_undone(new_page, world, visit, phone):
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/appointments/{visit.pk}/")
    clean(page)
    page.get_by_label("Chief complaint").fill("Itching since May")
    page.get_by_role("button", name="Check in").click()
    page.get_by_text("Neha Patel is checked in.").wait_for()
    expect(page.get_by_text("Itching since May")).to_be_visible()
    page.get_by_role("button", name="Undo check-in").click()
    page.get_by_text("The check-in of Neha Patel is undone.").wait_for()
    visit.refresh_from_db()
    assert (visit.status, visit.arrived_at, visit.chief_complaint) == ("scheduled", None, "Itching since May")


@BOTH
def test_note_settings_and_come_back_in_one_form(new_page, world, visit, phone):
    domain.check_in(by=world.receptionist, appointment=visit, chief_complaint="Itching")
    page = new_page(world.doctor.user, phone=phone)
    page.goto(f"/appointments/{visit.pk}/")
    clean(page)
    page.get_by_label("Finding").fill("Dry skin on both cheeks")
    page.get_by_label("Private").fill("Very anxious")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("What you wrote of Neha Patel is saved.").wait_for()
    page.get_by_label("What was done").fill("Glycolic peel, 3 minutes")
    page.get_by_role("button", name="Complete visit").click()
    page.get_by_text("Passes has to be filled in").first.wait_for()
    assert page.get_by_label("What was done").input_value() == "Glycolic peel, 3 minutes"
    clean(page)
    page.get_by_label("Passes").fill("2")
    page.get_by_label("Peel", exact=True).select_option("Glycolic")
    page.get_by_text("4 weeks").click()
    page.get_by_label("What for").fill("Control")
    page.get_by_role("button", name="Complete visit").click()
    page.get_by_text("The visit of Neha Patel is completed.").wait_for()
    clean(page)
    asked = FollowUp.objects.get()
    visit.refresh_from_db()
    assert (visit.status, visit.consultation.private) == ("completed", "Very anxious")
    assert asked.due_on == timezone.localdate(visit.starts_at) + datetime.timedelta(weeks=4)

    desk = new_page(world.receptionist, phone=phone)
    desk.goto("/appointments/follow-ups/")
    clean(desk)
    assert f"follows={visit.pk}" in desk.get_by_role("link", name="Book Neha Patel").get_attribute("href")
    desk.goto(f"/appointments/{visit.pk}/")
    assert desk.get_by_text("Dry skin on both cheeks").count() == 0
    expect(desk.get_by_text("Free follow-up until")).to_be_visible()


def test_leaving_with_unsaved_words_asks_first(new_page, world, visit):
    domain.check_in(by=world.receptionist, appointment=visit)
    page = new_page(world.doctor.user)
    page.goto(f"/appointments/{visit.pk}/")
    page.get_by_label("Finding").click()
    page.keyboard.type("Dry")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/customers/")
    assert asked == ["beforeunload"]


@BOTH
def test_waiving_calling_off_and_bringing_back(new_page, world, visit, phone):
    page = new_page(world.receptionist, phone=phone)
    page.goto(f"/appointments/{visit.pk}/")
    page.get_by_text("Waive", exact=False).first.click()
    page.get_by_label("Reason").first.fill("A regular guest")
    page.get_by_role("button", name="Waive ₹500").click()
    page.get_by_text("waived by Meena Joshi").wait_for()
    assert Charge.objects.get().waive_reason == "A regular guest"
    page.locator("summary", has_text="Cancel visit").click()
    page.get_by_text("Cancelling now costs ₹300").wait_for()
    clean(page)
    page.locator("#cancel-reason").fill("Called: ill")
    page.get_by_role("button", name="Cancel visit").click()
    page.get_by_text("The visit of Neha Patel is cancelled.").wait_for()
    expect(page.get_by_role("strong").filter(has_text="Late cancellation")).to_be_visible()
    page.get_by_role("button", name="Bring back").click()
    page.get_by_text("The visit of Neha Patel is booked again.").wait_for()
    expect(page.get_by_text("Late cancellation")).to_have_count(0)
    clean(page)
