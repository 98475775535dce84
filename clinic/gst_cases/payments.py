"""Payments: the code somebody scans, and what the gateway tells."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from clinic import upi
from clinic.gateways import razorpay_deliveries, razorpay_signatures
from clinic.gst_cases.inputs import Case, Malformed, decimal, part, refuse_unknown, text


def payments_upi(case: Case) -> dict[str, Any]:
    given = part(case, "input")
    refuse_unknown(given, {"vpa", "payee", "amount", "note", "ref"})
    amount = decimal(given.get("amount"), "amount")
    texts = {name: text(given, name, "") for name in ("vpa", "payee", "note", "ref")}
    try:
        link = upi.payload(amount=amount, **texts)
    except ValueError as error:
        return {"error": "refused", "sentence": str(error)}
    return {"payload": link, **dict(parse_qsl(urlsplit(link).query))}


def payments_razorpay(case: Case) -> dict[str, Any]:
    given = part(case, "input")
    if "deliveries" in given:
        return _deliveries(given)
    if "order_id" in given:
        return _checkout(given)
    return _webhook(given)


def _webhook(given: Case) -> dict[str, Any]:
    refuse_unknown(given, {"raw_body", "webhook_secret", "header_X_Razorpay_Signature"})
    body = text(given, "raw_body").encode()
    signature, secret = text(given, "header_X_Razorpay_Signature"), text(given, "webhook_secret")
    valid = razorpay_signatures.webhook_is_genuine(body, signature, [secret])
    try:
        return {"valid": valid, **({"amount_rupees": razorpay_deliveries.amount(body)} if valid else {})}
    except ValueError:
        return {"valid": valid}


def _checkout(given: Case) -> dict[str, Any]:
    refuse_unknown(given, {"order_id", "payment_id", "key_secret", "razorpay_signature"})
    valid = razorpay_signatures.checkout_is_genuine(
        order_id=text(given, "order_id"),
        payment_id=text(given, "payment_id"),
        signature=text(given, "razorpay_signature"),
        secret=text(given, "key_secret"),
    )
    return {"valid": valid}


def _deliveries(given: Case) -> dict[str, Any]:
    """What becomes of each delivery in turn: `http_status_second` is the answer to the second."""
    refuse_unknown(given, {"deliveries"})
    deliveries = given["deliveries"]
    if not isinstance(deliveries, list) or not all(isinstance(each, dict) for each in deliveries):
        raise Malformed(_("“%(name)s” must be a list of objects.") % {"name": "deliveries"})
    handled: set[str] = set()
    answers = []
    for delivery in deliveries:
        event = text(delivery, "x-razorpay-event-id")
        answers.append(razorpay_deliveries.answer(event, handled))
        handled.add(event)
    names = ("first", "second", "third")
    statuses = {f"http_status_{name}": each.status for name, each in zip(names, answers, strict=False)}
    return {"payments_booked": sum(each.book for each in answers), **statuses}
