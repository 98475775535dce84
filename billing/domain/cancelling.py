"""Cancelling: an issued bill is as if it had never been, but for its number, which it keeps (Rule 46(b) CGST)."""

from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import dates, guards, loyalty, notes, queries, release, shares
from billing.models import Invoice
from clinic import events, versions
from clinic.locks import lock_row
from clinic.models import Registration
from clinic.plain import plain
from clinic.refusals import Refusal
from customers import domain as customers
from inventory import domain as inventory
from packages import domain as packages
from packages.models import Enrolment
from staff.models import User

CANCELLED = ["status", "cancelled_at", "cancelled_by", "cancel_reason"]


@guards.told
@transaction.atomic
def cancel(*, by: User, invoice: Invoice, reason: str) -> Invoice:
    """Cancel an issued bill while its period is open and no note is against it; its number stays taken.

    All that was paid is released, goods go back on the shelf, packages that it began are undone, and sessions that it
    billed can be billed again; points that it earned or took are undone, too. With a session used it is refused: a credit note takes back the rest.
    """
    invoice = notes.hold(invoice)
    _check(invoice, reason)
    standing = shares.Shares(invoice)
    before = standing.all(invoice.paid)
    if invoice.paid:
        release.release(by=by, invoice=invoice, amount=invoice.paid)
    _undo_packages(by, standing, invoice, reason)
    nothing = dict.fromkeys(before, shares.NOTHING)
    shares.tell_difference(
        by=by, shares=standing, before=before, after=nothing, cause_kind="invoice", cause_id=invoice.pk
    )
    inventory.put_back(
        by=by, branch=invoice.branch, cause_kind="invoice", cause_id=invoice.pk,
        note=plain(gettext_lazy("Invoice %(number)s cancelled")) % {"number": invoice.number},
    )  # fmt: skip
    loyalty.undo(by=by, invoice=invoice)
    invoice.status, invoice.cancelled_at = Invoice.Status.CANCELLED, timezone.now()
    invoice.cancelled_by, invoice.cancel_reason = by, reason.strip()
    versions.save(invoice, fields=CANCELLED, version=invoice.version)
    customers.note_standing(customer_id=invoice.customer_id, due=queries.due_of(invoice.customer_id))
    events.record(
        "invoice.cancelled",
        subject=invoice,
        by=by,
        branch_id=invoice.branch_id,
        customer_id=str(invoice.customer_id),
    )
    return invoice


def _check(invoice: Invoice, reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why."), field="reason")
    if len(reason.strip()) > 200:
        raise Refusal(_("Say it in 200 characters at most."), field="reason")
    if invoice.notes.exists():
        raise Refusal(_("A note was written against this invoice. Credit what is left instead."))
    if invoice.registration_id and invoice.issued_on:
        lock_row(Registration, invoice.registration_id)  # nobody closes the books meanwhile
        closed = dates.closed_sentence(invoice.registration, invoice.issued_on)
        if closed:
            raise Refusal(f"{closed} {_('Write a credit note instead.')}")


def _undo_packages(by: User, standing: shares.Shares, invoice: Invoice, reason: str) -> None:
    """Those that the bill began; a line of one session only billed it."""
    why = plain(gettext_lazy("Invoice %(number)s cancelled: %(reason)s")) % {
        "number": invoice.number,
        "reason": reason.strip(),
    }
    for line in standing.lines:
        if line.plan_id:
            packages.cancel(by=by, enrolment=cast(Enrolment, line.enrolment), reason=why[:200])
