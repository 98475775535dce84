"""Every document that can be printed: where its rows are, what they say on paper, and when they must be drawn anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from billing.models import Estimate, Invoice, InvoiceQuerySet, Note, Paper, Receipt, Refund, StoredValue
from billing.paper import cards, estimates, invoices, notes, receipts, refunds
from billing.paper.sheet import Sheet


@dataclass(frozen=True)
class Kind:
    """`sheet` reads a document and says what stands on its paper; `state` changes whenever that would differ.

    `kept` is None where the paper isn't kept because it says what holds just now.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    sheet: Callable[[Any], Sheet]
    state: Callable[[Any], str]
    kept: Paper.Document | None

    def title(self, document: Any) -> str:
        """What the document is called, without reading what stands on it."""
        return str(
            document.get_document_display() if hasattr(document, "document") else self._plain(document)
        )

    def _plain(self, document: Any) -> str:
        if isinstance(document, Note):
            return str(document.get_kind_display())
        return str(_("Estimate") if isinstance(document, Estimate) else _("Gift card"))


def _bills() -> QuerySet[Invoice]:
    return InvoiceQuerySet(Invoice).printable().select_related("branch", "customer")


def _notes() -> QuerySet[Note]:
    return Note.objects.select_related("branch", "customer", "invoice")


def _receipts() -> QuerySet[Receipt]:
    return Receipt.objects.select_related("branch", "customer")


def _refunds() -> QuerySet[Refund]:
    rows = Refund.objects.filter(status=Refund.Status.PROCESSED)
    return rows.select_related("branch", "customer", "payment__receipt", "note", "invoice")


def _estimates() -> QuerySet[Estimate]:
    return Estimate.objects.select_related("branch", "customer")


def _cards() -> QuerySet[StoredValue]:
    rows = StoredValue.objects.filter(kind=StoredValue.Kind.GIFT_CARD)
    return rows.select_related("branch__registration", "customer").prefetch_related("entries")


KINDS = {
    kind.name: kind
    for kind in (
        Kind("invoice", _bills, invoices.sheet, invoices.state, Paper.Document.INVOICE),
        Kind("note", _notes, notes.sheet, notes.state, Paper.Document.NOTE),
        Kind("receipt", _receipts, receipts.sheet, receipts.state, Paper.Document.RECEIPT),
        Kind("refund", _refunds, refunds.sheet, refunds.state, Paper.Document.REFUND),
        Kind("estimate", _estimates, estimates.sheet, estimates.state, Paper.Document.ESTIMATE),
        Kind("card", _cards, cards.sheet, cards.state, None),
    )
}
NAMES: dict[type[Model], str] = {
    Invoice: "invoice", Note: "note", Receipt: "receipt", Refund: "refund", Estimate: "estimate", StoredValue: "card",
}  # fmt: skip


def kind_of(document: Model) -> Kind:
    return KINDS[NAMES[type(document)]]
