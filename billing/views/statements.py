"""The statement of account of a customer, on a page and on paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from billing import paper, statements
from billing.list_forms import PeriodForm, StatementForm
from billing.statements import Account
from billing.views.paper import asked_for, pdf
from clinic.audit import notes
from clinic.forms import typed
from clinic.permissions import Permission, requires
from customers.models import Customer


def _asked(request: HttpRequest, pk: UUID) -> tuple[PeriodForm, Account]:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate(timezone=request.branch.zone)
    form = StatementForm(typed(request.GET))
    period = form.period(today)
    found = statements.statement(
        branch=request.branch, customer=customer, since=period.since, until=period.until
    )
    return form.filled(today), found


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Customer)
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was billed and paid between two days, each row leading to its paper."""
    form, found = _asked(request, pk)
    rows = [(entry, reverse(entry.page, args=[entry.pk])) for entry in found.entries]
    context = {"customer": found.customer, "statement": found, "rows": rows, "filters": form}
    return render(request, "billing/statement.html", context)


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Customer)
def statement_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as a PDF, on the paper and in the language asked for."""
    _form, found = _asked(request, pk)
    form, language, _copy = asked_for(request)
    name = f"statement-{found.customer.reference}.pdf"
    return pdf(paper.draw_statement(found, form, language), name)
