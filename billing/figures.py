"""From a draft and its lines to every figure on the bill of one day, and to what stands against issuing it.

The rules of the day come from the tax categories, the arithmetic from `clinic.gst`; nothing is written to the
database here. Lines arrive with `tax_category` and `item` loaded, in the order of the bill.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from billing import rates
from billing.models import Invoice, InvoiceLine
from clinic import gst
from clinic.models import Registration, TaxRule
from clinic.money import round2, rupees
from clinic.refusals import Refusal

ADDRESS_FROM = Decimal(50_000)  # taxable rupees from which an unregistered buyer is named in full, Rule 46(e)
LARGEST_TOTAL = Decimal("9999999999.99")  # what its column holds
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Problem:
    """Why the bill can't be issued as it stands. `field` is "<line id>:<field>", or a field of the whole bill."""

    message: str
    field: str = ""


@dataclass(frozen=True)
class Figures:
    """`address` says that the buyer's address goes on the paper; `rules` is by line."""

    computed: gst.Computed
    rules: dict[UUID, TaxRule]
    place: str
    address: bool
    legends: list[str]
    problems: list[Problem]

    @property
    def document(self) -> gst.Document:
        return self.computed.document


def work_out(
    invoice: Invoice, lines: Sequence[InvoiceLine], *, registration: Registration, day: datetime.date
) -> Figures:
    """Every figure by the rules in force on a local day.

    Raises Refusal for what has no figures at all: no lines, a discount above its amount, a category without a rule.
    """
    rules = rates.rules_for(invoice, lines, registration=registration, day=day)
    address = invoice.print_address or bool(invoice.customer.gstin)
    found = _compute(invoice, lines, rules, registration, address)
    due_by_law = not address and found.computed.totals.taxable_value >= ADDRESS_FROM
    if due_by_law:
        found = _compute(invoice, lines, rules, registration, address=True)
    problems = [
        *_gone_problems(lines),
        *_address_problems(invoice, found, due_by_law),
        *_mrp_problems(lines, found.computed),
    ]
    return Figures(
        computed=found.computed,
        rules=rules,
        place=found.place,
        address=found.address,
        legends=found.legends,
        problems=[*found.problems, *problems],
    )


def write(invoice: Invoice, lines: Sequence[InvoiceLine], figures: Figures | None) -> None:
    """Put the figures on the rows, unsaved; None empties a bill without lines."""
    totals = figures.computed.totals if figures else None
    for name in ("gross", "line_discount", "invoice_discount", "cgst", "sgst", "igst", "cess", "round_off"):
        setattr(invoice, name, getattr(totals, name) if totals else ZERO)
    invoice.taxable = totals.taxable_value if totals else ZERO
    invoice.untaxed = totals.untaxed_value if totals else ZERO
    invoice.total = totals.grand_total if totals else ZERO
    invoice.place_of_supply = figures.place if figures else ""
    if figures:
        for line, result in zip(lines, figures.computed.lines, strict=True):
            _write_line(line, result, figures.rules.get(line.pk))


AMOUNTS = [
    "gross", "line_discount", "invoice_discount", "taxable", "untaxed",
    "cgst", "sgst", "igst", "cess", "round_off", "total", "place_of_supply",
]  # fmt: skip
LINE_AMOUNTS = [
    "tax_rule", "tax_treatment", "tax_rate", "cess_rate", "credit_barred", "gross", "line_discount",
    "invoice_discount_share", "net_value", "cgst", "sgst", "igst", "cess", "line_total",
]  # fmt: skip


def _write_line(line: InvoiceLine, result: gst.LineResult, rule: TaxRule | None) -> None:
    line.tax_rule = rule
    line.tax_treatment = result.treatment
    line.tax_rate, line.cess_rate = result.rate, result.cess_rate
    line.credit_barred = bool(rule and rule.credit_barred)
    for name in LINE_AMOUNTS[5:]:
        setattr(line, name, getattr(result, name))


def _compute(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    rules: dict[UUID, TaxRule],
    registration: Registration,
    address: bool,
) -> Figures:
    places = [_place(invoice, line, registration, address) for line in lines]
    place = places[0] if len(set(places)) == 1 else registration.state
    bill = gst.Bill(
        lines=[gst_line(line, rules.get(line.pk)) for line in lines],
        supplier_state=registration.state,
        place_of_supply=place,
        discount=_whole_discount(invoice, lines),
        supplier_status=gst.SupplierStatus(registration.scheme),
        recipient_registered=bool(invoice.customer.gstin),
        round_off=invoice.branch.round_to_rupee,
    )
    try:
        computed = gst.compute(bill)
    except gst.Invalid as fault:
        raise refusal(fault) from None
    if computed.totals.grand_total > LARGEST_TOTAL:
        raise Refusal(_("That is more than one invoice can hold."))
    problems = [
        *_place_problems(lines, places, registration),
        *([_two_papers()] if computed.document is gst.Document.TAX_INVOICE_AND_BILL_OF_SUPPLY else []),
    ]
    return Figures(computed, rules, place, address, gst.legends(bill), problems)


def refusal(fault: gst.Invalid) -> Refusal:
    """A fault of the arithmetic, beside the line and field it speaks of."""
    return Refusal(str(fault), field=f"{fault.ref}:{fault.field}" if fault.ref else fault.field)


def discount(of: Invoice | InvoiceLine) -> gst.Discount | None:
    if not of.discount_value:
        return None
    return gst.Discount(of.discount_value, is_percent=of.discount_kind == Invoice.DiscountKind.PERCENT)


def gst_line(line: InvoiceLine, rule: TaxRule | None = None) -> gst.Line:
    """A row as the arithmetic takes it; without a rule as something that bears no tax."""
    return gst.Line(
        ref=str(line.pk),
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=discount(line),
        basis=gst.PriceBasis.INCLUSIVE if line.price_includes_tax else gst.PriceBasis.EXCLUSIVE,
        treatment=_treatment(line, rule),
        rate=rule.rate if rule else Decimal(0),
        cess_rate=rule.cess_rate if rule else Decimal(0),
        hsn=line.hsn,
        uqc=line.uqc,
    )


def _treatment(line: InvoiceLine, rule: TaxRule | None) -> gst.Treatment:
    if line.exempt_reason:
        return gst.Treatment.EXEMPT
    return gst.Treatment(rule.treatment) if rule else gst.Treatment.TAXABLE


def _whole_discount(invoice: Invoice, lines: Sequence[InvoiceLine]) -> gst.Discount | None:
    """What comes off the whole bill before tax: the discount typed, and the points that are redeemed."""
    typed = discount(invoice)
    if not invoice.points_value:
        return typed
    left = ZERO
    for line in map(gst_line, lines):
        gross = gst.gross_of(line)
        left += gross - gst.discount_of(line.discount, gross)
    return gst.Discount.amount(gst.discount_of(typed, left, field="invoice_discount") + invoice.points_value)


def _place(invoice: Invoice, line: InvoiceLine, registration: Registration, address: bool) -> str:
    customer = invoice.customer
    if registration.scheme == Registration.Scheme.UNREGISTERED:
        return registration.state  # no tax hangs on it
    return gst.place_of_supply(
        gst.SupplyKind(line.tax_category.supply),
        supplier_state=registration.state,
        performed_in=invoice.branch.state,
        recipient_registered=bool(customer.gstin),
        recipient_state=customer.gstin[:2] or customer.state,
        address_on_invoice=customer.state if address else "",
    ).state


def _place_problems(
    lines: Sequence[InvoiceLine], places: list[str], registration: Registration
) -> list[Problem]:
    abroad = next((i for i, place in enumerate(places) if place != registration.state), None)
    if abroad is None:
        return []
    names = {
        "there": gst.STATES[places[abroad]].name,
        "thing": lines[abroad].description,
    }
    if registration.scheme == Registration.Scheme.COMPOSITION:
        sentence = _(
            "“%(thing)s” would be supplied to %(there)s, and a composition taxable person may not sell to another "
            "State. Leave the customer's address off the invoice."
        )
        return [Problem(sentence % names, "print_address")]
    here = next((i for i, place in enumerate(places) if place != places[abroad]), None)
    if here is None:
        return []
    sentence = _(
        "One invoice has one place of supply, but with the customer's address on it “%(thing)s” is supplied in %(there)s "
        "and “%(other)s” in %(here)s. Leave the address off, or bill the two apart."
    )
    more = {"other": lines[here].description, "here": gst.STATES[places[here]].name}
    return [Problem(sentence % (names | more), "print_address")]


def _two_papers() -> Problem:
    return Problem(
        _(
            "A business customer needs a tax invoice for what is taxed and a bill of supply for what is exempt "
            "(Rule 46A). Bill the exempt lines apart."
        )
    )


def _address_problems(invoice: Invoice, found: Figures, due_by_law: bool) -> list[Problem]:
    customer = invoice.customer
    if not found.address or (customer.address and customer.state):
        return []
    if due_by_law:
        sentence = _(
            "An invoice of ₹50,000 or more before tax must carry the customer's address and State (Rule 46(e)). "
            "Add them to %(name)s's record first."
        )
    elif customer.gstin:
        sentence = _(
            "An invoice to a business must carry its address and State (Rule 46(d)). Add them to %(name)s's record first."
        )
    else:
        sentence = _(
            "%(name)s's record has no address with a State to print. Add it first, or leave it off the invoice."
        )
    return [Problem(sentence % {"name": customer.full_name}, "print_address")]


def _gone_problems(lines: Sequence[InvoiceLine]) -> list[Problem]:
    """Goods and packages that were taken off the menu meanwhile; a treatment that was done is still owed."""
    sentence = _("“%(thing)s” is no longer sold. Take it off the invoice.")
    return [
        Problem(sentence % {"thing": line.description}, f"{line.pk}:quantity")
        for line in lines
        if (line.item and not line.item.is_active) or (line.plan and not line.plan.is_active)
    ]


def _mrp_problems(lines: Sequence[InvoiceLine], computed: gst.Computed) -> list[Problem]:
    found = []
    for line, result in zip(lines, computed.lines, strict=True):
        mrp = line.item.mrp if line.item else None
        if mrp is not None and result.line_total > round2(mrp * line.quantity):
            each = round2(result.line_total / line.quantity)
            sentence = _("%(price)s with tax is above the MRP of %(mrp)s. Lower the rate.")
            names = {"price": rupees(each), "mrp": rupees(mrp)}
            found.append(Problem(sentence % names, f"{line.pk}:unit_price"))
    return found
