"""Announcing what happened. `record` writes a row in the current transaction; it is told after commit.

Subscribers are idempotent per (event, subscriber): the delivery row and the subscriber's own writes commit together.
"""

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from clinic.models import Delivery, Event

logger = logging.getLogger(__name__)
Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[tuple[str, Subscriber]]] = {}
_silent_until = 0.0
SILENCE_AFTER_FAILURE = 30  # seconds without trying a broker that has just failed; beat re-offers meanwhile


def subscribe(verb: str, name: str, subscriber: Subscriber) -> None:
    """Have `subscriber` hear every event of `verb`. `name` identifies it for ever: it is part of the delivery's key."""
    if name not in (known for known, _ in _subscribers.setdefault(verb, [])):
        _subscribers[verb].append((name, subscriber))


def record(verb: str, *, subject: models.Model, by: Any, branch_id: UUID | None = None, **data: Any) -> Event:
    """Insert one event row; `by` is None for a job. `data` holds JSON values, never personal ones."""
    event = Event.objects.create(
        verb=verb, subject_id=subject.pk, branch_id=branch_id, by_id=getattr(by, "pk", None), data=data
    )
    transaction.on_commit(lambda: offer(event.pk), robust=True)
    return event


def offer(event_id: UUID) -> None:
    """Hand the event to the worker; with the broker gone, leave it to beat and don't make the desk wait."""
    global _silent_until
    from clinic.tasks import deliver  # the task module imports this one

    if time.monotonic() < _silent_until:
        return
    try:
        deliver.apply_async([str(event_id)], retry=False)
    except Exception:
        _silent_until = time.monotonic() + SILENCE_AFTER_FAILURE
        logger.warning("The broker can't be reached; events wait for the next beat.")


def deliver(event_id: UUID | str) -> None:
    """Tell every subscriber that hasn't heard yet. One that fails is tried again later; the others aren't held up."""
    event = Event.objects.filter(pk=event_id, delivered_at=None).first()
    if event is None:
        return
    failed = [
        name for name, subscriber in _subscribers.get(event.verb, []) if not _tell(event, name, subscriber)
    ]
    if not failed:
        Event.objects.filter(pk=event.pk).update(delivered_at=timezone.now())


def _tell(event: Event, name: str, subscriber: Subscriber) -> bool:
    try:
        with transaction.atomic():
            heard = Delivery.objects.bulk_create(
                [Delivery(event_id=event.pk, subscriber=name)], ignore_conflicts=False
            )
            if heard:
                subscriber(event)
    except Exception as problem:
        if Delivery.objects.filter(event_id=event.pk, subscriber=name).exists():
            return True
        logger.exception("Subscriber %s failed on %s: %s", name, event.verb, problem)
        return False
    return True


def deliver_pending(limit: int = 500) -> int:
    """What beat does each minute: offer again whatever was not delivered. Returns how many were tried."""
    waiting = list(
        Event.objects.filter(delivered_at=None).order_by("id").values_list("pk", flat=True)[:limit]
    )
    for event_id in waiting:
        deliver(event_id)
    return len(waiting)
