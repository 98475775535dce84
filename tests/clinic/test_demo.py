"""`manage.py demo`: loads once, harms nothing real, and leaves data that every proof holds of."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment
from billing import domain as billing
from billing.models import Invoice
from clinic import registries
from clinic.models import AuditRow, Branch, Organisation, SeriesYear
from customers import domain as customers
from customers.models import Customer
from inventory.models import Item
from notifications.models import Alert, Message
from packages import queries
from packages.models import Enrolment, Treatment
from staff.demo import DEMO_LOGINS
from staff.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_demo(client):
    """One test, because loading takes seconds: the data, a second run, the pages, the proofs, and billing on top."""
    assert run().endswith("The demo data is loaded.\n")
    holds_what_the_sources_say()
    dates_and_phones_are_a_demos()
    numbers_have_no_gap()

    rows = AuditRow.objects.count()
    assert run() == "The demo data is already there; nothing was changed.\n"
    assert AuditRow.objects.count() == rows

    call_command("prove", stdout=io.StringIO())
    laser_asks_for_a_patch_test()
    every_list_lives(client)
    billing_goes_on()


def holds_what_the_sources_say():
    names = ["Priya Mehta", "Anjali Singh", "Neha Patel", "Ritika Joshi", "Kavya Nair", "Sunita Rao"]
    assert Customer.objects.filter(full_name__in=names).count() == 6
    assert Customer.objects.count() == 66
    states = Enrolment.objects.values_list("status", flat=True)
    assert (len(states), list(states).count("active"), list(states).count("completed")) == (35, 28, 7)
    laser = Enrolment.objects.get(customer__full_name="Priya Mehta", plan_name__startswith="Laser")
    assert laser.sessions.filter(number__lte=5, status="completed").count() == 5
    main = Branch.objects.get(code="LCB")
    stock = Item.objects.with_stock_at(main, timezone.localdate()).values_list("name", "in_stock")
    assert {name: int(left) for name, left in stock} == {
        "Vitamin C Serum 20%": 3,
        "Hydroquinone 4% Cream": 2,
        "Hyaluronic Acid Serum": 21,
        "Laser Cooling Gel": 4,
        "Glycolic Acid 10%": 16,
        "Nitrile Gloves M": 800,
        "Cotton Rounds": 320,
    }
    unpaid = Invoice.objects.unpaid()
    assert unpaid.count() == 4
    assert unpaid.aggregate(due=Sum("outstanding"))["due"] == Decimal(8400)


def dates_and_phones_are_a_demos():
    today = timezone.localdate()
    first = Appointment.objects.earliest("starts_at").starts_at
    assert 50 <= (today - timezone.localdate(first)).days <= 60
    assert Appointment.objects.for_day(today, Branch.objects.get(code="LCB")).count() == 14
    assert Appointment.objects.filter(starts_at__gt=timezone.now()).exists()
    assert Appointment.objects.filter(status="arrived").exists() or timezone.localtime().hour < 12
    assert all(
        re.fullmatch(r"\+9190000\d{5}", phone) for phone in Customer.objects.values_list("phone", flat=True)
    )
    # all but that of backups, which a clinic of today can't have missed, and of leave that waits to be decided
    missing = {Alert.Kind.BACKUP, Alert.Kind.DECIDED}
    assert set(Alert.objects.values_list("kind", flat=True)) == set(Alert.Kind.values) - missing
    assert {"booked", "confirmed", "reminder", "nearly_done"} <= set(
        Message.objects.filter(status="waiting").values_list("kind", flat=True)
    )


def numbers_have_no_gap():
    for counter in SeriesYear.objects.filter(series__kind__in=["tax_invoice", "bill_of_supply", "bill"]):
        numbers = Invoice.objects.filter(series_year=counter).order_by("issued_at", "number")
        serials = [int(number.rpartition("/")[2]) for number in numbers.values_list("number", flat=True)]
        assert serials == list(range(1, counter.last_number + 1))
        assert counter.last_date == numbers.last().issued_on


def laser_asks_for_a_patch_test():
    """Priya can be booked for the laser; one customer was never tested and one reacted, to show what blocks."""
    laser = Treatment.objects.get(name="Laser Hair Removal")
    unmet = {
        name: [each.why for each in queries.unmet(customer.pk, laser, timezone.localtime())]
        for name in ("Priya Mehta", "Tara Pillai", "Imtiaz Ahmed")
        for customer in [Customer.objects.get(full_name=name)]
    }
    assert unmet == {"Priya Mehta": [], "Tara Pillai": ["missing"], "Imtiaz Ahmed": ["failed"]}


def every_list_lives(client):
    owner = User.objects.get(username="owner")
    client.force_login(owner, backend="staff.backends.EmailOrUsername")
    for name in (
        "dashboard",
        "message-list",
        "alert-list",
        "count-list",
        "transfer-list",
        "adjustment-list",
        "online-list",
        "note-list",
        "refund-list",
        "discount-requests",
    ):
        response = client.get(reverse(name))
        assert response.status_code == 200, name
        assert 'class="empty"' not in response.content.decode(), name


def billing_goes_on():
    """The next real bill takes the number after the demo's last."""
    desk = User.objects.get(username="receptionist")
    last = SeriesYear.objects.filter(prefix="LCB").latest("last_date")
    invoice = billing.draft(
        by=desk, branch=desk.branch, customer=Customer.objects.get(full_name="Kavya Nair")
    )
    billing.add_line(
        by=desk, invoice=invoice, version=invoice.version, what=Item.objects.get(name="Laser Cooling Gel")
    )
    invoice.refresh_from_db()
    issued = billing.issue(by=desk, invoice=invoice, version=invoice.version)
    assert int(issued.number.rpartition("/")[2]) == last.last_number + 1
    customers.register(
        by=desk, branch=desk.branch, full_name="New Customer", phone="9000099999", gender="female"
    )


def test_a_real_clinic_is_refused():
    factories.clinic()
    with pytest.raises(CommandError, match="holds a real clinic"):
        run()
    assert not Organisation.objects.filter(is_demo=True).exists()


def test_people_without_a_clinic_are_somebody_real_too():
    factories.person(None, "owner")
    with pytest.raises(CommandError, match="holds a real clinic"):
        run()
    assert not Organisation.objects.exists()


def test_a_step_that_fails_leaves_nothing(monkeypatch):
    def fail(today):
        raise RuntimeError("no")

    monkeypatch.setitem(registries._demo, "Visits", registries.Step(50, "Visits", fail))
    with pytest.raises(RuntimeError):
        run()
    assert not Organisation.objects.exists()


def test_logins_are_printed_and_nothing_loaded():
    lines = run("--logins").splitlines()
    assert [line.split()[-2:] for line in lines] == [
        [each["username"], each["password"]] for each in DEMO_LOGINS
    ]
    assert [each["username"] for each in json.loads(run("--json"))] == [
        each["username"] for each in DEMO_LOGINS
    ]
    assert not Organisation.objects.exists()
