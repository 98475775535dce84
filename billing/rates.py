"""Which tax rule each line bears: that of the bill's day, or around a change of rate of the day that the law names.

Of performed, billed and paid in advance two decide (section 14 CGST); of goods the bill's day alone (section 12).
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import Invoice, InvoiceLine
from clinic import gst
from clinic.models import Registration, TaxRule
from clinic.refusals import Refusal


def rules_for(
    invoice: Invoice, lines: Sequence[InvoiceLine], *, registration: Registration, day: datetime.date
) -> dict[UUID, TaxRule]:
    """By line; one that is billed as exempt has none. `day` is the bill's.

    Raises Refusal for a date that can't be, and for a category without a rule on the day that decides, unless the
    clinic charges no tax.
    """
    for line in lines:
        _check_dates(invoice, line, day)
    known = _known(invoice, lines, day)
    found = {}
    for line in lines:
        if line.exempt_reason:
            continue
        rules = known[line.tax_category_id]
        deciding = deciding_day(invoice, line, rules, day)
        rule = next((rule for rule in rules if _in_force(rule, deciding)), None)
        if rule:
            found[line.pk] = rule
        elif registration.charges_tax:
            raise _undecided(line, deciding)
    return found


def deciding_day(
    invoice: Invoice, line: InvoiceLine, rules: Sequence[TaxRule], day: datetime.date
) -> datetime.date:
    """The day whose rule the line bears; `rules` are those of its category, in order of time."""
    performed, paid = line.performed_on or day, invoice.paid_on
    days = [each for each in (performed, day, paid) if each]
    found = gst.time_of_supply(
        invoiced=day,
        performed=performed,
        paid=paid,
        changed_on=_change(rules, min(days), max(days)),
        goods=line.tax_category.is_goods,
    )
    return found.day


def _change(rules: Sequence[TaxRule], first: datetime.date, last: datetime.date) -> datetime.date | None:
    """The first day in between on which a rule with another rate begins."""
    before = next((rule for rule in rules if _in_force(rule, first)), None)
    for rule in rules:
        if first < rule.valid_from <= last:
            if before is None or _bears(rule) != _bears(before):
                return rule.valid_from
            before = rule
    return None


def _bears(rule: TaxRule) -> tuple[object, ...]:
    return rule.treatment, rule.rate, rule.cess_rate


def _in_force(rule: TaxRule, day: datetime.date) -> bool:
    return rule.valid_from <= day and (rule.valid_to is None or rule.valid_to > day)


def _known(invoice: Invoice, lines: Sequence[InvoiceLine], day: datetime.date) -> dict[UUID, list[TaxRule]]:
    """Every rule in force somewhere between the first and the last of the dates, by category."""
    dates = [day, *(line.performed_on for line in lines if line.performed_on)]
    dates += [invoice.paid_on] if invoice.paid_on else []
    rules = TaxRule.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=min(dates)),
        valid_from__lte=max(dates),
        category__in={line.tax_category_id for line in lines},
    )
    found: dict[UUID, list[TaxRule]] = defaultdict(list)
    for rule in rules.order_by("valid_from"):
        found[rule.category_id].append(rule)
    return found


def _check_dates(invoice: Invoice, line: InvoiceLine, day: datetime.date) -> None:
    if line.performed_on and line.performed_on > day:
        sentence = _("“%(line)s” can't have been performed after the date of the invoice, %(day)s.")
        names = {"line": line.description, "day": date_format(day, "j M Y")}
        raise Refusal(sentence % names, field=f"{line.pk}:performed_on")
    if invoice.paid_on and invoice.paid_on > day:
        sentence = _("What was paid in advance was paid before the date of the invoice, %(day)s.")
        raise Refusal(sentence % {"day": date_format(day, "j M Y")}, field="paid_on")


def _undecided(line: InvoiceLine, day: datetime.date) -> Refusal:
    sentence = _(
        "“%(line)s” can't be billed yet: how “%(category)s” is taxed on %(day)s has not been decided. "
        "The owner chooses the rate and adds a tax rule for it under Administration."
    )
    names = {"line": line.description, "category": line.tax_category.name, "day": date_format(day, "j M Y")}
    return Refusal(sentence % names, field=f"{line.pk}:quantity")
