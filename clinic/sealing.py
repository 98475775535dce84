"""Columns that even a reader of the database can't read: sealed text, and an index that finds equal texts.

Keys come from the environment and are kept apart from the backups. `SEALING_KEYS` and `INDEX_KEYS` hold one or more each,
the newest first: what is written takes the first, what any of them made is read and found. They are two because whoever
can compare must not be able to read. `manage.py reseal` writes everything anew. Pure but for the settings.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

GCM = "gcm."  # AES-256-GCM. Without it a text was sealed before there was this (Fernet), and is read as that.
NONCE = 12  # random bytes, NIST SP 800-38D section 8.2.2


def seal(text: str) -> str:
    """Encrypted and authenticated; empty stays empty. Sealing the same text twice gives two results."""
    if not text:
        return ""
    nonce = os.urandom(NONCE)
    box = AESGCM(_key(settings.SEALING_KEYS[0])).encrypt(nonce, text.encode(), None)
    return GCM + base64.urlsafe_b64encode(nonce + box).decode()


def unseal(sealed: str) -> str:
    """What was sealed with any of the keys; ValueError when none of them fits."""
    if not sealed:
        return ""
    opened = _open(sealed.removeprefix(GCM)) if sealed.startswith(GCM) else _open_fernet(sealed)
    if opened is None:
        raise ValueError("None of the SEALING_KEYS opens this text.")
    return opened.decode()


def reseal(sealed: str) -> str:
    """The same text under the newest key, for taking an old key out of service."""
    return seal(unseal(sealed))


def index(text: str) -> str:
    """64 hexadecimal characters, equal for equal texts and telling nothing else without the key; empty stays empty."""
    return indexes(text)[0]


def indexes(text: str) -> list[str]:
    """What equal texts may have been written as, under each key: whoever looks for one looks for all of them."""
    if not text:
        return [""]
    return [hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest() for key in settings.INDEX_KEYS]


def _open(sealed: str) -> bytes | None:
    try:
        whole = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except ValueError:
        return None
    for key in settings.SEALING_KEYS:
        try:
            return AESGCM(_key(key)).decrypt(whole[:NONCE], whole[NONCE:], None)
        except (InvalidTag, ValueError):
            continue
    return None


def _open_fernet(sealed: str) -> bytes | None:
    keys = [
        base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for text in settings.SEALING_KEYS
    ]
    try:
        return MultiFernet([Fernet(key) for key in keys]).decrypt(sealed.encode())
    except InvalidToken:
        return None


def _key(text: str) -> bytes:
    """Any long random text serves as a key; another key than the one that Fernet takes of it."""
    return HKDF(SHA256(), 32, salt=None, info=b"clinic sealing AES-256-GCM").derive(text.encode())
