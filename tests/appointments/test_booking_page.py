"""The booking page: what it shows, to whom, and what becomes of what is typed."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments.models import Appointment
from clinic.models import Holiday
from packages import domain as packages
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)
NEW = "/appointments/new/"


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
    assert "<html" not in page and "10:45</b>" in page and "10:00</b>" not in page
    assert "HX-Request" in response["Vary"]


def test_a_day_without_free_times_shows_where_to_look(desk, wish, world):

    Holiday.objects.create(branch=world.branch, day=TUESDAY, name="Holi")
    page = desk.get(NEW, wish(time="")).content.decode()
    assert "No time is free on Tuesday 3 March." in page and "Wed 4 Mar" in page


def test_the_time_clicked_on_the_board_stays_chosen(desk, world, hair_removal, at):
    click = {"practitioner": str(world.doctor.pk), "day": "2026-03-03", "time": "10:15"}
    assert '<input type="hidden" name="time" value="10:15">' in desk.get(NEW, click).content.decode()
    treated = click | {"treatment": str(hair_removal.pk)}
    assert (
        f'value="{at(10, 15).isoformat()}|{world.doctor.pk}" checked'
        in desk.get(NEW, treated).content.decode()
    )
    page = desk.get(NEW, treated | {"time": "12:30"}).content.decode()
    assert "Linqs Cosmetology Clinic has a break from 13:00 to 14:00." in page


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


def test_another_branchs_customer_can_not_be_booked(sign_in, wish, world):
    clerk = sign_in(world.colleague)
    doctor = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
    response = clerk.post(NEW, wish(practitioner=doctor.pk))
    assert response.status_code == 422 and "Priya" not in response.content.decode()


def test_a_therapist_does_not_book(sign_in, world, wish):
    person = sign_in(factories.person(world.branch, "therapist"))
    assert person.post(NEW, wish()).status_code == 403
    assert 'class="free"' not in person.get("/appointments/").content.decode()
