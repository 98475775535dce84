"""What a webhook of Razorpay says, once its signature fits, and how often it counts."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

OK, UNREADABLE = 200, 400


@dataclass(frozen=True)
class Answer:
    """`book`: act on it now. `status` goes back; anything but 2xx would have it sent again for a day."""

    book: bool
    status: int = OK


def answer(event_id: str, handled: Collection[str]) -> Answer:
    """Header `x-razorpay-event-id` against the events handled so far: each counts once, each is thanked for.

    Two deliveries at the same moment both look new here: a unique column decides between them. One without
    the header can't be told from another and is sent back.
    """
    if not event_id:
        return Answer(book=False, status=UNREADABLE)
    return Answer(book=event_id not in handled)


def amount(body: bytes, entity: str = "payment") -> Decimal:
    """The rupees of the payment (or `refund`, `order`...) in a webhook; ValueError where there are none."""
    try:
        paise: Any = json.loads(body)["payload"][entity]["entity"]["amount"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("no amount in this webhook") from error
    if type(paise) is not int or paise < 0:
        raise ValueError("the amount isn't a whole number of paise")
    return Decimal(paise).scaleb(-2)
