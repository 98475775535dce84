"""Booking what is left of a package: the plan, the list of dates, and what is lost between the two."""

import datetime
from decimal import Decimal

import pytest
from uuid_utils import compat

from appointments.models import Appointment
from clinic.models import Holiday
from packages import domain as packages
from tests import factories

URL = "/appointments/series/"
TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def package(world, priya, hair_removal):
    return packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, value=Decimal(36000),
        plan=factories.plan(hair_removal, name="Full body", session_count=6), on=TUESDAY,
    )  # fmt: skip


@pytest.fixture
def plan(world, package):
    """What the form sends: three visits every 28 days from 10 March at 11:00, unless told otherwise."""

    def form(**changes) -> dict[str, str]:
        values = {
            "package": package.pk, "practitioner": world.doctor.pk, "first": "2026-03-10", "time": "11:00",
            "every": "28", "unit": "days", "count": "3", "note": "", "idempotency_key": compat.uuid7(),
        } | changes  # fmt: skip
        seen = "/".join(str(values[name]) for name in ("practitioner", "first"))
        seen += f"/{values['time']}:00/{values['every']}/{values['unit']}/{values['count']}"
        return {name: str(value) for name, value in ({"seen": seen} | values).items()}

    return form


def chosen(world, *days: str) -> dict[str, str]:
    at = datetime.time(11)
    return {
        f"date-{number}": datetime.datetime.combine(
            datetime.date.fromisoformat(day), at, world.branch.zone
        ).isoformat()
        if day != "skip"
        else day
        for number, day in enumerate(days, start=1)
    }


def test_the_plan_starts_with_all_that_is_left_every_four_weeks(desk, package):
    page = desk.get(URL, {"package": str(package.pk)}).content.decode()
    assert "6 sessions left" in page and 'value="28"' in page and "Fragrance reaction" in page


def test_the_list_says_which_dates_are_free_and_nothing_is_saved(desk, plan, world):
    Holiday.objects.create(branch=world.branch, day="2026-04-07", name="Festival")
    response = desk.get(URL, plan(), headers={"HX-Request": "true", "HX-Target": "dates"})
    page = response.content.decode()
    assert "<html" not in page and "1 to settle" in page
    assert "is closed on Tuesday 7 April: Festival." in page and "Wed 8 Apr, 11:00" in page
    assert page.count("checked") == 2
    assert not Appointment.objects.exists()


def test_settled_dates_are_booked_with_their_sessions_in_order(desk, plan, world, package):
    form = plan(**chosen(world, "2026-03-10", "skip", "2026-05-05"))
    first, again = desk.post(URL, form), desk.post(URL, form)
    assert first.status_code == again.status_code == 302
    visits = list(Appointment.objects.order_by("starts_at"))
    assert [visit.starts_at.date().isoformat() for visit in visits] == ["2026-03-10", "2026-05-05"]
    taken = package.sessions.filter(status="reserved").order_by("number")
    assert [(each.number, each.appointment_id) for each in taken] == [(1, visits[0].pk), (2, visits[1].pk)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"count": "7"}, "6 are left."),
        ({"count": "0"}, "greater than or equal to 1"),
        ({"every": "0"}, "greater than or equal to 1"),
        ({"first": "2199-12-01"}, "The last date would lie too far ahead."),
        ({"first": "nonsense"}, "Enter a valid date."),
        ({"practitioner": "x"}, "Select a valid choice"),
        ({"time": "25:00"}, "Enter a valid time."),
        ({"seen": "another plan"}, "Look at the dates before they are booked."),
        ({"date-1": "nonsense"}, "Choose a time for each date"),
        ({"date-1": "skip", "date-2": "skip", "date-3": "skip"}, "Every date is left out."),
    ],
)
def test_bad_input_is_told_and_nothing_is_booked(desk, plan, world, changes, said):
    Holiday.objects.create(branch=world.branch, day="2026-03-10", name="Festival")
    response = desk.post(URL, plan(**changes | {"note": "Mornings"}))
    assert response.status_code == 422
    assert said in response.content.decode() and 'value="Mornings"' in response.content.decode()
    assert not Appointment.objects.exists()


def test_a_date_lost_meanwhile_comes_back_marked_and_the_others_stay(desk, plan, world, booked):
    form = plan(**chosen(world, "2026-03-10", "2026-04-07", "2026-05-05"))
    neha = factories.customer(world.branch, world.receptionist, full_name="Neha Patel")
    booked(11, days=35, customer=neha)
    response = desk.post(URL, form)
    page = response.content.decode()
    assert response.status_code == 422 and "Nothing is booked yet" in page
    assert "Dr. Vivek Kapoor already has a visit at that time." in page and "1 to settle" in page
    assert page.count("checked") == 2 and Appointment.objects.count() == 1


def test_another_branchs_package_is_not_there(sign_in, world, plan, package):
    elsewhere = sign_in(world.colleague)
    assert elsewhere.get(URL, {"package": str(package.pk)}).status_code == 404
    assert elsewhere.post(URL, plan()).status_code == 404
    assert elsewhere.get(URL).status_code == 404


@pytest.mark.parametrize("count", ["1", "6"])
def test_a_long_list_costs_no_more_queries(desk, plan, django_assert_max_num_queries, count):
    with django_assert_max_num_queries(28):
        desk.get(URL, plan(count=count))
