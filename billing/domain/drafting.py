"""Writing a draft: lines, discounts, what is printed. The figures follow on the server after every change."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from appointments.models import Appointment
from billing import drafts, queries, wares
from billing.drafts import BillTerms, LineTerms
from billing.models import Invoice, InvoiceLine
from billing.wares import Consultation, Difference, Sold
from clinic import versions
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Enrolment, Plan, PlanPart, Session
from staff.models import Practitioner, User

GONE = [Invoice.Status.DISCARDED, Invoice.Status.CANCELLED]  # what is on such bills can be billed


@transaction.atomic
def draft(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    appointment: Appointment | None = None,
    session: Session | None = None,
    exchanged: Enrolment | None = None,
) -> Invoice:
    """The customer's open draft at the branch for that appointment (or for none), begun if there isn't one.

    A visit's treatment (or its fee, for a consultation) is put on it, unless a session of a package pays for it or a bill already has it. `session` is
    one of a package paid session by session, that is billed as it is used; a visit brings its own. `exchanged` is a package
    that came by exchange, whose difference is put on it.
    """
    lock_row(Customer, customer.pk)
    if not customer.is_active:
        raise Refusal(_("%(name)s is inactive. Activate the record first.") % {"name": customer.full_name})
    if appointment and (appointment.customer_id, appointment.branch_id) != (customer.pk, branch.pk):
        raise Refusal(_("That visit belongs to somebody else."))
    open_one = (
        Invoice.objects.drafts().filter(branch=branch, customer=customer, appointment=appointment).first()
    )
    if appointment:
        session = Session.objects.select_related("enrolment").filter(appointment_id=appointment.pk).first()
    if open_one:
        return _with_difference(by, _with_session(by, open_one, session), exchanged)
    invoice = Invoice.objects.create(branch=branch, customer=customer, appointment=appointment, created_by=by)
    if appointment and session is None and _is_owed(appointment):
        add_line(
            by=by,
            invoice=invoice,
            version=invoice.version,
            what=appointment.treatment if appointment.fee is None else Consultation(appointment),
            practitioner=appointment.practitioner,
        )
        invoice.refresh_from_db()
    return _with_difference(by, _with_session(by, invoice, session), exchanged)


def _is_owed(appointment: Appointment) -> bool:
    """Not for a free follow-up, and not when an issued bill has it."""
    if appointment.fee == 0:
        return False
    has_it = Q(treatment=appointment.treatment) | Q(kind=InvoiceLine.Kind.CONSULTATION)
    billed = InvoiceLine.objects.filter(has_it, invoice__appointment=appointment, invoice__status="issued")
    return not billed.exists()


def _with_session(by: User, invoice: Invoice, session: Session | None) -> Invoice:
    """Put a session on the draft that is paid by itself, unless a bill has it."""
    if session is None or session.enrolment.payment != Plan.Payment.PER_SESSION:
        return invoice
    if session.enrolment.customer_id != invoice.customer_id:
        raise Refusal(_("That session belongs to somebody else."))
    lines = InvoiceLine.objects.filter(session=session)
    if not lines.exclude(invoice__status__in=GONE).exists():
        treatment = session.enrolment.plan.treatment
        add_line(
            by=by,
            invoice=invoice,
            version=invoice.version,
            what=treatment,
            practitioner=session.practitioner,
            session=session,
        )
        invoice.refresh_from_db()
    return invoice


def _with_difference(by: User, invoice: Invoice, exchanged: Enrolment | None) -> Invoice:
    """Put on the draft what a package costs beyond the one given for it, unless a bill has it."""
    if exchanged is None:
        return invoice
    if exchanged.customer_id != invoice.customer_id:
        raise Refusal(_("That package belongs to somebody else."))
    billed = InvoiceLine.objects.filter(enrolment=exchanged, kind=InvoiceLine.Kind.OTHER)
    line = billed.exclude(invoice__status__in=GONE).select_related("invoice").first()
    if line and line.invoice_id != invoice.pk:
        raise Refusal(_("The difference is billed already: %(number)s.") % {"number": line.invoice})
    if line is None:
        add_line(by=by, invoice=invoice, version=invoice.version, what=Difference(exchanged))
        invoice.refresh_from_db()
    return invoice


@transaction.atomic
def add_line(
    *,
    by: User,
    invoice: Invoice,
    version: int,
    what: Sold,
    quantity: Decimal = Decimal(1),
    practitioner: Practitioner | None = None,
    add_ons: Sequence[PlanPart] = (),
    session: Session | None = None,
) -> InvoiceLine:
    """Put something on the draft (see `billing.wares`), at its price of today: a package with its add-ons, a `session` of
    one at what it is worth, a consultation at the fee of its visit."""
    invoice = drafts.hold(invoice.pk, version)
    line = wares.line_of(what, invoice.branch, add_ons=add_ons, session=session)
    line.invoice, line.quantity = invoice, quantity
    line.position = (invoice.lines.aggregate(last=Max("position"))["last"] or 0) + 1
    line.practitioner = practitioner or line.practitioner
    drafts.check_line(line)
    line.save(force_insert=True)
    drafts.settle(invoice)
    return line


@transaction.atomic
def repeat(*, by: User, invoice: Invoice, version: int) -> list[InvoiceLine]:
    """Put everything of the customer's last bill on the draft once more, at the prices of today.

    What is no longer for sale refuses the whole, by name; a session, a fee and free text belong to their own day and
    are left out.
    """
    invoice = drafts.hold(invoice.pk, version)
    last = queries.last_issued(invoice)
    things = ("treatment__tax_category", "plan__treatment__tax_category", "item__tax_category")
    before = last.lines.select_related(*things) if last else []
    made, place = [], invoice.lines.aggregate(last=Max("position"))["last"] or 0
    for old in before:
        what = old.treatment or old.plan or old.item
        if what is None or old.session_id:
            continue
        line = wares.line_of(what, invoice.branch)
        place += 1
        line.invoice, line.quantity, line.position = invoice, old.quantity, place
        line.practitioner_id = old.practitioner_id
        drafts.check_line(line)
        made.append(line)
    if not made:
        raise Refusal(_("There is nothing on an earlier invoice that can be billed again."), field="add")
    InvoiceLine.objects.bulk_create(made)
    drafts.settle(invoice)
    return made


@transaction.atomic
def change_line(*, by: User, invoice: Invoice, version: int, line: InvoiceLine, terms: LineTerms) -> Invoice:
    """Set what is asked for on one line of a draft."""
    invoice = drafts.hold(invoice.pk, version)
    _set_line(by, invoice.lines.select_related("item").get(pk=line.pk), terms)
    drafts.settle(invoice)
    return invoice


@transaction.atomic
def remove_line(*, by: User, invoice: Invoice, version: int, line: InvoiceLine) -> Invoice:
    """Take a line off a draft."""
    invoice = drafts.hold(invoice.pk, version)
    invoice.lines.filter(pk=line.pk).delete()
    drafts.settle(invoice)
    return invoice


@transaction.atomic
def edit(
    *, by: User, invoice: Invoice, version: int, terms: BillTerms, lines: Mapping[UUID, LineTerms]
) -> Invoice:
    """Set all of a draft at once, as its page is typed: the whole bill and the lines named by id."""
    invoice = drafts.hold(invoice.pk, version)
    for line in invoice.lines.select_related("item"):
        if line.pk in lines:
            _set_line(by, line, lines[line.pk])
    drafts.set_terms(invoice, terms)
    drafts.settle(invoice)
    return invoice


def _set_line(by: User, line: InvoiceLine, terms: LineTerms) -> None:
    before = line.exempt_reason
    drafts.set_line(line, terms).save()
    if line.exempt_reason != before and not by.may(Permission.BILLING_EXEMPT):
        sentence = _("Billing a line as exempt needs a right of its own. Ask whoever has it.")
        raise Refusal(sentence, field=f"{line.pk}:exempt_reason")


@transaction.atomic
def discard(*, by: User, invoice: Invoice, version: int | None = None) -> Invoice:
    """Put a draft away for good. It never had a number, so none is missing."""
    invoice = drafts.hold(invoice.pk, invoice.version if version is None else version)
    invoice.status = Invoice.Status.DISCARDED
    return versions.save(invoice, fields=["status"], version=invoice.version)
