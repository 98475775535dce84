"""Celery shells: many bills in one file or in one go, what a gateway told, what became of it, value that expired."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from billing import bulk, domain, printing, webhooks
from billing.models import GatewayEvent, OnlinePayment, Refund
from clinic.refusals import Refusal

log = logging.getLogger(__name__)
LATE = timedelta(minutes=10)
AT_ONCE = 200  # of what is open, in one run


@shared_task
def print_run(run_id: str) -> None:
    printing.go_on(run_id)


@shared_task
def keep_print_runs() -> None:
    """Each minute: take up what no worker has heard of, forget the files of yesterday."""
    printing.keep()


@shared_task
def bulk_run(run_id: str) -> None:
    bulk.go_on(run_id)


@shared_task
def keep_bulk_runs() -> None:
    """Each minute: take up what no worker has heard of, or what one left behind."""
    bulk.keep()


def hand_over(event_id: UUID) -> None:
    """Have a gateway's message worked through once it is committed; with the broker gone the job finds it later."""
    transaction.on_commit(lambda: work_gateway_event.delay(str(event_id)), robust=True)


@shared_task
def work_gateway_event(event_id: str) -> None:
    webhooks.work_through(UUID(event_id))


@shared_task
def reconcile_online() -> None:
    """Every ten minutes: messages that nobody worked through, payments and refunds of which the gateway told nothing."""
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

    pending = Refund.objects.filter(gateway_status=Refund.AtGateway.PENDING, updated_at__lt=before)
    for refund in pending.exclude(gateway_id="").order_by("updated_at")[:AT_ONCE]:
        try:
            domain.reconcile_refund(by=None, refund=refund)
        except Refusal:
            log.warning("gateway does not answer", extra={"refund": str(refund.pk)})


@shared_task
def expire_stored_values() -> None:
    """Hourly, on each branch's own day."""
    domain.expire_stored_values()
