"""Celery shells of the jobs that beat runs; safe to run as often as you like."""

from celery import shared_task

from notifications import domain


@shared_task
def remind_tomorrow() -> None:
    domain.remind_tomorrow()


@shared_task
def raise_alerts() -> None:
    domain.raise_alerts()
