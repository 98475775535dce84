"""Loyalty points: how many a bill earns, what they are worth, and what of them a credit note takes back. Pure."""

from decimal import ROUND_FLOOR, Decimal

from billing.models import BillingRules
from clinic.money import round2

WHOLE = Decimal(1)


def earned(value: Decimal, rules: BillingRules) -> Decimal:
    """Whole points for a value before tax, in rupees."""
    return (value * rules.points_per_hundred / 100).quantize(WHOLE, rounding=ROUND_FLOOR)


def worth(points: int | Decimal, rules: BillingRules) -> Decimal:
    """What so many points take off a bill before tax, in rupees."""
    return round2(Decimal(points) * rules.point_value)


def most(value: Decimal, rules: BillingRules) -> int:
    """How many points a value before tax can take."""
    if rules.point_value <= 0:
        return 0
    return int((value / rules.point_value).quantize(WHOLE, rounding=ROUND_FLOOR))


def share(points: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The points that belong to a part of a value, rounded down: in doubt the customer keeps one."""
    if whole <= 0:
        return Decimal(0)
    return (points * min(part, whole) / whole).quantize(WHOLE, rounding=ROUND_FLOOR)
