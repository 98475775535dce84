"""The worker's part of bulk billing: each visit in a transaction of its own, whose row is its key.

The row is locked first and read again, so that a second worker finds it done; what became of the visit is written with
the bill or not at all.
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.models import Appointment
from billing import domain
from billing.models import BulkRow, BulkRun, Invoice
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff.models import User

logger = logging.getLogger(__name__)
SILENT = timedelta(minutes=5)  # after which a worker is taken for gone
State = BulkRow.State


def offer(pk: UUID) -> None:
    """To the worker after commit; where it can't be reached, the next beat takes it up."""
    from billing.tasks import bulk_run  # the task module imports this one

    def send() -> None:
        try:
            bulk_run.apply_async([str(pk)], retry=False)
        except Exception:
            logger.warning("The broker can't be reached; bulk billing waits for the next beat.")

    transaction.on_commit(send, robust=True)


def keep() -> None:
    """Each minute: take up what nobody works on."""
    for pk in _open().values_list("pk", flat=True):
        go_on(pk)


def go_on(pk: UUID | str) -> None:
    """Bill what still waits in a run; a second worker that comes meanwhile leaves it alone."""
    if not _open().filter(pk=pk).update(state=BulkRun.State.WORKING, taken_at=timezone.now()):
        return
    run = BulkRun.objects.select_related("by", "branch").get(pk=pk)
    run.by.work_at(str(run.branch_id))
    for row in run.rows.filter(state=State.WAITING).values_list("pk", flat=True):
        _bill(run, row)
        BulkRun.objects.filter(pk=pk).update(taken_at=timezone.now())
    BulkRun.objects.filter(pk=pk).update(state=BulkRun.State.DONE, ended_at=timezone.now())


def _open() -> Any:
    """Waiting, or left behind by a worker that fell silent."""
    silent = Q(state=BulkRun.State.WORKING, taken_at__lt=timezone.now() - SILENT)
    return BulkRun.objects.filter(Q(state=BulkRun.State.WAITING) | silent)


def _bill(run: BulkRun, pk: UUID) -> None:
    try:
        with transaction.atomic():
            row = BulkRow.objects.select_for_update(no_key=True).get(pk=pk)
            if row.state == State.WAITING:
                _settle(run, row)
    except Refusal as refusal:
        _refuse(pk, refusal.message)
    except Exception:
        logger.exception("A visit of bulk billing %s failed", run.pk)
        _refuse(pk, _("Something went wrong. Bill this visit by itself."))


def _settle(run: BulkRun, row: BulkRow) -> None:
    by: User = run.by
    if not by.may(Permission.BILLING_CREATE) or by.branch_id != run.branch_id:
        raise Refusal(_("Who started this may not bill at this branch any more."))
    visits = Appointment.objects.select_related(
        "customer", "branch", "treatment__tax_category", "practitioner"
    )
    visit = visits.get(pk=row.appointment_id)
    billed = Invoice.objects.issued().filter(appointment=visit).first()
    if billed:
        raise Refusal(_("It is billed already: %(number)s.") % {"number": billed.number})
    invoice = domain.draft(by=by, branch=run.branch, customer=visit.customer, appointment=visit)
    if not invoice.lines.exists():
        raise Refusal(_("There is nothing to bill for this visit."))
    row.invoice, row.state = invoice, State.DRAFTED
    if run.issues:
        _issue(by, row, invoice)
    row.save(update_fields=["state", "invoice", "said"])


def _issue(by: User, row: BulkRow, invoice: Invoice) -> None:
    """What can't be issued stays a draft, with the reason."""
    try:
        with transaction.atomic():
            domain.issue(by=by, invoice=invoice, version=invoice.version)
        row.state = State.ISSUED
    except Refusal as refusal:
        row.said = refusal.message[:300]


def _refuse(pk: UUID, sentence: str) -> None:
    waiting = BulkRow.objects.filter(pk=pk, state=State.WAITING)
    waiting.update(state=State.REFUSED, said=str(sentence)[:300])
