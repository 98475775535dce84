"""What is done in the background: drawing the A4 paper, so that the first click finds it there; writing off what expired."""

from uuid import UUID

from celery import shared_task

from billing import domain, paper
from billing.models import Invoice, Paper
from clinic import events
from clinic.models import Event


def subscribe() -> None:
    events.subscribe("invoice.issued", "billing.paper", warm)
    events.subscribe("payment.received", "billing.paper", warm)
    events.subscribe("payment.applied", "billing.paper", warm)


def warm(event: Event) -> None:
    """Keep the paper of the bill as it stands now; where it is kept already, nothing happens."""
    key = event.subject_id if event.verb == "invoice.issued" else UUID(event.data["invoice_id"])
    invoice = Invoice.objects.get(pk=key)
    if invoice.document != Invoice.Document.OPENING_DUE:  # its paper is the former system's
        paper.ready(invoice, Paper.Format.A4)


@shared_task
def expire_stored_values() -> None:
    """Hourly, on each branch's own day."""
    domain.expire_stored_values()
