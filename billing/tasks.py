"""Drawing the A4 paper in the background, so that the first click finds it there."""

from uuid import UUID

from billing import paper
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
    paper.ready(Invoice.objects.get(pk=key), Paper.Format.A4)
