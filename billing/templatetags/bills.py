"""What templates of bills need: how a line is taxed, and how large a discount is, in a word."""

from django import template

from billing import breakdown, discounts
from billing.models import Invoice

register = template.Library()
register.filter("tax_shown", breakdown.tax_shown)
register.filter("above_cap", discounts.is_above)


@register.filter
def discount_percent(invoice: Invoice) -> str:
    return breakdown.percent(discounts.given(invoice))
