"""A Razorpay of our own: orders, links, payments, refunds, and webhooks signed over their raw bytes.

It answers with the fields that the gateway's documentation names for each entity (tests/billing/test_gateway_contract.py
holds it to that list), in paise, and refuses what the gateway refuses. `slow` makes it answer too late, `broken` not in JSON.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

KEY_ID, KEY_SECRET, WEBHOOK_SECRET = "rzp_test_key", "key secret", "webhook secret"


class Razorpay:
    """What the server knows. Tests pay by `pay`, and get the webhook's bytes and headers from `message`."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.links: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.refuses = ""  # what it says to whoever asks for a refund
        self.asked: list[tuple[str, str]] = []
        self.slow = 0.0
        self.broken = False
        self._serial = count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._serial):014d}"

    # What happens outside: somebody pays.

    def pay(
        self, *, order: str = "", link: str = "", paise: int | None = None, status: str = "captured"
    ) -> dict[str, Any]:
        if link:
            order = self.links[link]["order_id"]
        amount = self.orders[order]["amount"] if paise is None else paise
        payment = {
            "id": self.new("pay"), "entity": "payment", "amount": amount, "currency": "INR", "status": status,
            "order_id": order, "method": "upi", "amount_refunded": 0, "refund_status": None, "captured": status == "captured",
            "email": "canary.zeta@example.com", "contact": "+919800000001", "notes": [], "created_at": int(time.time()),
            "error_code": None if status != "failed" else "BAD_REQUEST_ERROR",
            "error_description": None if status != "failed" else "Payment was declined by the bank",
        }  # fmt: skip
        self.payments[payment["id"]] = payment
        if link and status == "captured":
            self.links[link]["status"] = "paid"
            self.links[link]["payments"] = [
                {"payment_id": payment["id"], "amount": amount, "status": "captured"}
            ]
        return payment

    def message(
        self, kind: str, *, event_id: str = "", secret: str = WEBHOOK_SECRET, **entities: dict[str, Any]
    ) -> tuple[bytes, dict[str, str]]:
        body = json.dumps({
            "entity": "event", "account_id": "acc_1", "event": kind, "contains": list(entities),
            "payload": {name: {"entity": entity} for name, entity in entities.items()}, "created_at": int(time.time()),
        }).encode()  # fmt: skip
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {"X-Razorpay-Signature": signature, "X-Razorpay-Event-Id": event_id or self.new("evt")}

    # What is asked of it.

    def answer(
        self, method: str, path: str, sent: dict[str, Any], headers: Any
    ) -> tuple[int, dict[str, Any]]:
        self.asked.append((method, path))
        parts = path.strip("/").split("/")[1:]
        name = {"orders": "order", "payment_links": "link", "payments": "payment", "refunds": "refund"}.get(
            parts[0]
        )
        found = getattr(self, f"_{method.lower()}_{name}", None)
        return (
            found(parts[1:], sent, headers)
            if found
            else _refused("The requested URL was not found on the server.", 404)
        )

    def _post_order(self, rest: list[str], sent: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        if not isinstance(sent.get("amount"), int) or sent["amount"] < 100:
            return _refused("Order amount less than minimum amount allowed")
        order = {
            "id": self.new("order"), "entity": "order", "amount": sent["amount"], "amount_paid": 0, "amount_due": sent["amount"],
            "currency": sent["currency"], "receipt": sent.get("receipt"), "status": "created", "attempts": 0, "notes": [],
            "created_at": int(time.time()),
        }  # fmt: skip
        self.orders[order["id"]] = order
        return 200, order

    def _get_order(self, rest: list[str], sent: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        if rest[0] not in self.orders:
            return _refused("The id provided does not exist")
        if rest[1:] == ["payments"]:
            items = [each for each in self.payments.values() if each["order_id"] == rest[0]]
            return 200, {"entity": "collection", "count": len(items), "items": items}
        return 200, self.orders[rest[0]]

    def _post_link(self, rest: list[str], sent: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        if rest[1:] == ["cancel"]:
            link = self.links[rest[0]]
            if link["status"] != "created":
                return _refused(f"Payment link cannot be cancelled as it is {link['status']}")
            link["status"] = "cancelled"
            return 200, link
        _status, order = self._post_order([], sent, headers)
        if "id" not in order:
            return _status, order
        link = {
            "id": self.new("plink"), "entity": "payment_link", "amount": sent["amount"], "amount_paid": 0, "currency": "INR",
            "reference_id": sent["reference_id"], "description": sent["description"], "expire_by": sent["expire_by"],
            "short_url": "https://rzp.io/i/stand-in", "status": "created", "payments": None, "order_id": order["id"],
            "callback_url": sent["callback_url"], "callback_method": "get", "created_at": int(time.time()),
        }  # fmt: skip
        self.links[link["id"]] = link
        return 200, link

    def _get_link(self, rest: list[str], sent: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        return (
            (200, self.links[rest[0]])
            if rest[0] in self.links
            else _refused("The id provided does not exist")
        )

    def _get_payment(self, rest: list[str], sent: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        return (
            (200, self.payments[rest[0]])
            if rest[0] in self.payments
            else _refused("The id provided does not exist")
        )

    def _get_refund(self, rest: list[str], sent: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        found = [each for each in self.refunds.values() if each["id"] == rest[0]]
        return (200, found[0]) if found else _refused("The id provided does not exist")

    def _post_payment(
        self, rest: list[str], sent: dict[str, Any], headers: Any
    ) -> tuple[int, dict[str, Any]]:
        key = headers.get("X-Refund-Idempotency", "")
        if key in self.refunds:
            return 200, self.refunds[key]
        payment = self.payments[rest[0]]
        if self.refuses:
            return _refused(self.refuses)
        if sent["amount"] > payment["amount"] - payment["amount_refunded"]:
            return _refused("The total refund amount is greater than the refund payment amount")
        payment["amount_refunded"] += sent["amount"]
        refund = {
            "id": self.new("rfnd"), "entity": "refund", "amount": sent["amount"], "currency": "INR", "payment_id": rest[0],
            "receipt": sent.get("receipt"), "status": "pending", "speed_requested": "normal", "created_at": int(time.time()),
        }  # fmt: skip
        self.refunds[key or refund["id"]] = refund
        return 200, refund


def _refused(sentence: str, status: int = 400) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"code": "BAD_REQUEST_ERROR", "description": sentence}}


@contextmanager
def running() -> Iterator[tuple[Razorpay, str]]:
    """The stand-in and its address, until the block ends."""
    known = Razorpay()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length) or b"{}") if length else {}
            time.sleep(known.slow)
            status, answer = known.answer(self.command, self.path.partition("?")[0], sent, self.headers)
            body = b"<html>maintenance</html>" if known.broken else json.dumps(answer).encode()
            self.send_response(502 if known.broken else status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield known, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
