"""Payments through the dummy gateway, for what is done to every form and every address."""

from decimal import Decimal

from billing import domain as billing
from billing import pay_links
from billing.domain import NewPayment
from billing.models import Invoice, OnlinePayment, Refund
from clinic.gateways import dummy
from clinic.models import Branch, Organisation
from staff.models import User
from tests import factories


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


def to_give_back(at: Branch, by: User, invoice: Invoice) -> Refund:
    """An agreed refund of money that came online for a bill paid at the desk meanwhile."""
    online = asked(at, by, invoice)
    billing.collect(by=by, invoice=online.invoice, payments=[NewPayment("cash", online.amount)])
    told = dummy.pay(dummy.TAKEN, online.amount, online.pk)
    payment = billing.note_payment(by=None, online=online, told=told).payment
    refund = billing.request_refund(
        by=by, payment=payment, amount=Decimal(100), mode="online", reason="patient_request"
    )
    other = factories.person(at, "administrator")
    return billing.approve_refund(by=other, refund=refund, version=refund.version)


def one_of_each(at: Branch, *, by: User, invoice: Invoice) -> dict[str, object]:
    online = asked(at, by, invoice)
    return {"online": online.pk, "pay_token": pay_links.token(online)}
