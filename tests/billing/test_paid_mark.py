"""Paying marks the visit paid, on the board and in the list too: one query for all, none for who may see no bills."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing import domain
from clinic.permissions import Permission
from staff.models import Grant
from tests.billing.money import cash
from tests.factories.bulk import done_visit

pytestmark = pytest.mark.django_db
MARK = '<em class="mark" title="Paid">'


@pytest.fixture
def noon(shop) -> datetime.datetime:
    today = timezone.localdate(timezone=shop.branch.zone)
    return datetime.datetime.combine(today, datetime.time(12), shop.branch.zone)


@pytest.fixture
def visit(shop, world, noon):
    return at(noon, shop, world)


def at(start, shop, world):
    made = done_visit(shop.branch, shop.by, customer=shop.customer, doctor=world.doctor, treatment=shop.laser)
    made.starts_at, made.ends_at = start, start + datetime.timedelta(minutes=30)
    made.save(update_fields=["starts_at", "ends_at"])
    return made


def billed(shop, visit):
    draft = domain.draft(by=shop.by, branch=shop.branch, customer=visit.customer, appointment=visit)
    return domain.issue(by=shop.by, invoice=draft, version=draft.version)


def shown(client, name="appointment-list", **more):
    return client.get(reverse(name), **more).content.decode()


def test_it_comes_with_the_last_rupee_and_goes_with_a_new_draft(desk, shop, visit):
    bill = billed(shop, visit)
    domain.collect(by=shop.by, invoice=bill, payments=[cash(1000)])
    assert MARK not in shown(desk)
    bill.refresh_from_db()
    domain.collect(by=shop.by, invoice=bill, payments=[cash(bill.due)])
    assert shown(desk).count(MARK) == 1
    assert ">Paid</span>" in shown(desk, "appointment-schedule").replace("\n", "")
    assert "Visit paid" in desk.get(reverse("appointment-invoices", args=[visit.pk])).content.decode()
    more = domain.draft(by=shop.by, branch=shop.branch, customer=visit.customer, appointment=visit)
    assert MARK not in shown(desk)
    domain.discard(by=shop.by, invoice=more)
    assert MARK in shown(desk)


def test_a_cancelled_bill_pays_nothing_and_its_successor_does(desk, shop, visit, world):
    bill = billed(shop, visit)
    domain.collect(by=shop.by, invoice=bill, payments=[cash(bill.due)])
    bill.refresh_from_db()
    domain.cancel(by=world.owner, invoice=bill, reason="Wrong person")
    assert MARK not in shown(desk)
    again = billed(shop, visit)
    domain.collect(by=shop.by, invoice=again, payments=[cash(again.due)])
    assert MARK in shown(desk)


def test_a_board_that_waits_hears_of_it(desk, shop, visit):
    bill = billed(shop, visit)
    stamp = desk.get(reverse("appointment-list")).context["stamp"]
    ask = {"data": {"stamp": stamp}, "headers": {"HX-Request": "true", "HX-Target": "board"}}
    assert desk.get(reverse("appointment-list"), **ask).status_code == 204
    domain.collect(by=shop.by, invoice=bill, payments=[cash(bill.due)])
    news = desk.get(reverse("appointment-list"), **ask)
    assert (news.status_code, MARK in news.content.decode()) == (200, True)


def test_who_may_see_no_bills_sees_no_mark(desk, shop, visit):
    bill = billed(shop, visit)
    domain.collect(by=shop.by, invoice=bill, payments=[cash(bill.due)])
    Grant.objects.filter(permission=Permission.BILLING_VIEW).delete()
    assert MARK not in shown(desk)


@pytest.mark.parametrize("name", ["appointment-list", "appointment-schedule", "appointment-week"])
def test_many_paid_visits_are_asked_for_as_often_as_one(desk, shop, world, noon, visit, name):
    counts = []
    for hours in ((0,), (-3, -2, -1)):
        for hour in hours:
            bill = billed(shop, at(noon + datetime.timedelta(hours=hour), shop, world) if hour else visit)
            domain.collect(by=shop.by, invoice=bill, payments=[cash(bill.due)])
        shown(desk, name)
        with CaptureQueriesContext(connection) as asked:
            shown(desk, name)
        counts.append(len(asked))
    assert counts[0] == counts[1]
