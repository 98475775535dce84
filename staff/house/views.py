"""Settings of the branch worked at. Each page says who changed what, and what is typed stays when it can't be saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic import registries
from clinic.forms import typed
from clinic.idempotency import once
from clinic.models import Branch, Holiday, Reason
from clinic.permissions import Permission, requires, signed_in
from clinic.refusals import Refusal, Stale
from staff import domain, queries
from staff.house.forms import (
    BranchForm,
    HolidayForm,
    IdentityForm,
    PapersForm,
    ReasonForm,
    RecordsForm,
    SlotsForm,
    TaxForm,
    days_of,
    tell,
)
from staff.house.history import changes

CONFIGURE = Permission.SETTINGS_CONFIGURE


@requires(CONFIGURE)
@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    return render(request, "settings/index.html", {"settings": registries.settings_for(request.user)})


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    return _page(request, "branch-identity", IdentityForm)


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    return _page(request, "branch-papers", PapersForm)


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def records(request: HttpRequest) -> HttpResponse:
    return _page(request, "branch-records", RecordsForm)


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def tax(request: HttpRequest) -> HttpResponse:
    def save(form: Any, branch: Branch) -> None:
        _change(request, form, branch)
        for series, prefix in form.changed_prefixes:
            domain.change_prefix(by=request.user, series=series, version=series.version, prefix=prefix)

    return _page(request, "branch-tax", TaxForm, save=save)


def _change(request: HttpRequest, form: BranchForm, branch: Branch) -> None:
    domain.change_branch(by=request.user, branch=branch, version=form.cleaned_data["version"], **form.given)


def _page(
    request: HttpRequest, name: str, kind: type[BranchForm], save: Callable[[Any, Branch], None] | None = None
) -> HttpResponse:
    branch = queries.branch_now(request.user)
    form = kind(branch=branch)
    if request.method == "POST":
        form = kind(typed(request.POST), request.FILES, branch=branch)
        if form.is_valid() and _saved(form, lambda: (save or _save(request))(form, branch)):
            messages.success(request, _("Saved; it counts from now on."))
            return redirect(name)
    return _show(request, name, form)


def _save(request: HttpRequest) -> Callable[[Any, Branch], None]:
    return lambda form, branch: _change(request, form, branch)


def _saved(form: Any, save: Callable[[], object]) -> bool:
    """All of it or nothing; a refusal is said in the form, and after a stale one saving again is a decision."""
    try:
        with transaction.atomic():
            save()
    except Stale as stale:
        if queries.is_so(form.instance, form.given):
            return True  # one's own double click
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        form.data["version"] = str(queries.version_of(form.instance))
        return False
    except Refusal as refusal:
        tell(form, refusal)
        return False
    return True


def _show(request: HttpRequest, name: str, form: BranchForm, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "settings": registries.settings_for(request.user),
        "here": next(one for one in registries.settings_for(request.user) if one.url_name == name),
        "changes": changes(form.instance, form._meta.fields),
        "branch": form.instance,
        **more,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, f"settings/{name}.html", context, status=422 if wrong or more.get("wrong") else 200
    )


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def hours(request: HttpRequest) -> HttpResponse:
    """The slot length, the week, and the holidays to come; the first two in one form."""
    branch = queries.branch_now(request.user)
    form, days = SlotsForm(branch=branch), days_of(branch)
    if request.method == "POST":
        data = typed(request.POST)
        form, days = SlotsForm(data, branch=branch), days_of(branch, data)
        valid = [each.is_valid() for each in [form, *days]]
        if all(valid) and _saved(form, lambda: _save_hours(request, form, days, branch)):
            messages.success(request, _("Saved; it counts from now on."))
            return redirect("branch-hours")
    return _hours(request, form, days)


def _save_hours(request: HttpRequest, form: SlotsForm, days: list[Any], branch: Branch) -> None:
    _change(request, form, branch)
    rows = [day.row for day in days if day.row]
    domain.set_hours(by=request.user, branch=branch, version=branch.version, hours=rows)


def _hours(
    request: HttpRequest, form: SlotsForm, days: list[Any], holiday: HolidayForm | None = None
) -> HttpResponse:
    holidays = queries.holidays_from(form.instance, timezone.localdate())
    wrong = any(day.is_bound and day.errors for day in days) or bool(holiday)
    return _show(
        request,
        "branch-hours",
        form,
        days=days,
        holidays=holidays,
        holiday=holiday or HolidayForm(),
        wrong=wrong,
    )


@requires(CONFIGURE)
@require_POST
@once
def add_holiday(request: HttpRequest) -> HttpResponse:
    branch = queries.branch_now(request.user)
    form = HolidayForm(typed(request.POST))
    if form.is_valid():
        try:
            domain.add_holiday(by=request.user, branch=branch, **form.cleaned_data)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Closed on that day."))
            return redirect("branch-hours")
    return _hours(request, SlotsForm(branch=branch), days_of(branch), form)


@requires(CONFIGURE)
@require_POST
def remove_holiday(request: HttpRequest, pk: UUID) -> HttpResponse:
    holiday = get_object_or_404(Holiday.objects.visible_to(request.user), pk=pk)
    domain.remove_holiday(by=request.user, holiday=holiday)
    messages.success(request, _("Open on that day."))
    return redirect("branch-hours")


@requires(CONFIGURE)
@require_GET
def reasons(request: HttpRequest) -> HttpResponse:
    return _reasons(request, ReasonForm())


@requires(CONFIGURE)
@require_POST
@once
def add_reason(request: HttpRequest) -> HttpResponse:
    form = ReasonForm(typed(request.POST))
    if form.is_valid():
        try:
            domain.add_reason(
                by=request.user, organisation=request.user.branch.organisation, **form.cleaned_data
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            return redirect("reason-list")
    return _reasons(request, form)


def _reasons(request: HttpRequest, form: ReasonForm) -> HttpResponse:
    known = list(Reason.objects.visible_to(request.user))
    context = {
        "form": form,
        "settings": registries.settings_for(request.user),
        "here": next(one for one in registries.settings_for(request.user) if one.url_name == "reason-list"),
        "purposes": [
            (title, [reason for reason in known if reason.purpose == purpose])
            for purpose, title in Reason.Purpose.choices
        ],
    }
    return render(request, "settings/reason-list.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def reason_options(request: HttpRequest, purpose: str) -> HttpResponse:
    """What the house suggests where it asks why, for the list of a text field."""
    if purpose not in Reason.Purpose:
        raise Http404
    suggested = Reason.objects.visible_to(request.user).filter(purpose=purpose)
    return HttpResponse(
        format_html_join("", '<option value="{}"></option>', ((each.text,) for each in suggested))
    )


@requires(CONFIGURE)
@require_POST
def remove_reason(request: HttpRequest, pk: UUID) -> HttpResponse:
    domain.remove_reason(
        by=request.user, reason=get_object_or_404(Reason.objects.visible_to(request.user), pk=pk)
    )
    return redirect("reason-list")


@signed_in
@require_GET
def logo(request: HttpRequest) -> HttpResponse:
    """The logo of the branch worked at; a PNG that was drawn here."""
    kept = request.user.branch.logo if request.user.branch else None
    if not kept or not kept.storage.exists(kept.name):
        raise Http404
    return FileResponse(kept.open("rb"), content_type="image/png")
