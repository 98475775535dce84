"""Numbers of documents: gapless, unique per registration and year, a new series on 1 April local time."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from clinic import numbering
from clinic.models import Series, SeriesYear
from clinic.refusals import Refusal
from tests import factories

INDIA = ZoneInfo("Asia/Kolkata")


def take(branch, kind=Series.Kind.TAX_INVOICE):
    with transaction.atomic():
        return numbering.take(branch=branch, kind=kind)


@pytest.fixture
def clock(monkeypatch):
    """The database's clock, set by hand: each call gives the next instant, the last one stays."""

    def set_to(*instants: str) -> None:
        moments = [datetime.datetime.fromisoformat(text).replace(tzinfo=INDIA) for text in instants]
        monkeypatch.setattr(numbering, "_clock", lambda: moments.pop(0) if len(moments) > 1 else moments[0])

    return set_to


def test_numbers_follow_one_another(world, clock):
    clock("2026-11-20T10:00")
    assert [take(world.branch).text for _ in range(3)] == [
        "LCB/26-27/00001",
        "LCB/26-27/00002",
        "LCB/26-27/00003",
    ]


def test_a_failed_document_gives_its_number_back(world, clock):
    clock("2026-11-20T10:00")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.take(branch=world.branch, kind=Series.Kind.TAX_INVOICE)
        raise ZeroDivisionError
    assert take(world.branch).text == "LCB/26-27/00001"


def test_a_new_series_begins_on_1_april_local_time(world, clock):
    clock("2027-03-31T23:59:59")
    assert take(world.branch).text == "LCB/26-27/00001"
    clock("2027-04-01T00:00:01")
    number = take(world.branch)
    assert (number.text, number.day, number.financial_year) == (
        "LCB/27-28/00001",
        datetime.date(2027, 4, 1),
        "2027-28",
    )


def test_the_year_is_that_of_the_moment_after_the_lock(world, clock):
    """Waiting for the lock over midnight: number, date and year agree all the same."""
    clock("2027-03-31T23:59:59", "2027-04-01T00:00:01")
    assert take(world.branch).text == "LCB/27-28/00001"


def test_a_clock_set_back_does_not_date_a_document_before_the_last(world, clock):
    clock("2026-11-20T10:00")
    take(world.branch)
    clock("2026-11-19T23:00")
    assert take(world.branch).day == datetime.date(2026, 11, 20)


def test_two_branches_of_one_gstin_cannot_number_alike(world):
    Series.objects.filter(branch=world.elsewhere, kind=Series.Kind.TAX_INVOICE).update(prefix="lcb".upper())
    take(world.branch)
    with pytest.raises(Refusal, match="Another branch"):
        take(world.elsewhere)


def test_branches_under_two_gstins_may(world):
    second = factories.branch(
        world.branch.organisation,
        registration=type(world.branch.registration).objects.create(
            organisation=world.branch.organisation,
            scheme="regular",
            gstin="27AAPFU0939F1ZV",
            state="27",
            valid_from="2026-04-01",
        ),
        code="LCM",
        state="27",
    )
    Series.objects.filter(branch=second, kind=Series.Kind.TAX_INVOICE).update(prefix="LCB")
    assert take(world.branch).text == take(second).text


def test_a_new_registration_starts_anew_and_leaves_the_old_counter(world, clock):
    clock("2026-11-20T10:00")
    take(world.branch)
    old = SeriesYear.objects.get(series__branch=world.branch)
    world.branch.registration = type(world.branch.registration).objects.create(
        organisation=world.branch.organisation,
        scheme="regular",
        gstin="27AAPFU0939F1ZV",
        state="27",
        valid_from="2026-11-20",
    )
    world.branch.save()
    assert take(world.branch).text == "LCB/26-27/00001"
    old.refresh_from_db()
    assert old.last_number == 1


def test_the_number_keeps_to_sixteen_characters(world, clock):
    clock("2026-11-20T10:00")
    for kind in Series.Kind.values:
        assert len(take(world.branch, kind).text) <= 16


def test_the_hundred_thousandth_is_refused_by_the_database(world, clock):
    clock("2026-11-20T10:00")
    take(world.branch)
    SeriesYear.objects.update(last_number=99_999)
    with pytest.raises(IntegrityError):
        take(world.branch)


def test_a_branch_without_a_series_is_told(world):
    with pytest.raises(Refusal, match="no number series"):
        take(world.branch, "of_a_kind_added_later")
