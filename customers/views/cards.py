"""ID cards of a customer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers import card_paper, domain
from customers.document_forms import ReasonForm
from customers.models import Customer, IdCard
from customers.views.documents import person_of


@requires(Permission.CUSTOMERS_VIEW)
@require_safe
@notes.reads(Customer, "customer", part=True)
def card_list(request: HttpRequest, customer: UUID) -> HttpResponse:
    """A part of the customer's page, and a page: the good card and those before it."""
    return _shown(request, person_of(request, customer), ReasonForm())


def _shown(request: HttpRequest, person: Customer, form: ReasonForm, status: int = 200) -> HttpResponse:
    mine = IdCard.objects.visible_to(request.user).filter(customer=person).defer("portrait", "snapshot")
    cards = list(mine.select_related("issued_by", "revoked_by")[:50])
    live = next((card for card in cards if card.revoked_at is None), None)
    context = {"customer": person, "cards": cards, "live": live, "form": form}
    name = "customers/cards.html#panel" if request.htmx else "customers/cards.html"
    return reply(request, name, context, status=status)


@requires(Permission.CUSTOMERS_CHANGE)
@require_POST
@once
def issue_card(request: HttpRequest, customer: UUID) -> HttpResponse:
    person = person_of(request, customer)
    card = domain.issue_card(by=request.user, customer=person, branch=request.branch)
    messages.success(request, _("Card %(edition)s is issued and ready to print.") % {"edition": card.edition})
    return redirect("card-list", person.pk)


@requires(Permission.CUSTOMERS_CHANGE)
@require_POST
def revoke_card(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = get_object_or_404(IdCard.objects.visible_to(request.user).select_related("customer"), pk=pk)
    form = ReasonForm(typed(request.POST))
    if not form.is_valid():
        return _shown(request, card.customer, form, status=422)
    try:
        domain.revoke_card(by=request.user, card=card, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return _shown(request, card.customer, form, status=422)
    messages.success(request, _("Card %(edition)s is void.") % {"edition": card.edition})
    return redirect(reverse("card-list", args=[card.customer_id]))


@requires(Permission.CUSTOMERS_VIEW)
@require_safe
@notes.prints(IdCard)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Front and back of a good card, in the size of a bank card."""
    card = get_object_or_404(IdCard.objects.visible_to(request.user), pk=pk)
    if not card.snapshot:  # erased
        raise Http404
    if card.revoked_at:
        raise Refusal(_("This card is void. Issue a new one to print it."))
    name = f'inline; filename="card-{card.snapshot["reference"]}-{card.edition}.pdf"'
    return HttpResponse(
        card_paper.draw(card), content_type="application/pdf", headers={"Content-Disposition": name}
    )
