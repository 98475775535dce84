"""Bills on paper: drawn once per format and payment state, kept in storage, and there on the first click.

The words come from here, the drawing from clinic/press.py.
"""

import base64
import mimetypes
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from billing import breakdown, codes, queries
from billing.models import Invoice, Paper
from clinic import money, phones


def ready(invoice: Invoice, form: Paper.Format) -> Paper:
    """The kept paper of an issued bill as it stands now; drawn and kept first where there is none."""
    payments = queries.payments_of(invoice)
    invoice.paid = sum((part.amount for part in payments), breakdown.ZERO)  # what the list of payments says
    wanted: dict[str, Any] = {
        "document": Paper.Document.INVOICE,
        "document_id": invoice.pk,
        "format": form,
        "state": f"{invoice.paid}",
    }
    kept = Paper.objects.filter(**wanted).first()
    if kept and kept.file.storage.exists(str(kept.file.name)):
        return kept
    name = name_of(invoice, form)
    content = ContentFile(draw(invoice, form, payments))
    if kept:  # its file was lost
        kept.file.save(name, content)
        return kept
    made = Paper(customer_id=invoice.customer_id, **wanted)
    made.file.save(name, content, save=False)
    Paper.objects.bulk_create([made], ignore_conflicts=True)
    kept = Paper.objects.get(**wanted)
    if kept.pk != made.pk:  # somebody else drew it meanwhile
        made.file.storage.delete(str(made.file.name))
    return kept


def name_of(invoice: Invoice, form: Paper.Format) -> str:
    """LCB-26-27-00001.pdf, with -slip for the narrow one."""
    return f"{invoice.number.replace('/', '-')}{'-slip' if form == Paper.Format.SLIP else ''}.pdf"


def draw(invoice: Invoice, form: Paper.Format, payments: list[Any]) -> bytes:
    """The PDF, in the clinic's language and time whoever asks for it."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(invoice.branch.zone):
        page = render_to_string(f"billing/paper/{form}.html", _facts(invoice, payments))
    from billing import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, form, invoice.supplier.get("brand", ""))


def _facts(invoice: Invoice, payments: list[Any]) -> dict[str, Any]:
    lines = queries.printed_lines(invoice)
    supplier, buyer = invoice.supplier, invoice.buyer
    return {
        "invoice": invoice,
        "title": breakdown.title(invoice),
        "supplier": supplier,
        "supplier_phone": phones.shown(supplier["phone"]),
        "supplier_place": breakdown.place(supplier["state"]),
        "logo": _inside(supplier["logo"]),
        "buyer": buyer,
        "buyer_phone": phones.shown(buyer["phone"]),
        "buyer_place": breakdown.place(buyer.get("state", "")),
        "visit": buyer.get("visit") or {},
        "lines": lines,
        "has_goods": any(line.item_id for line in lines),
        "taxed": invoice.document
        in (Invoice.Document.TAX_INVOICE, Invoice.Document.INVOICE_CUM_BILL_OF_SUPPLY),
        "rates": breakdown.by_rate(lines),
        "state_label": breakdown.state_label(invoice),
        "parts": breakdown.parts(invoice, lines),
        "place": breakdown.place(invoice.place_of_supply),
        "words": money.in_words(invoice.total),
        "payments": payments,
        "modes": list(dict.fromkeys(part.payment.get_mode_display() for part in payments)),
        "code": codes.on_paper(invoice),
    }


def _inside(name: str) -> str:
    """A picture from storage as a data address; empty where it is gone."""
    if not name or not default_storage.exists(name):
        return ""
    kind = mimetypes.guess_type(name)[0] or "image/png"
    with default_storage.open(name) as file:
        return f"data:{kind};base64,{base64.b64encode(file.read()).decode()}"
