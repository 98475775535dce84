"""Writing a draft: lines, discounts, what is printed. The figures follow on the server after every change."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from appointments.models import Appointment
from billing import drafts
from billing.drafts import BillTerms, LineTerms
from billing.models import Invoice, InvoiceLine
from clinic import versions
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from inventory.models import Item
from packages import queries
from packages.models import Plan, PlanPart, Session, Treatment
from staff.models import Practitioner, User

Sold = Treatment | Plan | Item


@transaction.atomic
def draft(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    appointment: Appointment | None = None,
    session: Session | None = None,
) -> Invoice:
    """The customer's open draft at the branch for that appointment (or for none), begun if there isn't one.

    A visit's treatment is put on it, unless a session of a package pays for it or a bill already has it. `session` is
    one of a package paid session by session, that is billed as it is used; a visit brings its own.
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
        return _with_session(by, open_one, session)
    invoice = Invoice.objects.create(branch=branch, customer=customer, appointment=appointment, created_by=by)
    if appointment and session is None and _is_owed(appointment):
        add_line(
            by=by,
            invoice=invoice,
            version=invoice.version,
            what=appointment.treatment,
            practitioner=appointment.practitioner,
        )
        invoice.refresh_from_db()
    return _with_session(by, invoice, session)


def _is_owed(appointment: Appointment) -> bool:
    billed = InvoiceLine.objects.filter(
        invoice__appointment=appointment, invoice__status="issued", treatment=appointment.treatment
    )
    return not billed.exists()


def _with_session(by: User, invoice: Invoice, session: Session | None) -> Invoice:
    """Put a session on the draft that is paid by itself, unless a bill has it."""
    if session is None or session.enrolment.payment != Plan.Payment.PER_SESSION:
        return invoice
    if session.enrolment.customer_id != invoice.customer_id:
        raise Refusal(_("That session belongs to somebody else."))
    lines = InvoiceLine.objects.filter(session=session)
    if not lines.exclude(invoice__status=Invoice.Status.DISCARDED).exists():
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
    """Put a treatment, a package with its add-ons or a product on the draft, at its price of today; a `session` of a
    package at what it is worth."""
    invoice = drafts.hold(invoice.pk, version)
    if not what.is_active or what.price is None:
        raise Refusal(_("%(thing)s is not for sale.") % {"thing": what.name})
    category = what.treatment.tax_category if isinstance(what, Plan) else what.tax_category
    line = InvoiceLine(
        invoice=invoice,
        position=(invoice.lines.aggregate(last=Max("position"))["last"] or 0) + 1,
        description=_with(what.name, add_ons),
        hsn=what.hsn_code if isinstance(what, Item) else category.hsn,
        uqc=what.uqc if isinstance(what, Item) else category.uqc,
        quantity=quantity,
        unit_price=what.price + sum((part.price or Decimal(0) for part in add_ons), Decimal(0)),
        price_includes_tax=what.price_includes_tax,
        tax_category=category,
        practitioner=practitioner,
        add_ons=[str(part.pk) for part in add_ons],
        **_reference(what),
    )
    if session:
        _name_session(line, session)
    drafts.check_line(line)
    line.save(force_insert=True)
    drafts.settle(invoice)
    return line


def _with(name: str, add_ons: Sequence[PlanPart]) -> str:
    """Cut to what a line's description holds."""
    names = ", ".join(part.name for part in add_ons)
    return (_("%(plan)s with %(add_ons)s") % {"plan": name, "add_ons": names})[:200] if names else name


def _name_session(line: InvoiceLine, session: Session) -> None:
    enrolment = session.enrolment
    names = {"plan": enrolment.plan_name, "number": session.number, "count": enrolment.session_count}
    line.description = _("%(plan)s, session %(number)s of %(count)s") % names
    line.unit_price, line.price_includes_tax = queries.session_value(session), False
    line.enrolment, line.session = enrolment, session


def _reference(what: Sold) -> dict[str, object]:
    if isinstance(what, Treatment):
        return {"kind": InvoiceLine.Kind.TREATMENT, "treatment": what}
    if isinstance(what, Plan):
        return {"kind": InvoiceLine.Kind.PLAN, "plan": what}
    return {"kind": InvoiceLine.Kind.PRODUCT, "item": what}


@transaction.atomic
def change_line(*, by: User, invoice: Invoice, version: int, line: InvoiceLine, terms: LineTerms) -> Invoice:
    """Set what is asked for on one line of a draft."""
    invoice = drafts.hold(invoice.pk, version)
    drafts.set_line(invoice.lines.select_related("item").get(pk=line.pk), terms).save()
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
            drafts.set_line(line, lines[line.pk]).save()
    drafts.set_terms(invoice, terms)
    drafts.settle(invoice)
    return invoice


@transaction.atomic
def discard(*, by: User, invoice: Invoice, version: int | None = None) -> Invoice:
    """Put a draft away for good. It never had a number, so none is missing."""
    invoice = drafts.hold(invoice.pk, invoice.version if version is None else version)
    invoice.status = Invoice.Status.DISCARDED
    return versions.save(invoice, fields=["status"], version=invoice.version)
