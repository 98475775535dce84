"""The six digits that prove a session. They follow from the request's id and the installation's secret."""

from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS = 6


def code_of(request_id: UUID) -> str:
    """The code of one request. Nobody who reads the database alone can tell it."""
    digest = salted_hmac("packages.codes", str(request_id), algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"


def fits(request_id: UUID, typed: str) -> bool:
    """Whether what was typed is the code; spaces don't count."""
    return constant_time_compare(code_of(request_id), "".join(typed.split()))
