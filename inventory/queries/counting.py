"""What a count still has to see, what a scan means, and what was found different."""

from decimal import Decimal

from django.db.models import Q, QuerySet

from clinic.models import Branch
from inventory.models import Balance, Batch, Count, CountLine


def uncounted(count: Count) -> QuerySet[Batch]:
    """Batches that the books have at the branch, within the count's category, and nobody has noted yet."""
    held = Balance.objects.filter(branch=count.branch_id, quantity__gt=0).values("batch_id")
    rows = Batch.objects.filter(pk__in=held).exclude(pk__in=count.lines.values("batch_id"))
    if count.category:
        rows = rows.filter(item__category=count.category)
    return rows.select_related("item").order_by("item__name", "number")


def batches_named(branch: Branch, typed: str) -> QuerySet[Batch]:
    """What a scan or a typed word may mean: a label's code, how a batch number begins, an item's barcode, SKU or name."""
    rows = Batch.objects.filter(item__organisation_id=branch.organisation_id).select_related("item")
    item = Q(item__barcode=typed) | Q(item__sku__iexact=typed) | Q(item__name__icontains=typed)
    found = rows.filter(
        Q(label_code__iexact=typed) | item | Q(number__istartswith=typed), item__is_active=True
    )
    return found.order_by("item__name", "-id")


def differences(count: Count) -> tuple[list[CountLine], Decimal]:
    """All lines of a count handed in, those that differ first by what they are worth; and the sum at cost in rupees."""
    lines = list(count.lines.select_related("batch__item", "counted_by"))
    lines.sort(
        key=lambda line: (not line.variance, -abs(line.worth), line.batch.item.name, line.batch.number)
    )
    return lines, sum((line.worth for line in lines), Decimal(0))
