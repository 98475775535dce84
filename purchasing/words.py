"""What is written to a supplier about an order."""

from urllib.parse import quote

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.money import rupees
from clinic.plain import plain, plainly
from purchasing.models import Order


def letter(order: Order) -> str:
    """The order as a message: number, lines, total, when it is expected."""
    with plainly():
        return _letter(order)


def _letter(order: Order) -> str:
    lines = [
        f"{place}. {line.item} – {line.quantity.normalize():f} {line.unit}"
        for place, line in enumerate(order.lines.select_related("item"), 1)
    ]
    words = {
        "name": order.supplier.contact or order.supplier.name,
        "number": order.number,
        "clinic": order.branch.trade_name,
    }
    parts = [_("Dear %(name)s, our purchase order %(number)s:") % words, *lines]
    parts.append(_("Total %(total)s with tax.") % {"total": rupees(order.total)})
    if order.expected_on:
        parts.append(_("Please deliver by %(day)s.") % {"day": date_format(order.expected_on, "j M Y")})
    if order.note:
        parts.append(order.note)
    parts.append(_("%(clinic)s") % words)
    return "\n".join(parts)


def whatsapp_url(order: Order) -> str:
    """Opens a chat with the text filled in; empty without a number to write to, or before the order is approved."""
    if not order.supplier.phone or not order.can("receive"):
        return ""
    return f"https://wa.me/{order.supplier.phone.removeprefix('+')}?text={quote(letter(order), safe='')}"


def mail_url(order: Order) -> str:
    if not order.supplier.email or not order.can("receive"):
        return ""
    subject = plain(gettext_lazy("Purchase order %(number)s")) % {"number": order.number}
    return f"mailto:{order.supplier.email}?subject={quote(subject)}&body={quote(letter(order), safe='')}"
