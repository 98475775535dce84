"""Celery shells of imports."""

from celery import shared_task

from imports import domain


@shared_task
def go_on(import_id: str) -> None:
    domain.go_on(import_id=import_id)


@shared_task
def keep_imports() -> None:
    """Each minute: take up what no worker has heard of, forget what nobody decides on."""
    domain.keep()
