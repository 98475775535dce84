"""Razorpay: orders, payment links, what became of them, refunds. A thin shell round its own client.

Off until RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET are set. Amounts go over in whole paise. Every call either answers or
raises `Unreachable` (nothing is known) or `Refused` (the gateway said no, in its words).
"""

import datetime
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

from django.conf import settings

from clinic.gateways import outside
from clinic.gateways.outside import PATIENCE
from clinic.money import paise

CHECKOUT = "/v1/checkout/embedded"  # a page of Razorpay's that takes a plain form, so that no script of theirs runs here


class Unreachable(Exception):
    """The gateway didn't answer, or not sensibly; whether it did what was asked is unknown."""


class Refused(Exception):
    """The gateway answered that it won't; `str()` is its sentence."""


@dataclass(frozen=True)
class Told:
    """What the gateway says of one payment; `amount` in rupees, `status` created, authorized, captured, failed or refunded."""

    payment: str
    status: str
    amount: Decimal
    order: str = ""
    method: str = ""
    failure: str = ""

    @property
    def is_captured(self) -> bool:
        return self.status == "captured"


def is_configured() -> bool:
    return bool(settings.RAZORPAY_KEY_ID and settings.RAZORPAY_KEY_SECRET)


def checkout_url() -> str:
    return settings.RAZORPAY_URL + CHECKOUT


def create_order(amount: Decimal, reference: str) -> str:
    """The id of a new order over `amount` rupees."""
    sent = {"amount": paise(amount), "currency": "INR", "receipt": reference}
    return str(_ask(lambda client: client.order.create(sent, timeout=PATIENCE))["id"])


def create_link(
    amount: Decimal, reference: str, *, about: str, expires_at: datetime.datetime, back: str
) -> tuple[str, str]:
    """Id and address of a new payment link. `back` is where the browser goes afterwards; nothing is believed of it."""
    sent = {
        "amount": paise(amount), "currency": "INR", "reference_id": reference, "description": about,
        "expire_by": int(expires_at.timestamp()), "callback_url": back, "callback_method": "get",
        "notify": {"sms": False, "email": False}, "reminder_enable": False,
    }  # fmt: skip
    answer = _ask(lambda client: client.payment_link.create(sent, timeout=PATIENCE))
    return str(answer["id"]), str(answer["short_url"])


def cancel_link(link: str) -> None:
    """So that nobody pays by it any more. One that is paid or gone already is refused."""
    _ask(lambda client: client.payment_link.cancel(link, timeout=PATIENCE))


def payments_of_order(order: str) -> list[Told]:
    answer = _ask(lambda client: client.order.payments(order, timeout=PATIENCE))
    return [told(entity) for entity in answer.get("items", [])]


def link(link: str) -> tuple[str, list[Told]]:
    """The state of a link (created, partially_paid, paid, expired, cancelled) and its payments."""
    answer = _ask(lambda client: client.payment_link.fetch(link, timeout=PATIENCE))
    found = [_ask_payment(str(each["payment_id"])) for each in answer.get("payments") or []]
    return str(answer["status"]), found


def _ask_payment(payment: str) -> Told:
    return told(_ask(lambda client: client.payment.fetch(payment, timeout=PATIENCE)))


def refund(payment: str, amount: Decimal, reference: str) -> tuple[str, str]:
    """Give back `amount` rupees of a captured payment: the refund's id and status (pending, processed, failed).

    `reference` makes asking twice harmless: the gateway answers a repeated one with the first refund.
    """
    sent = {"amount": paise(amount), "receipt": reference, "speed": "normal"}
    headers = {"X-Refund-Idempotency": reference}
    answer = _ask(lambda client: client.payment.refund(payment, sent, timeout=PATIENCE, headers=headers))
    return str(answer["id"]), str(answer.get("status", "pending"))


def refund_status(refund: str) -> str:
    """How far a refund is: pending, processed or failed."""
    answer = _ask(lambda client: client.refund.fetch(refund, timeout=PATIENCE))
    return str(answer.get("status", "pending"))


def told(entity: dict[str, Any]) -> Told:
    """From the gateway's own words, in an answer or in a webhook."""
    return Told(
        payment=str(entity["id"]),
        status=str(entity["status"]),
        amount=Decimal(int(entity["amount"])) / 100,
        order=str(entity.get("order_id") or ""),
        method=str(entity.get("method") or ""),
        failure=str(entity.get("error_description") or "")[:200],
    )


def _ask(call: Callable[[Any], Any]) -> Any:
    import razorpay  # half a second that only whoever pays online should wait for
    import requests
    from razorpay import errors

    client = razorpay.Client(
        session=outside.session(),
        auth=(settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET),
        base_url=settings.RAZORPAY_URL,
    )
    try:
        with redirect_stdout(StringIO()):  # the client prints what it raises
            answer = call(client)
    except errors.BadRequestError as problem:
        raise Refused(str(problem)[:200]) from None
    except (
        errors.GatewayError,
        errors.ServerError,
        requests.exceptions.RequestException,
        ValueError,
    ) as problem:
        raise Unreachable(type(problem).__name__) from None
    if not isinstance(answer, dict):
        raise Unreachable("answer")
    return answer
