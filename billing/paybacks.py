"""What the verbs that give money back share: in which ways it may go, and the paper with its number."""

from django.utils.translation import gettext as _

from billing import advances, held, snapshots
from billing.models import Payment, Refund
from clinic import events, numbering
from clinic.locks import lock_row
from clinic.models import Series
from clinic.money import rupees
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import User

Mode = Payment.Mode
SERIES = {
    Refund.Document.REFUND_RECEIPT: Series.Kind.REFUND,
    Refund.Document.REFUND_VOUCHER: Series.Kind.REFUND_VOUCHER,
}
TAXED = ("taxable", "untaxed", *advances.HEADS)
PAID_OUT = [
    "status", "document", "drawer", "reference", "processed_by", "number", "financial_year", "series_year", "registration",
    "issued_on", "issued_at", "supplier", "buyer", "gateway_id", "gateway_status", "gateway_said", *TAXED,
]  # fmt: skip


def modes(payment: Payment) -> list[str]:
    """How a payment may be given back. Store credit and gift cards never turn into money."""
    if payment.mode in (Mode.STORE_CREDIT, Mode.GIFT_CARD):
        return [Mode.STORE_CREDIT]
    back = [payment.mode] if payment.mode == Mode.ONLINE else []
    return [*back, *Payment.DESK, Mode.STORE_CREDIT]


def hold(refund: Refund) -> Refund:
    """The refund read again, locked under its customer and its payment."""
    lock_row(Customer, refund.customer_id)
    held.lock(refund.payment)
    rows = Refund.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("branch__registration", "customer", "payment__receipt").get(pk=refund.pk)


def check_left(refund: Refund) -> None:
    left = refund.payment.unapplied
    if refund.amount > left:
        sentence = _("Only %(left)s of this payment is left by now. Turn the refund down and ask anew.")
        raise Refusal(sentence % {"left": rupees(left)})


def check_unasked(refund: Refund) -> None:
    """Refuse while nobody knows whether the gateway has given it back."""
    if refund.gateway_status == Refund.AtGateway.ASKED:
        raise Refusal(_("The gateway was asked for this refund and hasn't answered yet. Ask it again first."))


def write_out(refund: Refund, *, by: User) -> None:
    """Put on the row, unsaved, what a refund that is paid out says: its tax, its parties, its number last of all."""
    branch = refund.branch
    for name, value in advances.refunded_tax(refund, refund.payment).items():
        setattr(refund, name, value)
    number = numbering.take(branch=branch, kind=SERIES[Refund.Document(refund.document)])
    refund.status, refund.processed_by = Refund.Status.PROCESSED, by
    refund.number, refund.financial_year, refund.series_year = (
        number.text,
        number.financial_year,
        number.series_year,
    )
    refund.registration, refund.issued_on, refund.issued_at = branch.registration, number.day, number.at
    refund.supplier = snapshots.supplier(branch, branch.registration, [])
    refund.buyer = snapshots.buyer(refund.customer, address=bool(refund.customer.gstin))


def record(verb: str, refund: Refund, by: User) -> None:
    events.record(
        verb, subject=refund, by=by, branch_id=refund.branch_id, customer_id=str(refund.customer_id)
    )
