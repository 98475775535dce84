"""The demo clinic buys: what its suppliers are, orders in every state, deliveries, goods sent back."""

import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy

from clinic.gst import check_character
from clinic.models import Branch, TaxCategory
from clinic.registries import add_demo
from inventory.models import Item, Supplier
from purchasing import domain
from purchasing.domain import NewLine, ReceiptTerms, Sent, Terms
from purchasing.models import Order, Receipt
from staff.demo import MAIN
from staff.models import User

#: Name: contact, phone, State and PAN of the GSTIN, city, PIN code, days to deliver, stars.
KNOWN = {
    "Cosmo Labs": ("Mr Suresh Iyer", "+919000010001", "29", "AAACC4175D", "Bengaluru", "560058", 4, 5),
    "DermaCo": ("Ms Leela Shah", "+919000010002", "27", "AABCD2236E", "Mumbai", "400072", 7, 4),
    "LaserTech": ("Mr Arun Gill", "+919000010003", "06", "AAECL9121K", "Gurugram", "122015", 12, 3),
    "AlphaChem": ("Ms Rukmini Das", "+919000010004", "29", "AAFCA5310M", "Bengaluru", "560100", 3, 4),
}


def load(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    clerk, owner = User.objects.get(username="receptionist"), User.objects.get(username="owner")
    suppliers = _introduce(branch)
    gloves, rounds = _items(branch)
    items = {item.name: item for item in Item.objects.filter(organisation=branch.organisation)}

    def order(supplier: str, *wishes: NewLine) -> Order:
        made = domain.draft_order(by=clerk, branch=branch, supplier=suppliers[supplier], added=wishes)
        return domain.submit_order(by=clerk, order=made)

    boxes = NewLine(gloves, Decimal(10), in_packs=True, price=Decimal(420))
    first = order("AlphaChem", boxes, NewLine(rounds, Decimal(6), in_packs=True, price=Decimal(85)))
    receipt = _receive(clerk, first, today, {gloves: (10, 9), rounds: (4, 4)}, "AC/2291")
    batch = receipt.lines.get(item=gloves).batch
    domain.return_goods(
        by=clerk, branch=branch, supplier=suppliers["AlphaChem"], receipt=receipt, reason="damaged",
        sent=[Sent(batch, Decimal(100))], note="One more box with torn gloves",
    )  # fmt: skip
    serum, cream, gel = (
        items["Vitamin C Serum 20%"],
        items["Hydroquinone 4% Cream"],
        items["Laser Cooling Gel"],
    )
    late = order("DermaCo", NewLine(cream, Decimal(20), price=Decimal(180)))
    Order.objects.filter(pk=late.pk).update(expected_on=today - datetime.timedelta(days=2))
    waiting = order("Cosmo Labs", NewLine(serum, Decimal(24), price=Decimal(640)))
    assert waiting.status == Order.Status.SUBMITTED  # noqa: S101 - above the limit: the owner sees it waiting
    domain.draft_order(
        by=owner, branch=branch, supplier=suppliers["LaserTech"],
        added=[NewLine(gel, Decimal(12), price=Decimal(260))], note="Please send with cooling packs",
    )  # fmt: skip


def _introduce(branch: Branch) -> dict[str, Supplier]:
    """Say of the suppliers that the shelf came from what purchasing wants to know."""
    found = {
        supplier.name: supplier for supplier in Supplier.objects.filter(organisation=branch.organisation)
    }
    for name, (contact, phone, state, pan, city, code, days, stars) in KNOWN.items():
        supplier, body = found[name], f"{state}{pan}1Z"
        supplier.contact, supplier.phone, supplier.state = contact, phone, state
        supplier.gstin = body + check_character(body)
        supplier.email = f"orders@{name.replace(' ', '').lower()}.example"
        supplier.address, supplier.city, supplier.postal_code = "Industrial Area, Phase 2", city, code
        supplier.lead_days, supplier.rating = days, stars
        supplier.save()
    return found


def _items(branch: Branch) -> tuple[Item, Item]:
    taxes = {category.code: category for category in TaxCategory.objects.all()}

    def item(name: str, tax: str, **more: object) -> Item:
        return Item.objects.create(
            organisation=branch.organisation, name=name, category=Item.Category.CONSUMABLE, tax_category=taxes[tax],
            use=Item.Use.PROFESSIONAL, **more,
        )  # fmt: skip

    return (
        item(
            "Nitrile Gloves M", "medical_device", base_unit="piece", pack_unit="box", units_per_pack=100,
            reorder_level=Decimal(200), maximum_level=Decimal(2000),
        ),
        item(
            "Cotton Rounds", "dressing", base_unit="piece", pack_unit="pack", units_per_pack=80,
            reorder_level=Decimal(160), maximum_level=Decimal(800), tracks_expiry=False,
        ),
    )  # fmt: skip


def _receive(
    by: User, order: Order, today: datetime.date, came: dict[Item, tuple[int, int]], invoice: str
) -> Receipt:
    """So many packs of each item came and were accepted; the rest of them is damaged."""
    receipt = domain.begin_receipt(by=by, branch=order.branch, order=order)
    lines = {}
    for line in receipt.lines.select_related("item"):
        received, accepted = (Decimal(count) for count in came[line.item])
        lines[line.pk] = Terms(
            received=received, accepted=accepted, in_packs=line.in_packs, price=line.price, tax_rate=line.tax_rate,
            reason="damaged" if accepted < received else "", batch_number=f"AC{line.position + 1}07",
            expires_on=today + datetime.timedelta(days=700) if line.item.tracks_expiry else None,
        )  # fmt: skip
    for _turn in (1, 2):  # the invoice says what the lines come to
        terms = ReceiptTerms(
            invoice, today - datetime.timedelta(days=1), receipt.total + receipt.rejected_total
        )
        receipt = domain.edit_receipt(
            by=by, receipt=receipt, version=receipt.version, terms=terms, lines=lines
        )
    return domain.accept_receipt(by=by, receipt=receipt)


def register() -> None:
    add_demo(75, gettext_lazy("Orders and deliveries"), load)
