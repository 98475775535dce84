"""What tests need of purchasing: one of each document, and every form."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from clinic.gst import check_character
from clinic.models import Branch
from inventory.models import Batch
from purchasing import domain as purchasing
from purchasing.models import BuyingRules, Order, Receipt
from staff.models import User
from tests import factories


def one_of_each(at: Branch, *, by: User, name: str) -> dict[str, UUID]:
    """A draft, a delivery being checked, a return, each of the same supplier; `name` stands in their texts."""
    supplier, item = factories.supplier(at), factories.item(at)
    batch = factories.batch(item, at, by, quantity=5)
    wish = purchasing.NewLine(item, Decimal(3), price=Decimal(90))
    order = purchasing.draft_order(by=by, branch=at, supplier=supplier, note=f"For {name}", added=[wish])
    receipt = purchasing.begin_receipt(by=by, branch=at, supplier=supplier)
    Batch.objects.filter(pk=batch.pk).update(supplier=supplier)
    batch.refresh_from_db()
    returned = purchasing.return_goods(
        by=by, branch=at, supplier=supplier, reason="damaged", note=f"For {name}",
        sent=[purchasing.Sent(batch, Decimal(1))],
    )  # fmt: skip
    return {"supplier": supplier.pk, "order": order.pk, "receipt": receipt.pk, "return": returned.pk}


def forms(on: Any) -> list[Any]:
    """An order in each state, a delivery in each, something that runs low."""
    from tests.factories.forms import Form, _form  # which takes these in

    at, by = on.branch, on.by
    supplier, body = factories.supplier(at, lead_days=3), "27AAACC1234D1Z"
    low = factories.item(at)
    lying = factories.batch(low, at, by, quantity=2)
    Batch.objects.filter(pk=lying.pk).update(supplier=supplier)
    BuyingRules.objects.get_or_create(branch=at, defaults={"approval_limit": 0})
    today = timezone.localdate(timezone=at.zone)
    wish = [purchasing.NewLine(on.item, Decimal(4), price=Decimal(100))]

    def order(state: str = "draft") -> Order:
        made = purchasing.draft_order(by=by, branch=at, supplier=supplier, added=wish)
        if state != "draft":
            made = purchasing.submit_order(by=by, order=made)
        if state not in ("draft", "submitted"):
            Order.objects.filter(pk=made.pk).update(status=state)
        return Order.objects.get(pk=made.pk)

    def delivery() -> Receipt:
        return purchasing.begin_receipt(by=by, branch=at, order=order("approved"))

    def ordered(of: Order) -> dict[str, str]:
        line = of.lines.get()
        typed = {"quantity": "5", "in_packs": "", "price": "110", "tax_rate": "18", "remove": ""}
        return {"version": of.version, "expected_on": today, "note": "Soon", **ADD, **_line(line, typed)}

    def counted(of: Receipt) -> dict[str, str]:
        typed = {
            "received": "4", "accepted": "4", "in_packs": "", "reason": "", "batch_number": f"N{of.pk.hex[-6:]}",
            "made_on": "", "expires_on": today + datetime.timedelta(days=400), "mrp": "500", "price": "100",
            "tax_rate": "18", "creditable": "on", "remove": "",
        }  # fmt: skip
        head = {
            "invoice_number": f"S-{of.pk.hex[-6:]}", "invoice_date": today, "invoice_total": "400",
            "difference_reason": "", "over_reason": "",
        }  # fmt: skip
        return {"version": of.version, **head, **ADD, **_line(of.lines.get(), typed)}

    edited, submitted, checked, accepted = order(), order(), delivery(), delivery()
    known = {
        "name": "AlphaChem", "contact": "Mr Rao", "phone": "98111 00010", "email": "a@chem.example", "gstin": body + check_character(body),
        "state": "27", "address": "1 Ring Road", "city": "Pune", "postal_code": "411001", "terms": "net_30",
        "lead_days": "5", "rating": "4",
    }  # fmt: skip
    other = known | {"name": "BetaChem", "gstin": "", "is_active": "on"}
    back = {"reason": "damaged", "note": "Leaks", f"batch-{lying.pk}": "1"}
    sent_back = _form("return-new", key=True, **back)
    return [
        _form(
            "buying-rules",
            key=True,
            version=BuyingRules.of(at).version,
            approval_limit="0",
            tolerance="5",
            cover_days="30",
        ),
        _form("supplier-new", key=True, **known),
        _form("supplier-edit", supplier.pk, version=supplier.version, **other),
        _form("order-new", key=True, supplier=supplier.pk, expected_on="", note=""),
        _form("order-edit", edited.pk, key=True, **ordered(edited)),
        _form("order-submit", submitted.pk, key=True, **ordered(submitted)),
        _form("order-approve", order("submitted").pk, key=True),
        _form("order-send-back", order("submitted").pk, key=True, reason="Too much"),
        _form("order-cancel", order("approved").pk, key=True, reason="Too late"),
        _form("order-close", order("partially_received").pk, key=True, reason="No more"),
        _form("receipt-new", key=True, order=order("approved").pk, supplier=""),
        _form("receipt-edit", checked.pk, key=True, **counted(checked)),
        _form("receipt-accept", accepted.pk, key=True, **counted(accepted)),
        _form("receipt-reject", delivery().pk, key=True, reason="Wet boxes"),
        _form("receipt-discard", delivery().pk),
        Form("return-new", f"{sent_back.url}?supplier={supplier.pk}", sent_back.body),
        _form("reorder-draft", key=True, supplier=supplier.pk),
    ]


ADD = {f"add-{name}": "" for name in ("item", "quantity", "in_packs", "price", "tax_rate")}


def _line(line: Any, typed: dict[str, Any]) -> dict[str, str]:
    return {f"line-{line.pk}-{name}": str(value) for name, value in typed.items()}
