"""Cancelling: the bill is as if it had never been, but its number stays taken."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing import domain, proofs
from billing.domain import CreditTerms, NewPayment
from billing.models import Invoice, Payment, PeriodLock
from clinic.models import Event, SeriesYear
from clinic.refusals import Refusal, Stale
from customers.models import Standing
from inventory.models import Balance, Movement
from packages import domain as packages
from packages.models import Plan, Tally
from tests import factories


def cancel(shop, invoice, reason="Wrong customer"):
    return domain.cancel(by=shop.by, invoice=invoice, reason=reason)


def pay(shop, invoice):
    domain.collect(by=shop.by, invoice=invoice, payments=[NewPayment("cash", invoice.due)])
    invoice.refresh_from_db()


def proven():
    return [*proofs.bills(), *proofs.numbers()]


def test_it_keeps_its_number_and_owes_nothing(shop):
    invoice = shop.issue(shop.laser)
    done = cancel(shop, invoice, " Wrong customer ")
    assert (done.status, done.number, done.cancel_reason) == ("cancelled", invoice.number, "Wrong customer")
    assert (done.owed, done.due, done.cancelled_by) == (0, 0, shop.by)
    assert shop.issue(shop.laser).number.endswith("/00002")
    assert Event.objects.filter(verb="invoice.cancelled", subject_id=invoice.pk).count() == 1
    assert proven() == []


def test_what_was_paid_is_free_and_nothing_is_due(shop):
    invoice = shop.issue(shop.laser)
    pay(shop, invoice)
    cancel(shop, invoice)
    invoice.refresh_from_db()
    assert (invoice.paid, Payment.objects.get().unapplied) == (0, Decimal(5310))
    assert Standing.objects.get(customer=shop.customer).due == 0
    assert proven() == []


def test_goods_go_back_on_the_shelf(shop):
    invoice = shop.issue(shop.gel)
    cancel(shop, invoice)
    assert Balance.objects.get(batch=shop.batch, branch=shop.branch).quantity == 10
    back = Movement.objects.get(cause_kind="invoice", cause_id=invoice.pk, kind="return_in")
    assert invoice.number in back.note


def test_a_package_that_was_never_used_is_undone(shop):
    invoice = shop.issue(shop.plan)
    pay(shop, invoice)
    cancel(shop, invoice)
    package = invoice.lines.get().enrolment
    tally = Tally.objects.get(pk=package.pk)
    assert (package.status, tally.remaining, tally.owed, tally.paid) == ("cancelled", 0, 0, 0)
    assert Standing.objects.get(customer=shop.customer).active_packages == 0
    assert proven() == []


def test_with_a_session_used_it_is_refused_and_nothing_changes(shop):
    invoice = shop.issue(shop.plan)
    pay(shop, invoice)
    package = invoice.lines.get().enrolment
    doctor = factories.practitioner(shop.branch, full_name="Dr Rao")
    packages.redeem_session(by=shop.by, session=package.sessions.get(number=1), practitioner=doctor)
    with pytest.raises(Refusal, match=r"Sessions of .* were used.*credit note"):
        cancel(shop, invoice)
    invoice.refresh_from_db()
    assert (invoice.status, invoice.due) == ("issued", 0)


def test_a_session_that_was_billed_can_be_billed_again(shop):
    plan = factories.plan(shop.laser, payment=Plan.Payment.PER_SESSION)
    package = packages.enrol(
        by=shop.by, branch=shop.branch, customer=shop.customer, plan=plan, value=Decimal(36000), on=timezone.localdate()
    )  # fmt: skip
    session = package.sessions.get(number=1)
    begin = {"by": shop.by, "branch": shop.branch, "customer": shop.customer, "session": session}
    draft = domain.draft(**begin)
    invoice = domain.issue(by=shop.by, invoice=draft, version=draft.version)
    pay(shop, invoice)
    cancel(shop, invoice)
    assert Tally.objects.get(pk=package.pk).paid == 0
    assert domain.draft(**begin).lines.get().session == session
    package.refresh_from_db()
    assert package.status == "active"
    assert proven() == []


def test_the_reason_is_asked(shop):
    invoice = shop.issue(shop.laser)
    with pytest.raises(Refusal, match="Say why") as told:
        cancel(shop, invoice, "  ")
    assert told.value.field == "reason"


def test_a_draft_a_noted_and_a_cancelled_one_are_refused(shop):
    with pytest.raises(Refusal, match="has not been issued"):
        cancel(shop, shop.draft())
    noted = shop.issue(shop.gel)
    line = noted.lines.get()
    domain.credit(
        by=shop.by, invoice=noted, reason="too_high", lines=[CreditTerms(line=line, amount=Decimal(1))]
    )
    with pytest.raises(Refusal, match="A note was written"):
        cancel(shop, noted)
    gone = cancel(shop, shop.issue(shop.gel))
    with pytest.raises(Refusal, match="was cancelled"):
        cancel(shop, gone)
    with pytest.raises(Stale, match="was cancelled"):
        domain.issue(by=shop.by, invoice=gone, version=gone.version)


def test_not_in_a_closed_period_by_verb_nor_by_hand(shop):
    invoice = shop.issue(shop.laser)
    lock = {"registration": invoice.registration, "until": invoice.issued_on, "by": shop.by}
    PeriodLock.objects.create(reason="Filed", **lock)
    with pytest.raises(Refusal, match=r"books are closed up to .* Write a credit note instead"):
        cancel(shop, invoice)
    with pytest.raises(DatabaseError, match="books are closed"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(
            status="cancelled", cancelled_at=timezone.now(), cancelled_by=shop.by, cancel_reason="No"
        )


def test_the_database_lets_nothing_else_of_it_change(shop):
    invoice = shop.issue(shop.laser)
    changes = {"cancelled_at": timezone.now(), "cancelled_by": shop.by, "cancel_reason": "No"}
    for more in ({"total": 1}, {"number": "X"}, {"issued_on": datetime.date(2026, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(status="cancelled", **changes, **more)
    cancel(shop, invoice)
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(status="issued", cancelled_at=None, cancelled_by=None)
    assert SeriesYear.objects.get(series__kind="tax_invoice").last_number == 1


def test_an_opening_due_can_be_put_away(shop):
    """What a former system said is owed turns out to be paid."""
    due = Invoice.objects.create(
        branch=shop.branch, customer=shop.customer, created_by=shop.by, issued_by=shop.by, status="issued",
        document="opening_due", number="OLD-7", issued_on=datetime.date(2026, 1, 5), issued_at=timezone.now(),
        untaxed=Decimal(700), total=Decimal(700),
    )  # fmt: skip
    cancel(shop, due)
    assert Standing.objects.get(customer=shop.customer).due == 0
