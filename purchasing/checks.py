"""What must be right before goods are accepted; each check refuses with the field it speaks of."""

import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import gst
from clinic.models import Branch
from clinic.money import rupees
from clinic.permissions import Permission
from clinic.refusals import Refusal
from inventory.models import Item, Supplier
from purchasing import amounts
from purchasing.models import BuyingRules, OrderLine, Receipt, ReceiptLine
from staff.models import User

ROUNDING = Decimal(1)  # invoices are rounded to the rupee
OLDEST_INVOICE = 366 * 3  # days


def credits_tax(branch: Branch, supplier: Supplier) -> bool:
    """Whether tax on a purchase can be credited at all (section 16 CGST): both sides are registered."""
    return branch.registration.charges_tax and bool(supplier.gstin)


def check_counted(
    item: Item, received: Decimal, accepted: Decimal, size: int, name: str, *, quantity: str = ""
) -> None:
    """Whole packs, none below zero, not more accepted than came."""
    if received < 0 or accepted < 0:
        raise Refusal(_("A quantity can't be negative."), field=quantity or f"{name}-received")
    if quantity and not received:
        raise Refusal(_("The quantity must be above zero."), field=quantity)
    amounts.check_whole(item, received, size, quantity or f"{name}-received")
    amounts.check_whole(item, accepted, size, quantity or f"{name}-accepted")
    if accepted > received:
        raise Refusal(_("Of %(item)s more is accepted than came.") % {"item": item}, field=f"{name}-accepted")


def check_lines(lines: list[ReceiptLine]) -> None:
    """Something is accepted, and what isn't has a reason."""
    if not lines:
        raise Refusal(_("Nothing has come yet. Enter what was delivered."))
    for line in lines:
        if line.rejected and not line.reason:
            raise Refusal(
                _("Say why not all of %(item)s is accepted.") % {"item": line.item},
                field=f"line-{line.pk}-reason",
            )
        if line.accepted and not line.batch_number and line.item.tracks_expiry:
            raise Refusal(
                _("Enter the batch number of %(item)s.") % {"item": line.item},
                field=f"line-{line.pk}-batch_number",
            )
    if not any(line.accepted for line in lines):
        raise Refusal(_("Nothing is accepted. Reject the delivery as a whole instead."))


def check_invoice(receipt: Receipt) -> None:
    """There is an invoice, dated not in the future, and it was not booked before. Sets its financial year."""
    today = timezone.localdate(timezone=receipt.branch.zone)
    if not receipt.invoice_number:
        raise Refusal(_("Enter the number of the supplier's invoice."), field="invoice_number")
    if receipt.invoice_date is None:
        raise Refusal(_("Enter the date of the supplier's invoice."), field="invoice_date")
    if receipt.invoice_date > today:
        raise Refusal(_("The supplier's invoice is dated in the future."), field="invoice_date")
    if receipt.invoice_date < today - datetime.timedelta(days=OLDEST_INVOICE):
        raise Refusal(_("The supplier's invoice is more than three years old."), field="invoice_date")
    if receipt.invoice_total is None:
        raise Refusal(_("Enter the total of the supplier's invoice."), field="invoice_total")
    receipt.invoice_year = gst.financial_year(receipt.invoice_date).long
    known = Receipt.objects.accepted().filter(
        supplier=receipt.supplier_id, invoice_year=receipt.invoice_year,
        invoice_number__iexact=receipt.invoice_number,
    )  # fmt: skip
    if same := known.select_related("branch").first():
        where = same.number if same.branch_id == receipt.branch_id else same.branch.trade_name
        raise Refusal(
            _("Invoice %(number)s of %(supplier)s was booked already: %(where)s.")
            % {"number": receipt.invoice_number, "supplier": receipt.supplier, "where": where},
            field="invoice_number",
        )


def check_ordered(by: User, receipt: Receipt, lines: list[ReceiptLine]) -> None:
    """Not more than ordered, beyond the tolerance, unless somebody who may approve orders says why."""
    over = _above(receipt, lines) if receipt.order_id else []
    if not over:
        receipt.over_reason = ""
        return
    if not by.may(Permission.PURCHASING_APPROVE):
        sentence = _(
            "More came than was ordered: %(items)s. Accept only what was ordered, or ask somebody who may approve orders."
        )
    elif not receipt.over_reason:
        sentence = _("More came than was ordered: %(items)s. Accept only what was ordered, or say why.")
    else:
        return
    raise Refusal(sentence % {"items": ", ".join(over)}, field="over_reason")


def _above(receipt: Receipt, lines: list[ReceiptLine]) -> list[str]:
    """The items of which more is accepted than is still to come, named with how much came and was expected."""
    tolerance = 1 + BuyingRules.of(receipt.branch).tolerance / 100
    ordered = {line.item_id: line for line in OrderLine.objects.filter(order=receipt.order_id)}
    came: dict[Item, Decimal] = {}
    for line in lines:
        came[line.item] = came.get(line.item, Decimal(0)) + line.base_quantity
    found = []
    for item, quantity in came.items():
        wish = ordered.get(item.pk)
        left = wish.outstanding if wish else Decimal(0)
        allowed = wish.base_quantity * tolerance - wish.received if wish else Decimal(0)
        if quantity > allowed:
            words = {"item": item.name, "came": plain(quantity), "left": plain(left)}
            found.append(_("%(item)s (%(came)s instead of %(left)s)") % words)
    return found


def plain(quantity: Decimal) -> str:
    """A count without needless decimals: 10, 2.5."""
    return f"{quantity.normalize():f}"


def check_total(receipt: Receipt) -> None:
    """The lines come to the invoice, to the rupee, unless somebody says why not."""
    theirs = receipt.invoice_total or Decimal(0)
    ours = receipt.total + receipt.rejected_total
    if abs(ours - theirs) <= ROUNDING:
        receipt.difference_reason = ""
    elif not receipt.difference_reason:
        raise Refusal(
            _(
                "The lines come to %(ours)s, the invoice to %(theirs)s. Correct the prices, or say why they differ."
            )
            % {"ours": rupees(ours), "theirs": rupees(theirs)},
            field="invoice_total",
        )
