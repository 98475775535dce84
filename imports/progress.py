"""How far a file has got, told past its transaction. A courtesy: without Redis the page only says that it is under way."""

from uuid import UUID

import redis
from django.conf import settings

KEPT = 3600  # seconds


def _client() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.2)


def note(imported: UUID, done: int) -> None:
    try:
        _client().set(f"import:{imported}", done, ex=KEPT)
    except (redis.RedisError, OSError):
        return


def of(imported: UUID) -> int | None:
    """Rows that have been gone through; None when nobody knows."""
    try:
        told = _client().get(f"import:{imported}")
    except (redis.RedisError, OSError):
        return None
    return int(told) if told else None
