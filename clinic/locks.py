"""Waiting in line for people, rooms and devices. Whoever books them or changes their hours takes these locks first."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def lock_resources(ids: Iterable[UUID]) -> None:
    """Hold the line of each resource until the transaction ends. Always by ascending id, so that nobody waits in a ring.

    What the lock protects must be read after it: a value read earlier may be another booking's past.
    """
    keys = [int.from_bytes(id_.bytes[8:], signed=True) for id_ in sorted(set(ids))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
        cursor.fetchall()
