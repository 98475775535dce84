"""Codes of an authenticator app (TOTP, RFC 6238: six digits, SHA-1, 30 seconds, as every app has them), and those that
stand in for it when it is lost. Pure; the arithmetic is cryptography's.
"""

import base64
import secrets

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be off, before and after
SECRET_BYTES = 20  # as long as the hash, RFC 4226 section 4
RECOVERY_CODES = 10
# Letters of a recovery code: 138 random bits, so that its hash needs neither salt nor time.
GROUPS, GROUP = 7, 4
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def new_secret() -> str:
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address(secret: str, account: str, issuer: str) -> str:
    """What an app reads from the QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def code_at(secret: str, time: float) -> str:
    return _totp(secret).generate(int(time)).decode()


def step_of(secret: str, typed: str, time: float) -> int | None:
    """The step whose code was typed, the newest that fits; None when none does."""
    digits = "".join(typed.split()).encode()
    now, found = int(time) // STEP, None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if constant_time.bytes_eq(_totp(secret).generate(step * STEP), digits):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Typed once in years, so they may be long."""
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def recovery_code(typed: str) -> str:
    """As it is kept, however it was typed."""
    return "".join(each for each in typed.lower() if each in _LETTERS)


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(GROUP))


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP)  # noqa: S303 - what apps compute; only its HMAC is used
