"""Where a person's data lies: every model that says so in its `privacy`, and every column that points to a customer.

Export, merge and erasure walk this; a model added tomorrow takes part without being named here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from clinic.privacy import Privacy
from customers.models import Customer, Merge, Move, SeenAt, Standing

#: Pointers that a merge doesn't move: the summary row and the branches have rules of their own, a merge is no fact.
UNMOVED = {SeenAt, Standing, Merge}
#: What follows from other rows, and what notes how they were handled: nothing that people ask about.
BOOKKEEPING = UNMOVED | {Move}


@dataclass(frozen=True)
class Holding:
    """One model that holds data of customers."""

    model: Any
    privacy: Privacy

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    def rows(self, customers: Iterable[UUID]) -> models.QuerySet:
        """Those of these customers, taken away and unseen ones included."""
        rows: models.QuerySet = self.model._base_manager.filter(
            **{f"{self.privacy.path or 'pk'}__in": list(customers)}
        )
        return rows

    @property
    def files(self) -> list[models.FileField]:
        return [field for field in self.model._meta.local_fields if isinstance(field, models.FileField)]


def holdings() -> Iterator[Holding]:
    """Every model with a path to a customer, the customer's own first."""
    found = []
    for model in apps.get_models():
        privacy = getattr(model, "privacy", None)
        if privacy is not None and privacy.path is not None:
            found.append(Holding(model, privacy))
    return iter(sorted(found, key=lambda each: (each.privacy.path != "", each.label)))


def pointers() -> list[tuple[Any, models.ForeignKey]]:
    """(model, column) of every foreign key to a customer that follows a merge."""
    return [
        (model, field)
        for model in apps.get_models()
        if model not in UNMOVED
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Customer
    ]


def people(customer_id: UUID) -> list[UUID]:
    """The record and all that were merged into it: one person."""
    found = [customer_id]
    for known in found:
        merged = Customer.objects.filter(merged_into=known).exclude(pk__in=found)
        found += merged.values_list("pk", flat=True)
    return found
