"""The booking page: what it shows, to whom, and what becomes of what is typed."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments.models import Appointment, VisitPolicy
from clinic.models import Holiday, Resource
from customers.models import Customer
from packages import domain as packages
from packages.models import Performer, Requirement, TreatmentResource
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


NEWCOMER = {"customer": "new", "full_name": "Neha Patel", "phone": "98765 43210", "gender": "female"}


def test_a_newcomer_is_registered_with_the_booking(desk, wish, world):
    assert desk.post(NEW, wish(**NEWCOMER)).status_code == 302
    visit = Appointment.objects.select_related("customer").get()
    assert (visit.customer.full_name, visit.customer.phone) == ("Neha Patel", "+919876543210")
    assert visit.customer.home_branch == world.branch


def test_a_refused_booking_registers_nobody_and_keeps_what_was_typed(desk, wish, booked):
    booked(10)
    response = desk.post(NEW, wish(**NEWCOMER))
    page = response.content.decode()
    assert response.status_code == 422 and "already has a visit at that time" in page
    assert 'value="Neha Patel"' in page and 'value="98765 43210"' in page and 'value="new"' in page
    assert not Customer.objects.filter(full_name="Neha Patel").exists()


def test_a_newcomers_errors_stand_beside_each_field(desk, wish):
    response = desk.post(NEW, wish(**NEWCOMER | {"phone": "12", "gender": "", "full_name": ""}))
    page = response.content.decode()
    assert response.status_code == 422 and "an Indian mobile has ten digits" in page
    assert 'id="id_gender_error"' in page and 'id="id_full_name_error"' in page
    assert not Appointment.objects.exists()


def test_a_known_phone_is_told_and_taken_instead_or_not(desk, wish, priya):
    typed = wish(**NEWCOMER | {"phone": priya.phone})
    response = desk.post(NEW, typed)
    page = response.content.decode()
    assert response.status_code == 422 and "This phone number is known already." in page
    assert f'name="take" value="{priya.pk}"' in page and not Appointment.objects.exists()
    instead = desk.post(NEW, typed | {"take": str(priya.pk)}).content.decode()
    assert 'value="Priya Mehta"' in instead and "Fragrance reaction" in instead
    assert desk.post(NEW, wish(**NEWCOMER | {"phone": priya.phone, "anyway": priya.phone})).status_code == 302
    assert Customer.objects.filter(phone=priya.phone).count() == 2


def test_what_was_searched_for_in_vain_is_filled_in(desk):
    page = desk.get(NEW, {"customer": "new", "q": "98450 1"}).content.decode()
    assert 'name="phone" value="98450 1"' in page
    assert (
        'name="full_name" value="Ravi Rao"'
        in desk.get(NEW, {"new_customer": "1", "q": "Ravi Rao"}).content.decode()
    )


def test_the_picker_offers_newcomers_only_to_who_may_register(sign_in, world, desk):
    options = "/customers/options/?inline=1&q=nobody"
    assert 'data-value="new"' in desk.get(options).content.decode()
    world.receptionist.roles_held.first().role.grants.filter(permission="customers.create").delete()
    clerk = sign_in(type(world.receptionist).objects.get(pk=world.receptionist.pk))
    assert 'data-value="new"' not in clerk.get(options).content.decode()
    assert "New customer" not in clerk.get(NEW, {"customer": "new"}).content.decode()


def test_two_treatments_are_booked_in_sequence(desk, wish, world, at):
    facial = factories.treatment(world.branch, name="Hydra facial", minutes=30)
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    form = wish() | {"part2-what": f"treatment:{facial.pk}", "part2-practitioner": str(asha.pk)}
    assert desk.post(NEW, form).status_code == 302
    first, later = Appointment.objects.order_by("starts_at")
    assert (first.starts_at, later.starts_at) == (at(10), at(10, 45))
    assert (later.practitioner, later.first_part, later.part_number) == (asha, first, 2)


def test_times_of_several_treatments_are_those_where_all_fit(desk, wish, world, booked):
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    facial = factories.treatment(world.branch, name="Hydra facial", minutes=30)
    booked(10, 45, practitioner=asha, treatment=facial)
    form = wish(time="") | {"part2-what": f"treatment:{facial.pk}", "part2-practitioner": str(asha.pk)}
    page = desk.get(NEW, form, headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    assert ">09:30</b>" in page and ">10:00</b>" not in page and ">10:30</b>" in page
    anybody = form | {"part2-practitioner": ""}
    page = desk.get(NEW, anybody, headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    assert ">10:00</b>" in page and "Dr. Vivek Kapoor then" not in page.split(">10:00</b>")[0][-400:]


def test_rows_are_added_and_removed_without_losing_anything(desk, wish, hair_removal):
    peel = f"treatment:{hair_removal.pk}"
    added = desk.post(NEW, wish(add="1")).content.decode()
    assert 'name="part2-what"' in added and "Asked for a quiet room" in added
    two = wish(what="", remove="1") | {"part2-what": peel, "part2-practitioner": ""}
    left = desk.post(NEW, two).content.decode()
    assert 'name="part2-what"' not in left and f'value="{peel}" selected' in left
    for nonsense in ("0", "9", "-1", "x"):
        assert desk.get(NEW, wish(remove=nonsense)).status_code == 200
    assert not Appointment.objects.exists()


def test_anybody_is_who_was_shown_with_the_time(desk, wish, world, at, booked):
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    bare = wish(practitioner="", time="", day="")
    page = desk.get(NEW, bare, headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    slot = f"{at(9).isoformat()}|{world.doctor.pk}"
    assert f'value="{slot}"' in page and "Asha Thomas" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert desk.post(NEW, bare | {"slot": slot, "seen": seen}).status_code == 302
    assert Appointment.objects.get().practitioner == world.doctor
    stale = wish(practitioner=asha.pk, time="", day="2026-03-04", slot=slot, seen=seen)
    response = desk.post(NEW, stale)
    assert response.status_code == 422 and "Choose a time." in response.content.decode()


def test_a_typed_time_outranks_the_time_shown_before(desk, wish, at, world):
    shown = {"slot": f"{at(9).isoformat()}|{world.doctor.pk}", "seen": f"2026-03-03//0/{world.doctor.pk}/"}
    assert desk.post(NEW, wish(time="", other_time="17:20", **shown)).status_code == 302
    assert Appointment.objects.get().starts_at == at(17, 20)


def test_a_time_chosen_before_the_page_was_drawn_anew_counts_if_it_still_suits(desk, wish, at, world):
    """Shown for anybody, taken after a practitioner was chosen: nobody waits for a redraw."""
    shown = {"slot": f"{at(9).isoformat()}|{world.doctor.pk}", "seen": "2026-03-03//0//"}
    assert desk.post(NEW, wish(time="", **shown)).status_code == 302
    assert Appointment.objects.get().starts_at == at(9)


def test_who_does_not_give_it_is_told_beside_the_field_before_submitting(desk, wish, world, hair_removal):
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    Performer.objects.create(treatment=hair_removal, practitioner=asha)
    page = desk.get(NEW, wish(), headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    said = "Dr. Vivek Kapoor does not give Laser Hair Removal; it is given by Asha Thomas."
    assert 'id="told-practitioner-1"' in page and said in page and 'name="slot"' not in page
    response = desk.post(NEW, wish())
    assert response.status_code == 422 and said in response.content.decode()


def test_a_missing_patch_test_is_told_while_choosing(desk, wish, hair_removal, priya):
    Requirement.objects.create(treatment=hair_removal, kind="patch_test", name="Patch test", wait_hours=24)
    page = desk.get(NEW, wish(), headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    assert "is needed before Laser Hair Removal" in page and priya.get_absolute_url() in page
    response = desk.post(NEW, wish())
    assert response.status_code == 422 and "is needed before Laser Hair Removal" in response.content.decode()


def test_the_deposit_of_the_marked_day_stands_under_the_times(desk, wish, world):
    VisitPolicy.objects.create(
        branch=world.branch,
        kind="deposit",
        amount=Decimal(500),
        valid_from=TUESDAY + datetime.timedelta(days=1),
    )
    asked = {"HX-Request": "true", "HX-Target": "times"}
    assert "Deposit" not in desk.get(NEW, wish(), headers=asked).content.decode()
    later = desk.get(NEW, wish(day="2026-03-04"), headers=asked).content.decode()
    assert "Deposit ₹500" in later


def test_times_begin_when_the_interval_is_over(desk, wish, hair_removal, booked):
    booked(10)
    type(hair_removal).objects.filter(pk=hair_removal.pk).update(min_interval_days=28)
    page = desk.get(
        NEW, wish(day="", time=""), headers={"HX-Request": "true", "HX-Target": "times"}
    ).content.decode()
    assert "needs 28 days between two sessions: the earliest day is 31 March 2026." in page
    assert "Tuesday 31 March" in page and "Wednesday 4 March" not in page


def test_an_overlap_is_warned_of_and_booked_anyway(desk, wish, booked, world):
    asha = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    peel = factories.treatment(world.branch, name="Chemical peel", minutes=30)
    booked(10)
    form = wish(practitioner=asha.pk, what=f"treatment:{peel.pk}")
    response = desk.post(NEW, form)
    assert response.status_code == 422 and 'name="despite_overlap"' in response.content.decode()
    assert desk.post(NEW, form | {"despite_overlap": "1"}).status_code == 302
    assert Appointment.objects.count() == 2


def test_a_walk_in_sees_who_is_free_now_and_not_who_is_switched_off(desk, wish, world, at):
    factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    type(world.doctor).objects.filter(pk=world.doctor.pk).update(is_available=False)
    with time_machine.travel(at(9, 38)):
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        walk_in = wish(practitioner="", time="", day="", is_walk_in="on")
        page = desk.get(NEW, walk_in, headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    assert ">09:35</b>" in page and "Asha Thomas" in page and "Kapoor" not in page.partition("told-")[0]


def test_an_emergency_needs_the_right_and_a_reason(desk, sign_in, wish, world):
    response = desk.post(NEW, wish(priority="emergency"))
    assert response.status_code == 422 and "Say why this visit goes first." in response.content.decode()
    assert desk.post(NEW, wish(priority="emergency", priority_reason="Burn")).status_code == 302
    assert Appointment.objects.get().priority == "emergency"
    world.receptionist.roles_held.first().role.grants.filter(permission="appointments.prioritise").delete()
    clerk = sign_in(type(world.receptionist).objects.get(pk=world.receptionist.pk))
    assert "Why first" not in clerk.get(NEW).content.decode()
    assert clerk.post(NEW, wish(time="15:00", priority="emergency", priority_reason="x")).status_code == 302
    assert Appointment.objects.latest("pk").priority == "normal"


def test_a_serial_shift_shows_the_number_and_says_it_on_success(desk, wish, world):
    whole = {"break_starts": None, "break_ends": None}
    world.doctor.weekly_hours.update(mode="serial", per_slot=2, slot_minutes=30, **whole)
    seeing = factories.treatment(world.branch, name="Consultation", minutes=10)
    bare = wish(what=f"treatment:{seeing.pk}", time="", day="")
    shown = {"headers": {"HX-Request": "true", "HX-Target": "times"}}
    page = desk.get(NEW, bare, **shown).content.decode()
    assert "Serial 1" in page and "arrive at 09:00" in page
    slot = page.partition('name="slot" value="')[2].partition('"')[0]
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    done = desk.post(NEW, bare | {"slot": slot, "seen": seen}, follow=True).content.decode()
    assert "Dr. Vivek Kapoor: serial 1." in done
    assert "Serial 2" in desk.get(NEW, bare, **shown).content.decode()


@pytest.mark.parametrize("people", [1, 12])
def test_free_times_cost_the_same_however_many_people(
    desk, wish, world, people, django_assert_max_num_queries
):
    for number in range(people):
        factories.practitioner(world.branch, full_name=f"Person {number}", role="therapist")
    form = wish(practitioner="", time="", day="")
    with django_assert_max_num_queries(26):
        page = desk.get(NEW, form, headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    assert page.count('name="slot"') == 12


def test_priority_in_a_serial_shift_comes_any_time_or_at_a_half_hour(desk, wish, world, at):
    world.doctor.weekly_hours.update(mode="serial", per_slot=2, break_starts=None, break_ends=None)
    seeing = factories.treatment(world.branch, name="Consultation", minutes=10)
    first = wish(
        what=f"treatment:{seeing.pk}", time="", day="", priority="priority", priority_reason="Elderly"
    )
    page = desk.get(NEW, first, headers={"HX-Request": "true", "HX-Target": "times"}).content.decode()
    assert "any time from 09:00" in page and ">11:30</b>" in page and "Serial" not in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    slot = f"{at(11, 30).isoformat()}|{world.doctor.pk}"
    assert desk.post(NEW, first | {"slot": slot, "seen": seen}).status_code == 302
    visit = Appointment.objects.get()
    assert (visit.serial, visit.starts_at) == (None, at(11, 30))


def test_a_room_that_was_clicked_on_the_board_is_the_one_that_is_held(desk, world, wish, hair_removal):
    rooms = [
        Resource.objects.create(branch=world.branch, kind=Resource.Kind.ROOM, name=f"Room {n}")
        for n in range(3)
    ]
    for room in rooms:
        TreatmentResource.objects.create(treatment=hair_removal, resource=room)
    page = desk.get(NEW, {"what": f"treatment:{hair_removal.pk}", "room": rooms[1].pk}).content.decode()
    assert f'<option value="{rooms[1].pk}" selected>' in page
    assert desk.post(NEW, wish(room=rooms[1].pk)).status_code == 302
    held = Appointment.objects.get().holds.filter(resource__kind="room")
    assert [hold.resource for hold in held] == [rooms[1]]
