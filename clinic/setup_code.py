"""Who may set up an empty clinic in the browser: whoever was told the code when it was started. Pure."""

import hashlib
import hmac


def code_of(secret_key: str) -> str:
    """128 bits that follow from the installation's secret key."""
    return hmac.new(secret_key.encode(), b"first run of an empty clinic", hashlib.sha256).hexdigest()[:32]
