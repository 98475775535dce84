"""The day a bill bears, the period it falls in, and which day's rate counts where it changed."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing import domain
from billing.domain import BillTerms, LineTerms
from billing.models import BillingRules, Invoice, PeriodLock
from clinic import gst
from clinic.models import TaxCategory, TaxRule
from clinic.refusals import Refusal
from tests import factories

DAY = datetime.timedelta(days=1)


def today(shop):
    return timezone.localdate(timezone=shop.branch.zone)


def dated(shop, day, *things, **terms):
    """An attempt at a bill dated that day."""
    draft = shop.draft(*(things or (shop.laser,)))
    draft = domain.edit(
        by=shop.by, invoice=draft, version=draft.version, terms=BillTerms(dated=day, **terms), lines={}
    )
    return domain.issue(by=shop.by, invoice=draft, version=draft.version)


def close(shop, until, reason="GSTR-1 filed"):
    return domain.close_period(by=shop.by, branch=shop.branch, until=until, reason=reason)


def test_a_bill_is_dated_back_and_numbered_in_order(shop):
    bill = dated(shop, today(shop) - 2 * DAY)
    assert bill.issued_on == today(shop) - 2 * DAY
    assert bill.number.endswith("/00001")
    assert timezone.localdate(bill.issued_at, timezone=shop.branch.zone) == today(shop)
    assert dated(shop, today(shop) - DAY).number.endswith("/00002")


def test_never_before_the_last_number_of_its_series(shop):
    shop.issue(shop.laser)
    with pytest.raises(Refusal, match="The last number of this series is dated") as told:
        dated(shop, today(shop) - DAY)
    assert told.value.field == "dated"


@pytest.mark.parametrize(
    ("days", "words"), [(1, "still to come"), (-4, "dated back by 3 days at most"), (400, "still to come")]
)
def test_never_tomorrow_and_not_long_ago(shop, days, words):
    with pytest.raises(Refusal, match=words) as told:
        dated(shop, today(shop) + days * DAY)
    assert told.value.field == "dated"
    assert not Invoice.objects.issued().exists()


def test_a_branch_may_allow_none(shop):
    BillingRules.objects.create(branch=shop.branch, backdate_days=0)
    with pytest.raises(Refusal, match="dated on the day it is issued"):
        dated(shop, today(shop) - DAY)


def test_never_in_a_closed_period_by_verb_nor_by_hand(shop):
    close(shop, today(shop) - 2 * DAY)
    with pytest.raises(Refusal, match="books are closed up to") as told:
        dated(shop, today(shop) - 2 * DAY)
    assert told.value.field == "dated"
    assert dated(shop, today(shop) - DAY).number
    bill = shop.issue(shop.laser)
    copy = Invoice.objects.get(pk=bill.pk)
    copy.pk, copy.number, copy.issued_on = Invoice().pk, "X/1", today(shop) - 2 * DAY
    copy._state.adding = True
    copy.paid = 0
    with pytest.raises(DatabaseError, match="books are closed"), transaction.atomic():
        copy.save(force_insert=True)


def test_what_the_database_refuses_is_told_in_words(shop, monkeypatch):
    """A colleague closed the books between the check and the number."""
    monkeypatch.setattr("billing.dates.closed_sentence", lambda registration, day: "")
    close(shop, today(shop) - DAY)
    with pytest.raises(Refusal, match="books of that day were closed meanwhile"):
        dated(shop, today(shop) - DAY)


class TestClosing:
    def test_only_what_is_over_is_closed_and_only_further(self, shop):
        with pytest.raises(Refusal, match="before today") as told:
            close(shop, today(shop))
        assert told.value.field == "until"
        close(shop, today(shop) - 5 * DAY)
        with pytest.raises(Refusal, match=r"closed up to .* already"):
            close(shop, today(shop) - 5 * DAY)
        with pytest.raises(Refusal, match="Say why"):
            close(shop, today(shop) - DAY, " ")

    def test_it_is_opened_again_with_a_reason_that_is_kept(self, shop):
        with pytest.raises(Refusal, match="books are open"):
            domain.open_period(by=shop.by, branch=shop.branch, until=None, reason="Forgotten bill")
        close(shop, today(shop) - DAY)
        with pytest.raises(Refusal, match="Choose a day before"):
            domain.open_period(by=shop.by, branch=shop.branch, until=today(shop), reason="Forgotten bill")
        domain.open_period(by=shop.by, branch=shop.branch, until=None, reason="Forgotten bill")
        assert dated(shop, today(shop) - DAY).number
        assert list(PeriodLock.objects.values_list("reason", flat=True)) == ["Forgotten bill", "GSTR-1 filed"]


def test_when_it_is_due(shop):
    BillingRules.objects.create(branch=shop.branch, payment_days=15)
    assert shop.issue(shop.laser).due_on == today(shop) + 15 * DAY
    assert dated(shop, None, due_on=today(shop) + DAY).due_on == today(shop) + DAY
    with pytest.raises(Refusal, match="can't be due before its own date") as told:
        dated(shop, None, due_on=today(shop) - DAY)
    assert told.value.field == "due_on"


class TestSectionFourteen:
    """A category at 18 % until ten days ago, at 5 % since."""

    @pytest.fixture
    def facial(self, shop):
        category = TaxCategory.objects.create(
            code="facial", name="Facials", supply="service_personal", hsn="999722"
        )
        change = today(shop) - 10 * DAY
        old = {"category": category, "valid_from": today(shop) - 90 * DAY, "valid_to": change}
        TaxRule.objects.create(rate=18, source="Before", **old)
        TaxRule.objects.create(category=category, valid_from=change, rate=5, source="After")
        facial = factories.treatment(shop.branch, name="Facial")
        facial.tax_category = category
        facial.save()
        return facial

    @pytest.mark.parametrize(
        ("performed", "paid", "rate"),
        [
            (None, None, 5),  # all after the change
            (20, None, 5),  # performed before, billed and paid after: billed and paid decide
            (20, 15, 18),  # performed and paid before: they decide
            (None, 15, 5),  # only paid before
            (5, 5, 5),
        ],
    )
    def test_of_performed_billed_and_paid_two_decide(self, shop, facial, performed, paid, rate):
        draft = shop.draft(facial)
        line = draft.lines.get()
        ago = lambda days: days and today(shop) - days * DAY  # noqa: E731 - one line says it
        terms = LineTerms(quantity=Decimal(1), unit_price=line.unit_price, performed_on=ago(performed))
        draft = domain.edit(
            by=shop.by, invoice=draft, version=draft.version, terms=BillTerms(paid_on=ago(paid)), lines={line.pk: terms}
        )  # fmt: skip
        bill = domain.issue(by=shop.by, invoice=draft, version=draft.version)
        line = bill.lines.get()
        assert (line.tax_rate, line.tax_rule.rate) == (rate, rate)

    def test_a_day_before_every_rule_is_refused_with_its_category(self, shop, facial):
        draft = shop.draft(facial)
        line = draft.lines.get()
        long_ago = today(shop) - 100 * DAY
        terms = LineTerms(quantity=Decimal(1), unit_price=line.unit_price, performed_on=long_ago)
        with pytest.raises(Refusal, match=r"how “Facials” is taxed on .* has not been decided") as told:
            domain.edit(
                by=shop.by, invoice=draft, version=draft.version, terms=BillTerms(paid_on=long_ago), lines={line.pk: terms}
            )  # fmt: skip
        assert told.value.field == f"{line.pk}:quantity"

    def test_days_that_are_still_to_come_are_refused(self, shop, facial):
        draft = shop.draft(facial)
        line = draft.lines.get()
        tomorrow = today(shop) + DAY
        terms = LineTerms(quantity=Decimal(1), unit_price=line.unit_price, performed_on=tomorrow)
        with pytest.raises(Refusal, match="can't have been performed after") as told:
            domain.change_line(by=shop.by, invoice=draft, version=draft.version, line=line, terms=terms)
        assert told.value.field == f"{line.pk}:performed_on"
        with pytest.raises(Refusal, match="paid before the date") as told:
            domain.edit(
                by=shop.by, invoice=draft, version=draft.version, terms=BillTerms(paid_on=tomorrow), lines={}
            )
        assert told.value.field == "paid_on"

    def test_of_goods_the_bill_alone_decides(self, shop):
        rule = TaxRule.objects.on(today(shop)).get(category=shop.gel.tax_category)
        draft = shop.draft(shop.gel)
        line = draft.lines.get()
        terms = LineTerms(
            quantity=Decimal(1), unit_price=line.unit_price, performed_on=datetime.date(2025, 9, 1)
        )
        draft = domain.change_line(by=shop.by, invoice=draft, version=draft.version, line=line, terms=terms)
        assert draft.lines.get().tax_rate == rule.rate


def test_what_a_form_does_not_ask_for_stays(shop):
    draft = shop.draft(shop.laser)
    terms = BillTerms(note="Come back in May", buyer_name="Mehta & Sons", dated=today(shop))
    draft = domain.edit(by=shop.by, invoice=draft, version=draft.version, terms=terms, lines={})
    ten = BillTerms(discount=gst.Discount.percent(Decimal(10)))
    draft = domain.edit(by=shop.by, invoice=draft, version=draft.version, terms=ten, lines={})
    assert (draft.note, draft.dated) == ("Come back in May", today(shop))
    bill = domain.issue(by=shop.by, invoice=draft, version=draft.version)
    assert (bill.buyer["name"], bill.buyer["phone"]) == ("Mehta & Sons", shop.customer.phone)
