"""Customers, what is kept of them, and the summary row that lists sort by."""

from .documents import Document
from .erasing import Erasure, HandOut
from .merging import Merge, Move
from .people import Customer, Household, ReferenceCounter, SeenAt, Standing

__all__ = [
    "Customer", "Document", "Erasure", "HandOut", "Household", "Merge", "Move", "ReferenceCounter", "SeenAt",
    "Standing",
]  # fmt: skip
