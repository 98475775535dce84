"""What a change of a package would come to, told before it is done: names and values for a page."""

import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import money
from packages import liability, queries
from packages.liability import Worth
from packages.models import Enrolment, Plan

Facts = list[tuple[str, str]]


def freeze(enrolment: Enrolment, until: datetime.date | None, today: datetime.date) -> Facts:
    """`until`: the day it may be used again; None: open."""
    facts = _left(queries.worth(enrolment))
    if enrolment.valid_until is None:
        return [*facts, (_("Valid to"), _("begins with the first session"))]
    facts.append((_("Valid to, now"), _day(enrolment.valid_until)))
    if until and until > today:
        facts.append((_("Valid to, then"), _day(enrolment.valid_until + (until - today))))
    return facts


def extend(enrolment: Enrolment, days: int | None) -> Facts:
    if enrolment.valid_until is None:
        return [(_("Valid to"), _("begins with the first session"))]
    facts = [(_("Valid to, now"), _day(enrolment.valid_until))]
    if days:
        facts.append((_("Valid to, then"), _day(enrolment.valid_until + datetime.timedelta(days=days))))
    return facts


def transfer(enrolment: Enrolment) -> Facts:
    worth = queries.worth(enrolment)
    return [*_left(worth), (_("Paid, and goes along"), money.rupees(worth.refundable))]


def exchange(enrolment: Enrolment, plan: Plan | None, today: datetime.date) -> Facts:
    """With the price of the new package and what is to pay beyond the credit, before tax and with it."""
    worth = queries.worth(enrolment)
    credit = liability.credit(worth, enrolment.payment)
    facts = [*_left(worth), (_("Counts toward it"), money.rupees(credit))]
    if plan is None:
        return facts
    quote = queries.quote(plan, [], enrolment.branch, today)
    difference = quote.value - credit
    facts.append((_("The new package costs"), _before_tax(quote.value)))
    if difference >= 0:
        return [*facts, (_("Still to pay"), _before_tax(difference))]
    return [*facts, (_("Goes back"), _before_tax(-difference))]


def give_back(enrolment: Enrolment) -> Facts:
    worth = queries.worth(enrolment)
    return [
        *_left(worth),
        (_("Given so far"), money.rupees(worth.used)),
        (_("Paid so far"), money.rupees(worth.paid)),
        (_("Goes back"), _before_tax(worth.refundable)),
    ]


def _left(worth: Worth) -> Facts:
    count = ngettext("%(n)s session", "%(n)s sessions", worth.sessions) % {"n": worth.sessions}
    return [(_("Left"), f"{count}, {money.rupees(worth.unused)}")]


def _day(day: datetime.date) -> str:
    return date_format(day, "j M Y")


def _before_tax(amount: Any) -> str:
    return _("%(amount)s before tax") % {"amount": money.rupees(amount)}
