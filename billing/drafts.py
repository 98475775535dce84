"""A draft under somebody's hands: locked, of the version they saw, and computed anew after every change."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pgbulk
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import dates, figures, queries
from billing.models import Invoice, InvoiceLine
from clinic import gst, versions
from clinic.refusals import Refusal, Stale
from inventory.models import Batch
from staff.models import Practitioner

ASKED = ("dated", "due_on", "paid_on", "note", "buyer_name", "buyer_phone")
TERMS = ["discount_kind", "discount_value", "discount_reason", "print_address", *ASKED]


class Keep(Enum):
    """What a form doesn't ask for stays as it is on the draft."""

    KEEP = "keep"


KEEP = Keep.KEEP
Day = datetime.date | None | Keep


@dataclass(frozen=True, kw_only=True)
class LineTerms:
    """What is asked for on one line; `unit_price` in rupees, `batch` None for the one that expires first.

    An `exempt_reason` takes the tax off a service; setting it needs a right of its own.
    """

    quantity: Decimal
    unit_price: Decimal
    discount: gst.Discount | None = None
    practitioner: Practitioner | None = None
    batch: Batch | None = None
    performed_on: Day = KEEP
    exempt_reason: str | Keep = KEEP


@dataclass(frozen=True, kw_only=True)
class BillTerms:
    """What is asked for the whole bill; `dated` None for the day on which it is issued."""

    discount: gst.Discount | None = None
    discount_reason: str = ""
    print_address: bool = False
    dated: Day = KEEP
    due_on: Day = KEEP
    paid_on: Day = KEEP
    note: str | Keep = KEEP
    buyer_name: str | Keep = KEEP
    buyer_phone: str | Keep = KEEP


def set_terms(invoice: Invoice, terms: BillTerms) -> Invoice:
    """Put the terms of the whole bill on the row, unsaved."""
    _set_discount(invoice, terms.discount)
    invoice.discount_reason, invoice.print_address = terms.discount_reason, terms.print_address
    for name in ASKED:
        _set(invoice, name, getattr(terms, name))
    return invoice


def _set(row: Invoice | InvoiceLine, name: str, value: object) -> None:
    if value is not KEEP:
        setattr(row, name, value)


def set_line(line: InvoiceLine, terms: LineTerms) -> InvoiceLine:
    """Put the terms of one line on its row, unsaved. Refuses what can never be billed."""
    line.quantity, line.unit_price = terms.quantity, terms.unit_price
    line.practitioner = terms.practitioner
    line.batch = terms.batch if line.item_id else None
    _set_discount(line, terms.discount)
    _set(line, "performed_on", terms.performed_on)
    _set(line, "exempt_reason", terms.exempt_reason)
    check_line(line)
    return line


def check_line(line: InvoiceLine) -> None:
    """Refuse what no bill can say: no quantity, a negative price, a discount above its amount."""
    try:
        gst.check_line(figures.gst_line(line))
    except gst.Invalid as fault:
        raise figures.refusal(fault) from None
    if line.quantity * line.unit_price > figures.LARGEST_TOTAL:
        raise Refusal(_("That is more than one invoice can hold."), field=f"{line.pk}:quantity")
    if line.plan_id and line.quantity != 1:
        sentence = _("A package is sold one to a line. Add it again for a second one.")
        raise Refusal(sentence, field=f"{line.pk}:quantity")
    if line.exempt_reason and line.item_id:
        sentence = _("Only a service can be billed as exempt; goods have their own tax category.")
        raise Refusal(sentence, field=f"{line.pk}:exempt_reason")
    if line.batch and line.batch.item_id != line.item_id:
        raise Refusal(_("That batch is of another product."), field=f"{line.pk}:batch")


def _set_discount(of: Invoice | InvoiceLine, discount: gst.Discount | None) -> None:
    kinds = Invoice.DiscountKind
    of.discount_kind = kinds.AMOUNT if discount and not discount.is_percent else kinds.PERCENT
    of.discount_value = discount.value if discount else Decimal(0)


def hold(invoice_id: UUID, version: int) -> Invoice:
    """The draft, locked until the transaction ends. Refuses one that is a draft no longer, or of another version."""
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True)
    invoice = rows.select_related("branch__registration", "customer", "issued_by").get(pk=invoice_id)
    if invoice.is_issued:
        sentence = _("This invoice was already issued as %(number)s by %(person)s.")
        raise Stale(sentence % {"number": invoice.number, "person": invoice.issued_by})
    if not invoice.is_draft:
        cancelled = _("This invoice was cancelled.")
        raise Stale(cancelled if invoice.is_cancelled else _("This draft was discarded."))
    if invoice.version != version:
        raise Stale(
            _(
                "Somebody else changed this invoice while you had it open. What you typed is below; compare and save again."
            )
        )
    return invoice


def today_of(invoice: Invoice) -> datetime.date:
    return timezone.localdate(timezone=invoice.branch.zone)


def work_out(invoice: Invoice, lines: Sequence[InvoiceLine], *, today: datetime.date) -> figures.Figures:
    """The figures by the rules of the day it is dated, else of today, with what stands against its dates."""
    day = invoice.dated or today
    found = figures.work_out(invoice, lines, registration=invoice.branch.registration, day=day)
    return replace(found, problems=[*dates.problems(invoice, day=day, today=today), *found.problems])


def compute(invoice: Invoice, lines: Sequence[InvoiceLine]) -> figures.Figures | None:
    """The figures of a draft, written on its rows but not saved; None where there are no lines yet."""
    found = work_out(invoice, lines, today=today_of(invoice)) if lines else None
    figures.write(invoice, lines, found)
    return found


def settle(invoice: Invoice) -> list[InvoiceLine]:
    """Compute a held draft anew and save it as its next version."""
    lines = queries.lines_of(invoice)
    compute(invoice, lines)
    pgbulk.update(InvoiceLine, lines, figures.LINE_AMOUNTS, ignore_unchanged=True)
    versions.save(invoice, fields=[*TERMS, *figures.AMOUNTS], version=invoice.version)
    return lines
