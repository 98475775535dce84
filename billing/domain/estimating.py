"""Estimates: what a draft would come to, on a paper with a number, and the bill that is made of one."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing import drafts, figures, queries, snapshots
from billing.models import BillingRules, Estimate, Invoice, InvoiceLine
from clinic import events, numbering
from clinic.locks import lock_row
from clinic.models import Series
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import User

#: What a bill made of an estimate takes over of each line, by the type of its column.
AS_TEXT = ("kind", "description", "hsn", "uqc", "discount_kind")
AS_DECIMAL = ("quantity", "unit_price", "discount_value")
AS_KEY = ("treatment_id", "plan_id", "item_id", "practitioner_id", "tax_category_id")
AS_IS = ("price_includes_tax", "add_ons")
#: What the paper says besides.
SHOWN = (
    "tax_treatment", "tax_rate", "gross", "line_discount", "invoice_discount_share", "net_value", "cgst", "sgst",
    "igst", "cess", "line_total",
)  # fmt: skip
TOTALS = ("taxable", "untaxed", "cgst", "sgst", "igst", "cess", "round_off", "total", "place_of_supply")


@transaction.atomic
def estimate(*, by: User, invoice: Invoice, version: int) -> Estimate:
    """Tell what a draft would come to today. The draft stays as it is; nothing is owed and no stock is kept back."""
    lock_row(Customer, invoice.customer_id)
    draft = drafts.hold(invoice.pk, version)
    lines = queries.lines_of(draft)
    if not lines:
        raise Refusal(_("There is nothing on this invoice yet."), field="add")
    found = drafts.work_out(draft, lines, today=drafts.today_of(draft))
    figures.write(draft, lines, found)
    number = numbering.take(branch=draft.branch, kind=Series.Kind.ESTIMATE)
    days = BillingRules.of(draft.branch).estimate_days
    made = Estimate.objects.create(
        branch=draft.branch,
        customer_id=draft.customer_id,
        draft=draft,
        number=number.text,
        financial_year=number.financial_year,
        series_year=number.series_year,
        registration=number.series_year.registration,
        issued_on=number.day,
        issued_at=number.at,
        valid_until=number.day + datetime.timedelta(days=days),
        supplier=snapshots.supplier(draft.branch, draft.branch.registration, found.legends),
        buyer=snapshots.buyer(draft.customer, address=found.address),
        lines=[_told(line) for line in lines],
        discount=draft.line_discount + draft.invoice_discount,
        by=by,
        **{name: getattr(draft, name) for name in TOTALS},
    )
    told = {"customer_id": str(made.customer_id), "invoice_id": str(draft.pk)}
    events.record("estimate.made", subject=made, by=by, branch_id=made.branch_id, **told)
    return made


def _told(line: InvoiceLine) -> dict[str, Any]:
    """One line as plain values; why it is exempt is nobody's business but the clinic's."""
    kept = {name: getattr(line, name) for name in (*AS_TEXT, *AS_IS)}
    figures_ = {name: str(getattr(line, name)) for name in (*AS_DECIMAL, *SHOWN)}
    keys = {name: str(getattr(line, name) or "") for name in AS_KEY}
    return kept | figures_ | keys | {"practitioner_name": str(line.practitioner or "")}


@transaction.atomic
def bill_estimate(*, by: User, estimate: Estimate) -> Invoice:
    """A new draft with the lines of an estimate at its prices; what has gone off the menu is told when it is issued."""
    lock_row(Customer, estimate.customer_id)
    customer = Customer.objects.get(pk=estimate.customer_id)
    if not customer.is_active:
        raise Refusal(_("%(name)s is inactive. Activate the record first.") % {"name": customer.full_name})
    before = estimate.draft
    draft = Invoice.objects.create(
        branch=estimate.branch,
        customer=customer,
        created_by=by,
        discount_kind=before.discount_kind,
        discount_value=before.discount_value,
        discount_reason=before.discount_reason,
    )
    InvoiceLine.objects.bulk_create(_lines(draft, estimate.lines))
    draft.refresh_from_db()
    drafts.settle(drafts.hold(draft.pk, draft.version))
    draft.refresh_from_db()
    told = {"invoice_id": str(draft.pk)}
    events.record("estimate.billed", subject=estimate, by=by, branch_id=estimate.branch_id, **told)
    return draft


def _lines(draft: Invoice, told: Sequence[dict[str, Any]]) -> list[InvoiceLine]:
    return [
        InvoiceLine(
            invoice=draft,
            position=place,
            **{name: line[name] for name in (*AS_TEXT, *AS_IS)},
            **{name: Decimal(line[name]) for name in AS_DECIMAL},
            **{name: line[name] or None for name in AS_KEY},
        )
        for place, line in enumerate(told, start=1)
    ]
