"""Credit and debit notes by line: whatever parts are credited, they add up to the line and never exceed it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import gst
from clinic.gst.notes import HEADS

PAISA = Decimal("0.01")
AMOUNTS = ("quantity", "net_value", *HEADS)
ONE = gst.LineAmounts(
    quantity=Decimal(3), net_value=Decimal("99.99"), cgst=Decimal("9.00"), sgst=Decimal("9.00")
)


@st.composite
def billed(draw):
    """A line as a bill has it: computed, so that its tax is what its rate makes of its value."""
    line = gst.Line(
        unit_price=draw(st.decimals(0, 99999, places=2) | st.decimals(0, Decimal("0.5"), places=2)),
        quantity=draw(st.decimals(Decimal("0.001"), 40, places=3) | st.integers(1, 40).map(Decimal)),
        rate=Decimal(draw(st.sampled_from(["0", "0.25", "5", "12", "18", "40"]))),
        cess_rate=Decimal(draw(st.sampled_from(["0", "0", "12", "204"]))),
        basis=draw(st.sampled_from(gst.PriceBasis)),
    )
    state = draw(st.sampled_from(["29", "27"]))
    (result,) = gst.compute(gst.Bill(lines=[line], supplier_state="29", place_of_supply=state)).lines
    heads = {head: getattr(result, head) for head in HEADS}
    return gst.LineAmounts(quantity=line.quantity, net_value=result.net_value, **heads)


measures = st.sampled_from(["quantity", "net_value", "total"])
steps = st.lists(st.tuples(measures, st.fractions(0, 1)), max_size=8)


def rest_of(line, credited):
    return {name: getattr(line, name) - getattr(credited, name) for name in (*AMOUNTS, "total")}


def credit_in_parts(line, parts):
    """Credit these shares of what is left one after the other, then the rest; every note, and their sum."""
    notes, credited = [], gst.LineAmounts()
    for measure, share in [*parts, ("quantity", 1), ("net_value", 1)]:
        left = rest_of(line, credited)
        step = Decimal("0.001") if measure == "quantity" else PAISA
        wanted = (left[measure] * share.numerator / share.denominator).quantize(step, "ROUND_UP")
        wanted = min(wanted, left[measure])
        if wanted <= 0:
            continue
        try:
            note = gst.credit_line(line, credited, **{measure: wanted})
        except gst.Invalid as error:
            assert (error.reason, measure) == ("cannot_split", "total")
            continue
        assert getattr(note, measure) == wanted
        notes.append(note)
        credited = gst.sum_of([credited, note])
    return notes, credited


@given(billed(), steps)
def test_parts_add_up_to_the_line(line, parts):
    _notes, credited = credit_in_parts(line, parts)

    assert credited == line


@given(billed(), steps)
def test_no_part_exceeds_what_is_left_in_anything(line, parts):
    notes, _credited = credit_in_parts(line, parts)
    so_far = gst.LineAmounts()
    for note in notes:
        so_far = so_far + note
        for name in AMOUNTS:
            assert getattr(note, name) >= 0
            assert getattr(so_far, name) <= getattr(line, name)
        assert note.cgst == note.sgst


@given(billed(), steps)
def test_tax_credited_so_far_fits_the_value_credited_so_far(line, parts):
    """Each head is its share by value to the nearest paisa; a total may push it one paisa further, so none here."""
    notes, _credited = credit_in_parts(line, [each for each in parts if each[0] != "total"])
    so_far = gst.LineAmounts()
    for note in notes:
        so_far = so_far + note
        for head in HEADS:
            if line.net_value:
                exact = getattr(line, head) * so_far.net_value / line.net_value
                assert abs(getattr(so_far, head) - exact) <= PAISA / 2


@given(billed(), st.fractions(0, 1))
def test_one_total_is_met_to_the_paisa(line, share):
    total = max((line.total * share.numerator / share.denominator).quantize(PAISA), PAISA)
    if total > line.total:
        return
    try:
        note = gst.credit_line(line, total=total)
    except gst.Invalid as error:
        assert error.reason == "cannot_split"
        assert line.total <= Decimal("0.30")
        return
    assert note.total == total
    for head in HEADS:
        exact = getattr(line, head) * total / line.total
        assert abs(getattr(note, head) - exact) <= 2 * PAISA


@given(billed(), st.integers(2, 12))
def test_equal_quantities_differ_by_a_paisa_at_most(line, count):
    whole = replace(line, quantity=Decimal(count))
    notes, credited = [], gst.LineAmounts()
    for _each in range(count):
        notes.append(gst.credit_line(whole, credited, quantity=Decimal(1)))
        credited = credited + notes[-1]

    assert credited == whole
    values = [note.net_value for note in notes]
    assert max(values) - min(values) <= PAISA


# --- single facts ---


def test_one_of_three_units():
    note = gst.credit_line(ONE, quantity=Decimal(1))

    assert (note.net_value, note.cgst, note.sgst, note.total) == (
        Decimal("33.33"), Decimal("3.00"), Decimal("3.00"), Decimal("39.33"),
    )  # fmt: skip


def test_the_last_note_takes_the_odd_paisa():
    line = replace(ONE, net_value=Decimal("100.00"), cgst=Decimal("2.50"), sgst=Decimal("2.50"))
    first = gst.credit_line(line, quantity=Decimal(1))
    second = gst.credit_line(line, first, quantity=Decimal(1))
    third = gst.credit_line(line, first + second, quantity=Decimal(1))

    assert [note.net_value for note in (first, second, third)] == [
        Decimal("33.33"), Decimal("33.34"), Decimal("33.33"),
    ]  # fmt: skip
    assert [note.cgst for note in (first, second, third)] == [
        Decimal("0.83"), Decimal("0.84"), Decimal("0.83"),
    ]  # fmt: skip


def test_goods_come_back_after_their_price_came_down():
    lower = gst.credit_line(ONE, net_value=Decimal("30.00"))
    back = gst.credit_line(ONE, lower, quantity=Decimal(3))

    assert (lower.quantity, lower.cgst) == (0, Decimal("2.70"))
    assert back == replace(ONE, net_value=Decimal("69.99"), cgst=Decimal("6.30"), sgst=Decimal("6.30"))


def test_a_round_sum_with_tax_is_parted():
    note = gst.credit_line(ONE, total=Decimal("50.00"))

    assert (note.net_value, note.cgst, note.sgst) == (Decimal("42.38"), Decimal("3.81"), Decimal("3.81"))


def test_a_paisa_can_be_the_value_but_never_half_a_tax():
    line = gst.LineAmounts(
        quantity=Decimal(1), net_value=Decimal("0.04"), cgst=Decimal("0.01"), sgst=Decimal("0.01")
    )
    credited = gst.LineAmounts()
    for _paisa in range(3):
        credited = credited + gst.credit_line(line, credited, total=PAISA)

    with pytest.raises(gst.Invalid) as caught:
        gst.credit_line(line, credited, total=PAISA)
    assert caught.value.reason == "cannot_split"
    assert credited + gst.credit_line(line, credited, total=Decimal("0.03")) == replace(
        line, quantity=Decimal(0)
    )


@pytest.mark.parametrize(
    ("wanted", "reason", "field"),
    [
        ({}, "one_measure", ""),
        ({"quantity": Decimal(1), "total": Decimal(1)}, "one_measure", ""),
        ({"quantity": Decimal("3.001")}, "above_original", "quantity"),
        ({"net_value": Decimal("100.00")}, "above_original", "net_value"),
        ({"total": Decimal("118.00")}, "above_original", "total"),
        ({"quantity": Decimal(0)}, "not_positive", "quantity"),
        ({"total": Decimal("NaN")}, "not_positive", "total"),
        ({"total": Decimal("1e40")}, "too_large", "total"),
        ({"total": Decimal("1.005")}, "decimals", "total"),
        ({"quantity": Decimal("0.0005")}, "decimals", "quantity"),
    ],
)
def test_what_cannot_be_credited_names_its_field(wanted, reason, field):
    with pytest.raises(gst.Invalid) as caught:
        gst.credit_line(ONE, **wanted)

    assert (caught.value.reason, caught.value.field) == (reason, field)


def test_unequal_halves_are_no_line():
    with pytest.raises(ValueError, match="equal"):
        gst.credit_line(replace(ONE, sgst=Decimal("9.01")), quantity=Decimal(1))


def test_a_debit_bears_the_rate_of_the_line_and_has_no_bound():
    small = gst.LineAmounts(
        quantity=Decimal(2), net_value=Decimal("1.00"), cgst=Decimal("0.03"), sgst=Decimal("0.03")
    )
    five = {"rate": Decimal(5), "supply": gst.SupplyType.INTRA}

    assert gst.debit_line(small, net_value=Decimal(1000), **five).cgst == 25
    assert gst.debit_line(small, quantity=Decimal(4), **five).net_value == 2
    inclusive = gst.debit_line(small, total=Decimal(1050), rate=Decimal(5), supply=gst.SupplyType.INTER)
    assert (inclusive.net_value, inclusive.igst, inclusive.quantity) == (1000, 50, 0)
    with pytest.raises(gst.Invalid):
        gst.debit_line(replace(small, quantity=Decimal(0)), quantity=Decimal(1), **five)
