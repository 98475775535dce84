"""What templates of bills need: how a line is taxed, how large a discount is, the points that a draft could redeem,
the pages of billing that somebody may see."""

from django import template

from billing import breakdown, discounts, loyalty, sections
from billing.models import Invoice

register = template.Library()
register.filter("tax_shown", breakdown.tax_shown)
register.filter("above_cap", discounts.is_above)
register.simple_tag(sections.sections_of)
register.simple_tag(loyalty.redeemable, name="points_of")


@register.filter
def discount_percent(invoice: Invoice) -> str:
    return breakdown.percent(discounts.given(invoice))
