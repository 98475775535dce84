"""Customers, what is kept of them, and the summary row that lists sort by."""

from .documents import Document
from .people import Customer, CustomerQuerySet, Household, ReferenceCounter, SeenAt, Standing

__all__ = ["Customer", "CustomerQuerySet", "Document", "Household", "ReferenceCounter", "SeenAt", "Standing"]
