"""For the apps' steps of `manage.py demo`: history that is loaded, not lived.

The verbs take their times from the clock, and numbers from the database's; two months of visits and bills can't be
made by them. The steps write rows instead, under every constraint and trigger that the verbs write under.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.db import models


@contextmanager
def backdated(*tables: type[models.Model]) -> Iterator[None]:
    """Inside, `created_at` of these tables is stored as given, not as now."""
    fields: list[Any] = [table._meta.get_field("created_at") for table in tables]
    try:
        for field in fields:
            field.auto_now_add = False
        yield
    finally:
        for field in fields:
            field.auto_now_add = True


def dice(name: str) -> Random:
    """Chance that falls the same way on every machine."""
    return Random(name)  # noqa: S311 - nothing secret hangs on it
