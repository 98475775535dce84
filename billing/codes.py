"""The UPI code of what is still due on a bill. A scan is no payment: nothing comes back until somebody matches it."""

import segno
from django.utils.safestring import SafeString, mark_safe

from billing.models import Invoice
from clinic import upi


def due_code(invoice: Invoice) -> segno.QRCode | None:
    """For the exact amount that is due; None where nothing is, or the clinic had no UPI id on the day of issue."""
    vpa = invoice.supplier.get("upi_id", "")
    if not invoice.is_issued or invoice.due <= 0 or not vpa:
        return None
    try:
        text = upi.payload(
            vpa=vpa,
            payee=invoice.supplier["trade_name"],
            amount=invoice.due,
            note=invoice.number,
            ref=invoice.number,
        )
    except ValueError:
        return None
    return segno.make(text, error="m", micro=False)


def on_screen(invoice: Invoice) -> SafeString | None:
    code = due_code(invoice)
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
