"""A morning in the waiting room: the desk calls, the television shows it, and nothing else moves."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments import domain
from appointments.models import Appointment, QueueEntry
from tests import factories
from tests.journeys.test_every_page import wrong

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.past_the_verbs("places of visits"),
]

TELEVISION = {"width": 1920, "height": 1080}


@pytest.fixture
def arrive(world):
    treatment = factories.treatment(world.branch, name="Consultation", minutes=5)

    def made(name: str, *, token: bool = True, practitioner=None, **changes) -> Appointment:
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        now = max(timezone.now() - datetime.timedelta(minutes=9), midnight)  # today, however early it is
        allergies = {"allergies": changes.pop("allergies", "")}
        visit = Appointment.objects.create(
            number=factories.number(), branch=world.branch, treatment=treatment,
            customer=factories.customer(world.branch, world.receptionist, full_name=name, **allergies),
            practitioner=practitioner or world.doctor, starts_at=now, status="arrived", arrived_at=now,
            ends_at=now + datetime.timedelta(minutes=5), booked_by=world.receptionist, **changes,
        )  # fmt: skip
        if token:
            domain.enter_queue(by=world.receptionist, appointment=visit)
        return visit

    return made


@pytest.fixture
def screen(world) -> str:
    return f"/queue/{domain.renew_display(by=world.owner, branch=world.branch).display_key}/"


def test_the_desk_calls_and_the_television_shows_it(new_page, world, arrive, screen):
    arrive("Priya Mehta"), arrive("Neha Patel")
    television, desk = new_page(), new_page(world.receptionist)
    television.set_viewport_size(TELEVISION)
    television.goto(screen)
    expect(television.get_by_text("P••••a M.")).to_be_visible()
    expect(television.locator(".call")).to_have_count(0)
    desk.goto("/appointments/queue/")
    desk.keyboard.press("n")
    expect(desk.get_by_role("heading", name="Called")).to_be_visible()
    call = television.locator(".call.fresh")
    expect(call).to_contain_text("A1")
    expect(call).to_contain_text("P••••a M.")
    height = call.locator("b").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert height >= 120, "legible across the room"
    assert television.evaluate("document.documentElement.scrollHeight") <= TELEVISION["height"]
    desk.keyboard.press("r")
    expect(desk.get_by_text("called 2 times")).to_be_visible()
    desk.keyboard.press("k")
    expect(desk.get_by_role("heading", name="Skipped")).to_be_visible()
    expect(television.locator(".call")).to_have_count(0)
    desk.get_by_role("button", name="Back in line").click()
    expect(desk.get_by_role("heading", name="Skipped")).to_have_count(0)
    assert QueueEntry.objects.get(token="A1").status == "waiting"


def test_a_television_that_wants_no_motion_shows_the_call_without_flashing(new_page, world, arrive, screen):
    arrive("Priya Mehta")
    television = new_page()
    television.emulate_media(reduced_motion="reduce")
    television.goto(screen)
    domain.call(by=world.receptionist, practitioner=world.doctor)
    call = television.locator(".call.fresh")
    expect(call).to_be_visible()
    assert call.evaluate("each => parseFloat(getComputedStyle(each).animationDuration)") < 0.001


def test_the_page_refreshes_under_the_hands_without_disturbing_them(new_page, world, arrive):
    arrive("Priya Mehta")
    page = new_page(world.receptionist)
    page.goto("/appointments/queue/")
    button = page.get_by_role("button", name="Call Priya Mehta")
    button.focus()
    arrive("Neha Patel")
    expect(page.get_by_text("Neha Patel", exact=True).first).to_be_visible(timeout=15_000)
    expect(button).to_be_focused()
    page.get_by_role("link", name="Put first Neha Patel").click()
    page.get_by_label("Why").fill("Breathl")
    arrive("Anjali Singh")
    page.wait_for_timeout(6000)  # longer than a refresh takes to come: none comes while somebody types
    expect(page.get_by_text("Anjali Singh")).to_have_count(0)
    expect(page.get_by_label("Why")).to_have_value("Breathl")
    page.get_by_label("Emergency").check()
    page.get_by_label("Why").fill("Breathless")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Neha Patel is marked as emergency.").wait_for()
    expect(page.locator("ol.list li").first).to_contain_text("Neha Patel")


def test_a_doctor_on_the_phone_takes_the_next_one_in(new_page, world, arrive):
    arrive(
        "Asha Other", practitioner=factories.practitioner(world.branch, full_name="Aa First", username="aa")
    )
    arrive("Priya Mehta", token=False)
    page = new_page(world.doctor.user, phone=True)
    page.goto("/appointments/queue/")
    expect(page.locator("[data-line] h2").first).to_have_text("Dr. Vivek Kapoor")
    page.get_by_role("button", name="Give token Priya Mehta").click()
    page.get_by_role("button", name="Call next Dr. Vivek Kapoor").click()
    page.get_by_role("button", name="Start Priya Mehta").click()
    page.get_by_role("heading", name="Priya Mehta").wait_for()
    assert Appointment.objects.get(customer__full_name="Priya Mehta").status == "in_consultation"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_pages_of_the_queue(new_page, world, arrive, screen, phone):
    """With somebody in every state, names as long as names are, at a desk and on a phone, light and dark."""
    inside = arrive("Ira Inside")
    domain.start(by=world.doctor.user, appointment=inside)
    for name, changes in (
        ("Cara Called", {}),
        ("Skanda Skipped", {}),
        (
            "Venkataramanan Subramanian Lakshminarayanan Iyer",
            {"allergies": "Fragrance, lidocaine and plaster"},
        ),
        ("Ella Emergency", {"priority": "emergency"}),
        ("Priti Priority", {"priority": "priority"}),
        ("Tara Tokenless", {"token": False}),
    ):
        arrive(name, **changes)
    for name in ("Skanda Skipped", "Cara Called"):
        entry = QueueEntry.objects.get(appointment__customer__full_name=name)
        domain.call(by=world.owner, entry=entry)
        if name.startswith("Skanda"):
            domain.skip(by=world.owner, entry=QueueEntry.objects.get(pk=entry.pk))
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    visit = arrive("Neha Patel", practitioner=other)
    page, problems = new_page(world.owner, phone=phone), []
    for name, address in (
        ("queue", "/appointments/queue/"),
        ("nobody", "/appointments/queue/?q=nobody+at+all"),
        ("put first", f"/appointments/{visit.pk}/prioritise/"),
        ("screen", screen),
    ):
        page.emulate_media(color_scheme="light")
        page.goto(address)
        expect(page.locator("[aria-busy=true], .htmx-request")).to_have_count(0)
        problems += wrong(page, name, phone)
    assert not problems, "\n".join(problems)
