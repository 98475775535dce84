"""Credit and debit notes by line (CGST section 34): parts of a line of an issued bill, exact to the paisa.

A note bears the rate and the place of the line it is about, so neither is asked for: every head follows the
line's own tax. Credits of one line never exceed it, in quantity, value or any head, and the last takes what is left.
The round-off of the document is no part of a line; whoever reverses a whole document reverses that too.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from clinic.gst.bill import LARGEST, QUANTITY_STEP
from clinic.gst.computation import ZERO, Heads, heads_on
from clinic.gst.invalid import Invalid
from clinic.gst.supply import SupplyType
from clinic.money import PAISA, paise, round2, rupees

HEADS = ("cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, kw_only=True)
class LineAmounts(Heads):
    """What a line, or a note about it, comes to. `net_value` is after every discount and before tax."""

    quantity: Decimal = Decimal(0)
    net_value: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.net_value + self.tax

    def __add__(self, other: "LineAmounts") -> "LineAmounts":
        names = ("quantity", "net_value", *HEADS)
        return LineAmounts(**{name: getattr(self, name) + getattr(other, name) for name in names})


def sum_of(lines: Iterable[LineAmounts]) -> LineAmounts:
    """What earlier notes about one line come to together."""
    return sum(lines, LineAmounts())


def credit_line(
    original: LineAmounts,
    already: LineAmounts | None = None,
    *,
    quantity: Decimal | None = None,
    net_value: Decimal | None = None,
    total: Decimal | None = None,
) -> LineAmounts:
    """The next credit about a line: by quantity returned, by value before tax, or by the whole with tax.

    `already` is the sum of earlier credits about it. Tax follows the value credited so far: each head's share of
    the original head by value, rounded once, less what was credited of it. So notes of any size add up to the
    line exactly, and CGST equals SGST on each. By value or total no quantity is credited: the price came down.
    Reasons of Invalid: one_measure, not_positive, too_large, decimals, above_original, cannot_split (a total so
    small that equal halves can't be made of it).
    """
    name, wanted = _measure(quantity=quantity, net_value=net_value, total=total)
    done = already or LineAmounts()
    left = LineAmounts(
        quantity=original.quantity - done.quantity,
        net_value=original.net_value - done.net_value,
        **{head: getattr(original, head) - getattr(done, head) for head in HEADS},
    )
    _within(wanted, getattr(left, name), name)
    whole, before = _Paise.of(original), _Paise.of(done)
    if name == "total":
        return _credit_of_total(whole, before, paise(wanted)).amounts()
    if name == "net_value":
        return _next_credit(whole, before, paise(wanted)).amounts()
    return _next_credit(whole, before, _share(left, wanted)).amounts(wanted)


def debit_line(
    original: LineAmounts,
    *,
    rate: Decimal,
    supply: SupplyType,
    cess_rate: Decimal = ZERO,
    quantity: Decimal | None = None,
    net_value: Decimal | None = None,
    total: Decimal | None = None,
) -> LineAmounts:
    """What was charged too little on a line (section 34(3)): by quantity, value before tax, or total with tax.

    Nothing bounds it, so its tax is computed by the original line's `rate`, `cess_rate` and `supply` and not by
    shares, which would carry that line's rounding into the thousands. 0 for a line that bore no tax.
    Reasons of Invalid: one_measure, not_positive, too_large, decimals, no_quantity.
    """
    name, wanted = _measure(quantity=quantity, net_value=net_value, total=total)
    if name == "quantity" and not original.quantity:
        raise _invalid("no_quantity", _("The line has no quantity to go by."), name)
    amount = Decimal(_share(original, wanted)).scaleb(-2) if name == "quantity" else wanted
    inclusive = name == "total"
    heads = heads_on(amount, rate=rate, cess_rate=cess_rate, supply=supply, inclusive=inclusive)
    return LineAmounts(
        quantity=wanted if name == "quantity" else Decimal(0),
        net_value=round2(amount - heads.tax if inclusive else amount),
        cgst=heads.cgst,
        sgst=heads.sgst,
        igst=heads.igst,
        cess=heads.cess,
    )


@dataclass(frozen=True)
class _Paise:
    """A credit in paise; `half` is CGST and SGST each."""

    value: int
    half: int = 0
    igst: int = 0
    cess: int = 0

    @property
    def total(self) -> int:
        return self.value + 2 * self.half + self.igst + self.cess

    @classmethod
    def of(cls, line: LineAmounts) -> "_Paise":
        if line.cgst != line.sgst:
            raise ValueError("CGST and SGST of a line are always equal")
        return cls(paise(line.net_value), paise(line.cgst), paise(line.igst), paise(line.cess))

    def amounts(self, quantity: Decimal = Decimal(0)) -> LineAmounts:
        value, half, igst, cess = (
            Decimal(each).scaleb(-2) for each in (self.value, self.half, self.igst, self.cess)
        )
        return LineAmounts(quantity=quantity, net_value=value, cgst=half, sgst=half, igst=igst, cess=cess)


def _next_credit(original: _Paise, already: _Paise, value: int) -> _Paise:
    """The credit of this value, with what tax is still to be credited up to there."""
    heads = {}
    for head in ("half", "igst", "cess"):
        whole = getattr(original, head)
        # Half up, in integers; a line without value gives its tax back at once.
        share = (2 * whole * (already.value + value) + original.value) // (2 * (original.value or 1))
        heads[head] = max((share if original.value else whole) - getattr(already, head), 0)
    return _Paise(value, **heads)


def _credit_of_total(original: _Paise, already: _Paise, total: int) -> _Paise:
    """The value whose tax fills up to the total; where none does exactly, a head gets a paisa less or more."""
    largest = original.value - already.value
    values = range(largest + 1)
    place = bisect_right(values, total, key=lambda value: _next_credit(original, already, value).total)
    below = _next_credit(original, already, place - 1) if place else _Paise(0)
    if below.total == total:
        return below
    above = _next_credit(original, already, place)
    for found in _between(below, above, total):
        if 0 <= found.value < largest:  # never all the value while some tax is left
            return found
    sentence = _("%(total)s can't be parted into a value and two equal taxes; credit one paisa more or less.")
    raise _invalid("cannot_split", sentence % {"total": rupees(Decimal(total).scaleb(-2))}, "total")


def _between(below: _Paise, above: _Paise, total: int) -> Iterator[_Paise]:
    """What adds up to the total between two credits that don't: equal halves first, then value, then the rest."""
    for more in (0, 1, -1):
        for pairs in range(above.half - below.half, -1, -1):
            rest = total - below.total - 2 * pairs - more
            igst = min(max(rest, 0), above.igst - below.igst)
            cess = rest - igst
            if 0 <= cess <= above.cess - below.cess:
                yield _Paise(below.value + more, below.half + pairs, below.igst + igst, below.cess + cess)


def _share(line: LineAmounts, quantity: Decimal) -> int:
    """What this much of the line's quantity is worth, in paise."""
    return paise(line.net_value * quantity / line.quantity)


def _measure(**given: Decimal | None) -> tuple[str, Decimal]:
    wanted = [(name, amount) for name, amount in given.items() if amount is not None]
    if len(wanted) != 1:
        raise _invalid("one_measure", _("A note goes by quantity, by value or by total: one of them."), "")
    name, amount = wanted[0]
    if not amount.is_finite() or amount <= 0:
        raise _invalid("not_positive", _("A note needs something above zero."), name)
    if amount > LARGEST:
        raise _invalid("too_large", _("That is too large for a note."), name)
    step = QUANTITY_STEP if name == "quantity" else PAISA
    if amount % step:
        decimals = {"quantity": _("A quantity has at most three decimals.")}
        raise _invalid("decimals", decimals.get(name, _("An amount has at most two decimals.")), name)
    return name, amount


def _within(wanted: Decimal, left: Decimal, name: str) -> None:
    if wanted <= left:
        return
    if name == "quantity":
        sentence = _("Only %(left)s of this line can still be credited.") % {"left": f"{left.normalize():f}"}
    else:
        sentence = _("Only %(left)s of this line can still be credited.") % {"left": rupees(left)}
    raise _invalid("above_original", sentence, name)


def _invalid(reason: str, sentence: str, field: str) -> Invalid:
    return Invalid(sentence, reason=reason, field=field)
