"""The pages: what they show, to whom, and what becomes of what is typed."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils import compat

from appointments import domain
from appointments.models import Appointment
from clinic.models import AuditRow, Holiday
from packages import domain as packages
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


def test_the_board_links_each_free_time_to_a_booking(desk, booked, world):
    booked(10)
    page = desk.get("/appointments/").content.decode()
    link = f"/appointments/new/?day=2026-03-03&amp;practitioner={world.doctor.pk}&amp;time="
    assert f"{link}10:45" in page and f"{link}10:15" not in page and f"{link}13:00" not in page
    assert "Priya Mehta" in page and "Break" in page


def test_a_holiday_is_hatched_and_named(desk, world):

    Holiday.objects.create(branch=world.branch, day=TUESDAY, name="Holi")
    page = desk.get("/appointments/").content.decode()
    assert page.count("Holi") >= 2 and 'class="free"' not in page


@pytest.mark.parametrize(
    "query", ["?day=nonsense", "?day=0001-01-01", "?day=9999-12-31", "?practitioner=x&status=y"]
)
def test_nonsense_in_the_address_shows_a_day_anyway(desk, query, booked):
    booked(10)
    for url in ("/appointments/", "/appointments/schedule/"):
        assert desk.get(url + query).status_code == 200


def test_the_doctors_list_is_their_own_first(sign_in, booked, world):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    neha = factories.customer(world.branch, world.receptionist, full_name="Neha Patel")
    booked(10)
    booked(11, practitioner=other, customer=neha)
    doctor = sign_in(world.doctor.user)
    mine = doctor.get("/appointments/schedule/").content.decode()
    assert "Priya Mehta" in mine and "Neha Patel" not in mine
    everybody = doctor.get("/appointments/schedule/?practitioner=all").content.decode()
    assert "Neha Patel" in everybody
    assert "Neha Patel" in doctor.get("/appointments/").content.decode()


def test_a_list_takes_the_next_step_in_place(desk, booked):
    visit = booked(10)
    assert "Check in" in desk.get("/appointments/schedule/").content.decode()
    response = desk.post(
        reverse("appointment-check-in", args=[visit.pk]),
        headers={"HX-Request": "true", "HX-Target": f"visit-{visit.pk}"},
    )
    page = response.content.decode()
    assert "<html" not in page and "Arrived" in page and "Priya Mehta is checked in." in page
    assert "Start" not in page, "a receptionist does not treat"


def test_the_doctor_completes_on_the_visit_page(sign_in, booked, world, hair_removal):
    gel = factories.item(world.branch, name="Gel")
    factories.consumable(hair_removal, gel)
    factories.batch(gel, world.branch, world.owner, quantity=3, number="G-1")
    visit = domain.check_in(by=world.receptionist, appointment=booked(10))
    doctor = sign_in(world.doctor.user)
    url = reverse("appointment-detail", args=[visit.pk])
    page = doctor.get(url).content.decode()
    assert "Fragrance reaction" in page and "(3 in stock)" in page and "Complete visit" in page
    form = {"note": "Three passes", "idempotency_key": str(compat.uuid7())}
    done = reverse("appointment-complete", args=[visit.pk])
    assert doctor.post(done, form)["Location"] == url
    assert doctor.post(done, form)["Location"] == url, "a double click is answered alike"
    page = doctor.get(url).content.decode()
    assert "Three passes" in page and "1 Gel from batch G-1" in page


def test_completing_again_from_a_stale_page_keeps_the_note(sign_in, booked, world):
    visit = domain.check_in(by=world.receptionist, appointment=booked(10))
    domain.complete(by=world.doctor.user, appointment=visit, note="First")
    response = sign_in(world.doctor.user).post(
        reverse("appointment-complete", args=[visit.pk]),
        {"note": "A long second note", "idempotency_key": str(compat.uuid7())},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "has been completed already" in page and "A long second note" in page and "First" in page


def test_completing_without_what_it_uses_keeps_the_note_and_changes_nothing(
    sign_in, booked, world, hair_removal
):
    gel = factories.item(world.branch, name="Gel")
    factories.consumable(hair_removal, gel, 2)
    factories.batch(gel, world.branch, world.owner, quantity=1)
    visit = domain.check_in(by=world.receptionist, appointment=booked(10))
    doctor = sign_in(world.doctor.user)
    before = AuditRow.objects.changes().count()
    response = doctor.post(
        reverse("appointment-complete", args=[visit.pk]),
        {"note": "Three passes", "idempotency_key": str(compat.uuid7())},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Only 1 of Gel is left." in page and "Three passes" in page and "Complete visit" in page
    assert AuditRow.objects.changes().count() == before


def test_cancelling_what_is_completed_meanwhile_is_told_and_keeps_the_reason(desk, booked, world):
    visit = domain.check_in(by=world.receptionist, appointment=booked(10))
    domain.complete(by=world.doctor.user, appointment=visit, note="")
    url = reverse("appointment-cancel", args=[visit.pk])
    response = desk.post(url, {"reason": "Called at noon", "idempotency_key": str(compat.uuid7())})
    page = response.content.decode()
    assert response.status_code == 422
    assert "has been completed already" in page and 'value="Called at noon"' in page
    assert "Cancel visit</button>" not in page
    assert Appointment.objects.get().status == "completed"


def test_a_step_that_is_not_possible_says_why(desk, booked):
    visit = booked(10, days=1)
    response = desk.post(reverse("appointment-check-in", args=[visit.pk]))
    assert response.status_code == 409
    assert "on a later day" in response.content.decode()


def test_cancelling_without_a_reason_is_told(desk, booked):
    visit = booked(10)
    url = reverse("appointment-cancel", args=[visit.pk])
    response = desk.post(url, {"reason": "", "idempotency_key": str(compat.uuid7())})
    assert response.status_code == 422 and "This field is required." in response.content.decode()
    assert desk.post(url, {"reason": "Ill", "idempotency_key": str(compat.uuid7())}).status_code == 302
    page = desk.get(reverse("appointment-detail", args=[visit.pk])).content.decode()
    assert "Ill" in page and "Cancelled" in page and "Cancel visit" not in page


def test_a_stale_move_is_told_with_the_typed_kept(desk, booked, world, at):
    visit = booked(10)
    url = reverse("appointment-reschedule", args=[visit.pk])
    assert f'name="version" value="{visit.version}"' in desk.get(url).content.decode()
    domain.reschedule(by=world.owner, appointment=visit, starts_at=at(11), version=visit.version)
    form = {
        "practitioner": str(world.doctor.pk),
        "day": "2026-03-04",
        "other_time": "15:00",
        "version": str(visit.version),
        "idempotency_key": str(compat.uuid7()),
    }
    response = desk.post(url, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        "It is now on Tue 3 Mar, 11:00" in page and 'value="15:00"' in page and 'value="2026-03-04"' in page
    )
    visit.refresh_from_db()
    assert visit.starts_at == at(11)
    assert desk.post(url, form | {"version": str(visit.version)}).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == at(15, days=1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "2026-03-02"}, "That time has passed"),
        ({"day": "2026-03-04"}, "is closed on Wednesday 4 March: Holi."),
        ({"day": "2026-03-05"}, "does not work on Thursday 5 March."),
        ({"other_time": "13:15"}, "has a break from 13:00 to 14:00"),
        ({"other_time": "20:00"}, "is open from 09:00 to 19:00"),
        ({"other_time": "25:99"}, "Enter a valid time."),
        ({"day": "31/02/2026"}, "Enter a valid date."),
        ({"practitioner": str(compat.uuid7())}, "Select a valid choice"),
    ],
)
def test_a_move_to_where_nothing_can_be_is_told_with_the_typed_kept(
    desk, booked, world, odd_days, changes, said
):
    visit = booked(10)
    form = {
        "practitioner": str(world.doctor.pk), "day": "2026-03-03", "other_time": "15:00",
        "version": str(visit.version), "idempotency_key": str(compat.uuid7()),
    } | changes  # fmt: skip
    before = AuditRow.objects.changes().count()
    response = desk.post(reverse("appointment-reschedule", args=[visit.pk]), form)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert f'value="{form["other_time"]}"' in page and f'value="{form["day"]}"' in page
    assert AuditRow.objects.changes().count() == before


def test_a_move_onto_a_taken_time_offers_others(desk, booked, world, at):
    visit, _other = booked(10), booked(11)
    form = {
        "practitioner": str(world.doctor.pk),
        "day": "2026-03-03",
        "time": "11:15",
        "version": str(visit.version),
        "idempotency_key": str(compat.uuid7()),
    }
    response = desk.post(reverse("appointment-reschedule", args=[visit.pk]), form)
    assert response.status_code == 422
    assert f'name="offer" value="{at(11, 45).isoformat()}"' in response.content.decode()


PAGES = ["appointment-detail", "appointment-reschedule"]
STEPS = ["confirm", "check-in", "start", "complete", "cancel", "no-show", "reschedule"]


def test_another_branch_finds_nothing(sign_in, booked, world, priya):
    visit = booked(10)
    elsewhere = sign_in(factories.person(world.elsewhere, "owner"))
    for name in PAGES:
        assert elsewhere.get(reverse(name, args=[visit.pk])).status_code == 404
    for step in STEPS:
        response = elsewhere.post(
            reverse(f"appointment-{step}", args=[visit.pk]),
            {"note": "", "reason": "x", "idempotency_key": str(compat.uuid7())},
        )
        assert response.status_code == 404, step
    assert elsewhere.get(reverse("customer-appointments", args=[priya.pk])).status_code == 404
    assert "Priya" not in elsewhere.get("/appointments/?day=2026-03-03").content.decode()


@pytest.mark.parametrize(
    ("role", "allowed"), [("receptionist", False), ("doctor", True), ("therapist", True)]
)
def test_who_treats_completes(sign_in, booked, world, role, allowed):
    visit = domain.check_in(by=world.receptionist, appointment=booked(10))
    person = sign_in(factories.person(world.branch, role))
    page = person.get(reverse("appointment-detail", args=[visit.pk])).content.decode()
    assert ("Complete visit" in page) == allowed
    response = person.post(
        reverse("appointment-complete", args=[visit.pk]), {"note": "", "idempotency_key": str(compat.uuid7())}
    )
    assert (response.status_code == 302) == allowed


def test_the_customers_page_carries_their_visits(desk, booked, priya):
    booked(10)
    panel = desk.get(
        reverse("customer-appointments", args=[priya.pk]),
        headers={"HX-Request": "true", "HX-Target": "customer-appointments"},
    ).content.decode()
    assert "<html" not in panel and "Laser Hair Removal" in panel
    assert "<html" in desk.get(reverse("customer-appointments", args=[priya.pk])).content.decode()


def fill(world, count: int) -> None:
    """`count` visits for each of five practitioners, side by side in rooms of their own."""
    doctors = [world.doctor] + [
        factories.practitioner(world.branch, full_name=f"Doctor {n}", username=f"d{n}") for n in range(4)
    ]
    treatment = factories.treatment(world.branch, minutes=10)
    customer = factories.customer(world.branch, world.receptionist)
    at = datetime.datetime.combine(TUESDAY, datetime.time(9), world.branch.zone)
    Appointment.objects.bulk_create(
        Appointment(
            number=factories.number(),
            branch=world.branch,
            customer=customer,
            practitioner=doctor,
            treatment=treatment,
            starts_at=at + datetime.timedelta(minutes=15 * n),
            ends_at=at + datetime.timedelta(minutes=15 * n + 10),
            booked_by=world.receptionist,
        )
        for doctor in doctors
        for n in range(count)
    )


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("url", "most"), [("/appointments/", 15), ("/appointments/schedule/", 8)])
def test_a_day_costs_the_same_however_full_it_is(
    desk, world, django_assert_max_num_queries, url, most, count
):
    fill(world, count)
    with django_assert_max_num_queries(most):
        page = desk.get(url).content.decode()
    assert page.count("Customer ") >= min(50, 5 * count)


def test_a_visit_page_is_frugal(sign_in, booked, world, hair_removal, django_assert_max_num_queries, priya):
    package = packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=priya,
        plan=factories.plan(hair_removal),
        value=Decimal(36000),
        on=TUESDAY,
    )
    factories.consumable(hair_removal, factories.item(world.branch))
    visit = booked(10, session=package.sessions.first())
    doctor = sign_in(world.doctor.user)
    with django_assert_max_num_queries(18):
        page = doctor.get(reverse("appointment-detail", args=[visit.pk])).content.decode()
    assert 'aria-label="Session 1 of 8"' in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_customers_visits_cost_the_same(desk, world, priya, booked, django_assert_max_num_queries, count):
    for n in range(count):
        booked(9, days=n)
    with django_assert_max_num_queries(8):
        desk.get(reverse("customer-appointments", args=[priya.pk]))
