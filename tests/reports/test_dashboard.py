"""The dashboard: figures of the branch and the day, each for those who may see it, in a fixed number of queries."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment
from billing import domain as billing
from billing.models import Invoice
from reports import queries, views
from tests import factories


@pytest.fixture
def gel(world):
    return factories.item(
        world.branch, name="Laser Cooling Gel", reorder_level=Decimal(10), price=Decimal(500)
    )


@pytest.fixture
def sell(world):
    """Issue a bill of one treatment at 4,500 before tax; `paid` in cash."""
    treatment = factories.treatment(world.branch, name="Laser")

    def sold(at=None, paid=0, what=None):
        by, branch = world.owner, at or world.branch
        customer = factories.customer(branch, by, full_name="Priya Mehta")
        invoice = billing.draft(by=by, branch=branch, customer=customer)
        billing.add_line(by=by, invoice=invoice, version=invoice.version, what=what or treatment)
        invoice.refresh_from_db()
        invoice = billing.issue(by=by, invoice=invoice, version=invoice.version)
        if paid:
            billing.collect(by=by, invoice=invoice, payments=[billing.NewPayment("cash", Decimal(paid))])
        return invoice

    return sold


@pytest.fixture
def visit(world):
    treatment = factories.treatment(world.branch, name="Hair PRP")

    def made(hour=9, days=0, at=None, practitioner=None, **changes):
        at = at or world.branch
        day = timezone.localdate() + datetime.timedelta(days=days)
        starts_at = datetime.datetime.combine(day, datetime.time(hour), at.zone)
        return Appointment.objects.create(
            number=factories.number(),
            branch=at,
            customer=factories.customer(at, world.owner),
            practitioner=practitioner or world.doctor,
            treatment=treatment,
            starts_at=starts_at,
            ends_at=starts_at + datetime.timedelta(minutes=45),
            booked_by=world.owner,
            **changes,
        )

    return made


def billed_at(world, today):
    return queries.money_of(world.owner, world.branch, today)[0]


def cards(client):
    return {card["label"]: (card["value"], card["note"]) for card in client.get("/").context["cards"]}


def test_the_owner_sees_the_day_the_money_and_the_stock(sign_in, world, visit, sell, gel):
    visit(hour=9)
    visit(hour=11, status=Appointment.Status.CANCELLED)
    visit(days=-1), visit(hour=10, days=-1)
    sell(paid=1000)
    sell(paid=5310)
    factories.batch(gel, world.branch, world.owner, quantity=9)
    shown = cards(sign_in(world.owner))
    assert shown["Appointments today"] == (1, "1 fewer than yesterday")
    assert shown["Billed this month, with tax"][0] == "₹10,620.00"
    assert shown["Pending payments"] == ("₹4,310.00", "1 invoice outstanding")
    assert shown["Low stock"] == (1, "needs attention")


def test_nothing_yet(sign_in, world):
    client = sign_in(world.owner)
    page = client.get("/").content.decode()
    for sentence in (
        "No appointments today",
        "Everything that was billed is paid",
        "Nothing is under its reorder",
    ):
        assert sentence in page
    assert cards(client)["Pending payments"] == ("₹0.00", "0 invoices outstanding")


def test_the_schedule_links_to_each_visit_in_order(sign_in, world, visit):
    later, early = visit(hour=14), visit(hour=9)
    page = sign_in(world.receptionist).get("/").content.decode()
    places = [page.index(reverse("appointment-detail", args=[each.pk])) for each in (early, later)]
    assert places == sorted(places)


def test_pending_links_to_where_it_is_collected(sign_in, world, sell):
    invoice = sell()
    page = sign_in(world.owner).get("/").content.decode()
    assert reverse("invoice-detail", args=[invoice.pk]) in page
    assert invoice.number in page


def test_a_receptionist_sees_no_money_and_no_stock(desk, world, sell, gel):
    sell()
    factories.batch(gel, world.branch, world.owner, quantity=1)
    response = desk.get("/")
    assert set(cards(desk)) == {"Appointments today", "Waiting now", "To confirm today", "Done today"}
    assert "₹" not in response.content.decode()
    assert "Laser Cooling Gel" not in response.content.decode()
    assert all(response.context.get(name) is None for name in ("sales", "pending", "low_stock"))


def test_a_doctor_sees_their_own_day(sign_in, world, visit, gel):
    other = factories.practitioner(world.branch, full_name="Reena Sharma", username="reena")
    mine, theirs = visit(), visit(hour=11, practitioner=other)
    client = sign_in(world.doctor.user)
    response = client.get("/")
    assert [each.pk for each in response.context["schedule"]] == [mine.pk]
    assert theirs.customer.full_name not in response.content.decode()
    assert cards(client)["Low stock"] == (0, "nothing under its level")
    assert len(sign_in(world.owner).get("/").context["schedule"]) == 2


def test_who_waits_is_counted(desk, world, visit):
    visit(status="arrived", arrived_at=timezone.now() - datetime.timedelta(minutes=12))
    assert cards(desk)["Waiting now"] == (1, "longest 12 min")


def test_another_branch_is_another_dashboard(sign_in, world, visit, sell):
    visit()
    sell()
    elsewhere = factories.person(world.elsewhere, "owner")
    response = sign_in(elsewhere).get("/")
    assert response.context["schedule"] == []
    assert response.context["pending"].count == 0
    assert response.context["sales"]["sum"] == 0
    assert world.elsewhere.trade_name in response.content.decode()


@pytest.fixture
def bill_on(world, sell):
    """Bills of other days are made by shifting the day: what is issued can't be, so the reading is told another today."""

    def billed(shift):
        return billed_at(world, timezone.localdate() + datetime.timedelta(days=shift))

    return billed


def test_billed_by_day_counts_from_the_day_of_issue(world, sell, bill_on):
    sell()
    today = bill_on(0)
    assert today.by_day[-1] == (timezone.localdate(), Decimal("5310.00"))
    assert (len(today.by_day), today.sum) == (30, Decimal("5310.00"))
    assert bill_on(29).by_day[0] == (timezone.localdate(), Decimal("5310.00"))
    assert bill_on(30).sum == 0
    assert bill_on(-1).sum == 0


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (datetime.date(2026, 3, 3), datetime.date(2026, 2, 3)),
        (datetime.date(2026, 3, 31), datetime.date(2026, 2, 28)),
        (datetime.date(2027, 1, 15), datetime.date(2026, 12, 15)),
    ],
)
def test_the_month_is_compared_with_the_same_days_of_the_last(world, today, until):
    assert billed_at(world, today).until_then == until


@pytest.mark.parametrize(
    ("month", "before", "percent", "note"),
    [
        (112, 100, 12, "12% above 1–3 Feb"),
        (50, 100, -50, "50% below 1–3 Feb"),
        (10, 0, None, "nothing billed 1–3 Feb"),
    ],
)
def test_the_change_in_percent(month, before, percent, note):
    found = queries.Billed(Decimal(month), Decimal(before), datetime.date(2026, 2, 3), [])
    assert found.change_percent == percent
    assert views._change(found) == note


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(0, "Good morning"), (11, "Good morning"), (12, "Good afternoon"), (17, "Good evening")],
)
def test_the_greeting_goes_by_the_branchs_hour(hour, greeting):
    now = datetime.datetime(2026, 3, 3, hour, tzinfo=datetime.UTC)
    assert views._greeting(now).startswith(greeting)


def test_a_title_is_not_a_first_name():
    assert [views._first_name(name) for name in ("Dr. Reena Sharma", "Reena Sharma", "Reena")] == [
        "Reena"
    ] * 3


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_stay_the_same(sign_in, world, visit, sell, rows, django_assert_max_num_queries):
    for row in range(rows):
        visit(hour=row % 20)
        item = factories.item(world.branch)
        factories.batch(item, world.branch, world.owner, quantity=10)
        sell(what=item)
        item.reorder_level = 20
        item.save()
    assert Invoice.objects.unpaid().count() == rows
    client = sign_in(world.owner)
    with django_assert_max_num_queries(11):
        client.get("/")


def test_alerts_are_a_panel_loaded_by_itself(sign_in, world):
    page = sign_in(world.owner).get("/").content.decode()
    assert f'hx-get="{reverse("alert-list")}"' in page
