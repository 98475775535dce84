"""Orders and debit notes on paper, drawn when they are asked for; the words come from here, the drawing from clinic/press.py."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from clinic import gst, letterhead, money, phones
from clinic.models import Branch
from purchasing.models import Order, Return

SHEET = Path(settings.BASE_DIR) / "templates" / "purchasing" / "paper" / "sheet.css"


def order_paper(order: Order) -> bytes:
    """The order as a PDF for its supplier."""
    return _draw(
        "order",
        order.branch,
        {"order": order, "lines": order.lines.select_related("item__tax_category"), **_sums(order)},
    )


def return_paper(made: Return) -> bytes:
    """The debit note as a PDF."""
    lines = made.lines.select_related("batch__item")
    return _draw("debit_note", made.branch, {"made": made, "lines": lines, **_sums(made)})


def name_of(document: Order | Return) -> str:
    """LCBP-26-27-00001.pdf."""
    return f"{document.number.replace('/', '-')}.pdf"


def _sums(document: Order | Return) -> dict[str, Any]:
    supplier = document.supplier
    return {
        "document": document,
        "supplier": supplier,
        "supplier_phone": phones.shown(supplier.phone),
        "supplier_place": _place(supplier.state),
        "words": money.in_words(document.total),
    }


def _place(state: str) -> str:
    return f"{state} {gst.STATES[state].name}" if state in gst.STATES else ""


def _draw(name: str, branch: Branch, facts: dict[str, Any]) -> bytes:
    facts |= letterhead.of(branch)
    facts |= {"branch_place": _place(branch.state), "gstin": branch.registration.gstin}
    with translation.override(settings.LANGUAGE_CODE), timezone.override(branch.zone):
        page = render_to_string(f"purchasing/paper/{name}.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, colour=branch.brand_colour)
