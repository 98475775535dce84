"""Who hears of a sale: whoever looks after the stock, when it takes an item under its threshold; whoever may agree to a
discount that was asked for; and of a payment: nobody is reminded of what is paid."""

from clinic import events
from clinic.models import Branch, Event
from notifications import domain, papers


def listen() -> None:
    events.subscribe("invoice.issued", "alert.low_stock", sold)
    events.subscribe("invoice.discount_asked", "alert.discount", asked)
    for verb in ("invoice.discount_allowed", "invoice.discount_declined"):
        events.subscribe(verb, "alert.discount", decided)
    events.subscribe("invoice.cancelled", "message.due_withdrawn", cancelled)
    for verb in ("payment.received", "payment.applied", "note.issued"):
        events.subscribe(verb, "message.due_withdrawn", settled)


def sold(event: Event) -> None:
    domain.raise_low_stock_after(cause_kind="invoice", cause_id=event.subject_id)


def asked(event: Event) -> None:
    for branch in Branch.objects.filter(pk=event.branch_id):
        domain.raise_discounts_asked(branch=branch)


def decided(event: Event) -> None:
    domain.settle_discount(invoice_id=event.subject_id, by_id=event.by_id)


def cancelled(event: Event) -> None:
    papers.withdraw_reminders(invoice_id=event.subject_id)


def settled(event: Event) -> None:
    if invoice_id := event.data.get("invoice_id"):
        papers.withdraw_reminders(invoice_id=invoice_id)
