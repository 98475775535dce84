"""Drawing the A4 papers of what has just been written, so that the first click finds them there."""

from typing import Any
from uuid import UUID

from billing import paper
from billing.models import Paper, Payment
from billing.paper import words
from billing.paper.kinds import KINDS
from clinic import events
from clinic.models import Event

WARMED = (
    ("invoice.issued", "invoice"),
    ("invoice.cancelled", "invoice"),
    ("note.issued", "note"),
    ("advance.received", "receipt"),
    ("refund.processed", "refund"),
    ("estimate.made", "estimate"),
)


def subscribe() -> None:
    for verb, name in WARMED:
        events.subscribe(verb, "billing.paper", _warmer(name))
    for verb in ("payment.received", "payment.applied", "note.issued"):
        events.subscribe(verb, "billing.paper.invoice", _of_invoice)
    events.subscribe("payment.received", "billing.paper.receipt", _of_receipt)


def _warmer(name: str) -> Any:
    def warm(event: Event) -> None:
        _keep(name, event.subject_id)

    return warm


def _of_invoice(event: Event) -> None:
    _keep("invoice", event.data.get("invoice_id"))


def _of_receipt(event: Event) -> None:
    _keep("receipt", Payment.objects.filter(pk=event.subject_id).values_list("receipt", flat=True).first())


def _keep(name: str, pk: UUID | str | None) -> None:
    """The paper as it stands now, in the customer's language; where it is kept already, nothing happens."""
    document = KINDS[name].rows().filter(pk=pk).first() if pk else None
    if document:
        paper.ready(document, Paper.Format.A4, words.language_for(document.customer.language))
