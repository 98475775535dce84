"""A person's family, and the national id that is shown to few."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.audit import notes
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers import domain, queries
from customers.models import Customer


def _visible(request: HttpRequest, pk: UUID) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
@notes.reads(Customer, part=True)
def household(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _card(request, _visible(request, pk))


def _card(request: HttpRequest, customer: Customer, status: int = 200, **more: str) -> HttpResponse:
    family = queries.family(user=request.user, customer=customer)
    context = {"customer": customer, "family": family, **more}
    return reply(
        request, "customers/household.html", context, fragments={"customer-household": "card"}, status=status
    )


@requires(Permission.CUSTOMERS_CHANGE)
@require_POST
@once
def join_household(request: HttpRequest, pk: UUID) -> HttpResponse:
    customer = _visible(request, pk)
    try:
        other = Customer.objects.visible_to(request.user).kept().get(pk=UUID(request.POST.get("other", "")))
        domain.join_household(by=request.user, customer=customer, other=other)
    except (ValueError, Customer.DoesNotExist):
        return _card(request, customer, 422, error=_("Choose somebody from the list."))
    except Refusal as refusal:
        return _card(request, customer, 422, error=refusal.message)
    return go(request, "customer-detail", pk)


@requires(Permission.CUSTOMERS_CHANGE)
@require_POST
def leave_household(request: HttpRequest, pk: UUID) -> HttpResponse:
    customer = domain.leave_household(by=request.user, customer=_visible(request, pk))
    messages.success(request, _("%(name)s is in no household any more.") % {"name": customer.full_name})
    return go(request, "customer-detail", pk)


@requires(Permission.CUSTOMERS_IDENTITY)
@require_POST
@notes.reads(Customer)
def show_identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole national id, once; that it was looked at is kept."""
    customer = _visible(request, pk)
    return _card(request, customer, identity=domain.show_identity(by=request.user, customer=customer))
