"""Columns that even a reader of the database can't read: sealed text, and an index that finds equal texts.

Keys come from the environment and are kept apart from the backups. `SEALING_KEYS` holds one or more, the newest first:
what is written is sealed with the first, what any of them sealed is read. `INDEX_KEY` is another one, because whoever
can compare must not be able to read; it can't be changed without computing every index anew. Pure but for the settings.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """Encrypted and authenticated (Fernet); empty stays empty. Sealing the same text twice gives two results."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed with any of the keys; ValueError when none of them fits."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ValueError("None of the SEALING_KEYS opens this text.") from None


def reseal(sealed: str) -> str:
    """The same text under the newest key, for taking an old key out of service."""
    return _box().rotate(sealed.encode()).decode() if sealed else ""


def index(text: str) -> str:
    """64 hexadecimal characters, equal for equal texts and telling nothing else without the key; empty stays empty."""
    if not text:
        return ""
    return hmac.new(settings.INDEX_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(text)) for text in settings.SEALING_KEYS])


def _key(text: str) -> bytes:
    """Any long random text serves as a key."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
