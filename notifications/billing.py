"""Who hears of a sale: whoever looks after the stock, when it takes an item under its threshold."""

from clinic import events
from clinic.models import Event
from notifications import domain


def listen() -> None:
    events.subscribe("invoice.issued", "alert.low_stock", sold)


def sold(event: Event) -> None:
    domain.raise_low_stock_after(cause_kind="invoice", cause_id=event.subject_id)
