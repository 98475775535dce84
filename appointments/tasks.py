"""Celery shells of the jobs that beat runs; safe to run as often as you like."""

from celery import shared_task

from appointments import domain


@shared_task
def keep_waitlist() -> None:
    """Each minute: what nobody answered is free again, and what is free is offered to the next."""
    domain.expire()
    domain.offer_freed()
