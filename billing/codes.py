"""The UPI code of what is due or being taken. A scan is no payment: nothing comes back until somebody matches it."""

from decimal import Decimal

import segno
from django.utils.safestring import SafeString, mark_safe

from billing.models import Invoice
from clinic import upi
from clinic.models import Branch


def due_code(invoice: Invoice) -> segno.QRCode | None:
    """For the exact amount that is due; None where nothing is, or the clinic had no UPI id on the day of issue."""
    if not invoice.is_issued:
        return None
    seller = invoice.supplier
    return _code(seller.get("upi_id", ""), seller.get("trade_name", ""), invoice.due, invoice.number)


def _code(vpa: str, payee: str, amount: Decimal, note: str) -> segno.QRCode | None:
    if amount <= 0 or not vpa:
        return None
    try:
        text = upi.payload(vpa=vpa, payee=payee, amount=amount, note=note, ref=note)
    except ValueError:
        return None
    return segno.make(text, error="m", micro=False)


def exact(branch: Branch, amount: Decimal, note: str = "") -> SafeString | None:
    """On screen, for exactly what is being taken at a branch now; None without an amount or without a UPI id."""
    return _drawn(_code(branch.upi_id, branch.trade_name, amount, note))


def on_screen(invoice: Invoice) -> SafeString | None:
    return _drawn(due_code(invoice))


def _drawn(code: segno.QRCode | None) -> SafeString | None:
    if code is None:
        return None
    drawn = code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - drawn by the library from an encoded text


def on_paper(invoice: Invoice) -> str:
    """A data address of the drawing, empty where there is none."""
    code = due_code(invoice)
    return code.svg_data_uri(scale=4, border=0) if code else ""


def of_text(text: str) -> str:
    """A data address of the code of any text, for what a desk scans."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=0)
