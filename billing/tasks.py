"""Drawing papers in the background, so that the first click finds them there."""

from typing import Any
from uuid import UUID

from billing import paper
from billing.models import Paper
from billing.paper import words
from billing.paper.kinds import KINDS
from clinic import events
from clinic.models import Event

#: The event, the kind of document drawn after it, and the value in its data that names the document.
WARMED = (
    ("invoice.issued", "invoice", ""),
    ("invoice.cancelled", "invoice", ""),
    ("payment.received", "invoice", "invoice_id"),
    ("note.issued", "note", ""),
    ("note.issued", "invoice", "invoice_id"),
    ("receipt.issued", "receipt", ""),
    ("refund.processed", "refund", ""),
    ("estimate.issued", "estimate", ""),
)


def subscribe() -> None:
    for verb, name, value in WARMED:
        events.subscribe(
            verb,
            "billing.paper" if name in verb or not value else f"billing.paper.{name}",
            _warmer(name, value),
        )


def _warmer(name: str, value: str) -> Any:
    def warm(event: Event) -> None:
        """Keep the A4 paper as it stands now, in the customer's language; where it is kept already, nothing happens."""
        key = event.data.get(value) if value else event.subject_id
        document = KINDS[name].rows().filter(pk=UUID(str(key))).first() if key else None
        if document:
            paper.ready(document, Paper.Format.A4, words.language_for(document.customer.language))

    return warm
