"""A stock keeper who orders and receives, an owner who approves, a supplier in Karnataka and one in Maharashtra."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from clinic.gst import check_character
from clinic.models import Branch
from inventory.models import Item, Supplier
from purchasing import domain
from purchasing.domain import NewLine, ReceiptTerms, Terms
from purchasing.models import Order, Receipt, ReceiptLine
from staff.models import User
from tests import factories


def gstin(state: str, pan: str = "AAACC1234D") -> str:
    body = f"{state}{pan}1Z"
    return body + check_character(body)


@dataclass
class Store:
    branch: Branch
    keeper: User
    owner: User
    near: Supplier
    far: Supplier
    serum: Item
    tablets: Item
    days: int = 300
    made: list[Any] = field(default_factory=list)

    @property
    def expires_on(self) -> datetime.date:
        return timezone.localdate() + datetime.timedelta(days=self.days)

    def order(self, *wishes: NewLine, supplier: Supplier | None = None) -> Order:
        wishes = wishes or (NewLine(self.serum, Decimal(10), price=Decimal(600)),)
        return domain.draft_order(
            by=self.keeper, branch=self.branch, supplier=supplier or self.near, added=wishes
        )

    def approved(self, *wishes: NewLine, supplier: Supplier | None = None) -> Order:
        order = domain.submit_order(by=self.keeper, order=self.order(*wishes, supplier=supplier))
        if order.status == Order.Status.SUBMITTED:
            order = domain.approve_order(by=self.owner, order=order)
        return order

    def delivery(self, order: Order | None = None, supplier: Supplier | None = None) -> Receipt:
        if order is None:
            supplier = supplier or self.near
        return domain.begin_receipt(by=self.keeper, branch=self.branch, order=order, supplier=supplier)

    def terms(self, line: ReceiptLine, **changes: Any) -> Terms:
        values = {
            "received": line.received, "accepted": changes.get("received", line.accepted), "in_packs": line.in_packs,
            "price": line.price, "tax_rate": line.tax_rate, "batch_number": f"B-{line.position}",
            "expires_on": self.expires_on, "creditable": line.creditable,
        }  # fmt: skip
        return Terms(**values | changes)

    def counted(
        self, receipt: Receipt, added: tuple[NewLine, ...] = (), invoice: str = "INV-1", by: User | None = None,
        total: Decimal | None = None, lines: dict[Item, dict[str, Any]] | None = None, **terms: Any,
    ) -> Receipt:  # fmt: skip
        """Everything of the delivery as it came, with an invoice that agrees unless `total` is given."""
        if added:
            receipt = domain.edit_receipt(
                by=self.keeper,
                receipt=receipt,
                version=receipt.version,
                terms=ReceiptTerms(),
                lines={},
                added=added,
            )
        known = receipt.lines.select_related("item")
        typed = {line.pk: self.terms(line, **(lines or {}).get(line.item, {})) for line in known}
        for _turn in (1, 2):  # the invoice agrees with what the lines come to
            receipt = domain.edit_receipt(
                by=self.keeper, receipt=receipt, version=receipt.version, lines=typed,
                terms=ReceiptTerms(
                    invoice, terms.get("invoice_date", timezone.localdate()),
                    receipt.total + receipt.rejected_total if total is None else total,
                    terms.get("difference_reason", ""), terms.get("over_reason", ""),
                ),
            )  # fmt: skip
        return receipt

    def received(self, order: Order | None = None, by: User | None = None, **more: Any) -> Receipt:
        supplier = more.pop("supplier", None)
        receipt = self.counted(self.delivery(order, supplier), **more)
        return domain.accept_receipt(by=by or self.keeper, receipt=receipt)


@pytest.fixture
def store(world) -> Store:
    organisation = world.branch.organisation
    return Store(
        branch=world.branch,
        keeper=factories.person(world.branch, "stockkeeper", username="kiran", full_name="Kiran Rao"),
        owner=world.owner,
        near=Supplier.objects.create(
            organisation=organisation, name="Cosmo Labs", gstin=gstin("29"), state="29", phone="+919811100001",
            email="orders@cosmo.example", lead_days=4,
        ),
        far=Supplier.objects.create(organisation=organisation, name="DermaCo", gstin=gstin("27"), state="27"),
        serum=factories.item(world.branch, name="Vitamin C Serum", mrp=Decimal(1499), tracks_expiry=True),
        tablets=factories.item(
            world.branch, name="Cetirizine 10 mg", tax="medicine", category="medicine", base_unit="tablet",
            pack_unit="strip", units_per_pack=10, is_divisible=False,
        ),
    )  # fmt: skip
