"""Stock as people see it: items and batches, corrections, counts, transfers, and the lists an owner asks for."""

from . import adjustments, counts, items, lists, stock, transfers

__all__ = ["adjustments", "counts", "items", "lists", "stock", "transfers"]
