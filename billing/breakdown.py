"""How a bill adds up, as screens and papers show it. Pure: from rows that hold their amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.models import Estimate, Invoice, InvoiceLine, Note, Payment
from clinic import gst
from clinic.money import rupees

ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """One line of the sum; `minus` ones are taken off."""

    label: str
    amount: Decimal
    minus: bool = False


@dataclass(frozen=True)
class RateRow:
    """All lines of one treatment and rate, in rupees."""

    label: str
    half: str
    value: Decimal
    cgst: Decimal
    sgst: Decimal
    igst: Decimal
    cess: Decimal

    @property
    def tax(self) -> Decimal:
        return self.cgst + self.sgst + self.igst + self.cess


def parts(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[Part]:
    """From the subtotal to the total, without parts that are zero."""
    state = state_label(invoice)
    inclusive = any(line.price_includes_tax for line in lines)
    rates = {line.tax_rate for line in lines if line.tax_treatment == gst.Treatment.TAXABLE}
    rate = rates.pop() if len(rates) == 1 else None
    whole = [
        Part(_("Subtotal, tax included") if inclusive else _("Subtotal"), invoice.gross),
        Part(
            _("Discount"), invoice.line_discount + invoice.invoice_discount - invoice.points_value, minus=True
        ),
        Part(_("Points redeemed"), invoice.points_value, minus=True),
        Part(_("Taxable value"), invoice.taxable),
        Part(_("Untaxed"), invoice.untaxed if invoice.taxable else ZERO),
        Part(_head("CGST", rate, 2), invoice.cgst),
        Part(_head(state, rate, 2), invoice.sgst),
        Part(_head("IGST", rate, 1), invoice.igst),
        Part(_("Cess"), invoice.cess),
        Part(_("Rounding"), invoice.round_off),
    ]
    return [part for part in whole if part.amount]


def note_parts(note: Note) -> list[Part]:
    """How a note comes to its total, without parts that are zero."""
    whole = [
        Part(_("Taxable value"), note.taxable),
        Part(_("Untaxed") if note.changes_tax else _("Amount"), note.untaxed),
        Part("CGST", note.cgst),
        Part(state_label(note.invoice), note.sgst),
        Part("IGST", note.igst),
        Part(_("Cess"), note.cess),
        Part(_("Rounding"), note.round_off),
    ]
    return [part for part in whole if part.amount]


def estimate_parts(estimate: Estimate) -> list[Part]:
    """How an estimate comes to its total, without parts that are zero."""
    whole = [
        Part(_("Discount"), estimate.discount, minus=True),
        Part(_("Taxable value"), estimate.taxable),
        Part(_("Untaxed"), estimate.untaxed),
        Part("CGST", estimate.cgst),
        Part(state_label(estimate), estimate.sgst),
        Part("IGST", estimate.igst),
        Part(_("Cess"), estimate.cess),
        Part(_("Rounding"), estimate.round_off),
    ]
    return [part for part in whole if part.amount]


def estimate_lines(estimate: Estimate) -> list[dict[str, Any]]:
    """Its lines as pages and papers show them: figures as Decimal, with how each is taxed."""
    figures = ("quantity", "unit_price", "gross", "net_value", "cgst", "sgst", "igst", "cess", "line_total")
    return [
        line
        | {name: Decimal(line[name]) for name in figures}
        | {"tax": treatment_label(line["tax_treatment"], Decimal(line["tax_rate"]))}
        for line in estimate.lines
    ]


def title(invoice: Invoice) -> str:
    """What stands at the top of the paper."""
    if invoice.document == Invoice.Document.OPENING_DUE:
        return _("Opening due")
    return gst.document_title(gst.Document(invoice.document))


def state_label(invoice: Invoice | Estimate) -> str:
    """What the State's half is called in print: SGST, or UTGST without a legislature."""
    return gst.state_tax_label(invoice.place_of_supply) if invoice.place_of_supply else "SGST"


def _head(name: str, rate: Decimal | None, share: int) -> str:
    return name if rate is None else f"{name} {percent(rate / share)}"


def percent(rate: Decimal) -> str:
    """9 %, 2.5 %."""
    return f"{rate.normalize():f}\u00a0%"


def by_rate(lines: Sequence[InvoiceLine]) -> list[RateRow]:
    """One row by treatment and rate, in the order of first use."""
    groups: dict[tuple[str, Decimal], list[InvoiceLine]] = {}
    for line in lines:
        groups.setdefault((line.tax_treatment, line.tax_rate), []).append(line)
    return [
        RateRow(
            treatment_label(treatment, rate),
            percent(rate / 2),
            *(
                sum((getattr(line, name) for line in group), ZERO)
                for name in ("net_value", "cgst", "sgst", "igst", "cess")
            ),
        )
        for (treatment, rate), group in groups.items()
    ]


def treatment_label(treatment: str, rate: Decimal) -> str:
    names: dict[str, str] = {
        gst.Treatment.EXEMPT: _("exempt"),
        gst.Treatment.NIL: _("nil rated"),
        gst.Treatment.NON_GST: _("outside GST"),
        gst.Treatment.NOT_CHARGED: "–",
    }
    return names.get(treatment) or percent(rate)


def place(code: str) -> str:
    """Karnataka (29)."""
    return f"{gst.STATES[code].name} ({code})" if code in gst.STATES else ""


def tax_shown(line: InvoiceLine) -> str:
    """How one line is taxed: its rate, or why it bears none."""
    return treatment_label(line.tax_treatment, line.tax_rate)


def received(payments: Sequence[Payment]) -> str:
    """What came in, and the change that goes back over the desk."""
    total = sum((payment.amount for payment in payments), ZERO)
    back = sum(
        (payment.tendered - payment.amount for payment in payments if payment.tendered is not None), ZERO
    )
    sentence = _("%(total)s received.") % {"total": rupees(total)}
    return f"{sentence} {_('Give %(change)s back.') % {'change': rupees(back)}}" if back else sentence
