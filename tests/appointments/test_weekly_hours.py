"""The hours of every week, from a day on."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain
from appointments.models import BookingRules
from clinic.models import AuditRow, Event
from clinic.refusals import Refusal
from staff.models import WeeklyHours
from tests import factories

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def today(world):
    return timezone.localdate(timezone=world.branch.zone)


@pytest.fixture
def url(world):
    return reverse("availability-weekly", args=[world.doctor.pk])


def shift(weekday, starts=10, ends=18, **more) -> WeeklyHours:
    return WeeklyHours(weekday=weekday, starts=datetime.time(starts), ends=datetime.time(ends), **more)


def save(world, day, shifts, by=None, **more):
    return domain.set_weekly_hours(
        by=by or world.owner, practitioner=world.doctor, valid_from=day, shifts=shifts, **more
    )


def on(world, day) -> list[tuple[int, int]]:
    rows = world.doctor.weekly_hours.filter(weekday=day.weekday())
    return sorted(
        (row.starts.hour, row.ends.hour)
        for row in rows
        if (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to >= day)
    )


def body(day, *shifts) -> dict:
    names = {
        "name": "", "break_starts": "", "break_ends": "", "mode": "slot", "per_slot": "1", "cap": "", "overflow": "stop",
        "slot_minutes": "", "minutes_before": "0", "minutes_after": "0",
    }  # fmt: skip
    sent = {"valid_from": day, "idempotency_key": str(compat.uuid7())}
    sent |= {"shift-TOTAL_FORMS": len(shifts), "shift-INITIAL_FORMS": 0}
    for place, one in enumerate(shifts):
        sent |= {f"shift-{place}-{name}": value for name, value in (names | one).items()}
    return sent


def test_through_the_page(sign_in, world, today, url):
    owner, day = sign_in(world.owner), today + 7 * ONE_DAY
    assert url in owner.get(reverse("person-detail", args=[world.doctor.user_id])).content.decode()
    assert 'type="checkbox"' in owner.get(url).content.decode()
    sent = body(
        day,
        {"weekdays": ["0", "1"], "starts": "09:00", "ends": "13:00"},
        {"weekdays": ["1"], "starts": "15:00", "ends": "19:00"},
        {"starts": "", "ends": ""},
    )
    assert owner.post(url, sent).status_code == 302
    monday = day + (7 - day.weekday()) % 7 * ONE_DAY
    found = [on(world, monday + offset * ONE_DAY) for offset in range(7)]
    assert found == [[(9, 13)], [(9, 13), (15, 19)], [], [], [], [], []]
    page = owner.get(url).content.decode()
    assert "Monday, Tuesday" in page and "to come" in page and world.owner.full_name in page
    assert Event.objects.filter(verb="practitioner.weekly_hours_set").exists()


def test_days_before_keep_theirs_and_what_stays_keeps_its_row(world, today):
    day = today + 30 * ONE_DAY
    kept = {row.weekday: row for row in world.doctor.weekly_hours.all()}
    before = on(world, day - 7 * ONE_DAY)
    same = WeeklyHours.objects.get(pk=kept[day.weekday()].pk)
    same.pk, same._state.adding = compat.uuid7(), True
    save(world, day, [same])
    assert on(world, day) == before == on(world, day - 7 * ONE_DAY)
    assert kept[day.weekday()].pk in world.doctor.weekly_hours.filter(valid_to=None).values_list(
        "pk", flat=True
    )
    other = day + ONE_DAY
    assert on(world, other) == [] and on(world, other - 14 * ONE_DAY) != []
    assert AuditRow.objects.filter(table_name="staff_weeklyhours", action="U").exists()


def test_what_was_planned_for_later_is_replaced(world, today):
    save(world, today + 30 * ONE_DAY, [shift(0, 8, 12)])
    save(world, today + 20 * ONE_DAY, [shift(0, 14, 20)])
    monday = today + (7 - today.weekday() + 35) * ONE_DAY
    assert on(world, monday) == [(14, 20)]
    assert not world.doctor.weekly_hours.filter(starts=datetime.time(8)).exists()


@pytest.mark.parametrize(
    "shifts",
    [
        [shift(0, 10, 14), shift(0, 13, 18)],
        [shift(0, 18, 10)],
        [shift(0, per_slot=3)],
        [shift(0, 10, 11, slot_minutes=90)],
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(world, today, shifts):
    before = set(world.doctor.weekly_hours.values_list("pk", "valid_to"))
    with pytest.raises(Refusal):
        save(world, today + ONE_DAY * 9, shifts)
    assert set(world.doctor.weekly_hours.values_list("pk", "valid_to")) == before


def test_no_day_that_has_passed_nor_one_that_is_settled(world, today):
    with pytest.raises(Refusal, match="today on"):
        save(world, today - ONE_DAY, [shift(0)])
    rules = BookingRules.of(world.branch)
    rules.availability_lock_at = datetime.time(0)
    rules.save()
    with pytest.raises(Refusal, match="settled"):
        save(world, today, [shift(0)])
    save(world, today, [shift(0)], override="Patients wait")
    assert Event.objects.filter(verb="availability.overridden").exists()


def test_it_is_for_who_administers_people_there(sign_in, world, today, url):
    for by in (world.doctor.user, world.receptionist, factories.person(world.elsewhere, "administrator")):
        with pytest.raises(Refusal):
            save(world, today + 9 * ONE_DAY, [shift(0)], by=by)
    assert sign_in(world.doctor.user).get(url).status_code == 403
    assert sign_in(factories.person(world.elsewhere, "administrator")).get(url).status_code == 404


def test_what_is_missing_is_said_beside_it(sign_in, world, today, url):
    owner = sign_in(world.owner)
    told = owner.post(url, body(today + 9 * ONE_DAY, {"starts": "09:00", "ends": "13:00"}))
    assert told.status_code == 422 and "On which days?" in told.content.decode()
    told = owner.post(url, body("", {"weekdays": ["0"], "starts": "09:00", "ends": "13:00"}))
    assert told.status_code == 422
