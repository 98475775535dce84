"""Taking money for one issued bill, at the desk: in one mode or several at once; never more than is due."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from billing import takings
from billing.models import Invoice, Payment
from billing.takings import NewPayment, NewTip
from clinic.locks import lock_row
from clinic.money import rupees
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import User

from .receiving import take


@transaction.atomic
def collect(
    *, by: User, invoice: Invoice, payments: list[NewPayment], tips: Sequence[NewTip] = ()
) -> list[Payment]:
    """Record what a customer paid for a bill, tips included. The field of a refusal is "<place in payments>:<field>"."""
    lock_row(Customer, invoice.customer_id)
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("branch__registration", "customer").get(pk=invoice.pk)
    for_tips = takings.owed([], tips)
    _check(locked, payments, for_tips)
    amount = takings.total(payments) - for_tips
    receipt = take(
        by=by, branch=locked.branch, customer=locked.customer, payments=payments, bills=[(locked, amount)], tips=tips
    )  # fmt: skip
    invoice.refresh_from_db(fields=["paid", "outstanding"])
    return list(receipt.payments.order_by("pk"))


def _check(invoice: Invoice, payments: list[NewPayment], for_tips: Decimal) -> None:
    if not invoice.is_issued and not invoice.is_cancelled:
        raise Refusal(_("Issue the invoice before you take money for it."))
    if invoice.is_cancelled:
        raise Refusal(_("This invoice was cancelled, so nothing is due on it."))
    if invoice.due <= 0:
        raise Refusal(_("This invoice is already paid in full."))
    takings.check_payments(payments)
    left = invoice.due + for_tips
    for place, new in enumerate(payments):
        if new.amount > left:
            sentence = _("Only %(due)s is due; %(amount)s is more than that.")
            names = {"due": rupees(left), "amount": rupees(new.amount)}
            raise Refusal(sentence % names, field=f"{place}:amount")
        left -= new.amount
