"""What a line may say: whole packs, whole countable units, prices and rates; and what it costs where nobody says."""

import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import Branch, TaxRule
from clinic.refusals import Refusal
from inventory.models import Item
from purchasing.models import OrderLine, ReceiptLine


def unit_size(item: Item, in_packs: bool, field: str) -> int:
    """Base units in what is counted: 1, or those of the item's pack."""
    if in_packs and item.units_per_pack < 2:
        raise Refusal(_("%(item)s has no pack. Count it in base units.") % {"item": item}, field=field)
    return item.units_per_pack if in_packs else 1


def check_whole(item: Item, quantity: Decimal, size: int, field: str) -> None:
    """Packs are bought whole; so are the base units of what is counted in whole ones."""
    if quantity == quantity.to_integral_value():
        return
    if size > 1:
        raise Refusal(
            _("%(item)s comes in whole packs of %(size)s. Enter whole packs, or count in base units.")
            % {"item": item, "size": size},
            field=field,
        )
    if not item.is_divisible:
        raise Refusal(
            _("%(item)s is counted in whole units: %(unit)s.") % {"item": item, "unit": item.base_unit},
            field=field,
        )


def check_price(price: Decimal, rate: Decimal, field: str) -> None:
    if price < 0:
        raise Refusal(_("A price can't be negative."), field=field)
    if not 0 <= rate <= 40:
        raise Refusal(_("A GST rate is between 0 and 40 percent."), field=field)


def rate_on(item: Item, day: datetime.date | None) -> Decimal:
    """The rate of the item's tax category on a local date, in percent."""
    rule = TaxRule.objects.on(day or timezone.localdate()).filter(category=item.tax_category_id).first()
    return rule.rate if rule else Decimal(0)


def last_price(item: Item, branch: Branch, size: int) -> Decimal | None:
    """What one pack or unit of it cost when it was last bought: at a delivery, else in an order."""
    for model, parent in ((ReceiptLine, "receipt"), (OrderLine, "order")):
        rows = model.objects.filter(**{f"{parent}__branch": branch}, item=item, price__gt=0)
        line = rows.order_by(f"-{parent}_id").first()
        if line:
            return (line.price / line.unit_size * size).quantize(Decimal("0.01"))
    return None
