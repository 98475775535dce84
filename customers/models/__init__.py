"""Customers, what is kept of them, and the summary row that lists sort by."""

from .documents import Document
from .people import Customer, Household, ReferenceCounter, SeenAt, Standing

__all__ = ["Customer", "Document", "Household", "ReferenceCounter", "SeenAt", "Standing"]
