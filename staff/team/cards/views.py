"""ID cards of colleagues."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import card_paper
from clinic.audit import notes
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff import domain
from staff.models import StaffCard
from staff.team.people.forms import ReasonForm
from staff.team.people.views import person_of

PRINT = Permission.STAFF_PRINT


@requires(PRINT)
@require_POST
@once
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request, pk)
    card = domain.issue_staff_card(by=request.user, person=person, branch=request.branch)
    messages.success(request, _("Card %(edition)s is issued and ready to print.") % {"edition": card.edition})
    return redirect("person-detail", person.pk)


@requires(PRINT)
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    card = get_object_or_404(StaffCard.objects.visible_to(request.user), pk=pk)
    form = ReasonForm(typed(request.POST))
    if not form.is_valid():
        raise Refusal(_("Say why the card is made void."))
    domain.revoke_staff_card(by=request.user, card=card, reason=form.cleaned_data["reason"])
    messages.success(request, _("Card %(edition)s is void.") % {"edition": card.edition})
    return redirect("person-detail", card.person_id)


@requires(PRINT)
@require_safe
@notes.prints(StaffCard)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Front and back of a good card, in the size of a bank card."""
    card = get_object_or_404(StaffCard.objects.visible_to(request.user), pk=pk)
    if card.revoked_at:
        raise Refusal(_("This card is void. Issue a new one to print it."))
    name = f'inline; filename="staff-card-{card.snapshot["reference"]}-{card.edition}.pdf"'
    rows = [*card.snapshot["facts"], (_("Blood"), card.snapshot["blood_group"])]
    terms = _(
        "For its holder alone, while they work here. Stays the property of the house and becomes void when a new one is issued. If found, please return it to the address above."
    )
    content = card_paper.draw(card, zone=request.branch.zone, rows=rows, terms=terms)
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})
