"""Celery shells: papers drawn before anybody asks, what a gateway told, what became of it, value that expired."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from billing import domain, paper, webhooks
from billing.models import GatewayEvent, Invoice, OnlinePayment, Paper
from clinic import events
from clinic.models import Event
from clinic.refusals import Refusal

log = logging.getLogger(__name__)
LATE = timedelta(minutes=10)
AT_ONCE = 200  # of what is open, in one run


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


def hand_over(event_id: UUID) -> None:
    """Have a gateway's message worked through once it is committed; with the broker gone the job finds it later."""
    transaction.on_commit(lambda: work_gateway_event.delay(str(event_id)), robust=True)


@shared_task
def work_gateway_event(event_id: str) -> None:
    webhooks.work_through(UUID(event_id))


@shared_task
def reconcile_online() -> None:
    """Every ten minutes: messages that nobody worked through, and payments of which the gateway told nothing."""
    for key in (
        GatewayEvent.objects.filter(worked_at=None).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        webhooks.work_through(key)
    before = timezone.now() - LATE
    waiting = OnlinePayment.objects.filter(status__in=domain.OPEN_ONLINE, created_at__lt=before)
    for online in waiting.order_by("updated_at")[:AT_ONCE]:
        try:
            domain.reconcile_online(by=None, online=online)
        except Refusal:
            log.warning("gateway does not answer", extra={"online_payment": str(online.pk)})


@shared_task
def expire_stored_values() -> None:
    """Hourly, on each branch's own day."""
    domain.expire_stored_values()
