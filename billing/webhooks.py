"""What a gateway tells by itself. Taken down at once by its own id, worked through afterwards, each once."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.domain import online, refunding_online
from billing.models import GatewayEvent, OnlinePayment
from clinic.gateways import razorpay

MOST = 64 * 1024  # bytes of one message


class Unreadable(ValueError):
    """Not a message of the gateway's."""


def take_down(event_id: str, body: bytes) -> GatewayEvent | None:
    """Keep a genuine message; None where it was delivered before. Only ids, figures and states are kept of it."""
    if not event_id:
        raise Unreadable
    try:
        message = json.loads(body)
        kind, told = str(message["event"])[:60], _gist(message.get("payload") or {})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable from None
    event = GatewayEvent(gateway=OnlinePayment.Gateway.RAZORPAY, event_id=event_id[:80], kind=kind, told=told)
    made = GatewayEvent.objects.bulk_create([event], ignore_conflicts=True)
    return GatewayEvent.objects.filter(pk=made[0].pk).first()


def _gist(payload: dict[str, Any]) -> dict[str, Any]:
    """Without whoever paid: no name, phone or address of theirs."""
    payment = (payload.get("payment") or {}).get("entity") or {}
    refund = (payload.get("refund") or {}).get("entity") or {}
    link = (payload.get("payment_link") or {}).get("entity") or {}
    names = ("id", "status", "amount", "order_id", "method", "error_description")
    return {
        "payment": {name: payment.get(name) for name in names} if payment else {},
        "refund": {"id": refund.get("id"), "status": refund.get("status")} if refund else {},
        "link": {"id": link.get("id"), "reference": link.get("reference_id")} if link else {},
    }


@transaction.atomic
def work_through(event_id: UUID) -> GatewayEvent:
    """Do what a message asks for, once; the second call finds it done."""
    event = GatewayEvent.objects.select_for_update().get(pk=event_id)
    if event.worked_at is None:
        event.outcome = _work(event)[:200]
        event.worked_at = timezone.now()
        event.save(update_fields=["outcome", "worked_at", "online_payment"])
    return event


def _work(event: GatewayEvent) -> str:
    told = event.told
    if event.kind.startswith("refund."):
        refund = refunding_online.note_refund(
            gateway_id=str(told["refund"].get("id") or ""), status=str(told["refund"].get("status") or "")
        )
        return f"refund {refund}" if refund else "unknown refund"
    if not told.get("payment"):
        return "nothing to do"
    try:
        payment = razorpay.told(told["payment"])
    except (KeyError, TypeError, ValueError):
        return "unreadable payment"
    known = _asked_for(payment.order, told.get("link") or {})
    if known is None:
        return "unknown order"
    event.online_payment = known
    return str(online.note_payment(by=None, online=known, told=payment).status)


def _asked_for(order: str, link: dict[str, Any]) -> OnlinePayment | None:
    ours = OnlinePayment.objects.filter(gateway=OnlinePayment.Gateway.RAZORPAY)
    if link.get("id"):
        return ours.filter(gateway_link=str(link["id"])).first()
    return ours.filter(gateway_order=order).first() if order else None
