"""Using money that has gone to no bill yet: an advance, or what a credit note set free, pays a bill."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from billing import held, queries, shares, takings
from billing.models import Allocation, Invoice, Payment
from clinic import events
from clinic.locks import lock_row
from clinic.money import rupees
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from staff.models import User


@transaction.atomic
def apply(*, by: User, payment: Payment, invoice: Invoice, amount: Decimal) -> Allocation:
    """Give `amount` rupees of a payment that went to no bill yet to this one, of the same customer and branch."""
    lock_row(Customer, invoice.customer_id)
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True)
    bill = rows.get(pk=invoice.pk)
    takings.check_bill(bill, amount)
    money = held.lock(payment)
    if (money.branch_id, money.customer_id) != (bill.branch_id, bill.customer_id):
        raise Refusal(_("That money is of another customer or another branch."))
    left = held.free(money)
    if amount > left:
        sentence = _("Only %(left)s of this payment is free; %(amount)s is more than that.")
        raise Refusal(sentence % {"left": rupees(left), "amount": rupees(amount)}, field="amount")
    takings.lock_packages([bill])
    part = Allocation.objects.create(payment=money, invoice=bill, amount=amount, by=by)
    shares.tell_packages(by=by, invoice=bill, paid_before=bill.paid, allocations=[part])
    customers.note_standing(customer_id=bill.customer_id, due=queries.due_of(bill.customer_id))
    events.record(
        "payment.applied", subject=money, by=by, branch_id=bill.branch_id,
        invoice_id=str(bill.pk), customer_id=str(bill.customer_id),
    )  # fmt: skip
    invoice.refresh_from_db(fields=["paid", "outstanding"])
    return part
