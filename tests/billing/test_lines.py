"""What a line may be: consultation, free text, exempt, tiny, huge, many; and buyers of other States."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing import domain, loyalty
from billing.domain import BillTerms, Consultation, Other
from billing.models import Invoice
from clinic import gst
from clinic.models import TaxCategory
from clinic.refusals import Refusal
from customers.models import Customer
from tests import factories
from tests.billing.test_draft import book
from tests.billing.test_issue import edit, only_line, terms_of


def issue(shop, invoice):
    return domain.issue(by=shop.by, invoice=invoice, version=invoice.version)


def put(shop, invoice, what, **more):
    domain.add_line(by=shop.by, invoice=invoice, version=invoice.version, what=what, **more)
    invoice.refresh_from_db()
    return invoice


@pytest.fixture
def visit(shop, world):
    """A consultation with a fee of its own."""
    seeing = factories.treatment(shop.branch, name="Consultation", category="consultation")
    made = book(shop, world.doctor, what=seeing)
    type(made).objects.filter(pk=made.pk).update(fee=Decimal(700), fee_kind="consultation")
    made.refresh_from_db()
    return made


def draft_of(shop, visit):
    return domain.draft(by=shop.by, branch=shop.branch, customer=shop.customer, appointment=visit)


class TestConsultation:
    def test_a_visit_is_billed_with_the_fee_that_was_agreed(self, shop, visit):
        line = only_line(draft_of(shop, visit))
        assert (line.kind, line.unit_price, line.practitioner) == ("consultation", 700, visit.practitioner)
        assert line.tax_category == visit.treatment.tax_category
        assert str(visit.practitioner) in line.description

    def test_once(self, shop, visit):
        issue(shop, draft_of(shop, visit))
        assert not draft_of(shop, visit).lines.exists()

    def test_a_free_follow_up_costs_nothing(self, shop, visit):
        type(visit).objects.filter(pk=visit.pk).update(fee=0, fee_kind="free_follow_up")
        visit.refresh_from_db()
        assert not draft_of(shop, visit).lines.exists()

    def test_without_a_fee_there_is_nothing_to_put_on(self, shop, visit):
        visit.fee = None
        with pytest.raises(Refusal, match="No fee was set"):
            put(shop, shop.draft(), Consultation(visit))


class TestFreeText:
    def test_it_has_a_price_and_a_tax_category(self, shop):
        category = shop.laser.tax_category
        what = Other("  Certificate of   fitness ", Decimal("1180.00"), category, price_includes_tax=True)
        bill = issue(shop, put(shop, shop.draft(), what))
        line = only_line(bill)
        assert (line.kind, line.description, line.hsn) == ("other", "Certificate of fitness", category.hsn)
        assert (bill.taxable, bill.total) == (1000, 1180)

    @pytest.mark.parametrize("text", ["", "   ", "x" * 201])
    def test_it_says_what_is_billed(self, shop, text):
        with pytest.raises(Refusal) as told:
            put(shop, shop.draft(), Other(text, Decimal(5), shop.laser.tax_category))
        assert told.value.field == "description"


class TestExempt:
    def exempt(self, by, draft, reason="Burn scar"):
        line = only_line(draft)
        terms = terms_of(line, exempt_reason=reason)
        return domain.change_line(by=by, invoice=draft, version=draft.version, line=line, terms=terms)

    def test_a_service_is_exempt_for_a_reason_that_stays_on_the_line(self, shop, world):
        bill = issue(shop, self.exempt(world.owner, shop.draft(shop.laser)))
        line = only_line(bill)
        assert (line.tax_treatment, line.tax_rate, line.tax_rule, line.exempt_reason) == (
            "exempt",
            0,
            None,
            "Burn scar",
        )
        assert (bill.document, bill.untaxed, bill.cgst) == ("bill_of_supply", 4500, 0)

    def test_it_takes_a_right_of_its_own(self, shop):
        with pytest.raises(Refusal, match="right of its own") as told:
            self.exempt(shop.by, shop.draft(shop.laser))
        assert told.value.field.endswith(":exempt_reason")

    def test_who_lacks_it_may_change_the_rest(self, shop, world):
        draft = self.exempt(world.owner, shop.draft(shop.laser))
        line = only_line(draft)
        draft = edit(
            shop, draft, lines={line.pk: terms_of(line, quantity=Decimal(2), exempt_reason="Burn scar")}
        )
        assert only_line(draft).exempt_reason == "Burn scar"
        assert draft.untaxed == 9000

    def test_goods_are_not(self, shop, world):
        with pytest.raises(Refusal, match="Only a service"):
            self.exempt(world.owner, shop.draft(shop.gel))


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"quantity": Decimal("0.001")}, "5.32"),
        ({"discount": gst.Discount.percent(Decimal(100))}, "0.00"),
        ({"unit_price": Decimal("9999999.99")}, "11799999.99"),
        ({"quantity": Decimal("0.001"), "unit_price": Decimal("0.01")}, "0.00"),
    ],
)
def test_odd_figures_are_billed_as_they_are(shop, changes, total):
    draft = shop.draft(shop.laser)
    line = only_line(draft)
    draft = edit(shop, draft, lines={line.pk: terms_of(line, **changes)})
    assert issue(shop, draft).total == Decimal(total)


def test_two_hundred_lines(shop):
    factories.batch(shop.gel, shop.branch, shop.by, quantity=200)
    Customer.objects.update(state="29")  # it is above ₹50,000, so her address is printed
    draft = shop.draft()
    for _ in range(100):
        for what in (shop.laser, shop.gel):
            draft = put(shop, draft, what)
    line = draft.lines.first()
    bill = issue(shop, edit(shop, draft, lines={line.pk: terms_of(line, quantity=Decimal("1.5"))}))
    lines = list(bill.lines.all())
    assert len(lines) == 200
    assert bill.total == sum(line.line_total for line in lines)


@pytest.mark.parametrize("thing", ["gel", "plan"])
def test_what_was_taken_off_the_menu_meanwhile_is_refused_with_its_line(shop, thing):
    what = getattr(shop, thing)
    draft = shop.draft(shop.laser, what)
    type(what).objects.filter(pk=what.pk).update(is_active=False)
    with pytest.raises(Refusal, match="no longer sold") as told:
        issue(shop, draft)
    line = draft.lines.exclude(treatment=shop.laser, kind="treatment").get()
    assert told.value.field == f"{line.pk}:quantity"
    assert not Invoice.objects.issued().exists()


def test_a_treatment_taken_off_the_menu_is_still_owed(shop):
    draft = shop.draft(shop.laser)
    type(shop.laser).objects.filter(pk=shop.laser.pk).update(is_active=False)
    assert issue(shop, draft).number


def test_a_business_of_another_state_pays_the_tax_of_this_one(shop):
    """Over the counter and on the body the supply is here, whatever the first digits of the GSTIN."""
    Customer.objects.update(gstin="27AAPFU0939F1ZV")
    bill = shop.issue(shop.laser, shop.gel)
    assert (bill.place_of_supply, bill.igst, bill.cgst) == ("29", 0, 450)
    assert (bill.buyer["gstin"], bill.buyer["state"]) == ("27AAPFU0939F1ZV", "27")


def test_another_service_to_a_business_is_where_it_is_registered(shop):
    category = TaxCategory.objects.create(code="adv", name="Advice", supply="service_other", hsn="998311")
    category.rules.create(rate=18, valid_from=timezone.localdate(), source="Test")
    Customer.objects.update(gstin="27AAPFU0939F1ZV")
    bill = issue(shop, put(shop, shop.draft(), Other("Advice", Decimal(1000), category)))
    assert (bill.place_of_supply, bill.igst, bill.cgst) == ("27", 180, 0)
    with pytest.raises(Refusal, match="One invoice has one place of supply"):
        issue(shop, put(shop, shop.draft(shop.laser), Other("Advice", Decimal(1000), category)))


def test_points_are_a_discount_before_tax(shop, monkeypatch):
    monkeypatch.setattr(
        loyalty, "settle", lambda **known: None
    )  # where they come from is tried in test_points
    draft = shop.draft(shop.laser)
    Invoice.objects.filter(pk=draft.pk).update(points=100, points_value=Decimal(500))
    draft.refresh_from_db()
    bill = issue(shop, edit(shop, draft, terms=BillTerms(discount=gst.Discount.percent(Decimal(10)))))
    assert (bill.invoice_discount, bill.taxable) == (450 + 500, 3550)
