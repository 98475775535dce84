"""The pages: what they show, to whom, and what becomes of what is typed."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments import domain
from appointments.models import Appointment
from clinic.models import AuditRow, Holiday
from packages import domain as packages
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def wish(world, priya, hair_removal):
    """What the booking form sends, changed where it matters."""

    def form(**changes) -> dict[str, str]:
        values = {
            "idempotency_key": str(compat.uuid7()),
            "customer": priya.pk,
            "what": f"treatment:{hair_removal.pk}",
            "practitioner": world.doctor.pk,
            "day": "2026-03-03",
            "time": "10:00",
            "note": "Asked for a quiet room",
        }
        return {name: str(value) for name, value in (values | changes).items()}

    return form


NEW = "/appointments/new/"


@pytest.fixture
def odd_days(world):
    """Holi on Wednesday; the doctor is off on Thursdays."""
    Holiday.objects.create(branch=world.branch, day="2026-03-04", name="Holi")
    world.doctor.weekly_hours.filter(weekday=3).delete()


def test_the_desk_books_and_lands_on_the_visit(desk, wish, at):
    response = desk.post(NEW, wish(), follow=True)
    visit = Appointment.objects.get()
    assert response.redirect_chain == [(reverse("appointment-detail", args=[visit.pk]), 302)]
    assert visit.starts_at == at(10) and visit.note == "Asked for a quiet room"
    assert (
        "Priya Mehta is booked on Tuesday 3 March, 10:00 with Dr. Vivek Kapoor." in response.content.decode()
    )


def test_a_double_submit_books_once(desk, wish):
    form = wish()
    first, second = desk.post(NEW, form), desk.post(NEW, form)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "2026-03-02"}, "That time has passed"),
        ({"day": "2026-03-04"}, "is closed on Wednesday 4 March: Holi."),
        ({"day": "2026-03-05"}, "Dr. Vivek Kapoor does not work on Thursday 5 March."),
        ({"time": "13:15"}, "has a break from 13:00 to 14:00"),
        ({"other_time": "20:00"}, "is open from 09:00 to 19:00"),
        ({"time": ""}, "Choose a time."),
        ({"time": "25:99"}, "Enter a valid time."),
        ({"day": "32 March"}, "Enter a valid date."),
        ({"day": "0001-01-01", "time": "00:00"}, "Choose a day from 2000 on."),
        ({"day": "9999-12-31", "time": "23:59"}, "Choose a day before 2200."),
        ({"offer": "0001-01-01T00:00:00+23:59", "time": ""}, "Choose a time."),
        ({"offer": "9999-12-31T23:59:59-23:59", "time": ""}, "Choose a time."),
        ({"what": ""}, "This field is required."),
        ({"what": "treatment:nonsense"}, "Choose a treatment or a due session."),
        ({"what": f"session:{compat.uuid7()}"}, "Choose a treatment or a due session."),
        ({"practitioner": compat.uuid7()}, "Select a valid choice"),
        ({"customer": "x' OR 1=1"}, "is not a valid UUID"),
        ({"offer": "nonsense", "time": ""}, "Choose a time."),
        ({"note": "n" * 201}, "at most 200 characters"),
        ({"note": "nul\0nul", "time": ""}, "Choose a time."),
    ],
)
def test_bad_input_is_told_and_what_was_typed_is_kept(desk, wish, odd_days, changes, said):
    form = wish(**changes)
    response = desk.post(NEW, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert f'value="{form["note"][:200].replace(chr(0), "")}' in page or len(form["note"]) > 200
    if "customer" not in changes:
        assert 'value="Priya Mehta"' in page
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "nonsense", "\0"])
def test_an_absurd_day_in_the_address_shows_the_form_anyway(desk, wish, booked, day):
    visit = booked(10)
    for url in (NEW, reverse("appointment-reschedule", args=[visit.pk])):
        assert desk.get(url, wish(day=day)).status_code == 200
    assert desk.post(NEW, wish(day=day, show="1")).status_code == 200


def test_a_taken_time_offers_the_next_ones_and_an_offer_books_with_one_click(desk, wish, booked, at):
    booked(10)
    response = desk.post(NEW, wish(time="10:15"))
    page = response.content.decode()
    assert response.status_code == 422 and "Dr. Vivek Kapoor already has a visit" in page
    assert f'name="offer" value="{at(10, 45).isoformat()}"' in page
    assert "Tue 3 Mar, 10:45" in page and "Asked for a quiet room" in page
    assert desk.post(NEW, wish(time="10:15", offer=at(10, 45).isoformat())).status_code == 302
    assert Appointment.objects.filter(starts_at=at(10, 45)).exists()


def test_a_walk_in_needs_no_time(desk, wish, at, world):
    with time_machine.travel(at(9, 33)):
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        assert desk.post(NEW, wish(time="", is_walk_in="on")).status_code == 302
    visit = Appointment.objects.get()
    assert (visit.status, visit.starts_at) == ("arrived", at(9, 30))


def test_a_due_session_is_offered_first_and_booked(desk, wish, world, priya, hair_removal):
    package = packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=priya,
        plan=factories.plan(hair_removal, name="Full body"),
        value=Decimal(36000),
        on=TUESDAY,
    )
    page = desk.get(NEW, {"customer": str(priya.pk)}).content.decode()
    assert "Next: session 1 of 8, Full body" in page and "Fragrance reaction" in page
    session = package.sessions.first()
    assert desk.post(NEW, wish(what=f"session:{session.pk}")).status_code == 302
    session.refresh_from_db()
    assert session.status == "reserved"
    again = desk.post(NEW, wish(what=f"session:{session.pk}", time="15:00"))
    assert again.status_code == 422 and "Session 1 is already booked." in again.content.decode()
    assert (
        "session 2 of 8"
        in desk.get(NEW, {"session": str(session.pk), "customer": str(priya.pk)}).content.decode()
    )


def test_free_times_come_as_a_fragment(desk, wish, booked):
    booked(10)
    response = desk.get(NEW, wish(time=""), headers={"HX-Request": "true", "HX-Target": "times"})
    page = response.content.decode()
    assert "<html" not in page and 'value="10:45"' in page and 'value="10:00"' not in page
    assert "HX-Request" in response["Vary"]


def test_a_day_without_free_times_shows_where_to_look(desk, wish, world):
    from clinic.models import Holiday

    Holiday.objects.create(branch=world.branch, day=TUESDAY, name="Holi")
    page = desk.get(NEW, wish(time="")).content.decode()
    assert "No time is free on Tuesday 3 March." in page and "Wed 4 Mar" in page


def test_the_board_links_each_free_time_to_a_booking(desk, booked, world):
    booked(10)
    page = desk.get("/appointments/").content.decode()
    link = f"{NEW}?day=2026-03-03&amp;practitioner={world.doctor.pk}&amp;time="
    assert f"{link}10:45" in page and f"{link}10:15" not in page and f"{link}13:00" not in page
    assert "Priya Mehta" in page and "Break" in page


def test_the_time_clicked_on_the_board_stays_chosen(desk, world, hair_removal):
    click = {"practitioner": str(world.doctor.pk), "day": "2026-03-03", "time": "10:15"}
    assert '<input type="hidden" name="time" value="10:15">' in desk.get(NEW, click).content.decode()
    treated = click | {"treatment": str(hair_removal.pk)}
    assert 'value="10:15" checked' in desk.get(NEW, treated).content.decode()
    page = desk.get(NEW, treated | {"time": "12:30"}).content.decode()
    assert "12:30: Linqs Cosmetology Clinic has a break from 13:00 to 14:00." in page


def test_a_holiday_is_hatched_and_named(desk, world):
    from clinic.models import Holiday

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
    before = AuditRow.objects.count()
    response = doctor.post(
        reverse("appointment-complete", args=[visit.pk]),
        {"note": "Three passes", "idempotency_key": str(compat.uuid7())},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Only 1 of Gel is left." in page and "Three passes" in page and "Complete visit" in page
    assert AuditRow.objects.count() == before


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
    before = AuditRow.objects.count()
    response = desk.post(reverse("appointment-reschedule", args=[visit.pk]), form)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert f'value="{form["other_time"]}"' in page and f'value="{form["day"]}"' in page
    assert AuditRow.objects.count() == before


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


def test_another_branchs_customer_can_not_be_booked(sign_in, wish, world):
    clerk = sign_in(world.colleague)
    doctor = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
    response = clerk.post(NEW, wish(practitioner=doctor.pk))
    assert response.status_code == 422 and "Priya" not in response.content.decode()


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


def test_a_therapist_does_not_book(sign_in, world, wish):
    person = sign_in(factories.person(world.branch, "therapist"))
    assert person.post(NEW, wish()).status_code == 403
    assert 'class="free"' not in person.get("/appointments/").content.decode()


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
@pytest.mark.parametrize(("url", "most"), [("/appointments/", 12), ("/appointments/schedule/", 8)])
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
    with django_assert_max_num_queries(15):
        page = doctor.get(reverse("appointment-detail", args=[visit.pk])).content.decode()
    assert 'aria-label="Session 1 of 8"' in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_customers_visits_cost_the_same(desk, world, priya, booked, django_assert_max_num_queries, count):
    for n in range(count):
        booked(9, days=n)
    with django_assert_max_num_queries(8):
        desk.get(reverse("customer-appointments", args=[priya.pk]))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_all_calendars_is_no_server_error(desk, world, wish, hair_removal, booked, day):
    query = f"?day={day}&practitioner={world.doctor.pk}&treatment={hair_removal.pk}"
    assert desk.get(NEW + query).status_code == 200
    assert desk.post(NEW, wish(day=day)).status_code == 422
    assert desk.post(NEW, wish(time="", offer=f"{day}T23:00:00+00:00")).status_code == 422
    move = reverse("appointment-reschedule", args=[booked(9).pk])
    assert desk.get(f"{move}?day={day}").status_code == 200


def test_a_walk_in_of_a_row_that_ends_while_the_form_is_sent_is_taken(booked, at):
    with time_machine.travel(at(10, 5) + datetime.timedelta(seconds=5)):
        assert booked(10, is_walk_in=True).status == "arrived"
