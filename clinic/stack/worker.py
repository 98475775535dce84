"""The embedded Celery worker, with its clock in a thread: `-B` would start a process of 60 MB for it."""

from typing import Any

from celery.beat import EmbeddedService
from celery.signals import worker_ready, worker_shutting_down

from clinic.celery import app

clock = EmbeddedService(app, thread=True)


@worker_ready.connect
def start_clock(**kwargs: Any) -> None:
    clock.start()


@worker_shutting_down.connect
def stop_clock(**kwargs: Any) -> None:
    clock.service.stop()
