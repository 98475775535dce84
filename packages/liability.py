"""What unused sessions are worth: arithmetic in rupees before tax, without a database.

Each session is worth the price over the count, rounded down to the paisa; the last one takes the rest, so that what was
used and what is left make up the price to the paisa at any moment.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

PAISA = Decimal("0.01")


def each(value: Decimal, count: int) -> Decimal:
    """What one session is worth, the last one excepted."""
    return (value / count).quantize(PAISA, ROUND_DOWN)


def unused(value: Decimal, count: int, remaining: int) -> Decimal:
    """What `remaining` of `count` sessions are worth; nothing when none is left."""
    return value - each(value, count) * (count - remaining) if remaining else Decimal(0)


def unlocked(value: Decimal, count: int, paid: Decimal) -> int:
    """How many of `count` sessions a payment of `paid` of the `value` covers in full; the last one needs all of it."""
    if paid >= value:
        return count
    one = each(value, count)
    return min(int(paid / one), count - 1) if one else 0


@dataclass(frozen=True)
class Worth:
    """A package that would be given up now, in rupees before tax.

    `unused` is the value of the sessions left, `used` of those given, `paid` what was paid of the package as far as its
    bills say, `refundable` the part of it that pays for nothing given: what would have to go back.
    """

    sessions: int
    unused: Decimal
    used: Decimal
    paid: Decimal

    @property
    def refundable(self) -> Decimal:
        return min(max(self.paid - self.used, Decimal(0)), self.unused)


def credit(worth: Worth, payment: str) -> Decimal:
    """What the unused part counts toward another package; of one paid session by session only what was paid ahead."""
    return worth.refundable if payment == "per_session" else worth.unused
