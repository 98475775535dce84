"""From an accepted delivery to the shelf."""

from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Upper

from clinic.refusals import Refusal
from inventory import domain as inventory
from inventory.models import Batch
from purchasing.models import Receipt, ReceiptLine
from staff.models import User

CAUSE = "goods_receipt"
FIELDS = {"unit_cost": "price", "quantity": "accepted", "supplier": "batch_number", "item": "received"}


def put_away(by: User, receipt: Receipt, lines: list[ReceiptLine]) -> None:
    """Take each line's accepted goods in, in base units at what they cost; a refusal names the line's field."""
    accepted = [line for line in lines if line.accepted]
    _lock_known(receipt, accepted)
    for line in accepted:
        try:
            movement = inventory.stock_in(
                by=by, branch=receipt.branch, item=line.item, batch_number=_number(receipt, line),
                quantity=line.base_quantity, expires_on=line.expires_on, made_on=line.made_on,
                mrp=_each(line.mrp, line.unit_size), supplier=receipt.supplier, unit_cost=cost_of(line),
                cause_kind=CAUSE, cause_id=receipt.pk,
            )  # fmt: skip
        except Refusal as refusal:
            field = FIELDS.get(refusal.field or "", refusal.field or "received")
            raise Refusal(refusal.message, field=f"line-{line.pk}-{field}") from None
        line.batch = movement.batch
    ReceiptLine.objects.bulk_update(accepted, ["batch"])


def cost_of(line: ReceiptLine) -> Decimal:
    """Rupees a base unit, to four places: without tax where it is credited, else with it."""
    price, rate = (
        line.price / line.unit_size,
        line.tax_rate if line.tax and not line.creditable else Decimal(0),
    )
    return (price * (1 + rate / 100)).quantize(Decimal("0.0001"))


def _each(mrp: Decimal | None, size: int) -> Decimal | None:
    return None if mrp is None else (mrp / size).quantize(Decimal("0.01"))


def _number(receipt: Receipt, line: ReceiptLine) -> str:
    """What has no batch of its own is known by the invoice it came with."""
    return line.batch_number or receipt.invoice_number


def _lock_known(receipt: Receipt, lines: list[ReceiptLine]) -> None:
    """Batches that are known already are locked in the order that everybody locks them in."""
    wanted = Q(pk__in=[])
    for line in lines:
        wanted |= Q(item=line.item_id, upper=_number(receipt, line).upper())
    rows = Batch.objects.annotate(upper=Upper("number")).filter(wanted).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
