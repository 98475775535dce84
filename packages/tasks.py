"""Celery shells of the jobs that beat runs; safe to run as often as you like."""

from celery import shared_task

from packages import domain


@shared_task
def keep_terms() -> None:
    """Hourly, on each branch's own day: packages lapse, and frozen ones whose day has come are usable again."""
    domain.lapse()
    domain.unfreeze_due()
