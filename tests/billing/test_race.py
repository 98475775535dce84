"""Several clerks at once. Each guard has a control run without it, which must go wrong: else the test proves nothing."""

import time
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connections, transaction

from billing import domain, proofs, takings
from billing.domain import NewPayment, collecting
from billing.models import Allocation, Invoice, Payment
from clinic import numbering
from clinic.models import Series, SeriesYear
from clinic.refusals import Refusal, Stale
from inventory import shelf
from inventory.models import Balance, Batch
from tests import factories
from tests.billing.conftest import stocked
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

CLERKS = 6
BILLS_EACH = 4


def issue(shop, invoice):
    return domain.issue(by=shop.by, invoice=invoice, version=invoice.version)


def drafts(shop, count):
    return [
        shop.draft(shop.laser, customer=factories.customer(shop.branch, shop.by, full_name=f"Guest {number}"))
        for number in range(count)
    ]


class Interrupted(Exception):
    pass


def test_numbers_have_no_gap_and_no_double_whoever_fails_after_taking_one(shop, monkeypatch):
    real = numbering.take
    stumble = iter([False, True, False] * CLERKS * BILLS_EACH)

    def take_or_stumble(**arguments):
        number = real(**arguments)
        if next(stumble):
            raise Interrupted
        return number

    monkeypatch.setattr(numbering, "take", take_or_stumble)
    waiting = drafts(shop, CLERKS * BILLS_EACH)

    def clerk(mine):
        done = []
        for invoice in mine:
            try:
                done.append(issue(shop, invoice).number)
            except Interrupted:
                done.append(None)
        return done

    results = race(*(partial(clerk, waiting[number::CLERKS]) for number in range(CLERKS)))
    taken = sorted(number for done in results for number in done if number)
    assert 0 < len(taken) < len(waiting)
    assert [int(number[-5:]) for number in taken] == list(range(1, len(taken) + 1))
    in_order = Invoice.objects.issued().order_by("issued_at").values_list("number", flat=True)
    assert list(in_order) == taken
    assert list(proofs.numbers()) == []
    assert list(proofs.bills()) == []


def test_control_without_the_lock_numbers_collide(shop, monkeypatch):
    issue(shop, drafts(shop, 1)[0])

    def read_without_waiting(series, branch, year):
        counter = SeriesYear.objects.get(series=series, financial_year=year)
        time.sleep(0.05)
        return counter

    monkeypatch.setattr(numbering, "_lock", read_without_waiting)
    results = race(*(partial(issue, shop, invoice) for invoice in drafts(shop, 3)))
    assert any(isinstance(result, IntegrityError) for result in results)


def test_two_clerks_issuing_one_draft_make_one_bill(shop):
    invoice = shop.draft(shop.gel)
    results = race(*[partial(issue, shop, invoice)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["Invoice", "Stale", "Stale"]
    assert "already issued as" in next(result.message for result in results if isinstance(result, Stale))
    assert Balance.objects.get(batch=shop.batch).quantity == 9


def test_two_clerks_editing_one_draft_keep_one_edit(shop):
    invoice = shop.draft(shop.laser)
    edits = [
        partial(domain.add_line, by=shop.by, invoice=invoice, version=invoice.version, what=what)
        for what in (shop.gel, shop.plan)
    ]
    results = race(*edits)
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert invoice.lines.count() == 2


def test_one_customer_gets_one_draft_from_two_clicks(shop):
    begin = partial(domain.draft, by=shop.by, branch=shop.branch, customer=shop.customer)
    assert len({invoice.pk for invoice in race(begin, begin, begin)}) == 1


class TestMoney:
    def take_all_at_once(self, shop):
        invoice = shop.issue(shop.laser)
        whole = [NewPayment("cash", invoice.due)]
        results = race(*[partial(domain.collect, by=shop.by, invoice=invoice, payments=whole)] * 4)
        invoice.refresh_from_db()
        return invoice, results

    def test_nobody_collects_more_than_is_due(self, shop):
        invoice, results = self.take_all_at_once(shop)
        assert sum(isinstance(result, Refusal) for result in results) == 3
        assert (invoice.paid, Payment.objects.count()) == (Decimal(5310), 1)
        assert list(proofs.bills()) == []

    @staticmethod
    def unchecked(monkeypatch):
        monkeypatch.setattr(collecting, "_check", lambda *given: None)
        monkeypatch.setattr(takings, "check_bill", lambda *given: None)

    def test_control_without_the_check_the_database_still_refuses(self, shop, monkeypatch):
        self.unchecked(monkeypatch)
        invoice, results = self.take_all_at_once(shop)
        assert sum(isinstance(result, IntegrityError) for result in results) == 3
        assert invoice.paid == Decimal(5310)

    def test_control_without_check_and_constraint_it_is_paid_four_times(self, shop, monkeypatch):
        self.unchecked(monkeypatch)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE billing_invoice DROP CONSTRAINT invoice_paid_within_what_is_owed")
        connections["owner"].close()
        invoice, _results = self.take_all_at_once(shop)
        assert invoice.paid == 4 * Decimal(5310)
        assert sum(part.amount for part in Allocation.objects.all()) == invoice.paid


class TestTheLastUnit:
    def sell_twice(self, shop):
        only = factories.item(shop.branch, name="Serum")
        factories.batch(only, shop.branch, shop.by, quantity=1)
        waiting = [shop.draft(only, customer=factories.customer(shop.branch, shop.by)) for _ in range(2)]
        return race(*(partial(issue, shop, invoice) for invoice in waiting))

    def test_goes_to_one_of_two_clerks_and_the_other_is_told(self, shop):
        results = self.sell_twice(shop)
        told = [result.message for result in results if isinstance(result, Refusal)]
        assert told == ["No Serum is left."]
        assert Invoice.objects.issued().get().number.endswith("/00001")

    def test_control_without_the_lock_only_the_constraint_stands(self, shop, monkeypatch):
        def read_without_waiting(ids):
            return {batch.pk: batch for batch in Batch.objects.filter(pk__in=ids).select_related("item")}

        real = shelf.balances

        def read_and_dawdle(*arguments):
            found = real(*arguments)
            time.sleep(0.1)
            return found

        monkeypatch.setattr(shelf, "lock", read_without_waiting)
        monkeypatch.setattr(shelf, "balances", read_and_dawdle)
        results = self.sell_twice(shop)
        assert sum(isinstance(result, IntegrityError) for result in results) == 1


def test_two_branches_of_one_gstin_never_make_the_same_number(world):
    Series.objects.filter(kind=Series.Kind.TAX_INVOICE).update(prefix="LCB")
    here = stocked(world.branch, world.receptionist)
    there_customer = factories.customer(world.elsewhere, world.colleague)
    there = domain.draft(by=world.colleague, branch=world.elsewhere, customer=there_customer)
    domain.add_line(by=world.colleague, invoice=there, version=there.version, what=here.laser)
    there.refresh_from_db()
    mine = here.draft(here.laser)
    results = race(
        partial(issue, here, mine),
        partial(domain.issue, by=world.colleague, invoice=there, version=there.version),
    )
    told = [result.message for result in results if isinstance(result, Refusal)]
    assert len(told) == 1
    assert "Another branch of this GSTIN" in told[0]
    assert Invoice.objects.issued().count() == 1


def test_the_numbers_alone_are_quick_under_the_lock(shop):
    """The counter is held to the end of the transaction: a second taker waits and gets the next number."""

    def take_slowly():
        with transaction.atomic():
            number = numbering.take(branch=shop.branch, kind=Series.Kind.TAX_INVOICE)
            time.sleep(0.05)
            return number.text[-5:]

    assert sorted(race(take_slowly, take_slowly, take_slowly)) == ["00001", "00002", "00003"]
