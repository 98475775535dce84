"""Random bills worked out twice, by the product and by `second_opinion`: no figure may differ.

`GST_INVOICES=100000 python -m pytest tests/clinic/test_second_opinion.py -s` takes as many as one likes and says
how many differ.
"""

import ast
import os
import random
import time
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from clinic import gst
from clinic.gst import computation, notes
from clinic.money import round2
from tests.clinic import second_opinion as second

COUNT = int(os.environ.get("GST_INVOICES", "3000"))
RATES = ["0", "0.25", "3", "5", "5", "12", "18", "18", "28", "40"]
STATES = ["29", "29", "29", "27", "04", "07", "96"]


# --- random bills ---


def random_paper(dice: random.Random) -> second.Paper:
    lines = [random_line(dice) for _line in range(dice.choice([1, 1, 2, 3, 5, 8]))]
    whole = sum(after_discount(line) for line in lines)
    return second.Paper(
        lines=lines,
        supplier=dice.choice(["29", "29", "04", "07"]),
        place=dice.choice(STATES),
        off=random_off(dice, whole, often=0.4),
        status=dice.choices(["regular", "composition", "unregistered"], [8, 1, 1])[0],
        registered=dice.random() < 0.3,
        sez=dice.random() < 0.05,
        zero_rated=dice.choices(["", "with_payment", "without_payment"], [8, 1, 1])[0],
        rounded=dice.random() < 0.5,
        note=dice.choices(["", "credit_note", "debit_note"], [6, 2, 1])[0],
    )


def random_line(dice: random.Random) -> second.Sold:
    line = second.Sold(
        price=dice.choice(
            [dice.randrange(100), dice.randrange(10_000), dice.randrange(500_000), 5 * 10**9 + 1]
        ),
        quantity=dice.choice([1000, 1000, 2000, 3000, dice.randrange(1, 50) * 1000, dice.randrange(1, 9999)]),
        rate=Fraction(dice.choice(RATES)),
        cess=Fraction(dice.choice(["0"] * 8 + ["1", "12.5"])),
        kind=dice.choices(["taxable", "exempt", "nil", "non_gst"], [8, 2, 1, 1])[0],
        inclusive=dice.random() < 0.5,
    )
    gross = after_discount(line)
    line.off = random_off(dice, gross, often=0.3)
    return line


def after_discount(line: second.Sold) -> int:
    gross = second.nearest(Fraction(line.price * line.quantity, 1000))
    return gross - (line.off.of(gross) if line.off else 0)


def random_off(dice: random.Random, amount: int, *, often: float) -> second.Off | None:
    if dice.random() > often:
        return None
    if dice.random() < 0.5:
        percent = dice.choice(["10", "100", "33.333", "12.5", str(dice.randrange(100_000) / 1000)])
        return second.Off(percent=Fraction(percent))
    return second.Off(
        paise=dice.choice([0, amount, dice.randint(0, amount), dice.randint(0, min(amount, 99))])
    )


# --- the same bill for the product ---


def rupees(paise: int) -> Decimal:
    return Decimal(paise).scaleb(-2)


def number(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def discount(off: second.Off | None) -> gst.Discount | None:
    if off is None:
        return None
    if off.percent is None:
        return gst.Discount.amount(rupees(off.paise))
    return gst.Discount.percent(number(off.percent))


def as_bill(paper: second.Paper) -> gst.Bill:
    return gst.Bill(
        lines=[
            gst.Line(
                unit_price=rupees(line.price),
                quantity=Decimal(line.quantity).scaleb(-3),
                discount=discount(line.off),
                basis=gst.PriceBasis.INCLUSIVE if line.inclusive else gst.PriceBasis.EXCLUSIVE,
                treatment=gst.Treatment(line.kind),
                rate=number(line.rate),
                cess_rate=number(line.cess),
            )
            for line in paper.lines
        ],
        supplier_state=paper.supplier,
        place_of_supply=paper.place,
        discount=discount(paper.off),
        supplier_status=gst.SupplierStatus(paper.status),
        recipient_registered=paper.registered,
        recipient_sez=paper.sez,
        zero_rated=gst.ZeroRated(paper.zero_rated) if paper.zero_rated else None,
        round_off=paper.rounded,
        note=gst.Note(paper.note) if paper.note else None,
    )


def paise(amount: Decimal) -> int:
    whole = amount * 100
    assert whole == int(whole)
    return int(whole)


def worked(computed: gst.Computed) -> second.Worked:
    """What the product computed, in the words of the second opinion."""
    sums = computed.totals
    found = second.Worked(
        computed.supply_type is gst.SupplyType.INTER, computed.state_tax_label, str(computed.document)
    )
    for line in computed.lines:
        amounts = (line.gross, line.line_discount, line.invoice_discount_share, line.net_value)
        heads = (line.cgst, line.sgst, line.igst, line.cess, line.line_total)
        figures = dict(zip(second.FIGURES, map(paise, amounts + heads), strict=True))
        found.lines.append(figures | {"kind": str(line.treatment), "rate": Fraction(line.rate)})
    for row in computed.rate_summary:
        key = (str(row.treatment), Fraction(row.rate))
        found.by_rate[key] = tuple(map(paise, (row.value, row.cgst, row.sgst, row.igst, row.cess)))
    found.totals = {
        "gross": paise(sums.gross),
        "line_discount": paise(sums.line_discount),
        "share": paise(sums.invoice_discount),
        "net": paise(sums.taxable_value + sums.untaxed_value),
        "cgst": paise(sums.cgst),
        "sgst": paise(sums.sgst),
        "igst": paise(sums.igst),
        "cess": paise(sums.cess),
        "total": paise(sums.before_round_off),
        "taxable": paise(sums.taxable_value),
        "untaxed": paise(sums.untaxed_value),
        "round_off": paise(sums.round_off),
        "grand": paise(sums.grand_total),
    }
    return found


# --- what is compared ---


def faults(paper: second.Paper, dice: random.Random) -> list[str]:
    """What is wrong with the product's figures of this bill, by both opinions and by itself."""
    computed = gst.compute(as_bill(paper))
    totals = computed.totals
    found = []
    if worked(computed) != second.work_out(paper):
        found.append("the two differ")
    if totals.cgst != totals.sgst or totals.cgst + totals.sgst + totals.igst + totals.cess != totals.tax:
        found.append("heads aren't the tax")
    if sum(line.line_total for line in computed.lines) + totals.round_off != totals.grand_total:
        found.append("lines and round-off aren't the total")
    if (computed.ledger_sign < 0) != (paper.note == "credit_note"):
        found.append("counts on the wrong side")
    if paper.note == "credit_note":
        found += [
            "credits differ"
            for line, result in zip(paper.lines, computed.lines, strict=True)
            if not same_credits(line, result, dice)
        ]
    return found


def same_credits(line: second.Sold, result: gst.LineResult, dice: random.Random) -> bool:
    """The line credited in up to four parts by quantity: note by note, and in the end all of it."""
    cuts = sorted({dice.randint(1, line.quantity) for _part in range(dice.randrange(4))} | {line.quantity})
    back = [after - before for before, after in zip([0, *cuts], cuts, strict=False)]
    heads = (result.cgst, result.sgst, result.igst, result.cess)
    original = gst.LineAmounts(
        quantity=Decimal(line.quantity).scaleb(-3),
        net_value=result.net_value,
        **dict(zip(("cgst", "sgst", "igst", "cess"), heads, strict=True)),
    )
    so_far, made = gst.LineAmounts(), []
    for some in back:
        note = gst.credit_line(original, so_far, quantity=Decimal(some).scaleb(-3))
        so_far += note
        made.append(tuple(map(paise, (note.net_value, note.cgst, note.sgst, note.igst, note.cess))))
    expected = second.credits(line.quantity, paise(result.net_value), tuple(map(paise, heads)), back)
    return made == expected and so_far == original


def differing(count: int, seed: int = 2025) -> Iterator[tuple[second.Paper, list[str]]]:
    dice = random.Random(seed)
    for _paper in range(count):
        paper = random_paper(dice)
        if wrong := faults(paper, dice):
            yield paper, wrong


def test_no_figure_of_any_bill_differs():
    began = time.monotonic()
    wrong = list(differing(COUNT))
    print(f"\n{COUNT} random bills worked out twice, {len(wrong)} differ ({time.monotonic() - began:.0f} s)")

    assert wrong[:3] == []


# --- controls: a second opinion that can't disagree is worth nothing ---


def half_even(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN) + 0


def rupee_half_even(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN).quantize(Decimal("0.01"))


def tax_then_halved(amount, *, rate, supply, cess_rate=Decimal(0), inclusive=False):
    right = RIGHT_HEADS(amount, rate=rate, supply=supply, cess_rate=cess_rate, inclusive=inclusive)
    if supply is gst.SupplyType.INTER:
        return right
    tax = RIGHT_HEADS(
        amount, rate=rate, supply=gst.SupplyType.INTER, cess_rate=cess_rate, inclusive=inclusive
    ).igst
    half = round2(tax / 2)
    return gst.Heads(cgst=half, sgst=half, cess=right.cess)


def divided_first(amount, *, rate, supply, cess_rate=Decimal(0), inclusive=False):
    if inclusive:
        amount = round2(amount * 100 / (100 + rate + cess_rate))
    return RIGHT_HEADS(amount, rate=rate, supply=supply, cess_rate=cess_rate)


def odd_paise_to_the_last(total, weights):
    whole = sum(weights)
    parts = [round2(total * weight / whole) if whole else whole for weight in weights[:-1]]
    return [*parts, total - sum(parts)]


def share_cut_down(line, quantity):
    return int(line.net_value * 100 * quantity / line.quantity)


RIGHT_HEADS = computation.heads_on
FAULTS = [
    (computation, "round2", half_even),
    (computation, "round_to_rupee", rupee_half_even),
    (computation, "heads_on", tax_then_halved),
    (computation, "heads_on", divided_first),
    (computation, "apportion", odd_paise_to_the_last),
    (notes, "_share", share_cut_down),
]


@pytest.mark.parametrize(
    ("module", "name", "fault"), [pytest.param(*each, id=each[2].__name__) for each in FAULTS]
)
def test_a_planted_fault_is_found(monkeypatch, module, name, fault):
    monkeypatch.setattr(module, name, fault)

    assert next(differing(COUNT), None)


def test_the_second_opinion_knows_nothing_of_the_product():
    source = ast.parse(Path(second.__file__).read_text("utf-8"))
    modules = {
        name.split(".")[0]
        for node in ast.walk(source)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert modules == {"dataclasses", "fractions"}
