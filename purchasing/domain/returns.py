"""Goods go back to whom they came from."""

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils import compat

from clinic import events, numbering
from clinic.models import Branch, Series
from clinic.refusals import Refusal
from inventory import domain as inventory
from inventory.models import Batch, Movement, Supplier
from purchasing import amounts, checks, figures
from purchasing.models import Receipt, ReceiptLine, Return, ReturnLine
from staff.models import User

CAUSE = "supplier_return"


@dataclass(frozen=True)
class Sent:
    """So many base units of a batch."""

    batch: Batch
    quantity: Decimal


@transaction.atomic
def return_goods(
    *,
    by: User,
    branch: Branch,
    supplier: Supplier,
    reason: str,
    sent: list[Sent],
    note: str = "",
    receipt: Receipt | None = None,
) -> Return:
    """Take the goods out of stock, expired and recalled ones too, and write the debit note for what they cost.

    At the price and rate they were received with; where no receipt tells, at the batch's cost and the item's rate now.
    """
    if reason not in Return.Reason.values:
        raise Refusal(_("Choose why the goods go back."), field="reason")
    if not sent:
        raise Refusal(_("Enter how much of which batch goes back."))
    for part in sent:
        if part.batch.supplier_id != supplier.pk:
            raise Refusal(
                _("Batch %(batch)s didn't come from %(supplier)s.")
                % {"batch": part.batch, "supplier": supplier},
                field=f"batch-{part.batch.pk}",
            )
    pk, today = compat.uuid7(), timezone.localdate(timezone=branch.zone)
    inventory.take(
        by=by, branch=branch, kind=Movement.Kind.RETURN_OUT, cause_kind=CAUSE, cause_id=pk, today=today,
        wanted=[inventory.Wanted(part.batch.item, part.quantity, part.batch) for part in sent],
    )  # fmt: skip
    priced = [_priced(branch, supplier, part) for part in sent]
    totals = figures.compute(
        priced, [line.quantity for line in priced],
        supplier_state=supplier.state, has_gstin=bool(supplier.gstin), here=branch.state,
    )  # fmt: skip
    number = numbering.take(branch=branch, kind=Series.Kind.SUPPLIER_DEBIT)
    made = Return.objects.create(
        pk=pk, branch=branch, supplier=supplier, receipt=receipt, number=number.text, series_year=number.series_year,
        returned_on=number.day, reason=reason, note=note.strip(), supplier_name=supplier.name,
        supplier_gstin=supplier.gstin, supplier_state=supplier.state or branch.state, by=by, **totals,
    )  # fmt: skip
    ReturnLine.objects.bulk_create(ReturnLine(return_note=made, **vars(line)) for line in priced)
    events.record("return.sent", subject=made, by=by, branch_id=branch.pk)
    return made


def _priced(branch: Branch, supplier: Supplier, part: Sent) -> SimpleNamespace:
    rows = ReceiptLine.objects.filter(batch=part.batch, receipt__branch=branch)
    came = rows.order_by("-receipt_id").first()
    price = came.price / came.unit_size if came else part.batch.unit_cost
    today = timezone.localdate(timezone=branch.zone)
    return SimpleNamespace(
        batch=part.batch,
        quantity=part.quantity,
        price=price.quantize(Decimal("0.0001")),
        tax_rate=came.tax_rate if came else amounts.rate_on(part.batch.item, today),
        creditable=came.creditable if came else checks.credits_tax(branch, supplier),
    )
