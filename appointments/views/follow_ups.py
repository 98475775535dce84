"""Who is to come back: overdue, this week, later."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appointments import domain
from appointments.forms.visit import LetGoForm
from appointments.models import FollowUp
from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import Practitioner

A_PAGE = 50
SHOWN = ("overdue", "week", "later")


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def follow_ups(request: HttpRequest) -> HttpResponse:
    return _list(request)


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def drop_follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its version makes a second click harmless."""
    rows = FollowUp.objects.visible_to(request.user).select_related("appointment__customer")
    asked = get_object_or_404(rows, pk=pk)
    form = LetGoForm(typed(request.POST), auto_id=f"drop-{pk}-%s")
    if not form.is_valid():
        return _list(request, (pk, form), status=422)
    try:
        domain.drop_follow_up(by=request.user, follow_up=asked, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        asked.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = str(asked.version)
        return _list(request, (pk, form), status=422)
    messages.success(
        request, _("The follow-up of %(name)s is dropped.") % {"name": asked.appointment.customer.full_name}
    )
    return go(request, "follow-ups")


def _list(
    request: HttpRequest, sent: tuple[UUID, LetGoForm] | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    found = _matching(request)
    counts = found.order_by().aggregate(**{name: Count("pk", filter=_when(name, today)) for name in SHOWN})
    show = request.GET.get("show", "")
    show = show if show in SHOWN else next((name for name in SHOWN if counts[name]), SHOWN[0])
    paginator = Paginator(found.filter(_when(show, today)), A_PAGE)
    paginator.count = counts[show]
    page = paginator.get_page(request.GET.get("page"))
    for asked in page:
        mine = sent[1] if sent and sent[0] == asked.pk else None
        asked.form = mine or LetGoForm(auto_id=f"drop-{asked.pk}-%s", initial={"version": asked.version})
        asked.days_late = (today - asked.due_on).days
    names = {"overdue": _("Overdue"), "week": _("This week"), "later": _("Later")}
    context: dict[str, Any] = {
        "page": page,
        "show": show,
        "shows": [(name, names[name], counts[name]) for name in SHOWN],
        "words": searched(request.GET),
        "practitioner": _practitioner(request),
        "practitioners": Practitioner.objects.visible_to(request.user).active().select_related("resource"),
        "lost": sent[1] if sent and sent[0] not in {asked.pk for asked in page} else None,
    }
    return reply(request, "appointments/follow_ups.html", context, status=status)


def _matching(request: HttpRequest) -> QuerySet[FollowUp]:
    found = FollowUp.objects.visible_to(request.user).open().filter(appointment__customer__is_active=True)
    if words := searched(request.GET):
        customers = Customer.objects.visible_to(request.user).matching(words)
        found = found.filter(appointment__customer__in=customers)
    if key := _practitioner(request):
        found = found.filter(appointment__practitioner=key)
    return found.select_related(
        "appointment__customer", "appointment__treatment", "appointment__practitioner__resource"
    ).order_by("due_on", "id")


def _practitioner(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("practitioner", ""))
    except ValueError:
        return None


def _when(show: str, today: datetime.date) -> Q:
    """This week: today and the six days after it."""
    next_week = today + datetime.timedelta(days=7)
    if show == "overdue":
        return Q(due_on__lt=today)
    return Q(due_on__gte=today, due_on__lt=next_week) if show == "week" else Q(due_on__gte=next_week)
