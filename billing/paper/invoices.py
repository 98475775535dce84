"""The sheet of a bill: tax invoice, bill of supply, both in one, or the plain bill of a clinic that isn't registered."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing import breakdown, codes, queries
from billing.breakdown import ZERO, Part
from billing.models import Invoice, InvoiceLine, Note, Payment, PaymentCorrection
from billing.paper import parts
from billing.paper.sheet import About, Code, Fact, Line, Sheet
from clinic import gst, money


def state(invoice: Invoice) -> str:
    """What may differ between two drawings of one bill: what was paid and noted, and a mode that was put right."""
    sums = f"{invoice.status} {invoice.paid:.2f} {invoice.credited:.2f} {invoice.debited:.2f}"
    if not invoice.paid:
        return sums
    corrections = PaymentCorrection.objects.filter(payment__allocations__invoice=invoice)
    corrected = corrections.values("pk").distinct().count()
    return f"{sums} {corrected}" if corrected else sums


def sheet(invoice: Invoice) -> Sheet:
    """What was frozen at issue, with what has been paid and noted since. Puts the sums it read on the row."""
    lines = queries.printed_lines(invoice)
    paid, notes = _paid(invoice), list(Note.objects.filter(invoice=invoice).order_by("id"))
    _put_sums(invoice, paid, notes)
    supplier, buyer = invoice.supplier, invoice.buyer
    is_taxed = invoice.document in parts.WITH_TAX
    goods = any(line.item_id for line in lines)
    over_the_counter = _("Delivered over the counter at the clinic") if buyer.get("address") and goods else ""
    return Sheet(
        title=gst.document_title(gst.Document(invoice.document)),
        number=invoice.number,
        supplier=supplier,
        party=parts.party("Billed to", buyer, remark=over_the_counter),
        about=_about(buyer.get("visit") or {}),
        facts=[
            *parts.identity(invoice.number, invoice.issued_on),
            *([Fact("Due on", parts.day(invoice.due_on))] if invoice.due_on and invoice.due else []),
            *parts.of_supply(supplier, invoice.place_of_supply),
        ],
        legends=supplier.get("legends", []),
        lines=[_line(line) for line in lines],
        is_taxed=is_taxed,
        rates=parts.rates(
            breakdown.by_rate(lines), invoice.place_of_supply, igst=invoice.igst, cess=invoice.cess
        )
        if is_taxed
        else None,
        parts=breakdown.parts(invoice, lines),
        total=Fact("Total", money.rupees(invoice.total)),
        after=[*_noted(notes), *_payments(paid)],
        due=invoice.due,
        words=money.in_words(invoice.total),
        stamp=_stamp(invoice, paid),
        cancelled=parts.day(invoice.cancelled_at.astimezone(invoice.branch.zone).date())
        if invoice.cancelled_at
        else "",
        code=_code(invoice),
        remarks=_remarks(invoice),
        with_goods=goods,
    )


def _paid(invoice: Invoice) -> list[tuple[Payment, Decimal]]:
    """What each payment has given to the bill, in order; what was taken back from it is off."""
    given: dict[Any, tuple[Payment, Decimal]] = {}
    for part in queries.payments_of(invoice):
        before = given.get(part.payment_id, (part.payment, ZERO))[1]
        given[part.payment_id] = (part.payment, before + part.amount)
    return [(payment, amount) for payment, amount in given.values() if amount]


def _put_sums(invoice: Invoice, paid: list[tuple[Payment, Decimal]], notes: list[Note]) -> None:
    """As the rows read just now say, so that paper and state agree whatever is written meanwhile."""
    invoice.paid = sum((amount for _payment, amount in paid), ZERO)
    invoice.credited = sum((note.total for note in notes if note.is_credit), ZERO)
    invoice.debited = sum((note.total for note in notes if not note.is_credit), ZERO)


def _line(line: InvoiceLine) -> Line:
    unit = f" {line.uqc}" if line.item_id else ""
    return Line(
        text=line.description,
        rows=_under(line),
        code=line.hsn,
        quantity=f"{parts.quantity(line.quantity)}{unit}",
        price=line.unit_price,
        off=line.taken_off,
        value=line.net_value,
        tax=breakdown.tax_shown(line),
        total=line.line_total,
    )


def _under(line: InvoiceLine) -> list[str]:
    """Under the description: where goods came from, what a package holds, who did it and when."""
    rows = []
    batches = list(line.batches.all())
    for batch in batches:
        found = [_("Batch %(number)s") % {"number": batch.number}]
        if batch.expires_on:
            found.append(_("Exp %(month)s") % {"month": f"{batch.expires_on:%b %Y}"})
        if len(batches) > 1:
            found.append(parts.quantity(batch.quantity))
        rows.append(" · ".join(found))
    if line.session_count:
        sentence = ngettext("Package of %(n)s session", "Package of %(n)s sessions", line.session_count)
        found = [sentence % {"n": line.session_count}]
        if line.valid_until:
            found.append(_("valid until %(day)s") % {"day": parts.day(line.valid_until)})
        rows.append(" · ".join(found))
    if line.performed_on:
        rows.append(_("Done on %(day)s") % {"day": parts.day(line.performed_on)})
    return [*rows, line.practitioner_name] if line.practitioner_name else rows


def _about(visit: dict[str, Any]) -> About | None:
    if not visit.get("treatment"):
        return None
    text = visit["treatment"]
    if visit.get("session"):
        text += ", " + _("session %(number)s of %(of)s") % {"number": visit["session"], "of": visit["of"]}
    package = [_("Package: %(name)s") % {"name": visit["plan"]}] if visit.get("plan") else []
    return About(label="Treatment", text=text, rows=[*package, visit.get("practitioner", "")])


def _payments(paid: list[tuple[Payment, Decimal]]) -> list[Part]:
    sentence = _("Paid by %(mode)s, %(day)s")
    return [
        Part(sentence % {"mode": payment.get_mode_display(), "day": parts.day(payment.received_on)}, amount)
        for payment, amount in paid
    ]


def _noted(notes: list[Note]) -> list[Part]:
    sentence = _("%(note)s %(number)s, %(day)s")
    return [
        Part(
            sentence
            % {"note": note.get_kind_display(), "number": note.number, "day": parts.day(note.issued_on)},
            note.total,
            minus=note.is_credit,
        )
        for note in notes
    ]


def _stamp(invoice: Invoice, paid: list[tuple[Payment, Decimal]]) -> list[str]:
    if invoice.is_cancelled or invoice.due > 0:
        return []
    if paid:
        return ["Paid", *parts.modes(payment for payment, _amount in paid)]
    return ["Credited in full" if invoice.credited else "Nothing to pay"]


def _code(invoice: Invoice) -> Code | None:
    image = codes.on_paper(invoice)
    if not image:
        return None
    sentence = _("Scan to pay exactly %(due)s.") % {"due": money.rupees(invoice.due)}
    return Code(image=image, label="Pay by UPI", rows=[invoice.supplier["upi_id"], sentence])


def _remarks(invoice: Invoice) -> list[str]:
    found = [invoice.note] if invoice.note else []
    if invoice.points:
        sentence = ngettext(
            "%(n)s point was redeemed for %(value)s of the discount.",
            "%(n)s points were redeemed for %(value)s of the discount.",
            invoice.points,
        )
        found.append(sentence % {"n": invoice.points, "value": money.rupees(invoice.points_value)})
    return found
