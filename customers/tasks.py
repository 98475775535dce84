"""What the worker does for customers: it prepares pictures, told by the event of their adding (and again by beat)."""

from clinic.models import Event
from customers import domain


def prepare(event: Event) -> None:
    domain.prepare_document(by=None, document_id=event.subject_id)
