"""What the templates of papers need: labels in one language or two."""

from typing import Any

from django import template
from django.utils.html import format_html

from billing.paper import words

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Any, english: str) -> str:
    """A label; on a Hindi paper the Hindi word stands with it."""
    hindi = words.in_hindi(str(english)) if context.get("language") == words.HINDI else ""
    return (
        format_html('{} <span lang="hi">{}</span>', english, hindi) if hindi else format_html("{}", english)
    )
