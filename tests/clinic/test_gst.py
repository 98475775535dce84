"""GST arithmetic: the cases an accountant would try, and what must hold for any bill at all."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import gst, gst_cases

CASES = Path(__file__).parent.parent / "data" / "gst_cases.json"
SECTIONS = json.loads(CASES.read_text("utf-8"))
KNOWN = [(section, case) for section, cases in SECTIONS.items() if section != "meta" for case in cases]


@pytest.mark.parametrize(("section", "case"), [pytest.param(*pair, id=pair[1]["id"]) for pair in KNOWN])
def test_case_agrees(section, case):
    outcome = gst_cases.check_case(section, case)

    assert (outcome.differences, outcome.problem) == ((), "")


@pytest.mark.parametrize(
    ("section", "least"),
    [
        ("invoice_computations", 42),
        ("gstin", 17),
        ("invoice_number", 10),
        ("financial_year", 7),
        ("amount_in_words", 11),
        ("rate_by_date", 13),
        ("time_of_supply_rate_change", 4),
        ("place_of_supply", 6),
        ("advances", 2),
        ("payments_razorpay", 3),
        ("payments_upi", 2),
    ],
)
def test_no_case_was_lost(section, least):
    assert len({case["id"] for case in SECTIONS[section]}) >= least


# --- what holds for every bill ---

money = st.decimals(min_value=0, max_value=Decimal("999999.99"), places=2)
percents = st.decimals(min_value=0, max_value=100, places=3)
rates = st.sampled_from([Decimal(rate) for rate in ("0", "0.25", "3", "5", "12", "18", "28", "40")])
treatments = st.sampled_from(
    [gst.Treatment.TAXABLE, gst.Treatment.EXEMPT, gst.Treatment.NIL, gst.Treatment.NON_GST]
)
lines = st.builds(
    gst.Line,
    ref=st.just("1"),
    unit_price=money,
    quantity=st.decimals(min_value=Decimal("0.001"), max_value=Decimal(999), places=3),
    discount=st.none() | st.builds(gst.Discount.percent, percents),
    basis=st.sampled_from(gst.PriceBasis),
    treatment=treatments,
    rate=rates,
)
bills = st.builds(
    gst.Bill,
    lines=st.lists(lines, min_size=1, max_size=8),
    supplier_state=st.sampled_from(["29", "04", "07"]),
    place_of_supply=st.sampled_from(["29", "04", "27"]),
    discount=st.none() | st.builds(gst.Discount.percent, percents),
    supplier_status=st.sampled_from(gst.SupplierStatus),
    recipient_sez=st.booleans(),
    zero_rated=st.none() | st.sampled_from(gst.ZeroRated),
    round_off=st.booleans(),
)


@given(bills)
def test_heads_are_equal_and_never_meet_igst(bill):
    for line in gst.compute(bill).lines:
        assert line.cgst == line.sgst
        assert not (line.cgst and line.igst)


@given(bills)
def test_totals_are_sums_of_lines(bill):
    computed = gst.compute(bill)
    totals = computed.totals

    assert sum(line.line_total for line in computed.lines) + totals.round_off == totals.grand_total
    assert sum(line.net_value for line in computed.lines) == totals.taxable_value + totals.untaxed_value
    assert sum(row.value + row.tax for row in computed.rate_summary) == totals.before_round_off
    for head in ("cgst", "sgst", "igst", "cess", "gross", "line_discount"):
        assert sum(getattr(line, head) for line in computed.lines) == getattr(totals, head)


@given(bills)
def test_bill_discount_is_spread_to_the_paisa(bill):
    computed = gst.compute(bill)
    after = sum(line.gross - line.line_discount for line in computed.lines)

    shares = [line.invoice_discount_share for line in computed.lines]
    assert sum(shares) == gst.discount_of(bill.discount, after)
    assert all(0 <= line.invoice_discount_share <= line.gross - line.line_discount for line in computed.lines)


@given(bills)
def test_every_figure_is_whole_paise_and_none_is_negative(bill):
    for line in gst.compute(bill).lines:
        for figure in (line.gross, line.net_value, line.cgst, line.igst, line.line_total):
            assert figure >= 0
            assert figure == figure.quantize(Decimal("0.01"))


@given(bills)
def test_inclusive_price_is_what_the_customer_pays(bill):
    computed = gst.compute(bill)

    for line, result in zip(bill.lines, computed.lines, strict=True):
        if line.basis is gst.PriceBasis.INCLUSIVE:
            assert result.line_total == result.gross - result.line_discount - result.invoice_discount_share


@given(bills)
def test_round_off_lands_on_a_rupee(bill):
    totals = gst.compute(bill).totals

    if bill.round_off:
        assert totals.grand_total == totals.grand_total.to_integral_value()
        assert Decimal("-0.49") <= totals.round_off <= Decimal("0.50")
    else:
        assert totals.round_off == 0


@given(bills)
def test_who_may_not_charge_tax_charges_none(bill):
    if bill.supplier_status is gst.SupplierStatus.REGULAR:
        return
    computed = gst.compute(bill)

    assert computed.totals.tax == computed.totals.taxable_value == 0
    assert {line.treatment for line in computed.lines} == {gst.Treatment.NOT_CHARGED}


# --- single facts ---


def bill(*given_lines, **changes):
    given_lines = given_lines or (line(),)
    return gst.Bill(lines=given_lines, **{"supplier_state": "29", "place_of_supply": "29", **changes})


def line(**changes):
    return gst.Line(**{"ref": "7", "unit_price": Decimal(100), "rate": Decimal(18), **changes})


def exempt():
    return line(treatment=gst.Treatment.EXEMPT)


def test_cess_is_charged_beside_the_heads():
    (result,) = gst.compute(bill(line(cess_rate=Decimal(12)))).lines

    assert (result.cgst, result.sgst, result.cess, result.line_total) == (9, 9, 12, 130)


def test_cess_is_taken_out_of_an_inclusive_price():
    inclusive = line(unit_price=Decimal(130), cess_rate=Decimal(12), basis=gst.PriceBasis.INCLUSIVE)
    (result,) = gst.compute(bill(inclusive)).lines

    assert (result.net_value, result.cgst, result.cess, result.line_total) == (100, 9, 12, 130)


def test_under_a_letter_of_undertaking_the_rate_stays_and_the_tax_is_nil():
    computed = gst.compute(bill(zero_rated=gst.ZeroRated.WITHOUT_PAYMENT, place_of_supply="96"))

    assert computed.lines[0].rate == 18
    assert (computed.totals.tax, computed.totals.taxable_value) == (0, 100)


@pytest.mark.parametrize(
    ("reason", "field", "changes"),
    [
        ("quantity_not_positive", "quantity", {"quantity": Decimal(0)}),
        ("quantity_not_positive", "quantity", {"quantity": Decimal(-1)}),
        ("quantity_decimals", "quantity", {"quantity": Decimal("1.0005")}),
        ("not_a_number", "quantity", {"quantity": Decimal("NaN")}),
        ("negative_price", "unit_price", {"unit_price": Decimal("-0.01")}),
        ("not_a_number", "unit_price", {"unit_price": Decimal("Infinity")}),
        ("too_large", "unit_price", {"unit_price": gst.LARGEST, "quantity": Decimal(2)}),
        ("rate_out_of_range", "rate", {"rate": Decimal(-5)}),
        ("rate_out_of_range", "rate", {"rate": Decimal(101)}),
        ("rate_out_of_range", "cess_rate", {"cess_rate": Decimal(-1)}),
        ("treatment_not_an_input", "treatment", {"treatment": gst.Treatment.NOT_CHARGED}),
        ("discount_percent_above_100", "discount", {"discount": gst.Discount.percent(Decimal("100.01"))}),
        ("negative_discount", "discount", {"discount": gst.Discount.percent(Decimal(-1))}),
        ("negative_discount", "discount", {"discount": gst.Discount.amount(Decimal("-0.01"))}),
        ("discount_exceeds_line_amount", "discount", {"discount": gst.Discount.amount(Decimal("100.01"))}),
        ("discount_exceeds_line_amount", "discount", {"discount": gst.Discount.amount(Decimal("1e40"))}),
        ("not_a_number", "discount", {"discount": gst.Discount.percent(Decimal("NaN"))}),
    ],
)
def test_bad_line_names_its_field(reason, field, changes):
    with pytest.raises(gst.Invalid) as caught:
        gst.compute(bill(line(ref="first"), line(**changes)))

    assert (caught.value.reason, caught.value.field, caught.value.ref) == (reason, field, "7")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("reason", "field", "changes"),
    [
        ("no_lines", "lines", {"lines": []}),
        ("unknown_state", "supplier_state", {"supplier_state": "00"}),
        ("unknown_state", "place_of_supply", {"place_of_supply": ""}),
        (
            "discount_exceeds_invoice_amount",
            "invoice_discount",
            {"discount": gst.Discount.amount(Decimal("100.01"))},
        ),
        ("discount_percent_above_100", "invoice_discount", {"discount": gst.Discount.percent(Decimal(101))}),
        ("discount_decimals", "invoice_discount", {"discount": gst.Discount.amount(Decimal("1.005"))}),
    ],
)
def test_bad_bill_names_its_field(reason, field, changes):
    whole = {"lines": [line()], "supplier_state": "29", "place_of_supply": "29", **changes}
    with pytest.raises(gst.Invalid) as caught:
        gst.compute(gst.Bill(**whole))

    assert (caught.value.reason, caught.value.field, caught.value.ref) == (reason, field, "")


@pytest.mark.parametrize(
    ("document", "given_lines", "changes"),
    [
        ("bill_of_supply", [line()], {"supplier_status": gst.SupplierStatus.COMPOSITION}),
        ("tax_invoice_and_bill_of_supply", [line(), exempt()], {"recipient_registered": True}),
        ("bill_of_supply", [exempt()], {"recipient_registered": True}),
        (
            "tax_invoice_export_lut",
            [line()],
            {"zero_rated": gst.ZeroRated.WITHOUT_PAYMENT, "place_of_supply": "96"},
        ),
        (
            "tax_invoice_sez_without_payment",
            [line()],
            {"zero_rated": gst.ZeroRated.WITHOUT_PAYMENT, "recipient_sez": True},
        ),
        ("debit_note", [line()], {"note": gst.Note.DEBIT}),
    ],
)
def test_document(document, given_lines, changes):
    assert gst.compute(bill(*given_lines, **changes)).document == document


def test_only_a_supplier_who_may_charge_tax_prints_tax_invoice():
    titles = {document: gst.document_title(document) for document in gst.Document}

    assert titles[gst.Document.PLAIN_BILL] == "Bill"
    assert titles[gst.Document.EXPORT_UNDER_LUT] == "Tax invoice"


def test_composition_legend_is_only_on_its_bills():
    assert gst.legends(bill()) == []
    assert len(gst.legends(bill(supplier_status=gst.SupplierStatus.COMPOSITION))) == 1


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("29AABCL1234A1C", gst.GstinKind.E_COMMERCE_OPERATOR),
        ("29ABCD12345E1D", gst.GstinKind.TAX_DEDUCTOR),
        ("2917USA00007NR", gst.GstinKind.NON_RESIDENT),
        ("9917USA00007OS", gst.GstinKind.OIDAR),
    ],
)
def test_other_kinds_are_known_but_not_accepted_as_buyers(value, kind):
    whole = value + gst.check_character(value)

    assert gst.check_gstin(whole).kind is kind
    with pytest.raises(gst.Invalid) as caught:
        gst.check_gstin(whole, kinds=gst.BUYERS)
    assert caught.value.reason == "kind"


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=1), st.integers(0, 14))
def test_one_mistyped_character_is_always_found(letter, place):
    right = "29AABCL1234A1Z4"
    typed = right[:place] + letter + right[place + 1 :]

    if typed != right:
        with pytest.raises(gst.Invalid):
            gst.check_gstin(typed)


def test_wrong_check_character_is_named():
    with pytest.raises(gst.Invalid, match="check character would be 4, but it ends in 5"):
        gst.check_gstin("29AABCL1234A1Z5")


@pytest.mark.parametrize("value", ["29AABCL1234A1Z\u0664", "29AABCL1234A\u01311Z", "29aabcl1234a1\u017f4"])
def test_letters_of_other_scripts_are_refused(value):
    with pytest.raises(gst.Invalid):
        gst.check_gstin(value)


def test_choices_leave_out_retired_codes():
    codes = {code for code, _name in gst.state_choices()}

    assert codes == {f"{code:02}" for code in range(1, 39)} - {"25", "28"} | {"96", "97"}
    assert codes - {code for code, _name in gst.state_choices(registering=True)} == {"96"}


@pytest.mark.parametrize(
    ("code", "label"), [("04", "UTGST"), ("97", "UTGST"), ("01", "SGST"), ("07", "SGST"), ("34", "SGST")]
)
def test_state_tax_label(code, label):
    assert gst.state_tax_label(code) == label


@pytest.mark.parametrize("number", ["0001", "/1", "-1"])
def test_irp_refuses_some_numbers_that_the_rule_allows(number):
    assert not gst.check_invoice_number(number).accepted_by_irp


@pytest.mark.parametrize("number", ["INV\u0966", "INV_1", "\uff21\uff11"])
def test_only_ascii_in_numbers(number):
    with pytest.raises(gst.Invalid) as caught:
        gst.check_invoice_number(number)
    assert caught.value.reason == "illegal_character"


def test_year_turns_at_midnight_of_the_branch():
    moment = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)

    assert gst.financial_year(moment).long == "2026-27"
    assert gst.financial_year(moment, "UTC").long == "2025-26"
    assert date(2026, 3, 31) not in gst.financial_year(moment)


def test_moment_without_zone_is_refused():
    with pytest.raises(gst.Invalid):
        gst.financial_year(datetime(2026, 3, 31, 18, 30))  # noqa: DTZ001 - a time without a zone is what is refused


def test_counter_sale_of_goods_without_an_address_is_taxed_at_home():
    place = gst.place_of_supply(gst.SupplyKind.GOODS_COUNTER, supplier_state="29", recipient_state="27")

    assert place.state == "29"
