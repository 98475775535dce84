"""Drawers: one's own, those of the branch, the blind count, verifying, the paper, and the day of the branch."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing import domain, drawer_forms, drawer_paper, drawers
from billing.models import Drawer
from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.limits import Cost, costs
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal

PAGE = 30


def _visible(request: HttpRequest) -> QuerySet[Drawer]:
    """One's own, or everybody's at the branch for who may see those."""
    found = Drawer.objects.visible_to(request.user)
    if not request.user.may(Permission.DRAWERS_VIEW):
        found = found.filter(cashier=request.user)
    return found.select_related("cashier", "handed_to", "closed_by", "verified_by", "branch")


@requires(Permission.BILLING_COLLECT)
@require_safe
def drawer_list(request: HttpRequest) -> HttpResponse:
    """The branch's drawers for who may see them, otherwise one's own; the open one first."""
    found = _visible(request)
    show, words = searched(request.GET, "show"), searched(request.GET)
    if show in Drawer.Status:
        found = found.filter(status=show)
    if words:
        found = found.filter(Q(cashier__full_name__icontains=words) | Q(remark__icontains=words))
    mine = (
        Drawer.objects.visible_to(request.user)
        .filter(branch=request.branch, cashier=request.user, status=Drawer.Status.OPEN)
        .first()
    )
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "mine": mine,
        "statuses": Drawer.Status.choices,
        "show": show,
        "q": words,
    }
    return reply(request, "billing/drawers/list.html", context)


@requires(Permission.BILLING_COLLECT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def drawer_open(request: HttpRequest) -> HttpResponse:
    """Count the float and begin."""
    left = drawers.left_before(request.user, request.branch)
    form = drawer_forms.OpenForm(
        typed(request.POST) if request.method == "POST" else None, initial={"opening_float": left}
    )
    if request.method == "POST" and form.is_valid():
        try:
            drawer = domain.open_drawer(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, drawer.get_absolute_url())
    context = {"form": form, "title": _("Open the drawer"), "submit": _("Open")}
    return _form(request, context)


@requires(Permission.BILLING_COLLECT)
@require_safe
def drawer_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    drawer = get_object_or_404(_visible(request), pk=pk)
    return reply(request, "billing/drawers/detail.html", _shown(request, drawer))


def _shown(request: HttpRequest, drawer: Drawer, form: Any = None) -> dict[str, Any]:
    """While it is open nobody sees what should be in it: the count stays blind."""
    is_own = drawer.cashier_id == request.user.pk
    verifies = request.user.may(Permission.DRAWERS_VERIFY)
    context: dict[str, Any] = {
        "drawer": drawer,
        "movements": drawer.movements.select_related("by", "practitioner__resource"),
        "is_own": is_own,
        "may_count": drawer.is_open and (is_own or verifies),
        "may_verify": drawer.status == Drawer.Status.CLOSED
        and verifies
        and request.user.pk not in (drawer.cashier_id, drawer.closed_by_id),
        "open_items": drawers.open_items(drawer) if drawer.is_open else [],
    }
    if not drawer.is_open:
        context |= {
            "rows": drawers.compared(drawer),
            "notes": [(drawers.told(worth), count, sum_) for worth, count, sum_ in drawers.counted(drawer)],
            "form": form or drawer_forms.VerifyForm(initial={"version": drawer.version}),
        }
    return context


@requires(Permission.BILLING_COLLECT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def drawer_move(request: HttpRequest) -> HttpResponse:
    """Cash put into one's own drawer or paid out of it."""
    form = drawer_forms.MoveForm(typed(request.POST) if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            movement = domain.move_cash(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("The cash movement is recorded."))
            return go(request, "drawer-detail", movement.drawer_id)
    context = {"form": form, "title": _("Cash in or out"), "submit": _("Record")}
    return _form(request, context)


def _form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return reply(request, "billing/drawers/form.html", context, status=status)


@requires(Permission.BILLING_COLLECT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def drawer_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The blind count; closing tells what should have been there."""
    drawer = get_object_or_404(_visible(request), pk=pk)
    if not drawer.is_open:
        raise Refusal(_("This drawer is closed already."))
    form = drawer_forms.CountForm(
        typed(request.POST) if request.method == "POST" else None, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        version = drawer_forms.version_of(request.POST, drawer)
        try:
            domain.close_drawer(by=request.user, drawer=drawer, version=version, **form.counted())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The drawer is closed."))
            return go(request, "drawer-detail", pk)
    today = timezone.localdate(timezone=request.branch.zone)
    context = {
        "drawer": drawer,
        "form": form,
        "open_items": drawers.open_items(drawer),
        "unbilled": drawers.unbilled(request.branch, today),
    }
    status = 422 if request.method == "POST" else 200
    return reply(request, "billing/drawers/close.html", context, status=status)


@requires(Permission.DRAWERS_VERIFY)
@require_http_methods(["POST"])
@once
def drawer_verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to somebody else's count."""
    drawer = get_object_or_404(_visible(request), pk=pk)
    form = drawer_forms.VerifyForm(typed(request.POST))
    if form.is_valid():
        try:
            domain.verify_drawer(by=request.user, drawer=drawer, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The drawer is verified."))
            return go(request, "drawer-detail", pk)
    return reply(request, "billing/drawers/detail.html", _shown(request, drawer, form), status=422)


@requires(Permission.BILLING_COLLECT)
@require_safe
@costs(Cost.PAPER)
def drawer_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet of a closed drawer, to sign."""
    drawer = get_object_or_404(_visible(request), pk=pk)
    if drawer.is_open:
        raise Refusal(_("Close the drawer first."))
    response = HttpResponse(drawer_paper.draw(drawer), content_type="application/pdf")
    day = timezone.localdate(drawer.opened_at, drawer.branch.zone)
    response["Content-Disposition"] = f'inline; filename="drawer-{day:%Y-%m-%d}.pdf"'
    return response


@requires(Permission.DRAWERS_VIEW)
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The branch's day: drawers, money by mode, and visits that nobody has billed."""
    today = timezone.localdate(timezone=request.branch.zone)
    try:
        shown = parse_date(request.GET.get("day", "")) or today
    except ValueError:
        shown = today
    begun = datetime.datetime.combine(shown, datetime.time.min, request.branch.zone)
    found = (
        _visible(request)
        .filter(opened_at__lt=begun + datetime.timedelta(days=1))
        .filter(Q(closed_at__isnull=True) | Q(closed_at__gte=begun))
    )
    context = {
        "day": shown,
        "today": today,
        "drawers": found,
        "totals": drawers.day_totals(request.branch, shown),
        "unbilled": drawers.unbilled(request.branch, shown),
    }
    return reply(request, "billing/drawers/day.html", context)
