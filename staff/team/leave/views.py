"""Leave: one's own and how it was decided; what others ask for, for who may decide it."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires, signed_in
from clinic.refusals import Refusal
from staff import domain
from staff.house.forms import tell
from staff.models import TimeOff
from staff.team.leave.forms import DecisionForm, LeaveForm

APPROVE = Permission.LEAVE_APPROVE
MOST, LOOK_BACK = 50, datetime.timedelta(days=60)


@signed_in
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    if request.branch is None:
        raise Http404
    return _page(request)


def _page(request: HttpRequest, form: LeaveForm | None = None) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    rows = TimeOff.objects.visible_to(user).leave().select_related("person", "decided_by")
    context: dict[str, Any] = {
        "form": form or LeaveForm(),
        "mine": rows.filter(person=user).order_by("-first_day")[:MOST],
        "may_decide": user.may(APPROVE),
    }
    if user.may(APPROVE):
        others = rows.exclude(person=user)
        context["asked"] = others.pending().order_by("first_day")[:MOST]
        decided = others.exclude(status=TimeOff.Status.PENDING).filter(last_day__gte=today - LOOK_BACK)
        context["decided"] = decided.order_by("-first_day")[:MOST]
        context["decision"] = DecisionForm()
    return render(request, "staff/team/leave.html", context, status=422 if form else 200)


@signed_in
@require_POST
@once
def ask(request: HttpRequest) -> HttpResponse:
    if request.branch is None:
        raise Http404
    form = LeaveForm(typed(request.POST))
    if form.is_valid():
        try:
            leave = domain.ask_for_leave(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(
                request,
                _("Asked for: %(days)s days. Bookings go on until somebody approves it.")
                % {"days": leave.days},
            )
            return redirect("leave-list")
    return _page(request, form)


def _asked(request: HttpRequest, pk: UUID) -> TimeOff:
    rows = TimeOff.objects.visible_to(request.user).leave().select_related("person")
    return get_object_or_404(rows, pk=pk)


def _decision(request: HttpRequest) -> dict[str, str]:
    form = DecisionForm(typed(request.POST))
    if not form.is_valid():
        raise Refusal(_("A comment has at most 150 characters."))
    return form.cleaned_data


@requires(APPROVE)
@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    leave, said = _asked(request, pk), _decision(request)
    domain.approve_leave(
        by=request.user,
        leave=leave,
        branch=request.branch,
        comment=said["comment"],
        override=said["emergency"],
    )
    messages.success(
        request, _("%(name)s is off then; no bookings are taken any more.") % {"name": leave.person}
    )
    return redirect("leave-list")


@requires(APPROVE)
@require_POST
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    leave, said = _asked(request, pk), _decision(request)
    domain.reject_leave(by=request.user, leave=leave, branch=request.branch, comment=said["comment"])
    messages.success(request, _("The leave of %(name)s is rejected.") % {"name": leave.person})
    return redirect("leave-list")


@signed_in
@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = (
        TimeOff.objects.visible_to(request.user).leave().filter(person=request.user).select_related("person")
    )
    leave = get_object_or_404(mine, pk=pk)
    domain.take_leave_back(by=request.user, leave=leave, branch=request.branch)
    messages.success(request, _("Taken back."))
    return redirect("leave-list")
