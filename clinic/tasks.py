"""Celery shells of the kernel."""

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from clinic import events
from clinic.audit import seals
from clinic.backups import domain
from clinic.models import IdempotencyKey


@shared_task
def deliver(event_id: str) -> None:
    events.deliver(event_id)


@shared_task
def deliver_pending() -> None:
    events.deliver_pending()


@shared_task
def seal_audit() -> None:
    seals.seal()


@shared_task
def keep_backups() -> None:
    """Every ten minutes: the backup that is due or asked for, and a look at those that are there."""
    domain.keep()


@shared_task
def tidy() -> None:
    """Nightly: forget old form keys and ended sessions, make the audit's next months."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(hours=48)).delete()
    call_command("clearsessions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clinic_audit_make_months(3)")
