"""The shelf of the demo clinic: five products, their batches, and what is left of them after two months."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from clinic.demo import backdated
from clinic.models import Branch, TaxCategory
from inventory import domain
from inventory.models import Balance, Batch, Item, Movement, Supplier
from staff.demo import MAIN
from staff.models import User

STOCKED_DAYS_AGO = 95


@dataclass(frozen=True)
class Lot:
    """A batch: days until it expires, units that came in and units that lie there on the last day."""

    number: str
    days: int
    came: int
    left: int


@dataclass(frozen=True)
class Product:
    name: str
    category: str
    tax: str
    hsn: str
    price: int
    mrp: int
    cost: int
    reorder: int
    supplier: str
    lots: list[Lot] = field(default_factory=list)


# Enough came in for what the visits and bills of two months take; a count at the end leaves the figures given.
PRODUCTS = [
    Product("Vitamin C Serum 20%", "serum", "cosmetic_product", "3304", 1200, 1499, 640, 5, "Cosmo Labs",
            [Lot("B2025-447", 55, 60, 3)]),
    Product("Hydroquinone 4% Cream", "cream", "medicine", "3004", 350, 399, 180, 5, "DermaCo",
            [Lot("B2025-321", 28, 60, 2)]),
    Product("Hyaluronic Acid Serum", "serum", "cosmetic_product", "3304", 950, 1199, 520, 5, "Cosmo Labs",
            [Lot("B2025-501", 385, 90, 24)]),
    Product("Laser Cooling Gel", "consumable", "cosmetic_product", "3304", 500, 650, 260, 10, "LaserTech",
            [Lot("B2026-012", 500, 90, 4)]),
    Product("Glycolic Acid 10%", "medicine", "medicine", "3004", 600, 699, 310, 6, "AlphaChem",
            [Lot("B2025-388", 82, 50, 6), Lot("B2026-040", 470, 12, 12), Lot("B2024-210", -12, 2, 2)]),
]  # fmt: skip


def load(today: datetime.date) -> None:
    branch, by = Branch.objects.get(code=MAIN), User.objects.get(username="owner")
    taxes = {category.code: category for category in TaxCategory.objects.all()}
    suppliers = {
        name: Supplier.objects.create(organisation=branch.organisation, name=name)
        for name in dict.fromkeys(product.supplier for product in PRODUCTS)
    }
    came = datetime.datetime.combine(
        today - datetime.timedelta(days=STOCKED_DAYS_AGO), datetime.time(9, 30), branch.zone
    )
    for product in PRODUCTS:
        item = Item.objects.create(
            organisation=branch.organisation,
            name=product.name,
            category=product.category,
            tax_category=taxes[product.tax],
            hsn=product.hsn,
            price=Decimal(product.price),
            mrp=Decimal(product.mrp),
            reorder_level=Decimal(product.reorder),
        )
        for lot in product.lots:
            batch = Batch.objects.create(
                item=item,
                number=lot.number,
                expires_on=today + datetime.timedelta(days=lot.days),
                supplier=suppliers[product.supplier],
                unit_cost=Decimal(product.cost),
            )
            with backdated(Movement):
                Movement.objects.create(
                    batch=batch,
                    branch=branch,
                    kind=Movement.Kind.STOCK_IN,
                    quantity=Decimal(lot.came),
                    by=by,
                    created_at=came,
                )


def count(today: datetime.date) -> None:
    """The stock count that ends the two months, by the verb."""
    branch, by = Branch.objects.get(code=MAIN), User.objects.get(username="owner")
    left = {lot.number: Decimal(lot.left) for product in PRODUCTS for lot in product.lots}
    for balance in Balance.objects.filter(branch=branch).select_related("batch__item"):
        difference = left[balance.batch.number] - balance.quantity
        if difference:
            note = f"Stock count, {timezone.localdate():%d %b %Y}"
            domain.adjust(by=by, branch=branch, batch=balance.batch, quantity=difference, note=note)
