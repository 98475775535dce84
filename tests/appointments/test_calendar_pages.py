"""The board, the week, the month and the list as pages: what they show, narrowed and at what cost; moves by a board."""

import csv
import datetime
import io

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments import domain
from appointments.models import Appointment, Hold, Offer, Sitting
from clinic.models import Event, Holiday, OutOfService, Resource
from packages.models import TreatmentResource
from staff.models import DayHours, Grant, TimeOff
from tests import factories

BOARD, WEEK, MONTH, LIST = (f"/appointments/{path}" for path in ("", "week/", "month/", "schedule/"))
ASKS = {"HX-Request": "true", "HX-Target": "board"}
TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def reena(world):
    return factories.practitioner(world.branch, full_name="Reena Rao", username="rao")


@pytest.fixture
def neha(world):
    return factories.customer(world.branch, world.receptionist, full_name="Neha Patel")


@pytest.fixture
def facial(world):
    return factories.treatment(world.branch, name="Hydra facial", category="skin", minutes=30)


def away(world, who, **changes) -> TimeOff:
    values = {
        "person": who.user, "first_day": TUESDAY, "last_day": TUESDAY, "status": "approved",
        "asked_by": who.user, "decided_by": world.owner, "decided_at": datetime.datetime.now(datetime.UTC),
    }  # fmt: skip
    return TimeOff.objects.create(**values | changes)


def page(client, url: str, **query) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


# What is on the board.


def test_filters_by_treatment_category_and_state_stay_in_the_address(desk, booked, neha, facial):
    booked(10)
    booked(11, customer=neha, treatment=facial)
    for url in (BOARD, LIST):
        assert "Priya Mehta" not in page(desk, url, treatment=facial.pk)
        assert "Priya Mehta" not in page(desk, url, treatment="skin")
        assert "Priya Mehta" in page(desk, url, treatment="laser")
        assert "Priya Mehta" not in page(desk, url, status="confirmed")
        shown = page(desk, url, treatment="skin", status="scheduled")
        assert "Neha Patel" in shown
        assert "treatment=skin&amp;status=scheduled" in shown, "the way to the next day keeps them"


def test_a_treatment_that_is_asked_for_is_named_on_a_day_without_it(desk, facial):
    assert '<span class="visually-hidden">Filter: </span>Hydra facial' in page(
        desk, BOARD, treatment=facial.pk
    )


def test_cancelled_ones_are_shown_by_a_switch(desk, booked, world):
    domain.cancel(by=world.receptionist, appointment=booked(10), reason="Ill")
    assert "Priya Mehta" not in page(desk, BOARD)
    shown = page(desk, BOARD, cancelled="1")
    assert "Priya Mehta" in shown and "Cancelled 1" in shown
    assert (
        f"{reverse('appointment-new')}?day=2026-03-03&amp;practitioner={world.doctor.pk}&amp;time=10:00"
        in shown
    )
    assert "Priya Mehta" in page(desk, BOARD, status="cancelled")


@pytest.mark.parametrize("status", ["requested", "waitlisted"])
def test_what_has_no_place_is_on_no_page(desk, booked, status):
    Appointment.objects.filter(pk=booked(10).pk).update(status=status)
    for url in (BOARD, WEEK, LIST):
        assert "Priya Mehta" not in page(desk, url, cancelled="1")
    assert "1 Scheduled" not in page(desk, MONTH)


def test_leave_single_days_offers_and_outages_are_named(desk, world, reena, priya, facial, laser, at):
    away(world, world.doctor, part="morning")
    DayHours.objects.create(practitioner=reena, day=TUESDAY, starts=datetime.time(15), ends=datetime.time(17))
    visit = domain.book(
        by=world.receptionist, branch=world.branch, customer=priya, practitioner=reena, treatment=facial, starts_at=at(15)
    )  # fmt: skip
    Appointment.objects.filter(pk=visit.pk).update(status="waitlisted")
    Offer.objects.create(
        branch=world.branch, customer=priya, appointment=visit, treatment=facial, practitioner=reena,
        starts_at=at(16), ends_at=at(16, 30), held_until=at(12),
    )  # fmt: skip
    shown = page(desk, BOARD)
    assert "<span>Morning off</span>" in shown and "<span>Offered</span>" in shown
    assert f"practitioner={world.doctor.pk}&amp;time=14:00" in shown
    assert f"practitioner={world.doctor.pk}&amp;time=11:00" not in shown
    assert f"practitioner={reena.pk}&amp;time=16:30" in shown
    assert f"practitioner={reena.pk}&amp;time=16:00" not in shown, "it is offered to somebody"
    assert f"practitioner={reena.pk}&amp;time=11:00" not in shown, "that day she comes later"
    OutOfService.objects.create(resource=laser, starts_at=at(15), reason="Lamp is changed")
    rooms = page(desk, BOARD, by="room")
    assert "<span>Lamp is changed</span>" in rooms
    assert f"room={laser.pk}&amp;time=14:45" in rooms and f"room={laser.pk}&amp;time=15:00" not in rooms


def test_rooms_show_what_is_in_them_and_what_is_in_none(
    desk, world, booked, hair_removal, laser, neha, facial
):
    booked(10)
    booked(11, customer=neha, treatment=facial)
    shown = page(desk, BOARD, by="room")
    assert f'aria-label="Diode laser" data-from="2026-03-03T03:30:00+00:00" data-lane="{laser.pk}"' in shown
    nowhere = shown.index('aria-label="No room"')
    assert shown.index("Priya Mehta") < nowhere < shown.index("Neha Patel")
    assert "Laser Hair Removal · Dr. Vivek Kapoor" in shown
    assert f"room={laser.pk}&amp;time=10:00" not in shown, "the laser is in use"


def test_a_visit_that_was_moved_is_in_its_last_room_alone(desk, world, booked, hair_removal, laser, at):
    second = factories.device(world.branch, "Second laser")
    TreatmentResource.objects.create(treatment=hair_removal, resource=second)
    visit = booked(10)
    domain.reschedule(by=world.owner, appointment=visit, starts_at=at(10), room=second, version=visit.version)
    shown = page(desk, BOARD, by="room")
    assert shown.count("Priya Mehta</strong>") == 1
    assert shown.index('aria-label="Second laser"') < shown.index("Priya Mehta</strong>")
    visit.refresh_from_db()
    domain.cancel(by=world.owner, appointment=visit, reason="Ill")
    assert page(desk, BOARD, by="room", cancelled="1").count("Priya Mehta</strong>") == 1


def test_thirty_people_of_a_sitting_are_one_block_that_opens_a_list(desk, world, facial, at):
    sitting = Sitting.objects.create(
        branch=world.branch,
        practitioner=world.doctor,
        day=TUESDAY,
        starts_at=at(9),
        ends_at=at(12),
        mode="serial",
    )
    for number in range(30):
        Appointment.objects.create(
            number=factories.number(), branch=world.branch, practitioner=world.doctor, treatment=facial,
            customer=factories.customer(world.branch, world.receptionist, full_name=f"Person {number:02d}"),
            starts_at=at(9), ends_at=at(9, 30), sitting=sitting, serial=number + 1, booked_by=world.receptionist,
            status="arrived" if number < 12 else "scheduled",
        )  # fmt: skip
    shown = page(desk, BOARD)
    assert "30 people, 12 here" in shown and "Person 07" not in shown
    assert shown.count('class="visit stack"') == 1
    response = desk.get(
        LIST,
        {"day": "2026-03-03", "sitting": sitting.pk, "at": "09:00"},
        headers={"HX-Request": "true", "HX-Target": "dialog"},
    )
    people = response.content.decode()
    assert "<html" not in people and people.count("Person ") == 30


def test_parts_of_a_visit_say_that_they_belong_together(desk, world, priya, hair_removal, facial, reena, at):
    parts = [domain.Part(hair_removal, world.doctor), domain.Part(facial, reena)]
    first, _second = domain.book_visit(
        by=world.receptionist, branch=world.branch, customer=priya, parts=parts, starts_at=at(10)
    )
    shown = page(desk, BOARD)
    assert "10:00 · 1/2 · Laser Hair Removal" in shown and "10:45 · 2/2 · Hydra facial" in shown
    assert shown.count(f'data-together="{first.pk}"') == 2


def test_an_emergency_is_marked(desk, booked):
    visit = booked(10)
    Appointment.objects.filter(pk=visit.pk).update(priority="emergency", priority_reason="Burn")
    assert '<em class="emergency">Emergency</em>' in page(desk, BOARD)


def test_names_are_escaped_on_the_board(desk, booked, world):
    booked(10, customer=factories.customer(world.branch, world.receptionist, full_name="<b>Bold</b>"))
    shown = page(desk, BOARD)
    assert "&lt;b&gt;Bold&lt;/b&gt;" in shown and "<b>Bold" not in shown


def test_who_may_not_move_gets_nothing_to_drag(sign_in, booked, world):
    booked(10)
    assert "data-version" in page(sign_in(world.receptionist), BOARD)
    Grant.objects.filter(role__code="receptionist", permission="appointments.change").delete()
    assert "data-version" not in page(sign_in(world.receptionist), BOARD)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_a_board_across_a_change_of_clocks(desk, world, zone):
    """Sunday 8 March 2026: New York has no half past two."""
    world.branch.time_zone = zone
    world.branch.save()
    world.branch.hours.update(
        opens=datetime.time(1), closes=datetime.time(6), break_starts=None, break_ends=None
    )
    world.doctor.weekly_hours.update(
        starts=datetime.time(1), ends=datetime.time(6), break_starts=None, break_ends=None
    )
    for url in (BOARD, WEEK, MONTH):
        shown = page(desk, url, day="2026-03-08", practitioner=world.doctor.pk)
    assert "time=05:45" in page(desk, BOARD, day="2026-03-08")
    assert shown


# Whether anything changed.


@pytest.mark.parametrize("url", [BOARD, WEEK, MONTH])
def test_a_board_that_is_up_to_date_costs_one_query_beyond_the_shell(
    desk, booked, url, django_assert_max_num_queries
):
    booked(10)
    shown = desk.get(url, headers=ASKS).content.decode()
    assert "<html" not in shown
    stamp = shown.partition('data-stamp="')[2].partition('"')[0]
    assert len(stamp) == 64
    with django_assert_max_num_queries(6):
        assert desk.get(url, {"stamp": stamp}, headers=ASKS).status_code == 204
    assert desk.get(url, {"stamp": "other"}, headers=ASKS).status_code == 200


CHANGES = {
    "booked": lambda world, visit, book: book(15),
    "confirmed": lambda world, visit, book: domain.confirm(by=world.owner, appointment=visit),
    "cancelled": lambda world, visit, book: domain.cancel(by=world.owner, appointment=visit, reason="Ill"),
    "leave": lambda world, visit, book: away(world, world.doctor),
    "single day": lambda world, visit, book: DayHours.objects.create(
        practitioner=world.doctor, day=TUESDAY, starts=datetime.time(15), ends=datetime.time(17)
    ),
    "holiday": lambda world, visit, book: Holiday.objects.create(
        branch=world.branch, day=TUESDAY, name="Holi"
    ),
    "outage": lambda world, visit, book: OutOfService.objects.create(
        resource=Resource.objects.get(kind="device"), starts_at=visit.starts_at, reason="Lamp"
    ),
    "new room": lambda world, visit, book: Resource.objects.create(
        branch=world.branch, kind="room", name="New"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_another_desk_changes_is_seen(desk, world, booked, change):
    visit = booked(10)
    stamps = []
    for _ in range(2):
        shown = desk.get(BOARD, headers=ASKS).content.decode()
        stamps.append(shown.partition('data-stamp="')[2].partition('"')[0])
        if len(stamps) == 1:
            with time_machine.travel(datetime.datetime(2026, 3, 3, 3, 1, tzinfo=datetime.UTC), tick=True):
                CHANGES[change](world, visit, booked)
    assert stamps[0] != stamps[1]


def test_another_branch_changes_nothing_here(desk, world, booked):
    booked(10)
    shown = desk.get(BOARD, headers=ASKS).content.decode()
    stamp = shown.partition('data-stamp="')[2].partition('"')[0]
    doctor = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
    domain.book(
        by=world.colleague, branch=world.elsewhere, practitioner=doctor,
        customer=factories.customer(world.elsewhere, world.colleague), treatment=factories.treatment(world.elsewhere),
        starts_at=datetime.datetime(2026, 3, 3, 6, tzinfo=datetime.UTC),
    )  # fmt: skip
    assert desk.get(BOARD, {"stamp": stamp}, headers=ASKS).status_code == 204


# Week and month.


def test_the_week_of_everybody_counts_and_names_the_first_free_time(desk, world, booked, reena):
    booked(9)
    booked(9, 45)
    away(world, reena, last_day=TUESDAY + datetime.timedelta(days=1))
    shown = page(desk, WEEK)
    assert "2 – 8" not in shown and "2 Mar – 8 Mar 2026" in shown
    assert "free 10:30" in shown and "On leave until 4 Mar" in shown
    assert f"practitioner={world.doctor.pk}" in shown


def test_the_week_of_one_is_a_board_of_days(desk, world, booked):
    booked(10)
    booked(11, days=2)
    shown = page(desk, WEEK, practitioner=world.doctor.pk)
    assert shown.count("Priya Mehta</strong>") == 2 and 'data-by="day"' in shown
    assert shown.count('class="lane"') == 7
    assert f"day=2026-03-05&amp;practitioner={world.doctor.pk}&amp;time=12:00" in shown


def test_the_month_counts_each_day_by_state(desk, world, booked, neha, reena):
    booked(10)
    domain.confirm(by=world.owner, appointment=booked(11, customer=neha))
    Holiday.objects.create(branch=world.branch, day="2026-03-04", name="Holi")
    away(world, reena)
    shown = page(desk, MONTH)
    assert "March 2026" in shown and "Holi" in shown and "1 away" in shown
    assert "1 Scheduled, 1 Confirmed, 17 % booked" in shown
    assert "Scheduled 1" in shown and "Confirmed 1" in shown
    other = page(desk, MONTH, practitioner=reena.pk)
    assert "1 Scheduled" not in other


@pytest.mark.parametrize("url", [WEEK, MONTH])
@pytest.mark.parametrize(
    "query", ["day=nonsense", "day=2000-01-01", "day=2199-12-31", "practitioner=x&treatment=y"]
)
def test_nonsense_shows_a_week_or_month_anyway(desk, booked, url, query):
    booked(10)
    response = desk.get(f"{url}?{query}")
    assert response.status_code == 200
    after = response.content.decode().partition('rel="next" href="')[2].partition('"')[0]
    assert desk.get(url + after.replace("&amp;", "&")).status_code == 200


# The list.


def test_the_list_is_searched_by_name_phone_and_number(desk, booked, neha, facial):
    visit, other = booked(10), booked(11, customer=neha, treatment=facial)
    for words in ("nEHA", neha.phone[-7:], other.number, other.number.lower()):
        shown = page(desk, LIST, q=words)
        assert "Neha Patel" in shown and visit.number != other.number
        assert f"/appointments/{visit.pk}/" not in shown, words
    assert "No visit matches." in page(desk, LIST, q="nobody at all")
    found = desk.get(
        LIST, {"q": "neha"}, headers={"HX-Request": "true", "HX-Target": "visits"}
    ).content.decode()
    assert "<html" not in found and "Neha Patel" in found


def test_the_list_is_sorted_and_spans_days(desk, booked, neha, facial):
    booked(10)
    booked(9, customer=neha, treatment=facial, days=1)
    assert "Neha Patel" not in page(desk, LIST)
    both = page(desk, LIST, until="2026-03-04")
    assert both.index("Priya Mehta") < both.index("Neha Patel") and "Wed 4 Mar" in both
    by_name = page(desk, LIST, until="2026-03-04", sort="name")
    assert by_name.index("Neha Patel") < by_name.index("Priya Mehta")
    assert page(desk, LIST, until="2026-03-01", sort="drop table")
    assert page(desk, LIST, until="2199-12-31"), "at most a year"


def test_the_list_goes_page_by_page(desk, world, booked, facial):
    for n in range(26):
        for days in (0, 1):
            booked(
                9 + n // 4, 15 * (n % 4), days=days, treatment=factories.treatment(world.branch, minutes=5)
            ) if n < 16 else None
    for n in range(20):
        booked(14 + n // 4, 15 * (n % 4), treatment=factories.treatment(world.branch, minutes=5))
    shown = page(desk, LIST, until="2026-03-04")
    assert "Page 1 of 2" in shown and "until=2026-03-04&amp;page=2" in shown
    assert page(desk, LIST, until="2026-03-04", page="2").count("<li id=") == 2


def test_owners_take_the_list_out_as_a_file_and_that_is_kept(sign_in, world, booked, neha, facial):
    booked(10)
    booked(11, customer=neha, treatment=facial, note="=1+1")
    url = reverse("appointment-export")
    assert sign_in(world.receptionist).get(url).status_code == 403
    response = sign_in(world.owner).get(url, {"q": "neha"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["full_name"], row["starts_at"], row["treatment"]) for row in rows] == [
        ("Neha Patel", "2026-03-03 11:00", "Hydra facial")
    ]
    assert 'filename="visits-2026-03-03.csv"' in response["Content-Disposition"]
    assert Event.objects.get(verb="appointment.exported").data == {"count": 1}


def test_a_list_that_is_up_to_date_answers_nothing(desk, booked):
    booked(10)
    asks = {"HX-Request": "true", "HX-Target": "visits"}
    stamp = desk.get(LIST, headers=asks).content.decode().partition('data-stamp="')[2].partition('"')[0]
    assert desk.get(LIST, {"stamp": stamp}, headers=asks).status_code == 204


# Moved by a board.


@pytest.fixture
def drop(desk):
    """Sends what a board sends when a visit is let go."""

    def send(visit: Appointment, **values):
        body = {"version": visit.version, "idempotency_key": compat.uuid7(), **values}
        return desk.post(
            reverse("appointment-reschedule", args=[visit.pk]),
            {name: str(value) for name, value in body.items()},
            headers={
                "HX-Request": "true",
                "HX-Target": "messages",
                "HX-Current-URL": "http://testserver/appointments/",
            },
        )

    return send


def test_a_drop_moves_and_its_undo_brings_back(drop, world, booked, reena, at):
    visit = booked(10)
    response = drop(
        visit, starts_at=at(11, 5).astimezone(datetime.UTC).isoformat(), practitioner=reena.pk, minutes=60
    )
    shown = response.content.decode()
    assert response.status_code == 200 and "calendar-changed" in response["HX-Trigger"]
    assert "Priya Mehta moved to 11:05–12:05, Dr. Reena Rao." in shown
    visit.refresh_from_db()
    assert (visit.starts_at, visit.minutes, visit.practitioner) == (at(11, 5), 60, reena)
    back = response.context["fields"]
    assert back == {
        "starts_at": at(10).astimezone(datetime.UTC).isoformat(), "practitioner": world.doctor.pk, "minutes": 45,
        "room": "", "version": visit.version, "despite_overlap": "1",
    }  # fmt: skip
    assert drop(visit, **back).status_code == 200
    visit.refresh_from_db()
    assert (visit.starts_at, visit.minutes, visit.practitioner) == (at(10), 45, world.doctor)


def test_a_drop_sent_twice_moves_once(desk, booked, at):
    visit = booked(10)
    url, key = reverse("appointment-reschedule", args=[visit.pk]), compat.uuid7()
    body = {"version": visit.version, "idempotency_key": key, "starts_at": at(11).isoformat()}
    headers = {
        "HX-Request": "true",
        "HX-Target": "messages",
        "HX-Current-URL": "http://testserver/appointments/?day=x",
    }
    assert desk.post(url, body, headers=headers).status_code == 200
    assert desk.post(url, body, headers=headers)["HX-Redirect"] == "/appointments/?day=x"
    assert Appointment.objects.get().reschedule_count == 1


def test_a_refused_drop_says_why_and_offers_times(drop, booked, at, neha):
    visit, _other = booked(10), booked(11, customer=neha)
    response = drop(visit, starts_at=at(11, 15).isoformat(), minutes=30)
    shown = response.content.decode()
    assert response.status_code == 409 and "calendar-changed" in response["HX-Trigger"]
    assert "Dr. Vivek Kapoor already has a visit" in shown
    assert (
        f'name="starts_at" value="{at(11, 45).isoformat()}"' in shown and 'name="minutes" value="30"' in shown
    )
    visit.refresh_from_db()
    assert visit.starts_at == at(10) and visit.version == 1


def test_a_drop_of_what_has_arrived_is_refused(drop, booked, world, at):
    visit = domain.check_in(by=world.receptionist, appointment=booked(10))
    response = drop(visit, starts_at=at(11).isoformat())
    assert response.status_code == 409 and "The person has arrived already." in response.content.decode()


def test_a_stale_drop_is_refused_and_moves_nothing(drop, booked, world, at):
    visit = booked(10)
    domain.reschedule(by=world.owner, appointment=visit, starts_at=at(14), version=visit.version)
    response = drop(visit, starts_at=at(11).isoformat())
    assert response.status_code == 409
    assert "It is now on Tue 3 Mar, 14:00" in response.content.decode()
    visit.refresh_from_db()
    assert visit.starts_at == at(14)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"starts_at": "nonsense"}, "Choose a time."),
        ({"starts_at": "2026-03-03T05:30:00Z", "minutes": "0"}, "greater than or equal to 5"),
        ({"starts_at": "2026-03-03T05:30:00Z", "minutes": "1500"}, "less than or equal to 720"),
        ({"starts_at": "2026-03-03T05:30:00Z", "minutes": "ten"}, "Enter a whole number."),
        ({"starts_at": "2026-03-03T05:30:00Z", "practitioner": compat.uuid7()}, "Select a valid choice"),
        ({"starts_at": "2026-03-03T05:30:00Z", "room": "x"}, "valid"),
        ({"starts_at": "2026-03-03T05:30:00Z", "version": ""}, "required"),
        ({"starts_at": "9999-12-31T23:59:59-23:59"}, "Choose a time."),
    ],
)
def test_a_drop_of_nonsense_is_told(drop, booked, at, values, said):
    visit = booked(10)
    response = drop(visit, **values)
    assert response.status_code == 422 and said in response.content.decode()
    assert Appointment.objects.get().starts_at == at(10)


def test_another_branchs_room_can_not_be_dropped_into(drop, booked, world, at):
    there = Resource.objects.create(branch=world.elsewhere, kind="room", name="Far room")
    assert drop(booked(10), starts_at=at(11).isoformat(), room=there.pk).status_code == 422


def test_a_drop_into_another_room_and_back(drop, booked, world, hair_removal, laser, at):
    second = factories.device(world.branch, "Second laser")
    TreatmentResource.objects.create(treatment=hair_removal, resource=second)
    visit = booked(10)
    response = drop(visit, starts_at=at(10).isoformat(), room=second.pk)
    assert response.status_code == 200 and response.context["fields"]["room"] == laser.pk
    held = Hold.objects.filter(appointment=visit, released_at=None, resource__kind="device")
    assert held.get().resource == second
    visit.refresh_from_db()
    drop(visit, **response.context["fields"])
    assert held.get().resource == laser


def test_the_page_keeps_a_reason_and_a_length(desk, booked, at):
    visit = booked(10)
    desk.post(
        reverse("appointment-reschedule", args=[visit.pk]),
        {
            "practitioner": str(visit.practitioner_id), "day": "2026-03-03", "other_time": "15:00", "minutes": "60",
            "reason": "Her train is late", "version": visit.version, "idempotency_key": str(compat.uuid7()),
        },
    )  # fmt: skip
    visit.refresh_from_db()
    assert (visit.starts_at, visit.minutes, visit.reschedule_reason) == (at(15), 60, "Her train is late")


def test_a_drop_onto_the_customers_other_visit_is_asked_about(drop, booked, reena, facial, at):
    visit, _other = booked(10), booked(14, practitioner=reena, treatment=facial)
    response = drop(visit, starts_at=at(14).isoformat())
    assert response.status_code == 409 and response.context["anyway"] == at(14).isoformat()
    assert "Move anyway" in response.content.decode()
    assert drop(visit, starts_at=at(14).isoformat(), despite_overlap="1").status_code == 200
    visit.refresh_from_db()
    assert visit.starts_at == at(14)


def test_the_page_asks_too_and_moves_all_parts_if_told(
    desk, world, priya, hair_removal, facial, reena, booked, at
):
    parts = [domain.Part(hair_removal, world.doctor), domain.Part(facial, reena)]
    first, second = domain.book_visit(
        by=world.receptionist, branch=world.branch, customer=priya, parts=parts, starts_at=at(10)
    )
    third = factories.practitioner(world.branch, full_name="Asha Thomas", role="therapist")
    booked(15, treatment=facial, practitioner=third)
    url = reverse("appointment-reschedule", args=[first.pk])
    assert "All parts of this visit" in desk.get(url).content.decode()
    form = {
        "practitioner": str(world.doctor.pk), "day": "2026-03-03", "other_time": "15:00", "whole": "on",
        "version": first.version, "idempotency_key": str(compat.uuid7()),
    }  # fmt: skip
    response = desk.post(url, form)
    assert response.status_code == 422 and "Move anyway" in response.content.decode()
    assert desk.post(url, form | {"despite_overlap": "1"}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.starts_at, second.starts_at) == (at(15), at(15, 45))


# What it costs.


def crowd(world, people: int, visits: int, days: int = 1) -> None:
    """So many practitioners with so many visits each a day, in rooms."""
    doctors = [world.doctor] + [
        factories.practitioner(world.branch, full_name=f"Doctor {n}", username=f"d{n}")
        for n in range(people - 1)
    ]
    room = Resource.objects.create(branch=world.branch, kind="room", name="Big room")
    treatment = factories.treatment(world.branch, minutes=10)
    customer = factories.customer(world.branch, world.receptionist)
    nine = datetime.datetime.combine(TUESDAY, datetime.time(9), world.branch.zone)
    made = Appointment.objects.bulk_create(
        Appointment(
            number=factories.number(), branch=world.branch, customer=customer, practitioner=doctor,
            treatment=treatment, booked_by=world.receptionist,
            starts_at=nine + datetime.timedelta(days=day, minutes=15 * n),
            ends_at=nine + datetime.timedelta(days=day, minutes=15 * n + 10),
        )
        for doctor in doctors
        for n in range(visits)
        for day in range(days)
    )  # fmt: skip
    Hold.objects.bulk_create(
        Hold(
            appointment=visit,
            resource=room,
            during=(visit.starts_at, visit.ends_at),
            released_at=visit.starts_at,
        )
        for visit in made
    )


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (BOARD, 15), (BOARD + "?by=room", 14), (WEEK, 15), (WEEK + "?practitioner={doctor}", 15), (MONTH, 15),
        (LIST, 8), (LIST + "?until=2026-03-09&q=customer", 8),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("people", "visits", "days"), [(1, 1, 1), (20, 20, 2)])
def test_twenty_people_with_twenty_visits_cost_as_many_queries_as_one(
    desk, world, django_assert_max_num_queries, address, most, people, visits, days
):
    crowd(world, people, visits, days)
    with django_assert_max_num_queries(most):
        shown = desk.get(address.format(doctor=world.doctor.pk)).content.decode()
    assert len(shown) < 400_000
