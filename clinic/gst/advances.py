"""Money taken before the supply: the tax that a receipt voucher shows (CGST section 31(3)(d), Rule 50)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from clinic.gst.bill import LARGEST, check_rate
from clinic.gst.computation import Heads, heads_on
from clinic.gst.invalid import Invalid
from clinic.gst.supply import SupplyType
from clinic.money import round2

UNKNOWN_RATE = Decimal(18)  # first proviso to Rule 50


@dataclass(frozen=True, kw_only=True)
class Advance(Heads):
    """`value` is what is left before tax, as GSTR-1 wants it; `rate` and `supply` what was taken for granted."""

    value: Decimal
    rate: Decimal
    supply: SupplyType


def advance_tax(
    received: Decimal, *, rate: Decimal | None = None, supply: SupplyType | None = None, goods: bool = False
) -> Advance:
    """The tax inside money received before the supply.

    Rule 50: what was received includes the tax. A rate that can't be known yet is 18 %, and where it can't be
    known whether the supply stays in the State it counts as inter-State. Exempt services: rate 0.
    Goods: no tax on the advance, it falls due with the invoice (Notification 66/2017-CT).
    Reasons of Invalid: amount_not_positive, not_a_number, amount_decimals, rate_out_of_range.
    """
    _check(received)
    kind = supply or SupplyType.INTER
    percent = Decimal(0) if goods else UNKNOWN_RATE if rate is None else rate
    check_rate(percent)
    heads = heads_on(received, rate=percent, supply=kind, inclusive=True)
    return Advance(
        value=round2(received - heads.tax),
        rate=percent,
        supply=kind,
        cgst=heads.cgst,
        sgst=heads.sgst,
        igst=heads.igst,
        cess=heads.cess,
    )


def _check(received: Decimal) -> None:
    if not received.is_finite() or abs(received) > LARGEST:
        raise _invalid("not_a_number", _("The amount isn't a number that fits a receipt voucher."))
    if received <= 0:
        raise _invalid("amount_not_positive", _("An advance must be above zero."))
    if received != round2(received):
        raise _invalid("amount_decimals", _("An amount has at most two decimals."))


def _invalid(reason: str, sentence: str) -> Invalid:
    return Invalid(sentence, reason=reason, field="amount")
