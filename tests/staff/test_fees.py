"""Own fees of somebody who treats, by kind and from a day on."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from staff import domain
from staff.models import Fee
from tests import factories

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def today(world):
    return timezone.localdate(timezone=world.branch.zone)


@pytest.fixture
def set_fee(world):
    def given(amount, valid_from, kind="consultation", by=world.owner):
        return domain.set_fee(
            by=by, practitioner=world.doctor, kind=kind, amount=amount, valid_from=valid_from
        )

    return given


def counts(world, day, kind="consultation"):
    found = (
        Fee.objects.filter(practitioner=world.doctor, kind=kind).valid_on(day).order_by("-valid_from").first()
    )
    return found and found.amount


def test_through_the_page(sign_in, world, today):
    page, url = sign_in(world.owner), reverse("practitioner-fees", args=[world.doctor.pk])
    assert url in page.get(reverse("person-detail", args=[world.doctor.user_id])).content.decode()
    body = {
        "kind": "consultation",
        "amount": "650",
        "valid_from": today,
        "idempotency_key": str(compat.uuid7()),
    }
    assert page.post(url, body)["Location"] == url
    shown = page.get(url).content.decode()
    assert "650" in shown and "counts" in shown and world.owner.full_name in shown, "who wrote it is told"
    assert Event.objects.filter(verb="practitioner.fee_set", subject_id=world.doctor.pk).exists()


def test_the_latest_that_has_begun_counts_and_earlier_days_keep_theirs(world, today, set_fee):
    set_fee(500, today)
    set_fee(700, today + 10 * ONE_DAY)
    set_fee(600, today + 5 * ONE_DAY)
    days = [counts(world, today + offset * ONE_DAY) for offset in (0, 4, 5, 9, 10)]
    assert days == [500, 500, 600, 600, 700]
    set_fee(550, today)
    assert Fee.objects.filter(practitioner=world.doctor).count() == 3, "of one start there is one row"


def test_without_an_amount_the_house_s_counts_again(world, today, set_fee):
    set_fee(500, today)
    set_fee(700, today + 10 * ONE_DAY)
    set_fee(None, today + 5 * ONE_DAY)
    assert [counts(world, today + offset * ONE_DAY) for offset in (4, 5, 20)] == [500, None, None]
    assert set_fee(None, today, kind="priority") is None


def test_days_that_have_passed_stay(today, set_fee):
    with pytest.raises(Refusal, match="today or later"):
        set_fee(500, today - ONE_DAY)


def test_it_is_for_who_administers_people_there(sign_in, world, today, set_fee):
    for by in (
        world.receptionist,
        factories.person(world.branch, "manager"),
        factories.person(world.elsewhere, "administrator"),
    ):
        with pytest.raises(Refusal):
            set_fee(500, today, by=by)
    url = reverse("practitioner-fees", args=[world.doctor.pk])
    assert sign_in(factories.person(world.elsewhere, "administrator")).get(url).status_code == 404
    assert sign_in(world.receptionist).get(url).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"amount": "-1"}, {"kind": "dinner"}, {"valid_from": ""}, {"amount": "1e999"}]
)
def test_what_cannot_be_is_said(sign_in, world, today, wrong):
    body = {
        "kind": "consultation",
        "amount": "650",
        "valid_from": today,
        "idempotency_key": str(compat.uuid7()),
    }
    url = reverse("practitioner-fees", args=[world.doctor.pk])
    assert sign_in(world.owner).post(url, body | wrong).status_code == 422
    assert not Fee.objects.filter(practitioner=world.doctor).exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_stay_the_same(sign_in, world, today, set_fee, rows, django_assert_max_num_queries):
    for offset in range(rows):
        set_fee(500 + offset, today + offset * ONE_DAY)
    owner = sign_in(world.owner)
    with django_assert_max_num_queries(10):
        owner.get(reverse("practitioner-fees", args=[world.doctor.pk]))
