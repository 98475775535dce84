"""Celery shells of the jobs that beat runs; safe to run as often as you like."""

from celery import shared_task

from notifications import domain, leaving, papers


@shared_task
def remind_tomorrow() -> None:
    domain.remind_tomorrow()


@shared_task
def raise_alerts() -> None:
    domain.raise_alerts()


@shared_task
def remind_of_dues() -> None:
    papers.remind_of_dues()


@shared_task
def send_message(message_id: str) -> None:
    leaving.go_on(message_id)


@shared_task
def send_messages() -> None:
    """Each minute: what is due to be tried again."""
    leaving.keep()
