"""Issuing: the draft becomes a document for good. Stock leaves, packages begin, and the number is taken last."""

import datetime
from collections.abc import Sequence

import pgbulk
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing import discounts, drafts, figures, guards, loyalty, queries, snapshots
from billing.figures import Figures
from billing.models import BillingRules, Invoice, InvoiceLine, LineBatch
from clinic import events, numbering, versions
from clinic.locks import lock_row
from clinic.models import Registration, Series
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from inventory import domain as inventory
from inventory.models import Movement
from packages import domain as packages
from packages.models import PlanPart, Session
from staff.models import User

SERIES = {
    Invoice.Document.TAX_INVOICE: Series.Kind.TAX_INVOICE,
    Invoice.Document.INVOICE_CUM_BILL_OF_SUPPLY: Series.Kind.TAX_INVOICE,
    Invoice.Document.BILL_OF_SUPPLY: Series.Kind.BILL_OF_SUPPLY,
    Invoice.Document.BILL: Series.Kind.BILL,
}
ISSUED = [
    *figures.AMOUNTS, "status", "document", "number", "financial_year", "series_year", "registration", "issued_on",
    "issued_at", "issued_by", "print_address", "supplier", "buyer", "due_on",
]  # fmt: skip


@guards.told
@transaction.atomic
def issue(*, by: User, invoice: Invoice, version: int) -> Invoice:
    """Make a draft a document with a number (sections 31 and 32, Rules 46, 46A, 49 CGST).

    Refuses what the law or the shelf doesn't allow, with the field it belongs to; a refusal leaves all as it was.
    """
    lock_row(Customer, invoice.customer_id)
    invoice = drafts.hold(invoice.pk, version)
    lines = queries.lines_of(invoice)
    if not lines:
        raise Refusal(_("There is nothing on this invoice yet."), field="add")
    today = drafts.today_of(invoice)
    if invoice.dated:
        lock_row(Registration, invoice.branch.registration_id)  # nobody closes the books meanwhile
    found = _work_out(invoice, lines, today)
    _check_discount(by, invoice, found)
    _take_stock(by, invoice, lines, today)
    _enrol(by, invoice, lines, found, today)
    loyalty.settle(by=by, invoice=invoice)
    owed = queries.due_of(invoice.customer_id) + found.computed.totals.grand_total
    customers.note_standing(customer_id=invoice.customer_id, due=owed)
    session = _session_of(invoice)
    kind = SERIES[Invoice.Document(found.document)]
    number = numbering.take(branch=invoice.branch, kind=kind, on=invoice.dated)
    if number.day != (invoice.dated or today):
        found = _on_the_day_of_the_number(invoice, lines, found, number.day)
    figures.write(invoice, lines, found)
    _snapshot(invoice, lines, found, session)
    _number(invoice, by, number)
    pgbulk.update(InvoiceLine, lines, [*figures.LINE_AMOUNTS, *snapshots.LINE, "enrolment"])
    versions.save(invoice, fields=ISSUED, version=invoice.version)
    loyalty.earn(by=by, invoice=invoice)
    events.record(
        "invoice.issued",
        subject=invoice,
        by=by,
        branch_id=invoice.branch_id,
        customer_id=str(invoice.customer_id),
        lines=len(lines),
    )
    return invoice


def _work_out(invoice: Invoice, lines: Sequence[InvoiceLine], today: datetime.date) -> Figures:
    _check_dates(invoice.branch.registration, invoice.dated or today)
    found = drafts.work_out(invoice, lines, today=today)
    if found.problems:
        problem = found.problems[0]
        raise Refusal(problem.message, field=problem.field or None)
    return found


def _check_discount(by: User, invoice: Invoice, found: Figures) -> None:
    given = found.computed.totals.line_discount + found.computed.totals.invoice_discount
    problem = discounts.problem(invoice, by, found) if given else None
    if problem:
        raise Refusal(problem.message, field=problem.field)


def _check_dates(registration: Registration, day: datetime.date) -> None:
    if registration.valid_from > day or (registration.valid_to and registration.valid_to <= day):
        sentence = _("The branch's GST registration %(registration)s is not in force on %(day)s.")
        raise Refusal(sentence % {"registration": registration, "day": date_format(day, "j M Y")})


def _on_the_day_of_the_number(
    invoice: Invoice, lines: Sequence[InvoiceLine], before: Figures, day: datetime.date
) -> Figures:
    """Midnight passed while the bill was issued: the rules of the day printed on it count."""
    found = _work_out(invoice, lines, day)
    if found.document != before.document:
        raise Refusal(
            _("A new day began while this invoice was issued, with other tax rules. Issue it again.")
        )
    return found


def _take_stock(by: User, invoice: Invoice, lines: Sequence[InvoiceLine], today: datetime.date) -> None:
    goods = [line for line in lines if line.item_id]
    if not goods:
        return
    taken = inventory.take(
        by=by,
        branch=invoice.branch,
        wanted=[inventory.Wanted(line.item, line.quantity, line.batch) for line in goods if line.item],
        kind=Movement.Kind.SALE,
        cause_kind="invoice",
        cause_id=invoice.pk,
        today=today,
    )
    LineBatch.objects.bulk_create(
        snapshots.line_batch(goods[part.place], part.batch, part.quantity) for part in taken
    )


def _enrol(
    by: User, invoice: Invoice, lines: Sequence[InvoiceLine], found: Figures, today: datetime.date
) -> None:
    for line, result in zip(lines, found.computed.lines, strict=True):
        if line.plan:
            line.enrolment = packages.enrol(
                by=by,
                branch=invoice.branch,
                customer=invoice.customer,
                plan=line.plan,
                value=result.net_value,
                on=today,
                add_ons=_add_ons(line),
            )


def _add_ons(line: InvoiceLine) -> list[PlanPart]:
    found = list(PlanPart.objects.filter(plan=line.plan_id, pk__in=line.add_ons, is_add_on=True))
    if len(found) < len(line.add_ons):
        raise Refusal(
            _("%(line)s: an add-on is no longer sold. Put the package on the bill anew.") % {"line": line}
        )
    return found


def _session_of(invoice: Invoice) -> Session | None:
    if invoice.appointment_id is None:
        return None
    return Session.objects.select_related("enrolment").filter(appointment_id=invoice.appointment_id).first()


def _snapshot(
    invoice: Invoice, lines: Sequence[InvoiceLine], found: Figures, session: Session | None
) -> None:
    registration = invoice.branch.registration
    invoice.registration, invoice.document = registration, Invoice.Document(found.document)
    invoice.print_address = found.address
    invoice.supplier = snapshots.supplier(invoice.branch, registration, found.legends)
    invoice.buyer = snapshots.buyer(invoice.customer, address=found.address)
    if invoice.buyer_name:
        invoice.buyer["name"] = invoice.buyer_name
    if invoice.buyer_phone:
        invoice.buyer["phone"] = invoice.buyer_phone
    invoice.buyer |= {"visit": snapshots.visit(invoice, session)}
    for line in lines:
        snapshots.write_line(line)


def _number(invoice: Invoice, by: User, number: numbering.Number) -> None:
    invoice.status, invoice.number = Invoice.Status.ISSUED, number.text
    invoice.financial_year, invoice.series_year = number.financial_year, number.series_year
    invoice.issued_on, invoice.issued_at, invoice.issued_by = number.day, number.at, by
    if invoice.due_on is None:
        days = BillingRules.of(invoice.branch).payment_days
        invoice.due_on = number.day + datetime.timedelta(days=days)
