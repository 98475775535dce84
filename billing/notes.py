"""What a note about lines of an issued bill comes to. Nothing is written to the database here.

A credit note takes rate and place of the original line: of each head so much as its value is credited, to the paisa, and
the last credit takes what is left. After 30 November following the year of the supply tax can't be reduced any more
(section 34(2) CGST): such a note is commercial and gives the amount back as plain value.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from billing.models import Invoice, InvoiceLine, NoteBatch, NoteLine
from clinic import gst
from clinic.gst import LineAmounts
from clinic.locks import lock_row
from clinic.money import round2, rupees
from clinic.refusals import Refusal
from customers.models import Customer
from inventory.models import Batch

Goods = NoteLine.Goods
ZERO = Decimal("0.00")
AMOUNTS = ("quantity", "net_value", "cgst", "sgst", "igst", "cess")


def hold(invoice: Invoice) -> Invoice:
    """The bill, locked with its customer until the transaction ends; a note is written against an issued one alone."""
    lock_row(Customer, invoice.customer_id)
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("branch__registration", "customer").get(pk=invoice.pk)
    if locked.is_cancelled:
        raise Refusal(_("This invoice was cancelled meanwhile."))
    if not locked.is_issued:
        raise Refusal(_("This invoice has not been issued."))
    return locked


@dataclass(frozen=True, kw_only=True)
class CreditTerms:
    """What of one line is credited: a quantity, or an `amount` with tax, or a `value` before it; one of the three.

    `goods` says what became of products that came back, which needs a quantity; `batch` of which batch they are.
    """

    line: InvoiceLine
    quantity: Decimal | None = None
    amount: Decimal | None = None
    value: Decimal | None = None
    goods: str = Goods.NONE
    batch: Batch | None = None


@dataclass(frozen=True)
class Reversed:
    """One line of a note to be written. Goods are parted by the batches they left from."""

    line: InvoiceLine
    amounts: LineAmounts
    goods: str = Goods.NONE
    batches: list[tuple[Batch, Decimal]] = field(default_factory=list)

    @property
    def value(self) -> Decimal:
        """What it takes off the line's value before tax, whether the note bears tax or not."""
        line = self.line
        if self.amounts.tax or not line.line_total:
            return self.amounts.net_value
        return self.amounts.net_value * line.net_value / line.line_total


@dataclass(frozen=True)
class Reckoned:
    """A whole note: its lines, and what it comes to with rounding."""

    lines: list[Reversed]
    changes_tax: bool
    round_off: Decimal
    total: Decimal

    def sum_of(self, name: str) -> Decimal:
        return sum((getattr(each.amounts, name) for each in self.lines), ZERO)

    @property
    def taxable(self) -> Decimal:
        return sum((each.amounts.net_value for each in self.lines if self._is_taxed(each)), ZERO)

    @property
    def untaxed(self) -> Decimal:
        return self.sum_of("net_value") - self.taxable

    def _is_taxed(self, each: Reversed) -> bool:
        return self.changes_tax and each.line.tax_treatment == gst.Treatment.TAXABLE


def changes_tax(invoice: Invoice, today: datetime.date) -> bool:
    """Whether a credit note of today still reduces the tax of the bill's year."""
    return invoice.issued_on is None or today <= gst.financial_year(invoice.issued_on).credit_notes_until


def credited(lines: Sequence[InvoiceLine]) -> dict[UUID, LineAmounts]:
    """What earlier credit notes took off each line."""
    rows = NoteLine.objects.filter(line__in=lines, note__kind="credit").order_by()
    sums = rows.values("line").annotate(**{name: Sum(name) for name in AMOUNTS})
    return {
        line: LineAmounts(**dict(zip(AMOUNTS, rest, strict=True)))
        for line, *rest in sums.values_list("line", *AMOUNTS)
    }


def value_left(line: InvoiceLine) -> Decimal:
    """What of a line's value before tax isn't credited yet."""
    gone = credited([line]).get(line.pk)
    return line.net_value - (gone.net_value if gone else ZERO)


def set_free(invoice: Invoice, total: Decimal) -> Decimal:
    """What is paid beyond what is owed once so much is credited."""
    return max(invoice.paid - (invoice.owed - total), ZERO)


def credit(invoice: Invoice, terms: Sequence[CreditTerms], *, today: datetime.date) -> Reckoned:
    """The credit note, or a Refusal beside "<line id>:<field>" of what is asked too much or makes no sense."""
    lines = list(invoice.lines.all())
    if not terms:
        raise Refusal(_("Choose what is credited: a quantity or an amount of at least one line."))
    if len({each.line.pk for each in terms}) < len(terms):
        raise Refusal(_("Each line is credited once on a note."))
    taxed, gone = changes_tax(invoice, today), credited(lines)
    made = [_reverse(each, gone.get(each.line.pk, LineAmounts()), taxed=taxed) for each in terms]
    total = sum((each.amounts.total for each in made), ZERO)
    whole = total
    if _is_all(lines, gone, made):
        whole = invoice.total - invoice.credited
    whole = min(whole, invoice.owed)
    if whole <= 0:
        raise Refusal(_("Nothing of this invoice is left to credit."))
    return Reckoned(made, taxed, whole - total, whole)


def _is_all(lines: Sequence[InvoiceLine], gone: dict[UUID, LineAmounts], made: Sequence[Reversed]) -> bool:
    """Whether the note takes off all that is left, so that the rounding goes with it."""
    now = {each.line.pk: each.amounts.total for each in made}
    return all(line.line_total == _total(gone.get(line.pk)) + now.get(line.pk, ZERO) for line in lines)


def _total(amounts: LineAmounts | None) -> Decimal:
    return amounts.total if amounts else ZERO


def _reverse(terms: CreditTerms, gone: LineAmounts, *, taxed: bool) -> Reversed:
    line = terms.line
    if line.plan_id and terms.quantity is not None:
        sentence = _("Give the package back instead: what is left of it is credited then.")
        raise _refusal(line, "quantity", sentence)
    if not line.line_total:
        raise _refusal(
            line, "quantity", _("“%(thing)s” was free: there is nothing to credit.") % {"thing": line}
        )
    whole = LineAmounts(**{name: getattr(line, name) for name in AMOUNTS})
    if not taxed:
        whole, gone = _as_value(whole), _as_value(gone)
    try:
        amounts = gst.credit_line(whole, gone, **_measure(terms, taxed=taxed))
    except gst.Invalid as fault:
        raise _refusal(line, FIELDS.get(fault.field, "quantity"), str(fault)) from None
    if amounts.total <= 0:
        raise _refusal(line, "quantity", _("That comes to nothing."))
    return Reversed(line, amounts, terms.goods, _batches(terms))


FIELDS = {"net_value": "amount", "total": "amount"}


def _refusal(line: InvoiceLine, name: str, sentence: str) -> Refusal:
    return Refusal(sentence, field=f"{line.pk}:{name}")


def _as_value(amounts: LineAmounts) -> LineAmounts:
    """Tax and all as plain value, as a commercial note gives it back."""
    return LineAmounts(quantity=amounts.quantity, net_value=amounts.total)


def _measure(terms: CreditTerms, *, taxed: bool) -> dict[str, Decimal | None]:
    """By what the note goes, as the arithmetic names it."""
    if taxed:
        return {"quantity": terms.quantity, "net_value": terms.value, "total": terms.amount}
    plain, line = terms.amount, terms.line
    if terms.value is not None and line.net_value:
        plain = round2(terms.value * line.line_total / line.net_value)
    return {"quantity": terms.quantity, "net_value": plain}


def _batches(terms: CreditTerms) -> list[tuple[Batch, Decimal]]:
    """Where goods that came back left from; of several batches first the one that is good for longest."""
    if not terms.goods:
        return []
    line, missing = terms.line, terms.quantity
    if line.item_id is None or missing is None:
        sentence = _("Goods come back by quantity. Enter how many, or say that nothing came back.")
        raise _refusal(line, "goods", sentence)
    found = []
    for batch, left in out_of(line):
        part = min(left, missing) if terms.batch in (None, batch) else ZERO
        if part > 0:
            found.append((batch, part))
            missing -= part
    if missing > 0:
        raise _refusal(line, "batch", _("Not so many left from that batch."))
    return found


def out_of(line: InvoiceLine) -> list[tuple[Batch, Decimal]]:
    """What left of each batch with a line and hasn't come back, the last to expire first."""
    parts = line.batches.select_related("batch__item").order_by(F("expires_on").desc(nulls_first=True), "-pk")
    back = NoteBatch.objects.filter(line__line=line).values("batch").annotate(back=Sum("quantity")).order_by()
    gone = dict(back.values_list("batch", "back"))
    return [(part.batch, part.quantity - gone.get(part.batch_id, ZERO)) for part in parts]


def debit(invoice: Invoice, terms: Sequence[CreditTerms]) -> Reckoned:
    """The debit note for what was charged too little, at rate and place of each original line."""
    if not terms:
        raise Refusal(_("Choose what is charged besides: a quantity or an amount of at least one line."))
    place = gst.supply_type(invoice.supplier["state"], invoice.place_of_supply)
    made = [_raise(each, place) for each in terms]
    total = sum((each.amounts.total for each in made), ZERO)
    return Reckoned(made, changes_tax=True, round_off=ZERO, total=total)


def _raise(terms: CreditTerms, place: gst.SupplyType) -> Reversed:
    line = terms.line
    taxed = line.tax_treatment == gst.Treatment.TAXABLE
    try:
        amounts = gst.debit_line(
            LineAmounts(**{name: getattr(line, name) for name in AMOUNTS}),
            rate=line.tax_rate if taxed else ZERO, cess_rate=line.cess_rate if taxed else ZERO, supply=place,
            quantity=terms.quantity, total=terms.amount, net_value=terms.value,
        )  # fmt: skip
    except gst.Invalid as fault:
        raise _refusal(line, FIELDS.get(fault.field, "quantity"), str(fault)) from None
    _check_mrp(line, amounts)
    return Reversed(line, amounts)


def _check_mrp(line: InvoiceLine, amounts: LineAmounts) -> None:
    mrp = line.item.mrp if line.item else None
    if mrp is not None and line.line_total + amounts.total > round2(mrp * (line.quantity + amounts.quantity)):
        sentence = _("With this “%(thing)s” would cost more than its MRP of %(mrp)s.")
        raise _refusal(line, "amount", sentence % {"thing": line, "mrp": rupees(mrp)})
