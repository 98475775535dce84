"""How a message comes about: its words in the customer's language, its row once however often it is asked for."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation

from customers.models import Customer
from notifications import wording


def insert(rows: Iterable[Any]) -> list[Any]:
    """Those of `rows` that were not there yet: the key is ours, so a row found by it is the one just written."""
    rows = list(rows)
    if not rows:
        return []
    model = type(rows[0])
    model.objects.bulk_create(rows, ignore_conflicts=True)
    written = set(model.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [row for row in rows if row.pk in written]


def in_language_of(
    customer: Customer, text: Callable[[Any], str], facts: Any, bodies: dict[tuple[str, str], str]
) -> str:
    """In the branch's own words where it has any for this occasion, else in the product's."""
    with translation.override(customer.language):
        body = bodies.get((text.__name__, customer.language))
        return text(facts) if body is None else wording.fill(body, facts.words)
