"""Reads across items, batches, balances and movements."""

from .board import Bucket, expiry_board, expiry_file, expiry_rows
from .counting import batches_named, differences, uncounted
from .movements import Flow, flow, history, history_rows
from .stock import (
    ONLY,
    SOON,
    Figures,
    Line,
    batches_at,
    figures,
    left_of,
    line,
    narrowed,
    stock_rows,
)
from .valuation import Valued, totals, valuation

__all__ = [
    "ONLY", "SOON", "Bucket", "Figures", "Flow", "Line", "Valued", "batches_at", "batches_named", "differences",
    "expiry_board", "expiry_file", "expiry_rows", "figures", "flow", "history", "history_rows", "left_of", "line", "narrowed",
    "stock_rows", "totals", "uncounted", "valuation",
]  # fmt: skip
