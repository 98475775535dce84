"""What templates of bills need: how a line is taxed, in a word; the points that a draft could redeem."""

from django import template

from billing import breakdown, loyalty

register = template.Library()
register.filter("tax_shown", breakdown.tax_shown)
register.simple_tag(loyalty.redeemable, name="points_of")
