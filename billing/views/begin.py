"""Beginning a bill: whose it is, and what is on it from the start."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment
from billing import domain
from billing.models import Invoice
from clinic.htmx import go
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Enrolment, Plan, Session


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@requires(Permission.BILLING_CREATE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Whose bill it is; its POST begins that person's draft, once however often it is sent.

    `customer` and `plan` in the address are chosen already; a visit sends `appointment`, a package that is paid session
    by session sends `session`, one that came by exchange `exchange`, and needs no choice.
    """
    sent = request.POST if request.method == "POST" else request.GET
    customer, plan = _customer(request, sent), _plan(request, sent)
    if request.method == "GET":
        return _whose(request, customer, plan)
    visit = _appointment(request, sent.get("appointment"))
    if visit:
        customer = visit.customer
    session = _session(request, sent.get("session"))
    if session:
        customer = session.enrolment.customer
    exchanged = _exchanged(request, sent.get("exchange"))
    if exchanged:
        customer = exchanged.customer
    if customer is None:
        return _whose(request, None, plan, _("Choose a customer from the list."))
    try:
        with transaction.atomic():
            invoice = domain.draft(
                by=request.user,
                branch=request.branch,
                customer=customer,
                appointment=visit,
                session=session,
                exchanged=exchanged,
            )
            _add_plan(request, invoice, plan)
    except Refusal as refusal:
        return _whose(request, customer, plan, refusal.message)
    return go(request, "invoice-edit", invoice.pk)


def _whose(
    request: HttpRequest, customer: Customer | None, plan: Plan | None, error: str = ""
) -> HttpResponse:
    here = reverse("invoice-new", query={"plan": plan.pk} if plan else None)
    context = {"customer": customer, "plan": plan, "error": error, "here_again": here}
    return render(request, "billing/new.html", context, status=422 if error else 200)


def _customer(request: HttpRequest, sent: QueryDict) -> Customer | None:
    key = _uuid(sent.get("customer"))
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=key) if key else None


def _plan(request: HttpRequest, sent: QueryDict) -> Plan | None:
    key = _uuid(sent.get("plan"))
    plans = Plan.objects.visible_to(request.user).select_related("treatment__tax_category")
    return get_object_or_404(plans, pk=key) if key else None


def _appointment(request: HttpRequest, text: str | None) -> Appointment | None:
    key = _uuid(text)
    if key is None:
        return None
    visible = Appointment.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("customer", "treatment__tax_category", "practitioner"), pk=key
    )


def _session(request: HttpRequest, text: str | None) -> Session | None:
    key = _uuid(text)
    if key is None:
        return None
    enrolments = Enrolment.objects.visible_to(request.user).select_related("customer")
    enrolment = get_object_or_404(enrolments, sessions=key)
    session = enrolment.sessions.get(pk=key)
    session.enrolment = enrolment
    return session


def _exchanged(request: HttpRequest, text: str | None) -> Enrolment | None:
    key = _uuid(text)
    if key is None:
        return None
    things = ("customer", "came_from", "plan__treatment__tax_category")
    return get_object_or_404(Enrolment.objects.visible_to(request.user).select_related(*things), pk=key)


def _add_plan(request: HttpRequest, invoice: Invoice, plan: Plan | None) -> None:
    """With the add-ons that were ticked, as far as they are the plan's."""
    if plan and not invoice.lines.filter(plan=plan).exists():
        ticked = request.POST.getlist("add_ons")
        chosen = [part for part in plan.parts.filter(is_add_on=True) if str(part.pk) in ticked]
        domain.add_line(by=request.user, invoice=invoice, version=invoice.version, what=plan, add_ons=chosen)
