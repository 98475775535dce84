"""A series of visits: all of them or none, and every date that can't be had is named at once."""

import datetime
from decimal import Decimal

import pytest

from appointments import domain
from appointments.domain import SeriesDate
from appointments.models import Appointment, Hold
from clinic.models import Holiday
from clinic.refusals import Refusal
from packages import domain as packages
from tests import factories


@pytest.fixture
def package(world, priya, hair_removal):
    return packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=priya,
        plan=factories.plan(hair_removal, session_count=6),
        value=Decimal(36000),
        on=datetime.date(2026, 3, 3),
    )


@pytest.fixture
def series(world, priya, hair_removal, at):
    """Books at ten on so many days from today."""

    def book(*days: int, sessions=(), **changes) -> list[Appointment]:
        sessions = list(sessions) or [None] * len(days)
        dates = [
            SeriesDate(at(10, days=day), world.doctor, session)
            for day, session in zip(days, sessions, strict=True)
        ]
        wish = {
            "by": world.receptionist,
            "branch": world.branch,
            "customer": priya,
            "treatment": hair_removal,
        }
        return domain.book_series(dates=dates, **wish | changes)

    return book


@pytest.fixture
def refused(series, package):
    def refuse(*days, **changes) -> Refusal:
        before = Appointment.objects.count(), Hold.objects.count()
        with pytest.raises(Refusal) as refusal:
            series(*days, **changes)
        assert (Appointment.objects.count(), Hold.objects.count()) == before
        assert not package.sessions.exclude(status="pending").exists()
        return refusal.value

    return refuse


def test_a_series_is_booked_with_its_sessions_in_order(series, package, at):
    visits = series(1, 29, 57, sessions=package.sessions.all()[:3])
    assert [visit.starts_at for visit in visits] == [at(10, days=1), at(10, days=29), at(10, days=57)]
    assert len({visit.booked_series for visit in visits}) == 1 and visits[0].booked_series
    reserved = package.sessions.filter(status="reserved")
    assert [session.appointment_id for session in reserved] == [visit.pk for visit in visits]


def test_every_date_that_cannot_be_had_is_named_at_once(refused, booked, world, at, package):
    booked(10, days=29)
    Holiday.objects.create(branch=world.branch, day=datetime.date(2026, 4, 29), name="May festival")
    refusal = refused(1, 29, 57, sessions=package.sessions.all()[:3])
    assert str(refusal).startswith("2 of 3 dates can't be had.")
    assert "Wed 1 Apr, 10:00: Dr. Vivek Kapoor already has a visit" in str(refusal)
    assert "Wed 29 Apr, 10:00: Linqs Cosmetology Clinic is closed" in str(refusal)
    assert [(each.position, each.starts_at) for each in refusal.offers] == [
        (1, at(10, days=29)),
        (2, at(10, days=57)),
    ]
    assert refusal.offers[0].offers[0] == at(10, 45, days=29)
    assert refusal.field == "dates"


def test_a_date_after_the_package_lapses_is_named(refused, package):
    package.valid_until = datetime.date(2026, 4, 10)
    package.save()
    refusal = refused(1, 29, 57, sessions=package.sessions.all()[:3])
    assert [each.position for each in refusal.offers] == [2]
    assert "was to be used until" in refusal.offers[0].why


def test_sessions_are_distinct_and_in_order(refused, package):
    first, second = package.sessions.all()[:2]
    for sessions in ((first, first), (second, first)):
        assert refused(1, 29, sessions=sessions).field == "session"


def test_a_series_keeps_the_treatments_interval(refused, hair_removal, series):
    hair_removal.min_interval_days = 28
    hair_removal.save()
    refusal = refused(1, 15, 29)
    assert [each.position for each in refusal.offers] == [1]
    assert "needs 28 days between two sessions" in refusal.offers[0].why
    assert len(series(1, 29)) == 2


def test_two_dates_at_one_time_are_refused(refused):
    assert [each.position for each in refused(1, 1).offers] == [1]
    assert "Another visit of this booking" in refused(1, 1).offers[0].why


def test_a_series_without_dates_is_refused(refused):
    assert refused().field == "dates"


def test_an_overlap_is_named_unless_she_says_so(refused, series, booked, world):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    booked(10, days=29, practitioner=other, treatment=factories.treatment(world.branch, name="Peel"))
    refusal = refused(1, 29)
    assert "already has a visit then: Peel with Dr. Reena Rao" in refusal.offers[0].why
    assert len(series(1, 29, despite_overlap=True)) == 2
