"""The waitlist: offers that are open, who waits, who has asked; and the answers to offers."""

import datetime
import math
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appointments import domain
from appointments.models import Appointment, Offer
from appointments.steps import Overlap, spoken
from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer

A_PAGE = 25
SHOWN = ("offers", "waiting", "requests")
STATES = {"waiting": Appointment.Status.WAITLISTED, "requests": Appointment.Status.REQUESTED}
ONE_MINUTE = datetime.timedelta(minutes=1)


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def waitlist(request: HttpRequest) -> HttpResponse:
    """`?show=` offers, waiting or requests; without it the first that has anybody."""
    return _list(request)


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def put_on_waitlist(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    visit = domain.waitlist(by=request.user, appointment=visit)
    messages.success(request, _("%(name)s is on the waitlist.") % {"name": visit.customer.full_name})
    return go(request, "waitlist")


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
@once
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    offer = get_object_or_404(Offer.objects.visible_to(request.user), pk=pk)
    despite = "despite_overlap" in request.POST
    try:
        visit = domain.accept(by=request.user, offer=offer, despite_overlap=despite)
    except Refusal as refusal:
        return _list(request, (pk, refusal), status=422)
    words = {"name": visit.customer.full_name, "when": spoken(visit), "who": visit.practitioner}
    messages.success(request, _("%(name)s is booked on %(when)s with %(who)s.") % words)
    return go(request, "appointment-detail", visit.pk)


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second press is told that the offer has ended."""
    offer = get_object_or_404(Offer.objects.visible_to(request.user), pk=pk)
    try:
        domain.decline(by=request.user, offer=offer, reason=typed(request.POST).get("reason", "")[:200])
    except Refusal as refusal:
        return _list(request, (pk, refusal), status=422)
    messages.success(request, _("The offer is declined; its time goes to the next."))
    return go(request, "waitlist")


def _list(request: HttpRequest, said: tuple[UUID, Refusal] | None = None, status: int = 200) -> HttpResponse:
    """`said` is what an offer was refused with."""
    offers, wishes = _offers(request), _wishes(request)
    counts = wishes.order_by().aggregate(
        **{name: Count("pk", filter=Q(status=state)) for name, state in STATES.items()}
    )
    counts["offers"] = offers.count()
    show = "offers" if said else request.GET.get("show", "")
    show = show if show in SHOWN else next((name for name in SHOWN if counts[name]), SHOWN[0])
    rows = offers if show == "offers" else wishes.filter(status=STATES[show])
    paginator = Paginator(rows, A_PAGE)
    paginator.count = counts[show]
    page = paginator.get_page(request.GET.get("page"))
    for row in page:
        _dress(row, said)
    names = {"offers": _("Offers"), "waiting": _("Waiting"), "requests": _("Requests")}
    context: dict[str, Any] = {
        "page": page,
        "show": show,
        "shows": [(name, names[name], counts[name]) for name in SHOWN],
        "words": searched(request.GET),
        "lost": said[1] if said and said[0] not in {row.pk for row in page} else None,
    }
    return reply(request, "appointments/waitlist.html", context, status=status)


def _offers(request: HttpRequest) -> QuerySet[Offer]:
    """Open ones; the job ends what has run out a minute later at most."""
    rows = Offer.objects.visible_to(request.user).filter(
        status=Offer.Status.HELD, held_until__gt=timezone.now()
    )
    return _searched(request, rows).select_related(
        "customer", "treatment", "practitioner__resource", "appointment", "session__enrolment"
    )


def _wishes(request: HttpRequest) -> QuerySet[Appointment]:
    """In the order in which they are asked."""
    rows = Appointment.objects.visible_to(request.user).filter(status__in=STATES.values())
    rows = _searched(request, rows).select_related("customer", "treatment", "practitioner__resource", "wish")
    return rows.order_by(F("wish__first_day").asc(nulls_last=True), "created_at", "id")


def _searched(request: HttpRequest, rows: QuerySet) -> QuerySet:
    words = searched(request.GET)
    if not words:
        return rows
    return rows.filter(customer__in=Customer.objects.visible_to(request.user).matching(words))


def _dress(row: Any, said: tuple[UUID, Refusal] | None) -> None:
    if isinstance(row, Offer):
        row.minutes_left = math.ceil((row.held_until - timezone.now()) / ONE_MINUTE)
        row.refusal = said[1] if said and said[0] == row.pk else None
        row.overlaps = isinstance(row.refusal, Overlap)
    else:
        row.days_waiting = (timezone.localdate() - timezone.localdate(row.created_at)).days
