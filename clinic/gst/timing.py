"""The day whose rate a supply bears (CGST sections 12 to 14), and the day on which money counts as received."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from clinic.gst.invalid import Invalid

INVOICE_WITHIN = timedelta(days=30)  # Rule 47, services
WAIT_FOR_BANK = 4  # working days, proviso to section 14
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class TimeOfSupply:
    """The rules of `day` count; `section` of the CGST Act says why."""

    day: date
    section: str


def time_of_supply(
    *,
    invoiced: date,
    performed: date | None = None,
    paid: date | None = None,
    changed_on: date | None = None,
    goods: bool = False,
) -> TimeOfSupply:
    """The day whose rate applies. `changed_on` is the first day of a new rate between the other three, if any.

    Goods: the invoice decides, also around a change (section 12 and Notification 66/2017-CT).
    Services, section 13: invoice or payment, whichever is earlier; without an invoice within 30 days of
    performing, performance or payment. Section 14, around a change: of performed, invoiced and paid two lie on
    one side, and that side decides. What hasn't happened yet (None) lies on the far side; where the law then
    waits for a payment, the first day of the new rate stands in for it. `paid` comes from `payment_day`.
    """
    if goods:
        return TimeOfSupply(invoiced, "12(2)")
    if changed_on is None:
        return _without_change(invoiced, performed, paid)
    before = [day is not None and day < changed_on for day in (performed, invoiced, paid)]
    if all(before) or not any(before):
        return _without_change(invoiced, performed, paid)
    return _around_change(before, invoiced, paid, changed_on)


def _without_change(invoiced: date, performed: date | None, paid: date | None) -> TimeOfSupply:
    if performed is not None and invoiced - performed > INVOICE_WITHIN:
        return TimeOfSupply(min(performed, paid or performed), "13(2)(b)")
    return TimeOfSupply(min(invoiced, paid or invoiced), "13(2)(a)")


def _around_change(before: list[bool], invoiced: date, paid: date | None, changed_on: date) -> TimeOfSupply:
    earliest = min(invoiced, paid or invoiced)
    payment = paid or changed_on
    # Keyed by which of performed, invoiced and paid came before the change.
    rules: dict[tuple[bool, ...], tuple[date, str]] = {
        (True, False, False): (earliest, "14(a)(i)"),
        (True, True, False): (invoiced, "14(a)(ii)"),
        (True, False, True): (payment, "14(a)(iii)"),
        (False, True, False): (payment, "14(b)(i)"),
        (False, True, True): (earliest, "14(b)(ii)"),
        (False, False, True): (invoiced, "14(b)(iii)"),
    }
    return TimeOfSupply(*rules[tuple(before)])


def payment_day(
    *,
    entered: date | None,
    credited: date | None,
    changed_on: date | None = None,
    holidays: Collection[date] = (),
) -> date:
    """When money counts as received: entered in the books or credited in the bank, whichever is earlier.

    Around a change of rate the bank alone decides when its credit comes more than four working days after the
    change (proviso to section 14), so that an entry written early can't hold an old rate. Cash has no credit.
    `holidays`: days on which banks are closed beside Sundays and every second and fourth Saturday.
    Reason of Invalid: no_payment.
    """
    days = [day for day in (entered, credited) if day is not None]
    if not days:
        raise Invalid(
            _("A payment needs the day it was entered or credited."), reason="no_payment", field="paid"
        )
    if changed_on and credited and credited > _last_of_wait(changed_on, holidays):
        return credited
    return min(days)


def _last_of_wait(changed_on: date, holidays: Collection[date]) -> date:
    """The fourth working day after the day of the change, which isn't counted (General Clauses Act, section 9)."""
    day, left = changed_on, WAIT_FOR_BANK
    while left:
        day += timedelta(days=1)
        left -= not (_bank_closed(day) or day in holidays)
    return day


def _bank_closed(day: date) -> bool:
    which = (day.day + 6) // 7  # first, second... of its weekday in the month
    return day.weekday() == SUNDAY or (day.weekday() == SATURDAY and which in (2, 4))
