"""The shelf of the demo clinic: five products, their batches, and what is left of them after two months."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from uuid import UUID

from django.utils.translation import gettext_lazy
from uuid_utils import compat

from clinic.demo import backdated
from clinic.models import Branch, TaxCategory
from clinic.registries import add_demo
from inventory import demo_work, domain
from inventory.models import Balance, Batch, Item, Movement, Supplier
from staff.demo import MAIN
from staff.models import User

STOCKED_DAYS_AGO = 95


@dataclass(frozen=True)
class Lot:
    """A batch: days until it expires, and the units that lie there on the last day."""

    number: str
    days: int
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
    unit: str = "tube"
    divisible: bool = False
    barcode: str = ""
    storage: str = "Below 25 °C"
    maximum: int | None = None
    lots: list[Lot] = field(default_factory=list)


PRODUCTS = [
    Product("Vitamin C Serum 20%", "serum", "cosmetic_product", "3304", 1200, 1499, 640, 5, "Cosmo Labs",
            unit="bottle", barcode="8901234500017", maximum=30, lots=[Lot("B2025-447", 55, 3)]),
    Product("Hydroquinone 4% Cream", "cream", "medicine", "3004", 350, 399, 180, 5, "DermaCo",
            barcode="8901234500024", maximum=30, lots=[Lot("B2025-321", 28, 2)]),
    Product("Hyaluronic Acid Serum", "serum", "cosmetic_product", "3304", 950, 1199, 520, 5, "Cosmo Labs",
            unit="bottle", barcode="8901234500031", maximum=20, lots=[Lot("B2025-501", 385, 24)]),
    Product("Laser Cooling Gel", "consumable", "cosmetic_product", "3304", 500, 650, 260, 10, "LaserTech",
            divisible=True, barcode="8901234500048", lots=[Lot("B2026-012", 500, 4)]),
    Product("Glycolic Acid 10%", "medicine", "medicine", "3004", 600, 699, 310, 6, "AlphaChem",
            unit="bottle", barcode="8901234500055", storage="2 to 8 °C, away from light",
            lots=[Lot("B2025-388", 82, 6), Lot("B2026-040", 470, 12), Lot("B2024-210", -12, 2)]),
]  # fmt: skip


def load(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    taxes = {category.code: category for category in TaxCategory.objects.all()}
    suppliers = {
        name: Supplier.objects.create(organisation=branch.organisation, name=name)
        for name in dict.fromkeys(product.supplier for product in PRODUCTS)
    }
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
            base_unit=product.unit,
            is_divisible=product.divisible,
            barcode=product.barcode,
            storage=product.storage,
            maximum_level=product.maximum and Decimal(product.maximum),
        )
        Batch.objects.bulk_create(
            Batch(
                item=item,
                number=lot.number,
                expires_on=today + datetime.timedelta(days=lot.days),
                supplier=suppliers[product.supplier],
                unit_cost=Decimal(product.cost),
            )
            for lot in product.lots
        )


def move(today: datetime.date, leaving: list[Movement]) -> None:
    """Write what came in, then `leaving`, unsaved and in order of time; what is left in the end is as planned.

    So much came in of each batch as has left since and is left now, in whole units.
    """
    branch, by = Branch.objects.get(code=MAIN), User.objects.get(username="owner")
    left = {lot.number: Decimal(lot.left) for product in PRODUCTS for lot in product.lots}
    at = datetime.datetime.combine(
        today - datetime.timedelta(days=STOCKED_DAYS_AGO), datetime.time(9, 30), branch.zone
    )
    came: dict[UUID, Decimal] = defaultdict(Decimal)
    for movement in leaving:
        came[movement.batch_id] -= movement.quantity
    batches = Batch.objects.order_by("id")
    with backdated(Movement):
        Movement.objects.bulk_create(
            Movement(
                batch=batch,
                branch=branch,
                kind=Movement.Kind.STOCK_IN,
                quantity=Decimal(ceil(came[batch.pk] + left[batch.number])),
                by=by,
                created_at=at,
            )
            for batch in batches
        )
        for movement in leaving:
            movement.pk = compat.uuid7()  # keys follow time, and what came in came first
        Movement.objects.bulk_create(leaving, batch_size=500)
    for balance in Balance.objects.filter(branch=branch).select_related("batch__item"):
        if balance.quantity != left[balance.batch.number]:
            difference = left[balance.batch.number] - balance.quantity
            domain.adjust(
                by=by, branch=branch, batch=balance.batch, quantity=difference, note="Opened tube thrown away"
            )


def register() -> None:
    add_demo(20, gettext_lazy("Products and batches"), load)
    add_demo(78, gettext_lazy("Counts and transfers"), demo_work.load)
