"""Taking money for an issued bill: in cash, by UPI, by card, or several at once; never more than is due."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import queries, shares
from billing.models import Allocation, Invoice, Payment
from clinic import events
from clinic.locks import lock_row
from clinic.money import round2, rupees
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from staff.models import User


@dataclass(frozen=True)
class NewPayment:
    """Rupees taken in one mode. `tendered` is what was handed over in cash, `reference` the UPI or card slip's."""

    mode: Payment.Mode | str
    amount: Decimal
    tendered: Decimal | None = None
    reference: str = ""


@transaction.atomic
def collect(*, by: User, invoice: Invoice, payments: list[NewPayment]) -> list[Payment]:
    """Record what a customer paid and what it went to. The field of a refusal is "<place in payments>:<field>"."""
    lock_row(Customer, invoice.customer_id)
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True).select_related("branch")
    locked = rows.get(pk=invoice.pk)
    _check(locked, payments)
    now = timezone.now()
    made = Payment.objects.bulk_create(
        Payment(
            branch=locked.branch,
            customer_id=locked.customer_id,
            mode=new.mode,
            amount=new.amount,
            tendered=new.tendered,
            reference=new.reference.strip(),
            received_on=now.astimezone(locked.branch.zone).date(),
            received_at=now,
            by=by,
        )
        for new in payments
    )
    allocations = Allocation.objects.bulk_create(
        Allocation(payment=payment, invoice=locked, amount=payment.amount) for payment in made
    )
    shares.tell_packages(by=by, invoice=locked, paid_before=locked.paid, allocations=allocations)
    invoice.refresh_from_db(fields=["paid"])
    customers.note_standing(customer_id=locked.customer_id, due=queries.due_of(locked.customer_id))
    for payment in made:
        events.record(
            "payment.received",
            subject=payment,
            by=by,
            branch_id=locked.branch_id,
            invoice_id=str(locked.pk),
            customer_id=str(locked.customer_id),
        )
    return made


def _check(invoice: Invoice, payments: list[NewPayment]) -> None:
    if not invoice.is_issued:
        raise Refusal(_("Issue the invoice before you take money for it."))
    left = invoice.due
    if left <= 0:
        raise Refusal(_("This invoice is already paid in full."))
    if not payments:
        raise Refusal(_("Enter what was paid."), field="0:amount")
    for place, new in enumerate(payments):
        if new.amount <= 0 or new.amount != round2(new.amount):
            raise Refusal(
                _("An amount must be above zero, with at most two decimals."), field=f"{place}:amount"
            )
        if new.amount > left:
            sentence = _("Only %(due)s is due; %(amount)s is more than that.")
            names = {"due": rupees(left), "amount": rupees(new.amount)}
            raise Refusal(sentence % names, field=f"{place}:amount")
        if new.tendered is not None and (new.mode != Payment.Mode.CASH or new.tendered < new.amount):
            sentence = _("%(tendered)s was handed over, which is less than %(amount)s.")
            names = {"tendered": rupees(new.tendered), "amount": rupees(new.amount)}
            raise Refusal(sentence % names, field=f"{place}:tendered")
        left -= new.amount
