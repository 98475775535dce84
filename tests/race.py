"""Several people at once, each with a connection of their own. For tests marked `django_db(transaction=True)`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

PATIENCE = 20  # seconds after which a race counts as stuck


def race(*calls: Callable[[], Any]) -> list[Any]:
    """Start all `calls` together; what each returned, or the exception it raised, in their order."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(PATIENCE)
            return call()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
