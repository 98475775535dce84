"""Credit and debit notes: changing an issued bill by a paper of its own. Money that is too much then is set free."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import dates, drafts, guards, loyalty, notes, queries, release, shares, snapshots
from billing.models import Invoice, Note, NoteBatch, NoteLine
from billing.notes import CreditTerms, Reckoned
from clinic import events, numbering
from clinic.models import Series
from clinic.plain import plain
from clinic.refusals import Refusal
from customers import domain as customers
from inventory import domain as inventory
from packages import domain as packages
from packages.models import Enrolment
from staff.models import User

Goods, Kind, Reason = NoteLine.Goods, Note.Kind, Note.Reason
SERIES = {Kind.CREDIT: Series.Kind.CREDIT_NOTE, Kind.DEBIT: Series.Kind.DEBIT_NOTE}


@guards.told
@transaction.atomic
def credit(
    *, by: User, invoice: Invoice, reason: str, detail: str = "", lines: Sequence[CreditTerms]
) -> Note:
    """Write a credit note (section 34 CGST). The field of a refusal is "<line id>:<field>".

    Goods go back to the batches they left from, or are written off. What was paid beyond what is owed then is released,
    the latest payment first, and packages on the bill are told.
    """
    locked = notes.hold(invoice)
    return _credit(by, locked, reason, detail, lines)


@guards.told
@transaction.atomic
def credit_package(*, by: User, enrolment: Enrolment, reason: str) -> Note | None:
    """Take a package back and credit what its unused sessions are worth, on the bill that sold it.

    None where no value of it is left to credit: it is given back all the same.
    """
    line = queries.sold_by(enrolment)
    if line is None:
        sentence = _("%(plan)s was on no invoice here, so there is nothing to credit.")
        raise Refusal(sentence % {"plan": enrolment.plan_name})
    locked = notes.hold(line.invoice)
    worth = packages.give_back(by=by, enrolment=enrolment, reason=reason)
    value = min(worth.unused, notes.value_left(line))
    if value <= 0:
        return None
    return _credit(by, locked, Reason.PACKAGE, reason, [CreditTerms(line=line, value=value)])


def _credit(by: User, invoice: Invoice, reason: str, detail: str, terms: Sequence[CreditTerms]) -> Note:
    today = drafts.today_of(invoice)
    dates.check_open(invoice.registration, today)
    found = notes.credit(invoice, terms, today=today)
    note = _new(by, invoice, Kind.CREDIT, reason, detail, found)
    _set_free(by, note, found)
    _take_goods(by, note, found)
    return _write(note, found)


def _set_free(by: User, note: Note, found: Reckoned) -> None:
    """What is paid beyond what the note leaves owed, told to the packages on the bill."""
    invoice = note.invoice
    standing = shares.Shares(invoice)
    before = standing.all(invoice.paid)
    too_much = notes.set_free(invoice, found.total)
    if too_much:
        release.release(by=by, invoice=invoice, amount=too_much)
    after = standing.less(found.total, {each.line.pk: each.value for each in found.lines})
    shares.tell_difference(
        by=by,
        shares=standing,
        before=before,
        after=after.all(invoice.paid),
        cause_kind="note",
        cause_id=note.pk,
    )


@guards.told
@transaction.atomic
def debit(
    *,
    by: User,
    invoice: Invoice,
    reason: str = Reason.TOO_LOW,
    detail: str = "",
    lines: Sequence[CreditTerms],
) -> Note:
    """Write a debit note for value that was too low; what the customer owes grows by it."""
    locked = notes.hold(invoice)
    dates.check_open(locked.registration, drafts.today_of(locked))
    found = notes.debit(locked, lines)
    return _write(_new(by, locked, Kind.DEBIT, reason, detail, found), found)


def _new(by: User, invoice: Invoice, kind: str, reason: str, detail: str, found: Reckoned) -> Note:
    """The row, unsaved: with its id, so that goods can name their cause before the number is taken."""
    if reason == Reason.OTHER and not detail.strip():
        raise Refusal(_("Say in your own words why."), field="detail")
    heads = {name: found.sum_of(name) for name in ("cgst", "sgst", "igst", "cess")}
    return Note(
        branch=invoice.branch,
        customer_id=invoice.customer_id,
        invoice=invoice,
        kind=kind,
        reason=reason,
        detail=detail.strip(),
        changes_tax=found.changes_tax,
        taxable=found.taxable,
        untaxed=found.untaxed,
        round_off=found.round_off,
        total=found.total,
        supplier=snapshots.supplier(invoice.branch, invoice.branch.registration, []),
        buyer={name: value for name, value in invoice.buyer.items() if name != "visit"},
        by=by,
        **heads,
    )


def _take_goods(by: User, note: Note, found: Reckoned) -> None:
    goods = [
        inventory.Returned(batch, quantity, each.goods == Goods.WRITE_OFF, f"{each.line.pk}:goods")
        for each in found.lines
        for batch, quantity in each.batches
    ]
    if goods:
        inventory.bring_back(
            by=by, branch=note.branch, goods=goods, cause_kind="note", cause_id=note.pk,
            note=plain(gettext_lazy("Brought back, invoice %(number)s")) % {"number": note.invoice.number},
        )  # fmt: skip


def _write(note: Note, found: Reckoned) -> Note:
    """The number last, then the note with its lines; triggers put it on the bill."""
    number = numbering.take(branch=note.branch, kind=SERIES[Kind(note.kind)])
    if note.is_credit and found.changes_tax != notes.changes_tax(note.invoice, number.day):
        raise Refusal(_("A new day began, after which this note may not change the tax. Write it again."))
    note.number, note.financial_year, note.series_year = (
        number.text,
        number.financial_year,
        number.series_year,
    )
    note.registration, note.issued_on, note.issued_at = number.series_year.registration, number.day, number.at
    note.save(force_insert=True)
    _write_lines(note, found)
    if note.is_credit:
        loyalty.take_back(by=note.by, note=note)
    invoice = note.invoice
    invoice.refresh_from_db(fields=["credited", "debited", "paid", "outstanding"])
    customers.note_standing(customer_id=invoice.customer_id, due=queries.due_of(invoice.customer_id))
    events.record(
        "note.issued",
        subject=note,
        by=note.by,
        branch_id=note.branch_id,
        invoice_id=str(invoice.pk),
        customer_id=str(invoice.customer_id),
        kind=note.kind,
    )
    return note


def _write_lines(note: Note, found: Reckoned) -> None:
    rows = [
        NoteLine(
            note=note, line=each.line, position=place, goods=each.goods, line_total=each.amounts.total,
            **{name: getattr(each.amounts, name) for name in notes.AMOUNTS},
        )
        for place, each in enumerate(found.lines, start=1)
    ]  # fmt: skip
    NoteLine.objects.bulk_create(rows)
    NoteBatch.objects.bulk_create(
        NoteBatch(line=row, batch=batch, number=batch.number, quantity=quantity)
        for row, each in zip(rows, found.lines, strict=True)
        for batch, quantity in each.batches
    )
