"""What goes into a computation: lines, discounts, and the circumstances of the supply."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic.gst.invalid import Invalid
from clinic.money import round2, rupees

LARGEST = Decimal("9999999999999.99")  # thirteen digits and paise, what the portal takes
QUANTITY_STEP = Decimal("0.001")
LARGEST_RATE = Decimal(100)
LARGEST_CESS_RATE = Decimal(999)


class Treatment(StrEnum):
    """How the law treats a supply; the last two are only ever results, never inputs."""

    TAXABLE = "taxable"
    EXEMPT = "exempt"
    NIL = "nil"
    NON_GST = "non_gst"
    ZERO_RATED = "zero_rated"  # taxable, to abroad or declared so
    NOT_CHARGED = "not_charged"  # the supplier may not collect tax


class PriceBasis(StrEnum):
    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class SupplierStatus(StrEnum):
    REGULAR = "regular"
    COMPOSITION = "composition"
    UNREGISTERED = "unregistered"


class ZeroRated(StrEnum):
    """Export, or supply to an SEZ: with IGST that is refunded later, or under a letter of undertaking."""

    WITH_PAYMENT = "with_payment"
    WITHOUT_PAYMENT = "without_payment"


class Note(StrEnum):
    CREDIT = "credit_note"
    DEBIT = "debit_note"


@dataclass(frozen=True)
class Discount:
    """Make one with `Discount.percent(Decimal(10))` or `Discount.amount(Decimal("250.00"))`."""

    value: Decimal
    is_percent: bool

    @classmethod
    def percent(cls, value: Decimal) -> "Discount":
        return cls(value, is_percent=True)

    @classmethod
    def amount(cls, value: Decimal) -> "Discount":
        return cls(value, is_percent=False)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a bill. `unit_price` in rupees, `rate` the whole GST rate in percent (18, not 9).

    `ref` comes back on the result line and on any fault found; `hsn` and `uqc` are carried along.
    """

    unit_price: Decimal
    ref: str = ""
    quantity: Decimal = Decimal(1)
    discount: Discount | None = None
    basis: PriceBasis = PriceBasis.EXCLUSIVE
    treatment: Treatment = Treatment.TAXABLE
    rate: Decimal = Decimal(0)
    cess_rate: Decimal = Decimal(0)
    hsn: str = ""
    uqc: str = ""


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A document to compute. States are two-digit GST codes; `note` makes it a credit or debit note."""

    lines: Sequence[Line]
    supplier_state: str
    place_of_supply: str
    discount: Discount | None = None
    supplier_status: SupplierStatus = SupplierStatus.REGULAR
    recipient_registered: bool = False
    recipient_sez: bool = False
    zero_rated: ZeroRated | None = None
    round_off: bool = False
    note: Note | None = None


def check_line(line: Line) -> None:
    """Raise Invalid for the first field of the line that can't be right, its discount included.

    Reasons: quantity_not_positive, quantity_decimals, negative_price, not_a_number, too_large,
    rate_out_of_range, treatment_not_an_input, and those of `discount_of`.
    """
    _check_quantity(line)
    _check_price(line)
    check_rate(line.rate, ref=line.ref)
    check_rate(line.cess_rate, LARGEST_CESS_RATE, field="cess_rate", ref=line.ref)
    if line.treatment in (Treatment.ZERO_RATED, Treatment.NOT_CHARGED):
        sentence = _("“%(treatment)s” follows from the invoice; it isn't set on a line.")
        raise _fault(
            sentence % {"treatment": line.treatment}, "treatment_not_an_input", "treatment", line.ref
        )
    if line.quantity * line.unit_price > LARGEST:
        raise _fault(
            _("Quantity times price is too large for an invoice."), "too_large", "unit_price", line.ref
        )
    discount_of(line.discount, gross_of(line), ref=line.ref)


def check_rate(rate: Decimal, largest: Decimal = LARGEST_RATE, *, field: str = "rate", ref: str = "") -> None:
    """Raise Invalid (rate_out_of_range) for what is no rate in percent."""
    if not rate.is_finite() or not 0 <= rate <= largest:
        sentence = _("A rate must lie between 0 and %(largest)s %%.") % {"largest": largest}
        raise _fault(sentence, "rate_out_of_range", field, ref)


def gross_of(line: Line) -> Decimal:
    """Quantity times unit price in rupees, rounded to paise, before any discount."""
    return round2(line.quantity * line.unit_price)


def discount_of(
    discount: Discount | None, base: Decimal, *, ref: str = "", field: str = "discount"
) -> Decimal:
    """The discount in rupees off `base`, rounded to paise.

    Reasons of Invalid: negative_discount, discount_percent_above_100, discount_exceeds_line_amount,
    discount_exceeds_invoice_amount (field `invoice_discount`), not_a_number.
    """
    if discount is None:
        return round2(Decimal(0))
    if not discount.value.is_finite():
        raise _fault(_("The discount isn't a number."), "not_a_number", field, ref)
    if discount.value < 0:
        raise _fault(_("A discount can't be negative."), "negative_discount", field, ref)
    if discount.is_percent:
        if discount.value > 100:
            raise _fault(_("A discount can't be above 100 %."), "discount_percent_above_100", field, ref)
        return round2(base * discount.value / 100)
    # Capped so that an absurd figure is refused below instead of overflowing the rounding.
    amount = round2(min(discount.value, LARGEST + 1))
    if amount > base:
        whole = "invoice" if field == "invoice_discount" else "line"
        sentence = _("A discount of %(discount)s is more than the amount of %(amount)s it is taken from.")
        names = {"discount": rupees(amount), "amount": rupees(base)}
        raise _fault(sentence % names, f"discount_exceeds_{whole}_amount", field, ref)
    return amount


def _check_quantity(line: Line) -> None:
    quantity = line.quantity
    if not quantity.is_finite() or abs(quantity) > LARGEST:
        raise _fault(
            _("The quantity isn't a number that fits an invoice."), "not_a_number", "quantity", line.ref
        )
    if quantity <= 0:
        raise _fault(_("The quantity must be above zero."), "quantity_not_positive", "quantity", line.ref)
    if quantity != quantity.quantize(QUANTITY_STEP):
        raise _fault(_("A quantity has at most three decimals."), "quantity_decimals", "quantity", line.ref)


def _check_price(line: Line) -> None:
    if not line.unit_price.is_finite() or abs(line.unit_price) > LARGEST:
        raise _fault(
            _("The price isn't a number that fits an invoice."), "not_a_number", "unit_price", line.ref
        )
    if line.unit_price < 0:
        raise _fault(_("A price can't be negative."), "negative_price", "unit_price", line.ref)


def _fault(sentence: str, reason: str, field: str, ref: str) -> Invalid:
    return Invalid(sentence, reason=reason, field=field, ref=ref)
