"""Issuing: the arithmetic of the story, the number, what the law and the shelf refuse."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from billing import domain
from billing.domain import BillTerms, LineTerms
from billing.models import Invoice, InvoiceLine, LineBatch
from clinic import gst, numbering
from clinic.models import Event, Registration, TaxCategory, TaxRule
from clinic.refusals import Refusal, Stale
from customers.models import Standing
from inventory.models import Balance, Movement
from packages.models import Enrolment
from tests import factories

YEAR = gst.financial_year(timezone.now())


def edit(shop, invoice, *, terms=None, **lines):
    invoice.refresh_from_db()
    return domain.edit(
        by=shop.by,
        invoice=invoice,
        version=invoice.version,
        terms=terms or BillTerms(),
        lines=lines.get("lines", {}),
    )


def today(shop):
    return timezone.localdate(timezone=shop.branch.zone)


def only_line(invoice):
    return InvoiceLine.objects.get(invoice=invoice)


def terms_of(line, **changes):
    return LineTerms(**{"quantity": line.quantity, "unit_price": line.unit_price} | changes)


def test_the_package_of_the_story(shop):
    invoice = shop.issue(shop.plan)
    assert (invoice.taxable, invoice.cgst, invoice.sgst, invoice.total) == (
        Decimal("36000.00"), Decimal("3240.00"), Decimal("3240.00"), Decimal("42480.00"),
    )  # fmt: skip
    assert invoice.number == f"LCB/{YEAR.short_dash}/00001"
    enrolment = Enrolment.objects.get(customer=shop.customer)
    assert only_line(invoice).enrolment == enrolment
    assert (enrolment.value, enrolment.sessions.count()) == (Decimal(36000), 8)


def test_the_visit_of_the_story(shop):
    shop.issue(shop.plan)
    invoice = shop.issue(shop.laser, shop.gel)
    assert (invoice.taxable, invoice.cgst, invoice.sgst, invoice.igst, invoice.total) == (
        Decimal("5000.00"), Decimal("450.00"), Decimal("450.00"), Decimal("0.00"), Decimal("5900.00"),
    )  # fmt: skip
    assert (invoice.number, invoice.document) == (f"LCB/{YEAR.short_dash}/00002", "tax_invoice")
    assert invoice.place_of_supply == "29"
    assert "address" not in invoice.buyer
    assert Balance.objects.get(batch=shop.batch, branch=shop.branch).quantity == 9
    assert Movement.objects.filter(cause_kind="invoice", cause_id=invoice.pk).count() == 1
    assert LineBatch.objects.get(line__invoice=invoice).batch == shop.batch
    assert Standing.objects.get(customer=shop.customer).due == Decimal("48380.00")


def test_each_line_keeps_how_it_was_taxed(shop):
    invoice = shop.issue(shop.gel)
    line = only_line(invoice)
    rule = TaxRule.objects.on(invoice.issued_on).get(category=shop.gel.tax_category)
    assert (line.tax_rule, line.tax_rate, line.tax_treatment) == (rule, rule.rate, "taxable")
    assert (line.hsn, line.uqc, line.tax_category) == (shop.gel.hsn_code, "NOS", shop.gel.tax_category)


def test_one_event_tells_of_it_without_personal_values(shop):
    invoice = shop.issue(shop.laser)
    event = Event.objects.get(verb="invoice.issued")
    assert event.subject_id == invoice.pk
    assert "Priya" not in str(event.data)


def test_the_second_clerk_is_told_and_issues_nothing(shop):
    invoice = shop.draft(shop.laser)
    domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    with pytest.raises(Stale, match=r"already issued as LCB/.*/00001 by Meena Joshi"):
        domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    assert Invoice.objects.issued().count() == 1


def test_a_draft_that_somebody_else_changed_is_not_issued(shop):
    invoice = shop.draft(shop.laser)
    seen = invoice.version
    edit(shop, invoice, terms=BillTerms(discount=gst.Discount.percent(Decimal(10))))
    with pytest.raises(Stale, match="Somebody else changed"):
        domain.issue(by=shop.by, invoice=invoice, version=seen)
    assert not Invoice.objects.issued().exists()


def test_an_empty_draft_is_not_issued(shop):
    with pytest.raises(Refusal, match="nothing on this invoice"):
        shop.issue()


def test_a_category_without_a_rule_names_what_the_owner_must_decide(shop):
    undecided = TaxCategory.objects.create(
        code="new", name="Tattoo removal", supply="service_personal", hsn="999722"
    )
    thing = factories.treatment(shop.branch, name="Tattoo session")
    thing.tax_category = undecided
    thing.save()
    with pytest.raises(Refusal, match=r"how “Tattoo removal” is taxed on .* has not been decided"):
        shop.draft(thing)


def test_more_than_in_stock_is_refused_and_nothing_is_half_written(shop):
    invoice = shop.draft(shop.gel, shop.plan)
    line = InvoiceLine.objects.get(invoice=invoice, item=shop.gel)
    invoice = edit(shop, invoice, lines={line.pk: terms_of(line, quantity=Decimal(11))})
    with pytest.raises(Refusal, match="Only 10 of Laser Cooling Gel are left"):
        domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    assert not Movement.objects.filter(kind="sale").exists()
    assert not Enrolment.objects.exists()


def test_an_expired_batch_is_refused(shop):
    old = factories.batch(shop.gel, shop.branch, shop.by, quantity=5, days=-1, number="OLD")
    invoice = shop.draft(shop.gel)
    line = only_line(invoice)
    invoice = edit(shop, invoice, lines={line.pk: terms_of(line, batch=old)})
    with pytest.raises(Refusal, match="Batch OLD of Laser Cooling Gel expired"):
        domain.issue(by=shop.by, invoice=invoice, version=invoice.version)


def test_a_price_above_the_mrp_is_refused(shop):
    invoice = shop.draft(shop.gel)
    line = only_line(invoice)
    invoice = edit(shop, invoice, lines={line.pk: terms_of(line, unit_price=Decimal("550.85"))})
    with pytest.raises(Refusal, match=r"₹650.01 with tax is above the MRP of ₹650.00") as told:
        domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    assert told.value.field == f"{line.pk}:unit_price"
    invoice = edit(shop, invoice, lines={line.pk: terms_of(line, unit_price=Decimal("550.84"))})
    assert domain.issue(by=shop.by, invoice=invoice, version=invoice.version).total <= 650


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"quantity": Decimal(0)}, "above zero"),
        ({"quantity": Decimal(-1)}, "above zero"),
        ({"discount": gst.Discount.percent(Decimal(120))}, "above 100 %"),
        ({"discount": gst.Discount.amount(Decimal(501))}, "more than the amount"),
        ({"unit_price": Decimal(-1)}, "can't be negative"),
    ],
)
def test_what_no_line_can_say(shop, terms, sentence):
    invoice = shop.draft(shop.gel)
    line = only_line(invoice)
    with pytest.raises(Refusal, match=sentence) as told, transaction.atomic():
        edit(shop, invoice, lines={line.pk: terms_of(line, **terms)})
    assert told.value.field.startswith(str(line.pk))
    line.refresh_from_db()
    assert (line.quantity, line.discount_value) == (1, 0)


def test_a_discount_on_the_bill_is_spread_before_tax(shop):
    invoice = shop.draft(shop.laser, shop.gel)
    invoice = edit(
        shop, invoice, terms=BillTerms(discount=gst.Discount.percent(Decimal(10)), discount_reason="Loyal")
    )
    invoice = domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    assert (invoice.invoice_discount, invoice.taxable, invoice.total) == (
        Decimal(500),
        Decimal(4500),
        Decimal(5310),
    )
    assert sum(line.line_total for line in invoice.lines.all()) == invoice.total


class TestPlaceOfSupply:
    def test_goods_follow_the_address_only_where_it_is_printed(self, shop):
        invoice = shop.draft(shop.gel)
        invoice = edit(shop, invoice, terms=BillTerms(print_address=True))
        invoice = domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
        assert (invoice.place_of_supply, invoice.igst, invoice.cgst) == ("27", Decimal("90.00"), Decimal(0))
        assert invoice.buyer["state"] == "27"

    def test_two_places_on_one_bill_are_refused(self, shop):
        invoice = shop.draft(shop.laser, shop.gel)
        invoice = edit(shop, invoice, terms=BillTerms(print_address=True))
        with pytest.raises(Refusal, match=r"in Maharashtra and .* in Karnataka") as told:
            domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
        assert told.value.field == "print_address"

    def test_from_fifty_thousand_the_address_is_printed_without_being_asked_for(self, shop):
        big = factories.plan(shop.laser, price=Decimal(50_000))
        invoice = shop.issue(big)
        assert invoice.print_address
        assert invoice.buyer["address"] == "12 Hill Road"
        assert invoice.place_of_supply == "29"  # done here, wherever she lives

    def test_below_fifty_thousand_it_is_not(self, shop):
        assert "address" not in shop.issue(factories.plan(shop.laser, price=Decimal("49999.99"))).buyer

    def test_from_fifty_thousand_a_missing_address_is_asked_for(self, shop):
        nobody = factories.customer(shop.branch, shop.by)
        with pytest.raises(Refusal, match=r"₹50,000 or more before tax must carry .* address"):
            shop.issue(factories.plan(shop.laser, price=Decimal(50_000)), customer=nobody)


class TestWhoMayCollectTax:
    def as_(self, shop, scheme, gstin=factories.GSTIN):
        Registration.objects.update(scheme=scheme, gstin=gstin)
        shop.branch.refresh_from_db()

    def test_unregistered_prints_a_plain_bill(self, shop):
        self.as_(shop, "unregistered", "")
        invoice = shop.issue(shop.gel)
        assert (invoice.total, invoice.untaxed, invoice.cgst) == (Decimal(500), Decimal(500), 0)
        assert (invoice.document, invoice.number) == ("plain_bill_no_gstin", f"LCBB/{YEAR.short_dash}/00001")
        assert only_line(invoice).tax_treatment == "not_charged"

    def test_composition_prints_a_bill_of_supply_with_its_legend(self, shop):
        self.as_(shop, "composition")
        invoice = shop.issue(shop.gel)
        assert (invoice.document, invoice.number) == ("bill_of_supply", f"LCBS/{YEAR.short_dash}/00001")
        assert (invoice.total, invoice.cgst) == (Decimal(500), 0)
        assert "not eligible to collect tax" in invoice.supplier["legends"][0]

    def test_composition_sells_to_no_other_state(self, shop):
        self.as_(shop, "composition")
        invoice = shop.draft(shop.gel)
        invoice = edit(shop, invoice, terms=BillTerms(print_address=True))
        with pytest.raises(Refusal, match="may not sell to another State"):
            domain.issue(by=shop.by, invoice=invoice, version=invoice.version)

    def test_exempt_care_gets_a_bill_of_supply_and_mixed_one_of_both(self, shop):
        care = factories.treatment(shop.branch, tax="health_care", price=Decimal(800))
        assert shop.issue(care).document == "bill_of_supply"
        mixed = shop.issue(care, shop.gel)
        assert (mixed.document, mixed.untaxed, mixed.taxable) == (
            "invoice_cum_bill_of_supply", Decimal(800), Decimal(500),
        )  # fmt: skip

    def test_mixed_for_a_business_needs_two_papers(self, shop):
        firm = factories.customer(shop.branch, shop.by, gstin="29AABCL1234A1Z4", address="1 Road", state="29")
        care = factories.treatment(shop.branch, tax="health_care")
        with pytest.raises(Refusal, match="Bill the exempt lines apart"):
            shop.issue(care, shop.gel, customer=firm)

    def test_a_registration_that_has_ended_bills_nothing(self, shop):
        Registration.objects.update(valid_from="2020-04-01", valid_to="2021-04-01")
        shop.branch.refresh_from_db()
        with pytest.raises(Refusal, match="is not in force"):
            shop.issue(shop.gel)


class TestNumbers:
    def test_a_new_series_begins_on_1_april_local_time(self, shop, monkeypatch):
        """23:59 and 00:01 in Bengaluru, both on 31 March in UTC."""
        numbers = []
        for moment in ("2027-03-31T18:29:00+00:00", "2027-03-31T18:31:00+00:00"):
            at = datetime.datetime.fromisoformat(moment)
            monkeypatch.setattr(numbering, "_clock", lambda at=at: at)
            invoice = shop.issue(shop.laser)
            numbers.append((invoice.number, invoice.issued_on.isoformat(), invoice.financial_year))
        assert numbers == [
            ("LCB/26-27/00001", "2027-03-31", "2026-27"),
            ("LCB/27-28/00001", "2027-04-01", "2027-28"),
        ]

    def test_a_bill_issued_across_midnight_is_taxed_by_the_rule_of_its_date(self, shop, monkeypatch):
        rule = TaxRule.objects.on(today(shop)).get(category=shop.laser.tax_category)
        tomorrow = today(shop) + datetime.timedelta(days=1)
        rule.valid_to = tomorrow
        rule.save()
        TaxRule.objects.create(category=rule.category, valid_from=tomorrow, rate=5, source="a cut")
        at = datetime.datetime.combine(tomorrow, datetime.time(0, 0, 1), shop.branch.zone)
        monkeypatch.setattr(numbering, "_clock", lambda: at)
        invoice = shop.issue(shop.laser)
        assert (invoice.issued_on, only_line(invoice).tax_rate) == (tomorrow, 5)

    def test_a_refused_issue_leaves_no_gap(self, shop, monkeypatch):
        taken = []
        real = numbering.take

        def take_and_fail(**arguments):
            taken.append(real(**arguments).text)
            raise Refusal("something failed after the number")

        shop.issue(shop.laser)
        invoice = shop.draft(shop.laser)
        with monkeypatch.context() as patch:
            patch.setattr(numbering, "take", take_and_fail)
            with pytest.raises(Refusal):
                domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
        assert taken == [f"LCB/{YEAR.short_dash}/00002"]
        assert domain.issue(by=shop.by, invoice=invoice, version=invoice.version).number == taken[0]


class TestFrozen:
    @pytest.mark.parametrize(
        "column", ["total = 1, taxable = 1", "number = 'X1'", "buyer = '{}'", "status = 'draft'"]
    )
    def test_an_issued_bill_refuses_sql(self, shop, column):
        invoice = shop.issue(shop.laser)
        with pytest.raises(DatabaseError, match="kept as it was written"), transaction.atomic():
            connection.cursor().execute(f"UPDATE billing_invoice SET {column} WHERE id = %s", [invoice.pk])

    @pytest.mark.parametrize(
        "statement", ["UPDATE billing_invoiceline SET quantity = 2", "DELETE FROM billing_invoiceline"]
    )
    def test_its_lines_do_too(self, shop, statement):
        shop.issue(shop.laser)
        with pytest.raises(DatabaseError, match="kept as they were written"), transaction.atomic():
            connection.cursor().execute(statement)

    def test_what_was_paid_is_not_written_by_hand(self, shop):
        invoice = shop.issue(shop.laser)
        with pytest.raises(DatabaseError, match="follows from allocations"), transaction.atomic():
            connection.cursor().execute("UPDATE billing_invoice SET paid = 5 WHERE id = %s", [invoice.pk])

    def test_a_draft_can_not_claim_a_total_its_parts_do_not_make(self, shop):
        invoice = shop.draft(shop.laser)
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(total=1)

    def test_a_draft_line_that_is_discarded_takes_no_number(self, shop):
        invoice = shop.draft(shop.laser)
        domain.discard(by=shop.by, invoice=invoice)
        assert shop.issue(shop.laser).number.endswith("/00001")


def test_issuing_five_lines_costs_a_fixed_number_of_queries(shop, django_assert_max_num_queries):
    more = [factories.treatment(shop.branch) for _ in range(3)]
    invoice = shop.draft(shop.laser, shop.gel, *more)
    with django_assert_max_num_queries(
        26
    ):  # 24, and the savepoint that the test's own transaction makes of issuing's
        domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
