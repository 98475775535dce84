"""Celery shells of the jobs about people who work here."""

from celery import shared_task

from staff import domain


@shared_task
def answer_password_requests() -> None:
    """When somebody asked, and each minute: mail the links to set a password that were asked for."""
    domain.answer_requests()
