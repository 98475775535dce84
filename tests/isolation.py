"""Trying a request out: what it wrote is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Roll back, on leaving, whatever was written meanwhile; inside a test's transaction."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
