"""The board by hand and by keys: dragged, resized, undone, refused, and kept up to date beside another desk."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from appointments import domain
from appointments.models import Appointment
from clinic.models import Holiday, OutOfService, Resource
from packages.models import TreatmentResource
from staff.models import TimeOff
from tests import factories

#: How high a row of five minutes is, in pixels.
ROW = """() => document.querySelector(".lane").getBoundingClientRect().height
  / document.querySelector("[data-board]").dataset.slots"""

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
    page.wait_for_load_state()  # until then nothing listens
    visit = page.locator(".visit:not(.ghost)", has_text=name)
    visit.scroll_into_view_if_needed()
    box, lane = visit.bounding_box(), page.locator(".lane").first.bounding_box()
    row = page.evaluate(ROW)
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
    expect(page.locator(".ghost")).to_have_count(0)
    assert stands(visit)[:2] == ("10:00", 60)
    page.keyboard.press("Control+z")
    expect(page.locator("#messages")).to_contain_text("moved to 10:00–10:45.")
    expect(page.locator("a.visit[data-len='9']", has_text="Priya Mehta")).to_have_count(1)
    assert stands(visit)[:2] == ("10:00", 45)


def test_a_visit_of_five_minutes_is_drawn_longer_than_it_is(new_page, world, tomorrow, book):
    visit = book("Priya Mehta", 10, treatment=factories.treatment(world.branch, minutes=5))
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    drag(page, "Priya Mehta", rows=6, drop=False)
    expect(page.locator(".ghost")).to_contain_text("10:30–10:35")
    page.mouse.up()
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 10:30.")
    assert stands(visit)[:2] == ("10:30", 5)


def test_a_break_refuses_says_why_and_offers_times(new_page, world, tomorrow, book):
    visit = book("Priya Mehta", 12)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    drag(page, "Priya Mehta", rows=15)
    toast = page.get_by_role("alert")
    expect(toast).to_contain_text("has a break from 13:00 to 14:00")
    expect(page.locator(".ghost")).to_have_count(0)
    expect(page.locator("a.visit[data-at='37']", has_text="Priya Mehta")).to_have_count(1)
    assert stands(visit)[:2] == ("12:00", 45)
    assert clean(page) == []
    toast.get_by_role("button", name="14:00").click()
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 14:00.")
    assert stands(visit)[:2] == ("14:00", 45)


def test_leave_is_hatched_and_refuses(new_page, world, tomorrow, other, book):
    TimeOff.objects.create(
        person=other.user, first_day=tomorrow, last_day=tomorrow, part="morning", status="approved",
        asked_by=other.user, decided_by=world.owner, decided_at=timezone.now(),
    )  # fmt: skip
    visit = book("Priya Mehta", 10)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    expect(lane(page, "Wasim").locator(".closed").first).to_have_text("Morning off")
    drag(page, "Priya Mehta", lanes=1)
    expect(page.get_by_role("alert")).to_contain_text("Dr. Wasim Akhtar has the morning of")
    assert stands(visit) == ("10:00", 45, "Dr. Vivek Kapoor")


def test_escape_lets_a_dragged_visit_be(new_page, world, tomorrow, book):
    visit = book("Priya Mehta", 10)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    drag(page, "Priya Mehta", rows=6, drop=False)
    page.keyboard.press("Escape")
    expect(page.locator(".ghost")).to_have_count(0)
    page.mouse.up()
    assert stands(visit)[:2] == ("10:00", 45)
    assert page.url.endswith(f"?day={tomorrow}")


def test_by_keys_alone(new_page, world, tomorrow, other, book):
    visit = book("Priya Mehta", 10)
    page = new_page(world.receptionist)
    page.goto(f"/appointments/?day={tomorrow}")
    says = page.locator("#board-says")
    page.locator("a.visit").focus()
    page.keyboard.press("m")
    expect(says).to_contain_text("Priya Mehta, 10:00–10:45, picked up.")
    page.keyboard.press("ArrowDown")
    expect(says).to_have_text("10:05–10:50, Dr. Vivek Kapoor")
    page.keyboard.press("Escape")
    expect(says).to_have_text("Put back to 10:00–10:45.")

    page.keyboard.press("Alt+ArrowDown")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(says).to_have_text("10:15–11:05, Dr. Wasim Akhtar")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 10:15–11:05, Dr. Wasim Akhtar.")
    expect(lane(page, "Wasim").locator("a.visit")).to_be_focused()
    assert stands(visit) == ("10:15", 50, "Dr. Wasim Akhtar")
    page.keyboard.press("Control+z")
    expect(lane(page, "Vivek").locator("a.visit")).to_be_focused()
    assert stands(visit) == ("10:00", 45, "Dr. Vivek Kapoor")


def test_two_desks_drag_the_same_visit(new_page, world, tomorrow, book):
    visit = book("Priya Mehta", 10)
    one, two = new_page(world.receptionist), new_page(world.owner)
    for page in (one, two):
        page.goto(f"/appointments/?day={tomorrow}")
    drag(one, "Priya Mehta", rows=12)
    expect(one.locator("#messages")).to_contain_text("moved to 11:00")
    drag(two, "Priya Mehta", rows=60)
    expect(two.get_by_role("alert")).to_contain_text("Somebody else changed this visit")
    expect(two.locator("a.visit")).to_contain_text("11:00")
    assert stands(visit)[:2] == ("11:00", 45)
    drag(two, "Priya Mehta", rows=36)
    expect(two.locator("#messages")).to_contain_text("moved to 14:00")


def test_the_board_keeps_up_while_somebody_types(new_page, world, tomorrow, book):
    page = new_page(world.receptionist)
    page.clock.install()
    page.goto(f"/appointments/?day={tomorrow}&status=scheduled")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("textbox", name="Day").fill("2027-01-31")
    book("Neha Patel", 9)
    page.clock.run_for(9_000)
    expect(page.locator("a.visit")).to_contain_text("Neha Patel")
    expect(page.get_by_role("textbox", name="Day")).to_have_value("2027-01-31")
    expect(page.get_by_role("textbox", name="Day")).to_be_focused()


def test_nothing_is_drawn_under_a_visit_in_the_hand(new_page, world, tomorrow, book):
    book("Priya Mehta", 10)
    page = new_page(world.receptionist)
    page.clock.install()
    page.goto(f"/appointments/?day={tomorrow}")
    drag(page, "Priya Mehta", rows=6, drop=False)
    book("Neha Patel", 15)
    page.clock.run_for(9_000)
    expect(page.locator(".ghost")).to_contain_text("10:30–11:15")
    expect(page.locator("a.visit")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("a.visit", has_text="Neha Patel")).to_have_count(1)
    expect(page.locator("a.visit", has_text="Priya Mehta")).to_contain_text("10:30")


def test_rooms_have_columns_and_a_visit_moves_between_them(new_page, world, tomorrow, book, at):
    rooms = [
        Resource.objects.create(branch=world.branch, kind="room", name=f"Room {number}") for number in (1, 2)
    ]
    facial = factories.treatment(world.branch, minutes=45)
    for room in rooms:
        TreatmentResource.objects.create(treatment=facial, resource=room)
    OutOfService.objects.create(
        resource=rooms[1], starts_at=at(16), ends_at=at(18), reason="Walls are painted"
    )
    visit = book("Priya Mehta", 10, treatment=facial)
    page = new_page(world.receptionist)
    page.set_viewport_size({"width": 1440, "height": 1800})  # the whole day: nothing scrolls while dragging
    page.goto(f"/appointments/?day={tomorrow}")
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("link", name="Rooms and devices").click()
    expect(lane(page, "Room 1").locator("a.visit")).to_contain_text("Dr. Vivek Kapoor")
    expect(lane(page, "Room 2").locator(".closed", has_text="Walls are painted")).to_have_count(1)
    drag(page, "Priya Mehta", lanes=1)
    expect(lane(page, "Room 2").locator("a.visit")).to_contain_text("Priya Mehta")
    assert visit.holds.get(released_at=None, resource__kind="room").resource == rooms[1]
    assert stands(visit)[0] == "10:00"
    page.get_by_role("button", name="Undo").click()
    expect(lane(page, "Room 1").locator("a.visit")).to_contain_text("Priya Mehta")
    drag(page, "Priya Mehta", lanes=1, rows=72)
    expect(page.get_by_role("alert")).to_contain_text("Walls are painted")
    assert clean(page) == []


def test_a_week_of_one_moves_between_days_and_a_month_leads_to_a_day(new_page, world, book, at, tomorrow):
    monday = tomorrow + datetime.timedelta(days=7 - tomorrow.weekday())
    visit = book(
        "Priya Mehta", 10, starts_at=datetime.datetime.combine(monday, datetime.time(10), world.branch.zone)
    )
    page = new_page(world.receptionist)
    page.goto(f"/appointments/week/?day={monday}")
    assert clean(page) == []
    with page.expect_navigation():
        page.get_by_role("row", name="Dr. Vivek Kapoor").get_by_role("link").first.click()
    drag(page, "Priya Mehta", lanes=2, rows=12)
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to Wed")
    assert stands(visit)[:2] == ("11:00", 45)
    visit.refresh_from_db()
    assert timezone.localdate(visit.starts_at) == monday + datetime.timedelta(days=2)
    assert clean(page) == []

    page.get_by_role("link", name="Month").click()
    page.wait_for_url("**/month/**")
    assert clean(page) == []
    for key in ("j", "t"):
        with page.expect_navigation(url="**/month/**"):
            page.keyboard.press(key)
    page.goto(f"/appointments/month/?day={visit.starts_at:%Y-%m-%d}")
    page.locator(
        "td", has=page.locator(f"time[datetime='{timezone.localdate(visit.starts_at)}']")
    ).get_by_role("link").click()
    expect(page.locator("a.visit")).to_contain_text("Priya Mehta")


def test_a_finger_presses_then_drags(new_page, world, tomorrow, book):
    visit = book("Priya Mehta", 10)
    page = new_page(world.receptionist, phone=True)
    page.goto(f"/appointments/?day={tomorrow}")
    box = page.locator("a.visit").bounding_box()
    x, y = box["x"] + 40, box["y"] + 30
    touch = page.context.new_cdp_session(page)

    def point(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    row = page.evaluate(ROW)
    point("touchStart", (x, y))
    page.locator(".ghost").wait_for()
    for part in (1, 2, 3):
        point("touchMove", (x, y + part * row))
    expect(page.locator(".ghost")).to_contain_text("10:15–11:00")
    point("touchEnd")
    expect(page.locator("#messages")).to_contain_text("Priya Mehta moved to 10:15.")
    assert stands(visit)[:2] == ("10:15", 45)
    for address in ("", "week/", f"week/?practitioner={world.doctor.pk}", "month/", "schedule/"):
        page.goto(f"/appointments/{address}")
        assert clean(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_the_dark_board_too(new_page, world, tomorrow, book):
    book("Priya Mehta", 10)
    page = new_page(world.receptionist, dark=True)
    for address in (f"?day={tomorrow}", f"?day={tomorrow}&by=room", "week/", "month/", "schedule/"):
        page.goto(f"/appointments/{address}")
        assert clean(page) == [], address
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the calendar")).to_be_visible()
    assert clean(page) == []
