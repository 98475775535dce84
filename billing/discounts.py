"""How large the discount on a whole bill is, and whether somebody may give it. Points are no discount of theirs."""

from decimal import Decimal

from django.utils.translation import gettext as _

from billing import breakdown
from billing.figures import Figures, Problem
from billing.models import Invoice
from clinic.money import round2
from staff.models import User


def percent(invoice: Invoice, figures: Figures) -> Decimal:
    """Discounts on lines and on the bill together, in percent of the whole before them; two decimals."""
    totals = figures.computed.totals
    off = totals.line_discount + totals.invoice_discount - invoice.points_value
    return round2(off * 100 / totals.gross) if totals.gross else Decimal(0)


def given(invoice: Invoice) -> Decimal:
    """The same of a bill as it was last computed."""
    off = invoice.line_discount + invoice.invoice_discount - invoice.points_value
    return round2(off * 100 / invoice.gross) if invoice.gross else Decimal(0)


def is_above(invoice: Invoice, user: User) -> bool:
    """Whether this person has to ask for the discount of a draft as it was last computed."""
    rate = given(invoice)
    return rate > user.discount_cap and rate > (invoice.discount_allowed or 0)


def problem(invoice: Invoice, user: User, figures: Figures | None) -> Problem | None:
    """Why this person may not issue the draft with its discount; None where they may, or somebody agreed to it."""
    if figures is None:
        return None
    rate, cap = percent(invoice, figures), user.discount_cap
    if rate <= cap or rate <= (invoice.discount_allowed or 0):
        return None
    names = {"given": breakdown.percent(rate), "cap": breakdown.percent(cap)}
    if invoice.discount_asked_at:
        sentence = _("A discount of %(given)s has been asked for; somebody has to agree to it first.")
    elif invoice.discount_allowed is not None:
        names["allowed"] = breakdown.percent(invoice.discount_allowed)
        sentence = _("The discount is %(given)s by now; %(allowed)s was agreed to. Ask again.")
    else:
        sentence = _("The discount is %(given)s of the whole; you may give %(cap)s. Ask for it, or lower it.")
    return Problem(sentence % names, "invoice_discount")
