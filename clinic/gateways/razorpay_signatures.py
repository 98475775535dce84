"""Whether a message that says it comes from Razorpay really does: HMAC-SHA256 in lower-case hex.

There are two different keys. Webhooks are signed with the secret typed beside the webhook's address, over the
bytes as they arrived; what a browser brings back is signed with the secret of the API key. A signature says who
wrote the message, not that it is new: deliveries come more than once and out of order.
"""

import hashlib
import hmac
from collections.abc import Iterable


def webhook_is_genuine(body: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Header `X-Razorpay-Signature` over the raw request body; parsed and written again, it no longer fits.

    Several secrets, because after a change Razorpay goes on signing repeated deliveries with the old one.
    """
    fits = [_fits(body, signature, secret) for secret in secrets]  # all are tried: the time tells nothing
    return any(fits)


def checkout_is_genuine(*, order_id: str, payment_id: str, signature: str, secret: str) -> bool:
    """`razorpay_signature` of a checkout. `order_id` is the one we stored, never the one the browser sends."""
    return _parts_fit([order_id, payment_id], signature, secret)


def payment_link_is_genuine(
    *, link_id: str, reference_id: str, status: str, payment_id: str, signature: str, secret: str
) -> bool:
    """What a payment link's page brings back in its query string; `reference_id` may be empty."""
    return _parts_fit([link_id, reference_id, status, payment_id], signature, secret)


def _parts_fit(parts: list[str], signature: str, secret: str) -> bool:
    # A bar inside a part would let somebody move the border between two of them under the same signature.
    if any("|" in part for part in parts):
        return False
    return _fits("|".join(parts).encode(errors="surrogatepass"), signature, secret)


def _fits(message: bytes, signature: str, secret: str) -> bool:
    if not secret:  # not configured: anybody could sign with nothing
        return False
    right = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.encode(errors="surrogatepass"))
