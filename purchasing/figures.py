"""Amounts of orders, receipts and returns, by the arithmetic that bills are computed with. No database."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from clinic import gst

HEADS = ("taxable", "cgst", "sgst", "igst", "total")
ZERO = Decimal("0.00")


def compute(
    lines: Sequence[Any], quantities: Sequence[Decimal], *, supplier_state: str, has_gstin: bool, here: str
) -> dict[str, Decimal]:
    """Set `taxable`, `cgst`, `sgst`, `igst` and `total` of each line for its quantity; returns their sums.

    Each line has `price` (rupees before tax) and `tax_rate` (percent). A supplier without a GSTIN charges no tax; one
    in another State than `here` charges IGST. States are two-digit codes, an unknown one counts as `here`.
    """
    counted = [
        (line, quantity)
        for line, quantity in zip(lines, quantities, strict=True)
        if _clear(line) and quantity
    ]
    if counted:
        results = gst.compute(_bill(counted, supplier_state or here, has_gstin, here)).lines
        for (line, _quantity), result in zip(counted, results, strict=True):
            line.taxable, line.total = result.net_value, result.line_total
            line.cgst, line.sgst, line.igst = result.cgst, result.sgst, result.igst
    return {head: sum((getattr(line, head) for line in lines), ZERO) for head in HEADS}


def _clear(line: Any) -> bool:
    for head in HEADS:
        setattr(line, head, ZERO)
    return True


def _bill(counted: list[tuple[Any, Decimal]], state: str, has_gstin: bool, here: str) -> gst.Bill:
    return gst.Bill(
        lines=[
            gst.Line(ref=str(place), unit_price=line.price, quantity=quantity, rate=line.tax_rate)
            for place, (line, quantity) in enumerate(counted)
        ],
        supplier_state=state,
        place_of_supply=here,
        supplier_status=gst.SupplierStatus.REGULAR if has_gstin else gst.SupplierStatus.UNREGISTERED,
        recipient_registered=True,
    )
