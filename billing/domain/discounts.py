"""A discount above one's cap: asked for, and agreed to or declined by somebody else."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import discounts, drafts, queries
from billing.models import Invoice
from clinic import events, versions
from clinic.locks import lock_row
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import User

ASKED = ["discount_asked_at", "discount_asked_by", "discount_answer"]
ALLOWED = ["discount_allowed", "discount_allowed_by"]


@transaction.atomic
def ask_discount(*, by: User, invoice: Invoice, version: int) -> Invoice:
    """Ask for the discount that is on the draft now."""
    invoice = _hold(invoice, version)
    lines = queries.lines_of(invoice)
    figures = drafts.compute(invoice, lines)
    if invoice.discount_asked_at:
        raise Refusal(_("It has been asked for already."))
    if discounts.problem(invoice, by, figures) is None:
        raise Refusal(_("You may give this discount without asking."), field="invoice_discount")
    if not invoice.discount_reason.strip():
        raise Refusal(_("Say why the discount is given, for whoever decides."), field="discount_reason")
    invoice.discount_asked_at, invoice.discount_asked_by = timezone.now(), by
    invoice.discount_answer = ""
    return _saved(by, invoice, "invoice.discount_asked", ASKED)


@transaction.atomic
def allow_discount(*, by: User, invoice: Invoice, version: int) -> Invoice:
    """Agree to the discount that is on the draft now, and to any smaller one."""
    invoice = _asked(by, invoice, version)
    figures = drafts.compute(invoice, queries.lines_of(invoice))
    if figures is None:
        raise Refusal(_("There is nothing on this invoice any more."))
    given = discounts.percent(invoice, figures)
    if given > by.discount_cap:
        raise Refusal(_("This discount is above your own cap, too."))
    invoice.discount_allowed, invoice.discount_allowed_by = given, by
    invoice.discount_asked_at = None
    return _saved(by, invoice, "invoice.discount_allowed", [*ASKED, *ALLOWED])


@transaction.atomic
def decline_discount(*, by: User, invoice: Invoice, version: int, answer: str) -> Invoice:
    """Say no; who asked reads why. What was agreed to before stays. Who asked may take it back so, too."""
    if not answer.strip():
        raise Refusal(_("Say why it is declined."), field="answer")
    if len(answer.strip()) > 200:
        raise Refusal(_("Say it in 200 characters at most."), field="answer")
    invoice = _asked(by, invoice, version, even_oneself=True)
    invoice.discount_asked_at, invoice.discount_answer = None, answer.strip()
    return _saved(by, invoice, "invoice.discount_declined", ASKED)


def _hold(invoice: Invoice, version: int) -> Invoice:
    lock_row(Customer, invoice.customer_id)
    return drafts.hold(invoice.pk, version)


def _asked(by: User, invoice: Invoice, version: int, *, even_oneself: bool = False) -> Invoice:
    invoice = _hold(invoice, version)
    if not invoice.discount_asked_at:
        raise Refusal(_("Nobody asks for this discount any more."))
    if invoice.discount_asked_by_id == by.pk and not even_oneself:
        raise Refusal(_("Somebody else has to agree to a discount that you asked for."))
    return invoice


def _saved(by: User, invoice: Invoice, verb: str, fields: list[str]) -> Invoice:
    versions.save(invoice, fields=fields, version=invoice.version)
    told = {"customer_id": str(invoice.customer_id), "asked_by": str(invoice.discount_asked_by_id)}
    events.record(verb, subject=invoice, by=by, branch_id=invoice.branch_id, **told)
    return invoice
