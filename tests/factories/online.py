"""Payments through the dummy gateway, for what is done to every form and every address."""

from billing import domain as billing
from billing import pay_links
from billing.models import Invoice, OnlinePayment
from clinic.models import Branch, Organisation
from staff.models import User


def asked(at: Branch, by: User, invoice: Invoice, **changes: object) -> OnlinePayment:
    """What was asked for by an issued bill, through the gateway of demonstrations."""
    Organisation.objects.update(is_demo=True)
    online = billing.ask_online(
        by=by, invoice=Invoice.objects.get(pk=invoice.pk), back="https://clinic.example/"
    )
    if changes:
        OnlinePayment.objects.filter(pk=online.pk).update(**changes)
        online.refresh_from_db()
    return online


def one_of_each(at: Branch, *, by: User, invoice: Invoice) -> dict[str, object]:
    online = asked(at, by, invoice)
    return {"online": online.pk, "pay_token": pay_links.token(online)}
