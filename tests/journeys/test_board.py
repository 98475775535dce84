"""The board by hand and by keys: dragged, resized, undone, refused, and kept up to date beside another desk."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from appointments import domain
from appointments.models import Appointment
from clinic.models import Holiday
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tomorrow(world) -> datetime.date:
    """An open day, whatever the date of the run."""
    Holiday.objects.all().delete()
    return timezone.localdate() + datetime.timedelta(days=1)


@pytest.fixture
def at(world, tomorrow):
    def moment(hour: int, minute: int = 0) -> datetime.datetime:
        return datetime.datetime.combine(tomorrow, datetime.time(hour, minute), world.branch.zone)

    return moment


@pytest.fixture
def other(world):
    return factories.practitioner(world.branch, full_name="Wasim Akhtar", username="wasim")


@pytest.fixture
def book(world, at):
    def booked(name: str, hour: int, minute: int = 0, **changes) -> Appointment:
        wish = {
            "by": world.receptionist,
            "branch": world.branch,
            "customer": factories.customer(world.branch, world.receptionist, full_name=name),
            "practitioner": world.doctor,
            "treatment": factories.treatment(world.branch, minutes=45),
            "starts_at": at(hour, minute),
        }
        return domain.book(**wish | changes)

    return booked


def clean(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def drag(
    page: Page, name: str, *, rows: int = 0, lanes: int = 0, edge: bool = False, drop: bool = True
) -> None:
    """Take a visit by its middle, or by its lower edge, and pull it so many rows of five minutes and lanes away."""
    visit = page.locator(".visit:not(.ghost)", has_text=name)
    visit.scroll_into_view_if_needed()
    box, lane = visit.bounding_box(), page.locator(".lane").first.bounding_box()
    row = page.evaluate(
        "() => { const lane = document.querySelector('.lane').getBoundingClientRect();"
        "return lane.height / document.querySelector('[data-board]').dataset.slots }"
    )
    x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 2 if edge else box["height"] / 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.mouse.move(x + lanes * lane["width"], y + rows * row, steps=5)
    if drop:
        page.mouse.up()


def lane(page: Page, name: str) -> Locator:
    return page.locator(f".lane[aria-label*='{name}']")


def stands(visit: Appointment) -> tuple[str, int, str]:
    visit.refresh_from_db()
    start = timezone.localtime(visit.starts_at)
    return f"{start:%H:%M}", visit.minutes, visit.practitioner.resource.name


def test_dragged_to_another_time_to_somebody_else_and_back(new_page, world, tomorrow, other, book):
    visit = book("Priya Mehta", 10)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    drag(page, "Priya Mehta", rows=6, drop=False)
    expect(page.locator(".ghost")).to_contain_text("10:30–11:15")
    page.mouse.up()
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 10:30.")
    expect(page.locator(".ghost")).to_have_count(0)
    expect(page.locator(".visit", has_text="Priya Mehta")).to_contain_text("10:30")
    assert stands(visit) == ("10:30", 45, "Dr. Vivek Kapoor")
    assert clean(page) == []

    drag(page, "Priya Mehta", lanes=1)
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 10:30, Dr. Wasim Akhtar.")
    expect(lane(page, "Wasim").locator("a.visit")).to_contain_text("Priya Mehta")
    assert stands(visit) == ("10:30", 45, "Dr. Wasim Akhtar")
    page.get_by_role("button", name="Undo").click()
    expect(lane(page, "Vivek").locator("a.visit")).to_contain_text("Priya Mehta")
    assert stands(visit) == ("10:30", 45, "Dr. Vivek Kapoor")
    assert page.url.endswith(f"?day={tomorrow}"), "a drag opens nothing"


def test_the_lower_edge_changes_the_length_and_ctrl_z_takes_it_back(new_page, world, tomorrow, book):
    visit = book("Priya Mehta", 10)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    drag(page, "Priya Mehta", rows=3, edge=True)
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 10:00–11:00.")
    assert stands(visit)[:2] == ("10:00", 60)
    page.keyboard.press("Control+z")
    expect(page.locator(".visit[data-len='9']", has_text="Priya Mehta")).to_have_count(1)
    assert stands(visit)[:2] == ("10:00", 45)
