"""What a former system says is owed and held comes in by a list: looked at first, then whole or not at all.

`IMPORT_ROWS=50000 python -m pytest tests/billing/test_opening.py -k many -s` for the longest list there is.
"""

import datetime
import os
import time
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing import domain, money_proofs, proofs
from billing.domain.opening import Opening
from billing.models import Invoice, Payment, StoredValue
from customers.models import Customer, Standing
from imports import domain as imports
from imports.models import Import
from tests import factories
from tests.billing.money import cash
from tests.factories.files import Upload

ROWS = int(os.environ.get("IMPORT_ROWS", "1200"))
DUES = b"Customer,Amount,Number,Date\n"


def checked(world, kind, content, name="list.csv"):
    """The file received by the owner and looked through by the worker."""
    owner = world.owner
    owner.work_at(str(world.branch.pk))
    kept = imports.receive(by=owner, branch=world.branch, kind=kind, file=Upload(name, content))
    imports.go_on(import_id=kept.pk)
    kept.refresh_from_db()
    return kept


def run(world, kept):
    imports.start(by=world.owner, imported=kept)
    imports.go_on(import_id=kept.pk)
    kept.refresh_from_db()
    return kept


@pytest.fixture
def people(world):
    names = ("Asha Rao", "Uma Rao", "Uma Rao")
    return [
        factories.customer(world.branch, world.receptionist, full_name=name, phone=f"+9198450000{place:02d}")
        for place, name in enumerate(names)
    ]


def test_dues_keep_their_number_and_are_paid_like_any_bill(world, people):
    content = DUES + b"Asha Rao,2500.50,B-1042,01/06/2026\n9845000001,100,B-1043,2026-06-02\n"
    done = run(world, checked(world, "dues", content))
    assert (done.state, done.written) == (Import.State.DONE, 2)
    due = Invoice.objects.get(number="B-1042")
    assert (due.document, due.customer, due.due, due.issued_on) == (
        "opening_due", people[0], Decimal("2500.50"), datetime.date(2026, 6, 1),
    )  # fmt: skip
    assert (due.registration, due.series_year, due.lines.count(), due.taxable) == (None, None, 0, 0)
    assert Standing.objects.get(customer=people[0]).due == Decimal("2500.50")
    domain.collect(by=world.receptionist, invoice=due, payments=[cash("2500.50")])
    assert Standing.objects.get(customer=people[0]).due == 0
    assert [*proofs.bills(), *proofs.numbers(), *money_proofs.payments()] == []


def test_advances_and_credit_are_held(world, people):
    run(world, checked(world, "advances", b"Phone,Amount,Receipt,Date\n9845000000,800,R-1,1 Jun 2026\n"))
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    content = f"Customer,Amount,Last day\nAsha Rao,300,{tomorrow}\nAsha Rao,200,\n".encode()
    run(world, checked(world, "credit", content))
    payment = Payment.objects.get()
    assert (payment.mode, payment.unapplied, payment.receipt, payment.drawer) == (
        "opening",
        Decimal(800),
        None,
        None,
    )
    lots = StoredValue.objects.order_by("pk").values_list("balance", "expires_on")
    assert list(lots) == [(Decimal(300), tomorrow), (Decimal(200), None)]
    assert [*money_proofs.payments(), *money_proofs.stored_values()] == []


def test_a_dry_run_tells_each_row_and_writes_nothing(world, people):
    tomorrow = timezone.localdate() + datetime.timedelta(days=2)
    rows = [
        "Asha Rao,100,B-1,01/06/2026",
        "Nobody,100,B-2,01/06/2026",
        "Uma Rao,100,B-3,01/06/2026",
        "Asha Rao,0,B-4,01/06/2026",
        "Asha Rao,100,b-1,01/06/2026",
        f"Asha Rao,100,B-6,{tomorrow}",
        "Asha Rao,100,,01/06/2026",
    ]
    kept = checked(world, "dues", DUES + "\n".join(rows).encode())
    told = {finding[0]: finding[2] for finding in kept.findings}
    assert list(told) == [3, 4, 5, 6, 7, 8]
    for row, words in {
        3: "no such customer",
        4: "Several people fit",
        6: "stands in row 2",
        7: "still to come",
    }.items():
        assert words in told[row]
    assert not Invoice.objects.exists()
    assert not kept.can_start


def test_a_former_number_comes_once(world, people):
    first = DUES + b"Asha Rao,100,B-1,01/06/2026\n"
    run(world, checked(world, "dues", first))
    again = checked(world, "dues", DUES + b"Asha Rao,150,b-1,01/06/2026\n")
    assert "brought forward already" in again.findings[0][2]
    with pytest.raises(IntegrityError, match="brought_forward_once"), transaction.atomic():
        domain.bring_dues(
            by=world.owner, branch=world.branch, told=lambda done: None,
            rows=[Opening(people[0], Decimal(5), datetime.date(2026, 6, 1), "b-1")],
        )  # fmt: skip
    credit = b"Customer,Amount\nAsha Rao,100\n"
    run(world, checked(world, "credit", credit))
    assert "already" in checked(world, "credit", credit + b"\n\n").findings[0][2]


def test_many_rows(world, django_assert_max_num_queries):
    Customer.objects.bulk_create(
        Customer(
            organisation=world.branch.organisation, home_branch=world.branch, registered_by=world.receptionist,
            full_name=f"Person {number}", phone=f"+91{9_000_000_000 + number}", gender="female", reference=f"P{number}",
        )
        for number in range(ROWS)
    )  # fmt: skip
    Standing.objects.bulk_create(
        Standing(customer_id=key) for key in Customer.objects.values_list("pk", flat=True)
    )
    lines = "".join(f"P{number},100.5,B{number},01/06/2026\n" for number in range(ROWS))
    began = time.monotonic()
    kept = checked(world, "dues", DUES + lines.encode())
    looked = time.monotonic()
    assert (kept.wrong, kept.rows) == (0, ROWS)
    with django_assert_max_num_queries(60 + 12 * (ROWS // 500 + 1)):
        kept = run(world, kept)
    print(f"\n{ROWS} dues: checked in {looked - began:.1f} s, written in {time.monotonic() - looked:.1f} s")
    assert (kept.state, kept.written) == (Import.State.DONE, ROWS)
    assert Standing.objects.filter(due=Decimal("100.5")).count() == ROWS
