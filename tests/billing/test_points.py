"""Loyalty points: earned at issue on the value before tax, redeemed as a discount before tax, taken back with a credit."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from billing import domain, held, loyalty, money_proofs
from billing.models import Note, StoredValue
from clinic import gst, numbering
from clinic.models import Series
from clinic.refusals import Refusal
from tests.billing.money import rules

LEAST = 10


@pytest.fixture
def points(shop):
    """A point for each 100 rupees, worth two rupees."""
    return rules(shop.branch, points_per_hundred=Decimal(1), point_value=Decimal(2), least_points=LEAST)


def left(shop):
    return held.of(shop.customer.pk, shop.branch).points


def redeem(shop, draft, count):
    return domain.redeem_points(by=shop.by, invoice=draft, version=draft.version, count=count)


def issue(shop, draft):
    return domain.issue(by=shop.by, invoice=draft, version=draft.version)


def test_a_bill_earns_whole_points_on_its_value_before_tax(shop, points):
    bill = shop.issue(shop.laser)  # 4,500 before tax
    lot = StoredValue.objects.get()
    assert (lot.balance, lot.customer, lot.entries.get().invoice) == (Decimal(45), shop.customer, bill)
    assert lot.expires_on > bill.issued_on
    owed = held.liability(shop.branch, bill.issued_on)
    assert (owed["points"], owed["points_worth"]) == (Decimal(45), Decimal(90))


def test_a_house_without_points_gives_none(shop):
    shop.issue(shop.laser)
    assert not StoredValue.objects.exists()


def test_they_are_a_discount_before_tax_beside_the_other(shop, points):
    shop.issue(shop.laser)
    draft = shop.draft(shop.laser)
    draft = domain.edit(
        by=shop.by, invoice=draft, version=draft.version, lines={},
        terms=domain.BillTerms(discount=gst.Discount.percent(Decimal(10))),
    )  # fmt: skip
    draft = redeem(shop, draft, 40)
    # 4,500 − 450 − 80
    assert (draft.points_value, draft.invoice_discount, draft.taxable) == (
        Decimal(80), Decimal(530), Decimal(3970),
    )  # fmt: skip
    assert left(shop) == Decimal(45)
    bill = issue(shop, draft)
    assert left(shop) == Decimal(45 - 40 + 39)
    assert (bill.points, bill.cgst) == (40, Decimal("357.30"))
    assert list(money_proofs.stored_values()) == []


@pytest.mark.parametrize(
    ("count", "sentence"), [(9, "At least 10"), (46, "Only 45 points"), (45, "takes 25 points at most")]
)
def test_what_can_not_be_redeemed(shop, points, count, sentence):
    shop.issue(shop.laser)
    draft = shop.draft(shop.gel)
    domain.change_line(
        by=shop.by, invoice=draft, version=draft.version, line=draft.lines.get(),
        terms=domain.LineTerms(quantity=Decimal(1), unit_price=Decimal(50)),
    )  # fmt: skip
    draft.refresh_from_db()
    with pytest.raises(Refusal, match=sentence) as told:
        redeem(shop, draft, count)
    assert told.value.field == "points"


def test_they_can_be_taken_off_again(shop, points):
    shop.issue(shop.laser)
    draft = redeem(shop, shop.draft(shop.laser), 20)
    draft = redeem(shop, draft, 0)
    assert (draft.points, draft.points_value, draft.taxable) == (0, 0, Decimal(4500))


def test_points_of_two_drafts_are_spent_once(shop, points):
    shop.issue(shop.laser)
    first = redeem(shop, shop.draft(shop.laser), 45)
    second = domain.draft(by=shop.by, branch=shop.branch, customer=shop.customer)
    assert second.pk == first.pk  # one open draft; the points go while it waits
    lot = StoredValue.objects.get()
    yesterday = timezone.localdate(timezone=shop.branch.zone) - datetime.timedelta(days=1)
    StoredValue.objects.filter(pk=lot.pk).update(expires_on=yesterday)
    with pytest.raises(Refusal, match="no longer there"):
        issue(shop, first)
    assert domain.expire_stored_values() == 1


def test_another_worth_meanwhile_is_told(shop, points):
    shop.issue(shop.laser)
    draft = redeem(shop, shop.draft(shop.laser), 20)
    rules(shop.branch, point_value=Decimal(1))
    with pytest.raises(Refusal, match="worth something else"):
        issue(shop, draft)


def credit_note(shop, bill, part):
    """Of a part of the value before tax, written as its verb does."""
    number = numbering.take(branch=shop.branch, kind=Series.Kind.CREDIT_NOTE)
    tax = Decimal(part) * 9 / 100
    return Note.objects.create(
        branch=shop.branch, customer=shop.customer, invoice=bill, kind="credit", reason="deficient", taxable=part,
        cgst=tax, sgst=tax, total=Decimal(part) + 2 * tax, by=shop.by, number=number.text, issued_on=number.day,
        financial_year=number.financial_year, series_year=number.series_year, issued_at=number.at,
        registration=shop.branch.registration,
    )  # fmt: skip


def test_a_credit_note_takes_back_its_part(shop, points):
    bill = shop.issue(shop.laser)
    assert loyalty.take_back(by=shop.by, note=credit_note(shop, bill, 1500)) == Decimal(15)
    assert left(shop) == Decimal(30)
    assert loyalty.take_back(by=shop.by, note=credit_note(shop, bill, 3000)) == Decimal(30)
    assert left(shop) == 0


def test_points_that_are_spent_stay_spent(shop, points):
    bill = shop.issue(shop.laser)
    issue(shop, redeem(shop, shop.draft(shop.gel), 45))
    assert loyalty.take_back(by=shop.by, note=credit_note(shop, bill, 4500)) == left(shop) + 4 == Decimal(4)


def test_a_cancelled_bill_gives_back_what_it_took_and_takes_what_it_gave(shop, points):
    shop.issue(shop.laser)
    bill = issue(shop, redeem(shop, shop.draft(shop.laser), 40))
    loyalty.undo(by=shop.by, invoice=bill)
    assert left(shop) == Decimal(45)
