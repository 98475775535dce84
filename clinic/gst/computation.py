"""From a bill to every figure on it: rounding and discount policy version 1 (docs/gst-policy.md).

Amounts are Decimal rupees with two decimals. Each line is rounded by itself, half away from zero,
and totals are plain sums of lines, so the document always adds up and CGST always equals SGST.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from clinic.gst.bill import (
    Bill,
    Line,
    PriceBasis,
    SupplierStatus,
    Treatment,
    ZeroRated,
    check_line,
    discount_of,
    gross_of,
)
from clinic.gst.documents import CHARGEABLE, Document, document_for
from clinic.gst.invalid import Invalid
from clinic.gst.supply import SupplyType, state_tax_label, supply_type
from clinic.money import apportion, round2, round_to_rupee

POLICY_VERSION = 1
ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Heads:
    """Tax by head; intra-State has the first two (always equal), inter-State the third."""

    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    igst: Decimal = ZERO
    cess: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.cgst + self.sgst + self.igst + self.cess


@dataclass(frozen=True, kw_only=True)
class LineResult(Heads):
    """`net_value` is what remains after every discount and before tax, whatever the treatment."""

    ref: str
    hsn: str
    uqc: str
    treatment: Treatment
    rate: Decimal
    cess_rate: Decimal
    gross: Decimal
    line_discount: Decimal
    invoice_discount_share: Decimal
    net_value: Decimal

    @property
    def line_total(self) -> Decimal:
        return self.net_value + self.tax


@dataclass(frozen=True, kw_only=True)
class RateSummary(Heads):
    treatment: Treatment
    rate: Decimal
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class Totals(Heads):
    """`untaxed_value`: exempt, nil, non-GST, or sold by somebody who may not charge tax."""

    gross: Decimal
    line_discount: Decimal
    invoice_discount: Decimal
    taxable_value: Decimal
    untaxed_value: Decimal
    round_off: Decimal

    @property
    def before_round_off(self) -> Decimal:
        return self.taxable_value + self.untaxed_value + self.tax

    @property
    def grand_total(self) -> Decimal:
        return self.before_round_off + self.round_off


@dataclass(frozen=True, kw_only=True)
class Computed:
    """`state_tax_label` is SGST or UTGST, None where only IGST is due."""

    supply_type: SupplyType
    state_tax_label: str | None
    document: Document
    lines: tuple[LineResult, ...]
    rate_summary: tuple[RateSummary, ...]
    totals: Totals

    @property
    def ledger_sign(self) -> int:
        """Credit notes carry positive figures and count negative in the books (section 34(1) CGST)."""
        return -1 if self.document is Document.CREDIT_NOTE else 1


def compute(bill: Bill) -> Computed:
    """Every figure of the document, or Invalid for the first thing that can't be billed.

    Beside the reasons of `check_line`: no_lines, unknown_state, discount_decimals, too_large.
    """
    if not bill.lines:
        raise Invalid(_("An invoice needs at least one line."), reason="no_lines", field="lines")
    for line in bill.lines:
        check_line(line)
    always_inter = bill.recipient_sez or bill.zero_rated is not None
    kind = supply_type(bill.supplier_state, bill.place_of_supply, always_inter=always_inter)
    lines = tuple(
        _line_result(bill, kind, line, share) for line, share in zip(bill.lines, _shares(bill), strict=True)
    )
    return Computed(
        supply_type=kind,
        state_tax_label=state_tax_label(bill.place_of_supply) if kind is SupplyType.INTRA else None,
        document=document_for(bill, [line.treatment for line in lines]),
        lines=lines,
        rate_summary=_rate_summary(lines),
        totals=_totals(lines, round_off=bill.round_off),
    )


def _after_discount(line: Line) -> Decimal:
    gross = gross_of(line)
    return gross - discount_of(line.discount, gross)


def _shares(bill: Bill) -> list[Decimal]:
    """The invoice discount by line, exempt lines too; rounded once on the sum, then spread exactly."""
    amounts = [_after_discount(line) for line in bill.lines]
    discount = discount_of(bill.discount, sum(amounts, ZERO), field="invoice_discount")
    if bill.discount and not bill.discount.is_percent and discount != bill.discount.value:
        sentence = _("A discount on the whole invoice has at most two decimals.")
        raise Invalid(sentence, reason="discount_decimals", field="invoice_discount")
    return apportion(discount, amounts)


def _line_result(bill: Bill, kind: SupplyType, line: Line, share: Decimal) -> LineResult:
    gross = gross_of(line)
    line_discount = discount_of(line.discount, gross)
    amount = gross - line_discount - share
    treatment = _treatment(bill, line)
    chargeable = treatment in CHARGEABLE
    inclusive = line.basis is PriceBasis.INCLUSIVE
    heads = Heads()
    if chargeable and _collected(bill):
        heads = heads_on(amount, rate=line.rate, cess_rate=line.cess_rate, supply=kind, inclusive=inclusive)
    return LineResult(
        ref=line.ref,
        hsn=line.hsn,
        uqc=line.uqc,
        treatment=treatment,
        rate=line.rate if chargeable else Decimal(0),
        cess_rate=line.cess_rate if chargeable else Decimal(0),
        gross=gross,
        line_discount=line_discount,
        invoice_discount_share=share,
        net_value=amount - heads.tax if inclusive else amount,
        cgst=heads.cgst,
        sgst=heads.sgst,
        igst=heads.igst,
        cess=heads.cess,
    )


def _treatment(bill: Bill, line: Line) -> Treatment:
    if bill.supplier_status is not SupplierStatus.REGULAR:
        return Treatment.NOT_CHARGED
    if bill.zero_rated and line.treatment is Treatment.TAXABLE:
        return Treatment.ZERO_RATED
    return line.treatment


def _collected(bill: Bill) -> bool:
    return bill.zero_rated is not ZeroRated.WITHOUT_PAYMENT


def heads_on(
    amount: Decimal, *, rate: Decimal, supply: SupplyType, cess_rate: Decimal = ZERO, inclusive: bool = False
) -> Heads:
    """The tax on an amount by head, each rounded by itself; `inclusive`: the tax is inside it (Rule 35)."""
    # Rule 35 takes each head out of an inclusive price by itself, which keeps that price to the paisa.
    whole = 100 + (rate + cess_rate if inclusive else 0)
    cess = round2(amount * cess_rate / whole)
    if supply is SupplyType.INTER:
        return Heads(igst=round2(amount * rate / whole), cess=cess)
    # Never the whole tax halved: an odd paisa can't be split, and the heads must be equal.
    half = round2(amount * rate / (2 * whole))
    return Heads(cgst=half, sgst=half, cess=cess)


def _summed(lines: Sequence[LineResult]) -> dict[str, Decimal]:
    return {
        head: sum((getattr(line, head) for line in lines), ZERO) for head in ("cgst", "sgst", "igst", "cess")
    }


def _rate_summary(lines: Sequence[LineResult]) -> tuple[RateSummary, ...]:
    """One row by treatment and rate, in the order of Treatment, lower rates first."""
    order = list(Treatment)
    keys = sorted({(order.index(line.treatment), line.rate) for line in lines})
    rows = [(order[place], rate) for place, rate in keys]
    groups = [(row, [line for line in lines if (line.treatment, line.rate) == row]) for row in rows]
    return tuple(
        RateSummary(
            treatment=treatment,
            rate=rate,
            value=sum((line.net_value for line in group), ZERO),
            **_summed(group),
        )
        for (treatment, rate), group in groups
    )


def _totals(lines: Sequence[LineResult], *, round_off: bool) -> Totals:
    values = {
        chargeable: sum(
            (line.net_value for line in lines if (line.treatment in CHARGEABLE) is chargeable), ZERO
        )
        for chargeable in (True, False)
    }
    total = sum((line.line_total for line in lines), ZERO)
    return Totals(
        gross=sum((line.gross for line in lines), ZERO),
        line_discount=sum((line.line_discount for line in lines), ZERO),
        invoice_discount=sum((line.invoice_discount_share for line in lines), ZERO),
        taxable_value=values[True],
        untaxed_value=values[False],
        round_off=round_to_rupee(total) - total if round_off else ZERO,
        **_summed(lines),
    )
