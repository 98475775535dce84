"""What templates of bills need: how a line is taxed, in a word."""

from django import template

from billing import breakdown

register = template.Library()
register.filter("tax_shown", breakdown.tax_shown)
