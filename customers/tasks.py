"""What the worker does for customers: it prepares pictures, told by the event of their adding (and again by beat).

And each night it empties what a law had kept of erased people, once its time is over.
"""

from celery import shared_task
from django.utils import timezone

from clinic.models import Event
from customers import domain


def prepare(event: Event) -> None:
    domain.prepare_document(by=None, document_id=event.subject_id)


@shared_task
def finish_erasures() -> None:
    domain.finish_erasures(today=timezone.localdate())
