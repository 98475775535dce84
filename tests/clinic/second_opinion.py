"""GST worked out a second time, from docs/gst-policy.md alone: whole paise and fractions, nothing of the product.

It exists to disagree. Whoever changes the policy changes the page, the product and this, each by itself.
"""

from dataclasses import dataclass, field
from fractions import Fraction

WITHOUT_LEGISLATURE = {"04", "25", "26", "31", "35", "38", "97"}
FIGURES = ("gross", "line_discount", "share", "net", "cgst", "sgst", "igst", "cess", "total")


@dataclass
class Off:
    """A discount: percent of the amount, or paise."""

    percent: Fraction | None = None
    paise: int = 0

    def of(self, amount: int) -> int:
        return self.paise if self.percent is None else nearest(amount * self.percent / 100)


@dataclass
class Sold:
    """A line: price in paise, quantity in thousandths, rates in percent; `kind` how the law treats it."""

    price: int
    quantity: int = 1000
    rate: Fraction = Fraction(0)
    cess: Fraction = Fraction(0)
    kind: str = "taxable"
    inclusive: bool = False
    off: Off | None = None


@dataclass
class Paper:
    lines: list[Sold]
    supplier: str = "29"
    place: str = "29"
    off: Off | None = None
    status: str = "regular"
    registered: bool = False
    sez: bool = False
    zero_rated: str = ""
    rounded: bool = False
    note: str = ""


@dataclass
class Worked:
    inter: bool
    label: str | None
    document: str
    lines: list[dict] = field(default_factory=list)
    by_rate: dict[tuple[str, Fraction], tuple[int, ...]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)


def nearest(amount: Fraction) -> int:
    """To the paisa, a half up; there is nothing below zero here."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def spread(whole: int, amounts: list[int]) -> list[int]:
    """In proportion, every part cut down to the paisa; what is left goes by ones to the largest cuts."""
    everything = sum(amounts)
    if everything == 0:
        return [0 for _amount in amounts]
    exact = [Fraction(whole * amount, everything) for amount in amounts]
    parts = [int(each) for each in exact]
    while sum(parts) < whole:
        cuts = [each - part for each, part in zip(exact, parts, strict=True)]
        parts[cuts.index(max(cuts))] += 1
    return parts


def work_out(paper: Paper) -> Worked:
    inter = bool(paper.place != paper.supplier or paper.sez or paper.zero_rated)
    gross = [nearest(Fraction(line.price * line.quantity, 1000)) for line in paper.lines]
    cut = [line.off.of(amount) if line.off else 0 for line, amount in zip(paper.lines, gross, strict=True)]
    after = [amount - less for amount, less in zip(gross, cut, strict=True)]
    shares = spread(paper.off.of(sum(after)) if paper.off else 0, after)
    kinds = [kind_of(paper, line) for line in paper.lines]
    label = "UTGST" if paper.place in WITHOUT_LEGISLATURE else "SGST"
    worked = Worked(inter, None if inter else label, document(paper, kinds))
    for place, line in enumerate(paper.lines):
        taxed = kinds[place] in ("taxable", "zero_rated")
        amount = after[place] - shares[place]
        cgst, sgst, igst, cess = taxes(paper, line, amount, inter) if taxed else (0, 0, 0, 0)
        tax = cgst + sgst + igst + cess
        net = amount - tax if line.inclusive else amount
        figures = (gross[place], cut[place], shares[place], net, cgst, sgst, igst, cess, net + tax)
        row = dict(zip(FIGURES, figures, strict=True)) | {
            "kind": kinds[place],
            "rate": line.rate if taxed else Fraction(0),
        }
        worked.lines.append(row)
        key = (kinds[place], line.rate if taxed else Fraction(0))
        so_far = worked.by_rate.get(key, (0,) * 5)
        worked.by_rate[key] = tuple(map(sum, zip(so_far, (net, cgst, sgst, igst, cess), strict=True)))
    worked.totals = totals(paper, worked)
    return worked


def taxes(paper: Paper, line: Sold, amount: int, inter: bool) -> tuple[int, int, int, int]:
    if paper.zero_rated == "without_payment":
        return 0, 0, 0, 0
    hundred = Fraction(100) + (line.rate + line.cess if line.inclusive else 0)
    cess = nearest(amount * line.cess / hundred)
    if inter:
        return 0, 0, nearest(amount * line.rate / hundred), cess
    each = nearest(amount * (line.rate / 2) / hundred)
    return each, each, 0, cess


def kind_of(paper: Paper, line: Sold) -> str:
    if paper.status in ("composition", "unregistered"):
        return "not_charged"
    return "zero_rated" if paper.zero_rated and line.kind == "taxable" else line.kind


def totals(paper: Paper, worked: Worked) -> dict[str, int]:
    found = {name: sum(row[name] for row in worked.lines) for name in FIGURES}
    taxable = sum(row["net"] for row in worked.lines if row["kind"] in ("taxable", "zero_rated"))
    due = found["total"]
    to_rupee = (due + 50) // 100 * 100 - due if paper.rounded else 0
    return found | {
        "taxable": taxable,
        "untaxed": found["net"] - taxable,
        "round_off": to_rupee,
        "grand": due + to_rupee,
    }


def document(paper: Paper, kinds: list[str]) -> str:
    if paper.note:
        return paper.note
    if paper.status == "unregistered":
        return "plain_bill_no_gstin"
    taxed = {kind in ("taxable", "zero_rated") for kind in kinds}
    if taxed == {False}:
        return "bill_of_supply"
    if taxed == {True, False}:
        one_paper = not (paper.registered or paper.sez)
        return "invoice_cum_bill_of_supply" if one_paper else "tax_invoice_and_bill_of_supply"
    if paper.sez or (paper.zero_rated and paper.place != "96"):
        return f"tax_invoice_sez_{paper.zero_rated or 'with_payment'}"
    if paper.zero_rated:
        return "tax_invoice_export_" + ("lut" if paper.zero_rated == "without_payment" else "igst")
    return "tax_invoice"


def credits(quantity: int, net: int, heads: tuple[int, ...], back: list[int]) -> list[tuple[int, ...]]:
    """Value and heads of notes about one line of which so many thousandths come back, one note after the other."""
    notes: list[tuple[int, ...]] = []
    value_so_far, heads_so_far, quantity_left = 0, [0] * len(heads), quantity
    for some in back:
        value = nearest(Fraction((net - value_so_far) * some, quantity_left))
        value_so_far += value
        quantity_left -= some
        due = [nearest(Fraction(head * value_so_far, net)) if net else head for head in heads]
        notes.append((value, *(each - before for each, before in zip(due, heads_so_far, strict=True))))
        heads_so_far = due
    return notes
