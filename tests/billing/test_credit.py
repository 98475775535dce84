"""Credit and debit notes: to the paisa, never above the line, money set free, goods back, packages told."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing import domain, notes, proofs
from billing.domain import CreditTerms, LineTerms, NewPayment
from billing.models import Allocation, Invoice, InvoiceLine, Note, NoteBatch, NoteLine, Payment, PeriodLock
from clinic import gst
from clinic.models import Event
from clinic.refusals import Refusal
from customers.models import Standing
from inventory.models import Balance, Movement
from packages import domain as packages
from packages.models import Entry, Tally
from tests import factories

YEAR = gst.financial_year(timezone.now())


def line_of(invoice, **which) -> InvoiceLine:
    return invoice.lines.select_related("item").get(**which)


def credit(shop, invoice, *lines, reason="too_high", **more):
    return domain.credit(by=shop.by, invoice=invoice, reason=reason, lines=lines, **more)


def pay(shop, invoice, *amounts):
    for amount in amounts:
        payment = NewPayment("cash", Decimal(amount))
        domain.collect(by=shop.by, invoice=invoice, payments=[payment])
    invoice.refresh_from_db()


def sell(shop, thing, quantity, **changes):
    """An issued bill with so much of one thing."""
    draft = shop.draft(thing)
    line = draft.lines.get()
    terms = LineTerms(quantity=Decimal(quantity), unit_price=line.unit_price, **changes)
    draft = domain.change_line(by=shop.by, invoice=draft, version=draft.version, line=line, terms=terms)
    return domain.issue(by=shop.by, invoice=draft, version=draft.version)


def proven():
    return [*proofs.bills(), *proofs.numbers()]


def test_a_line_is_credited_with_its_own_tax_and_number(shop):
    invoice = shop.issue(shop.laser)
    note = credit(shop, invoice, CreditTerms(line=line_of(invoice), amount=Decimal(1180)), detail="Too dear")
    assert (note.taxable, note.cgst, note.sgst, note.total) == (1000, 90, 90, 1180)
    assert note.number.endswith(f"/{YEAR.short_dash}/00001")
    assert note.changes_tax
    invoice.refresh_from_db()
    assert (invoice.credited, invoice.due) == (1180, Decimal(5310) - 1180)
    assert Standing.objects.get(customer=shop.customer).due == invoice.due
    told = Event.objects.get(verb="note.issued", subject_id=note.pk)
    assert told.data["invoice_id"] == str(invoice.pk)
    assert proven() == []


def test_credits_of_any_size_add_up_to_the_line_and_the_last_takes_the_rest(shop):
    invoice = sell(shop, shop.gel, 3)
    line = line_of(invoice)
    parts = [Decimal("33.33"), Decimal("0.07"), Decimal("700.01")]
    for part in parts:
        credit(shop, invoice, CreditTerms(line=line, amount=part))
    rest = line.line_total - sum(parts)
    last = credit(shop, invoice, CreditTerms(line=line, amount=rest))
    made = NoteLine.objects.filter(line=line)
    for name in ("net_value", "cgst", "sgst", "line_total"):
        assert sum(getattr(each, name) for each in made) == getattr(line, name), name
    invoice.refresh_from_db()
    assert invoice.due == 0
    assert invoice.credited == invoice.total
    assert last.round_off == invoice.round_off
    assert proven() == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount": Decimal("5310.01")}, "amount", "Only ₹5,310.00 of this line can still be credited"),
        ({"quantity": Decimal("1.001")}, "quantity", "Only 1 of this line can still be credited"),
        ({"quantity": Decimal(0)}, "quantity", "above zero"),
        ({"amount": Decimal("0.001")}, "amount", "two decimals"),
        ({"quantity": Decimal(1), "amount": Decimal(5)}, "quantity", "one of them"),
        ({}, "quantity", "one of them"),
        ({"amount": Decimal(5), "goods": "restock"}, "goods", "come back by quantity"),
    ],
)
def test_more_than_the_line_or_nonsense_is_refused_beside_its_field(shop, changes, field, words):
    invoice = shop.issue(shop.laser)
    line = line_of(invoice)
    with pytest.raises(Refusal, match=words) as told:
        credit(shop, invoice, CreditTerms(line=line, **changes))
    assert told.value.field == f"{line.pk}:{field}"
    assert not Note.objects.exists()


def test_what_was_credited_before_counts(shop):
    invoice = shop.issue(shop.laser)
    whole = CreditTerms(line=line_of(invoice), quantity=Decimal(1))
    credit(shop, invoice, whole)
    with pytest.raises(Refusal, match="Only 0 of this line"):
        credit(shop, invoice, whole)
    assert Note.objects.count() == 1


def test_what_is_paid_beyond_what_is_owed_is_set_free_the_latest_payment_first(shop):
    invoice = shop.issue(shop.laser)
    pay(shop, invoice, 3000, 2000, 310)
    note = credit(shop, invoice, CreditTerms(line=line_of(invoice), amount=Decimal(1000)))
    invoice.refresh_from_db()
    assert (invoice.paid, invoice.due, note.total) == (4310, 0, 1000)
    free = list(Payment.objects.order_by("pk").values_list("unapplied", flat=True))
    assert free == [0, 690, 310]
    back = Allocation.objects.filter(amount__lt=0).order_by("pk").values_list("amount", flat=True)
    assert list(back) == [-310, -690]
    assert proven() == []


def test_what_is_not_paid_yet_is_only_owed_no_more(shop):
    invoice = shop.issue(shop.laser)
    pay(shop, invoice, 310)
    credit(shop, invoice, CreditTerms(line=line_of(invoice), amount=Decimal(1000)))
    invoice.refresh_from_db()
    assert (invoice.paid, invoice.due) == (310, 4000)


class TestGoods:
    def stock(self, shop, batch=None):
        return Balance.objects.get(batch=batch or shop.batch, branch=shop.branch).quantity

    def back(self, shop, invoice, **changes):
        line = line_of(invoice)
        return credit(shop, invoice, CreditTerms(line=line, **changes), reason="returned")

    def test_goods_go_back_into_the_batch_they_left(self, shop):
        invoice = sell(shop, shop.gel, 3)
        assert self.stock(shop) == 7
        note = self.back(shop, invoice, quantity=Decimal(2), goods="restock")
        assert self.stock(shop) == 9
        move = Movement.objects.get(cause_kind="note", cause_id=note.pk)
        assert (move.kind, move.quantity) == ("return_in", 2)
        assert NoteBatch.objects.get(line__note=note).batch == shop.batch
        assert proven() == []

    def test_what_is_written_off_never_lies_on_the_shelf_but_can_be_followed(self, shop):
        note = self.back(shop, sell(shop, shop.gel, 3), quantity=Decimal(1), goods="write_off")
        assert self.stock(shop) == 7
        moves = Movement.objects.filter(cause_kind="note", cause_id=note.pk).order_by("pk")
        assert [(move.kind, move.quantity) for move in moves] == [("return_in", 1), ("write_off", -1)]

    def test_a_batch_that_has_expired_is_only_written_off(self, shop):
        invoice = sell(shop, shop.gel, 1)
        type(shop.batch).objects.update(expires_on=timezone.localdate())
        with pytest.raises(Refusal, match=r"expired on .* Write it off instead"):
            self.back(shop, invoice, quantity=Decimal(1), goods="restock")
        assert not Note.objects.exists()
        self.back(shop, invoice, quantity=Decimal(1), goods="write_off")
        assert self.stock(shop) == 9

    def test_of_two_batches_the_chosen_one_takes_them_back(self, shop):
        late = factories.batch(shop.gel, shop.branch, shop.by, quantity=5, days=900, number="LATE")
        invoice = sell(shop, shop.gel, 12)
        self.back(shop, invoice, quantity=Decimal(1), goods="restock", batch=shop.batch)
        assert (self.stock(shop), self.stock(shop, late)) == (1, 3)
        with pytest.raises(Refusal, match="Not so many left from that batch"):
            self.back(shop, invoice, quantity=Decimal(3), goods="restock", batch=late)

    def test_half_a_tube_does_not_come_back(self, shop):
        invoice = sell(shop, shop.gel, 1)
        type(shop.gel).objects.update(is_divisible=False)
        with pytest.raises(Refusal, match="whole units"):
            self.back(shop, invoice, quantity=Decimal("0.5"), goods="restock")


class TestPackages:
    def half_used(self, shop, *more):
        invoice = shop.issue(shop.plan, *more)
        package = line_of(invoice, plan__isnull=False).enrolment
        doctor = factories.practitioner(shop.branch, full_name="Dr Rao")
        for number in (1, 2):
            session = package.sessions.get(number=number)
            packages.redeem_session(by=shop.by, session=session, practitioner=doctor)
        package.refresh_from_db()
        return invoice, package

    def test_a_package_given_back_gets_its_credit_note(self, shop):
        invoice, package = self.half_used(shop)
        pay(shop, invoice, invoice.total)
        note = domain.credit_package(by=shop.by, enrolment=package, reason="Moves away")
        package.refresh_from_db()
        assert package.status == "returned"
        assert (note.reason, note.taxable, note.total) == ("package", 27000, Decimal(31860))
        tally = Tally.objects.get(pk=package.pk)
        assert (tally.remaining, tally.paid) == (0, tally.earned)
        assert Payment.objects.get().unapplied == note.total
        assert proven() == []

    def test_unpaid_it_only_lowers_what_is_owed(self, shop):
        invoice, package = self.half_used(shop)
        domain.credit_package(by=shop.by, enrolment=package, reason="Moves away")
        invoice.refresh_from_db()
        assert invoice.due == Decimal(10620)
        assert not Allocation.objects.exists()

    def test_money_for_goods_on_the_same_bill_stays_theirs(self, shop):
        invoice, package = self.half_used(shop, shop.gel)
        pay(shop, invoice, 20000, invoice.total - 20000)
        assert Tally.objects.get(pk=package.pk).paid == 36000
        credit(shop, invoice, CreditTerms(line=line_of(invoice, item=shop.gel), quantity=Decimal(1)))
        assert Tally.objects.get(pk=package.pk).paid == 36000
        assert not Entry.objects.filter(enrolment=package, kind="refunded").exists()
        domain.credit_package(by=shop.by, enrolment=package, reason="Moves away")
        assert Tally.objects.get(pk=package.pk).paid == 9000
        assert proven() == []

    def test_a_package_without_a_bill_has_nothing_to_credit(self, shop):
        package = packages.enrol(
            by=shop.by, branch=shop.branch, customer=shop.customer, plan=shop.plan, value=Decimal(1),
            on=timezone.localdate(),
        )  # fmt: skip
        with pytest.raises(Refusal, match="was on no invoice here"):
            domain.credit_package(by=shop.by, enrolment=package, reason="Moves away")


class TestAfterThirtiethOfNovember:
    @pytest.fixture
    def old(self, shop, monkeypatch):
        """A bill whose tax can't be reduced any more."""
        monkeypatch.setattr(notes, "changes_tax", lambda invoice, today: False)
        return shop.issue(shop.laser)

    def test_a_note_is_commercial_and_gives_the_whole_back_as_value(self, shop, old):
        note = credit(shop, old, CreditTerms(line=line_of(old), amount=Decimal(1180)))
        assert not note.changes_tax
        assert (note.taxable, note.untaxed, note.cgst, note.total) == (0, 1180, 0, 1180)
        rest = credit(shop, old, CreditTerms(line=line_of(old), quantity=Decimal(1)))
        assert rest.total == old.total - 1180
        assert proven() == []

    def test_a_package_is_given_back_with_the_tax_in_its_value(self, shop, old, monkeypatch):
        package = line_of(shop.issue(shop.plan)).enrolment
        note = domain.credit_package(by=shop.by, enrolment=package, reason="Moves away")
        assert (note.untaxed, note.cgst) == (Decimal(42480), 0)
        assert proven() == []

    def test_which_day_is_the_last(self):
        of_march = Invoice(issued_on=datetime.date(2026, 3, 31))
        assert notes.changes_tax(of_march, datetime.date(2026, 11, 30))
        assert not notes.changes_tax(of_march, datetime.date(2026, 12, 1))
        assert notes.changes_tax(Invoice(issued_on=datetime.date(2026, 4, 1)), datetime.date(2027, 11, 30))


def test_a_debit_note_adds_what_was_charged_too_little(shop):
    invoice = shop.issue(shop.laser)
    pay(shop, invoice, invoice.total)
    note = domain.debit(
        by=shop.by, invoice=invoice, lines=[CreditTerms(line=line_of(invoice), amount=Decimal(590))]
    )
    assert (note.kind, note.taxable, note.cgst, note.total) == ("debit", 500, 45, 590)
    invoice.refresh_from_db()
    assert (invoice.debited, invoice.due, invoice.payment_state) == (590, 590, "partial")
    assert Standing.objects.get(customer=shop.customer).due == 590
    assert proven() == []


def test_no_debit_note_takes_goods_above_their_mrp(shop):
    invoice = sell(shop, shop.gel, 1)
    too_much = shop.gel.mrp - line_of(invoice).line_total + Decimal("0.01")
    with pytest.raises(Refusal, match="more than its MRP"):
        domain.debit(by=shop.by, invoice=invoice, lines=[CreditTerms(line=line_of(invoice), amount=too_much)])


def test_what_a_debit_note_added_is_paid_last(shop):
    """So that a package that was paid for stays paid for."""
    invoice = shop.issue(shop.plan)
    pay(shop, invoice, invoice.total)
    line = line_of(invoice)
    domain.debit(by=shop.by, invoice=invoice, lines=[CreditTerms(line=line, amount=Decimal(1180))])
    assert Tally.objects.get(pk=line.enrolment_id).paid == 36000
    pay(shop, invoice, 1180)
    assert Tally.objects.get(pk=line.enrolment_id).paid == 36000
    assert proven() == []


def test_a_rounded_bill_is_never_credited_beyond_its_total(shop):
    shop.branch.round_to_rupee = True
    shop.branch.save()
    invoice = sell(shop, shop.gel, 1, discount=gst.Discount.amount(Decimal("0.30")))
    assert invoice.round_off
    line = line_of(invoice)
    credit(shop, invoice, CreditTerms(line=line, amount=line.line_total - Decimal("0.10")))
    credit(shop, invoice, CreditTerms(line=line, amount=Decimal("0.10")))
    invoice.refresh_from_db()
    assert (invoice.due, invoice.credited) == (0, invoice.total)
    assert proven() == []


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_only_issued_bills_are_credited(shop, state):
    invoice = shop.draft(shop.laser)
    if state == "cancelled":
        invoice = domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
        invoice = domain.cancel(by=shop.by, invoice=invoice, reason="Mistake")
    with pytest.raises(Refusal, match=r"has not been issued|was cancelled"):
        credit(shop, invoice, CreditTerms(line=line_of(invoice), quantity=Decimal(1)))


def test_another_reason_is_told_in_words(shop):
    invoice = shop.issue(shop.laser)
    with pytest.raises(Refusal, match="in your own words") as told:
        credit(shop, invoice, CreditTerms(line=line_of(invoice), quantity=Decimal(1)), reason="other")
    assert told.value.field == "detail"


class TestTheDatabase:
    """What it refuses when no verb stands before it."""

    def write(self, shop, invoice, line, **changes):
        note = credit(shop, invoice, CreditTerms(line=line, amount=Decimal(118)))
        copy = Note.objects.get(pk=note.pk)
        copy.pk, copy.number = None, "X/1"
        copy._state.adding = True
        for name, value in changes.items():
            setattr(copy, name, value)
        return copy

    def test_a_note_line_above_its_line(self, shop):
        invoice = shop.issue(shop.laser)
        line = line_of(invoice)
        copy = self.write(shop, invoice, line)
        with (
            pytest.raises(IntegrityError, match=r"billing_credit_within_its_line|More is credited"),
            transaction.atomic(),
        ):
            copy.id = Note().id
            copy.save(force_insert=True)
            NoteLine.objects.create(
                note=copy, line=line, position=1, net_value=Decimal("4400.01"), line_total=Decimal("4400.01")
            )

    def test_a_note_in_a_closed_period(self, shop):
        invoice = shop.issue(shop.laser)
        copy = self.write(shop, invoice, line_of(invoice))
        PeriodLock.objects.create(
            registration=invoice.registration, until=invoice.issued_on, reason="Filed", by=shop.by
        )
        with pytest.raises(IntegrityError, match="books are closed"), transaction.atomic():
            copy.id = Note().id
            copy.save(force_insert=True)


def test_terms_of_another_bill_are_refused_by_the_database(shop):
    one, other = shop.issue(shop.laser), shop.issue(shop.laser)
    with pytest.raises((Refusal, IntegrityError)):
        credit(shop, one, CreditTerms(line=line_of(other), quantity=Decimal(1)))
