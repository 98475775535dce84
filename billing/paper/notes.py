"""The sheet of a credit or debit note (Rule 53(1A) CGST): what is changed about which bill of which day."""

from django.utils.translation import gettext as _

from billing import breakdown
from billing.models import Note, NoteLine
from billing.paper import parts
from billing.paper.sheet import About, Fact, Line, Sheet
from clinic import gst, money


def state(note: Note) -> str:
    return ""


def sheet(note: Note) -> Sheet:
    invoice = note.invoice
    place = invoice.place_of_supply
    supplier, buyer = note.supplier or invoice.supplier, note.buyer or invoice.buyer
    lines = _lines(note)
    is_taxed = note.changes_tax and invoice.document in parts.WITH_TAX
    return Sheet(
        title=str(note.get_kind_display()),
        number=note.number,
        supplier=supplier,
        party=parts.party("Issued to", buyer),
        about=About(label="Reason", text=str(note.get_reason_display())),
        facts=[
            *parts.identity(note.number, note.issued_on),
            Fact("Against", _original(note)),
            Fact("Number of the original", invoice.number, strong=True),
            Fact("Date of the original", parts.day(invoice.issued_on)),
            *parts.of_supply(supplier, place),
        ],
        legends=_legends(note, supplier),
        lines=[_line(line, is_taxed) for line in lines],
        is_taxed=is_taxed,
        rates=parts.rates(_by_rate(lines), place, igst=note.igst, cess=note.cess) if is_taxed else None,
        parts=parts.heads(note, place, round_off=note.round_off),
        total=Fact("Total credited" if note.is_credit else "Total debited", money.rupees(note.total)),
        words=money.in_words(note.total),
        with_goods=any(line.line.item_id for line in lines),
    )


def _lines(note: Note) -> list[NoteLine]:
    rows = NoteLine.objects.filter(note=note).order_by("position")
    return list(rows.select_related("line").prefetch_related("batches"))


def _original(note: Note) -> str:
    document = note.invoice.document
    if document in {each.value for each in gst.Document}:
        return gst.document_title(gst.Document(document))
    return str(note.invoice.get_document_display())


def _legends(note: Note, supplier: dict) -> list[str]:
    if note.changes_tax or not supplier.get("gstin"):
        return []
    return [_("Commercial note: the tax of the original document stays as it was.")]


def _line(row: NoteLine, is_taxed: bool) -> Line:
    sold = row.line
    amount = parts.quantity(row.quantity)
    return Line(
        text=sold.description,
        rows=[_goods(row)] if row.goods else [],
        code=sold.hsn,
        quantity=f"{amount} {sold.uqc}" if amount and sold.item_id else amount or "–",
        value=row.net_value,
        tax=breakdown.tax_shown(sold) if is_taxed else "",
        total=row.line_total,
    )


def _goods(row: NoteLine) -> str:
    batches = [_("Batch %(number)s") % {"number": batch.number} for batch in row.batches.all()]
    return " · ".join([str(row.get_goods_display()), *batches])


def _by_rate(lines: list[NoteLine]) -> list[breakdown.RateRow]:
    """Rates and treatments are those of the lines that were billed."""
    for row in lines:
        row.tax_treatment, row.tax_rate = row.line.tax_treatment, row.line.tax_rate  # type: ignore[attr-defined]
    return breakdown.by_rate(lines)  # type: ignore[arg-type]
