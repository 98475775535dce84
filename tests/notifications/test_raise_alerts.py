"""The alerts of the day: once per subject and day, whoever runs the job and how often."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import domain as billing
from inventory import domain as inventory
from inventory.models import Movement
from notifications import domain, tasks
from notifications.models import Alert
from packages import domain as packages
from packages.models import Enrolment, Session
from tests import factories
from tests.factories import documents
from tests.notifications.test_remind_tomorrow import run_twice_at_once


@pytest.fixture
def gel(world):
    return factories.item(world.branch, name="Laser Cooling Gel", reorder_level=Decimal(10))


@pytest.fixture
def enrolled(world):
    def enrol(days_left):
        plan = factories.plan(factories.treatment(world.branch), name="Acne plan", valid_days=90)
        customer = factories.customer(world.branch, world.receptionist)
        enrolment = packages.enrol(
            by=world.receptionist,
            branch=world.branch,
            customer=customer,
            plan=plan,
            value=Decimal(16000),
            on=timezone.localdate(),
        )
        enrolment.valid_until = timezone.localdate() + datetime.timedelta(days=days_left)
        enrolment.save()
        return enrolment

    return enrol


@pytest.mark.parametrize(
    ("days", "band"), [(1, 30), (30, 30), (31, 60), (60, 60), (61, 90), (90, 90), (91, None), (0, None)]
)
def test_a_batch_is_told_of_with_the_band_it_has_entered(world, gel, days, band):
    factories.batch(gel, world.branch, world.owner, quantity=20, number="B1", days=days)
    raised = [alert for alert in domain.raise_alerts() if alert.kind == "expiring"]
    if band is None:
        assert raised == []
    else:
        expires = timezone.localdate() + datetime.timedelta(days=days)
        day = f"{expires.day} {expires:%b %Y}"
        assert [alert.text for alert in raised] == [
            f"Laser Cooling Gel, batch B1 expires within {band} days, on {day}: 20 left."
        ]
        assert raised[0].url == reverse("item-detail", args=[gel.pk])


def test_an_empty_or_recalled_batch_is_not_told_of(world, gel):
    factories.batch(gel, world.branch, world.owner, quantity=0, days=10)
    recalled = factories.batch(gel, world.branch, world.owner, quantity=20, days=10)
    recalled.is_active = False
    recalled.save()
    factories.batch(gel, world.branch, world.owner, quantity=20)
    assert domain.raise_alerts() == []


@pytest.mark.parametrize(("stock", "low"), [(10, False), (9, True)])
def test_an_item_is_low_below_its_level_not_at_it(world, gel, stock, low):
    factories.batch(gel, world.branch, world.owner, quantity=stock)
    raised = [alert.text for alert in domain.raise_alerts()]
    assert raised == (["Laser Cooling Gel: 9 left, reorder at 10."] if low else [])


def test_a_branch_hears_of_its_own_stock_alone(world, gel):
    factories.batch(gel, world.elsewhere, world.owner, quantity=3)
    assert [alert.branch for alert in domain.raise_alerts()] == [world.elsewhere]


@pytest.mark.parametrize(("days", "told"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_package_about_to_lapse(enrolled, days, told):
    enrolment = enrolled(days)
    Session.objects.filter(enrolment=enrolment, number=1).update(
        status="completed", completed_at=timezone.now(), completed_by=enrolment.by
    )
    raised = domain.raise_alerts()
    assert bool(raised) is told
    if told:
        assert raised[0].text.endswith("with 7 sessions left.")
        assert enrolment.customer.full_name not in raised[0].text
        assert raised[0].customer == enrolment.customer


def test_a_finished_package_does_not_lapse(enrolled):
    Enrolment.objects.filter(pk=enrolled(5).pk).update(status="completed")
    assert domain.raise_alerts() == []


def test_running_it_again_the_same_day_adds_nothing_and_the_next_day_one_each(world, gel, enrolled):
    factories.batch(gel, world.branch, world.owner, quantity=3, days=20)
    enrolled(10)
    tasks.raise_alerts()
    tasks.raise_alerts()
    assert sorted(Alert.objects.values_list("kind", flat=True)) == ["expiring", "lapsing", "low_stock"]
    assert len(domain.raise_alerts(today=timezone.localdate() + datetime.timedelta(days=1))) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_one(world, gel):
    factories.batch(gel, world.branch, world.owner, quantity=3, days=20)
    run_twice_at_once(domain.raise_alerts)
    assert sorted(Alert.objects.values_list("kind", flat=True)) == ["expiring", "low_stock"]


def test_a_sale_that_takes_an_item_under_its_level_alerts_at_once(world, gel, tell):
    other = factories.item(world.branch, name="Serum", reorder_level=Decimal(50))
    factories.batch(other, world.branch, world.owner, quantity=5)
    factories.batch(gel, world.branch, world.owner, quantity=10)
    invoice = factories.customer(world.branch, world.receptionist)  # any subject: only its id is told
    inventory.take(
        by=world.receptionist,
        branch=world.branch,
        wanted=[inventory.Wanted(gel, Decimal(1))],
        kind=Movement.Kind.SALE,
        cause_kind="invoice",
        cause_id=invoice.pk,
        today=timezone.localdate(),
    )
    tell("invoice.issued", invoice.pk, times=2)
    assert Alert.objects.get().text == "Laser Cooling Gel: 9 left, reorder at 10."


def test_a_visit_that_uses_up_alerts_at_once_too(world, gel, tell, visits):
    factories.batch(gel, world.branch, world.owner, quantity=10)
    visit = visits()
    tell("appointment.completed", visit.pk)
    assert not Alert.objects.exists()
    inventory.take(
        by=world.receptionist,
        branch=world.branch,
        wanted=[inventory.Wanted(gel, Decimal("0.5"))],
        kind=Movement.Kind.CONSUMPTION,
        cause_kind="appointment",
        cause_id=visit.pk,
        today=timezone.localdate(),
    )
    tell("appointment.completed", visit.pk)
    assert Alert.objects.get().text == "Laser Cooling Gel: 9.5 left, reorder at 10."


def test_a_discount_asked_for_is_told_until_somebody_decides(world, tell):
    draft = documents.asked(world.branch, world.receptionist, factories.treatment(world.branch))
    tell("invoice.discount_asked", draft.pk, times=2)
    told = Alert.objects.get(kind=Alert.Kind.DISCOUNT)
    assert told.text == "Meena Joshi asks for a discount of 20\u00a0% on ₹4,500.00."
    assert list(Alert.objects.visible_to(world.owner)) == [told]
    assert not Alert.objects.visible_to(world.receptionist).exists()
    billing.decline_discount(by=world.owner, invoice=draft, version=draft.version, answer="Too much")
    tell("invoice.discount_declined", draft.pk)
    told.refresh_from_db()
    assert told.seen_at
