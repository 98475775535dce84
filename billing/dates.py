"""Which days a document may bear: not ahead, not long ago, not in a period whose books are closed."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.figures import Problem
from billing.models import BillingRules, Invoice, PeriodLock
from clinic.models import Registration
from clinic.refusals import Refusal


def problems(invoice: Invoice, *, day: datetime.date, today: datetime.date) -> list[Problem]:
    """What stands against issuing a draft dated `day`, beside its field."""
    found = []
    if invoice.due_on and invoice.due_on < day:
        sentence = _("It can't be due before its own date, %(day)s.") % {"day": date_format(day, "j M Y")}
        found.append(Problem(sentence, "due_on"))
    if invoice.dated and day != today:
        found += [Problem(sentence, "dated") for sentence in _against(invoice, day, today)]
    return found


def _against(invoice: Invoice, day: datetime.date, today: datetime.date) -> list[str]:
    if day > today:
        sentence = _("%(day)s is still to come; an invoice is dated today or before.")
        return [sentence % {"day": date_format(day, "j M Y")}]
    most = BillingRules.of(invoice.branch).backdate_days
    if (today - day).days > most:
        if not most:
            return [_("An invoice is dated on the day it is issued.")]
        sentence = ngettext(
            "An invoice may be dated back by %(most)s day at most.",
            "An invoice may be dated back by %(most)s days at most.",
            most,
        )
        return [sentence % {"most": most}]
    closed = closed_sentence(invoice.branch.registration, day)
    return [closed] if closed else []


def closed_sentence(registration: Registration | None, day: datetime.date) -> str:
    """Why nothing dated `day` may change any more; empty where the books are open."""
    until = PeriodLock.closed_until(registration)
    if until is None or day > until:
        return ""
    return _("The books are closed up to %(day)s.") % {"day": date_format(until, "j M Y")}


def check_open(registration: Registration | None, day: datetime.date, field: str | None = None) -> None:
    closed = closed_sentence(registration, day)
    if closed:
        raise Refusal(closed, field=field)
