"""The hours of every week of somebody who treats, from a day on: what was and is known, and a form for others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import absences, domain
from appointments.forms.absences import WeeklyForm, WeeklyFormSet
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff.models import Practitioner, Shift, WeeklyHours
from staff.queries import Writing, who_wrote


@dataclass(frozen=True)
class Known:
    """A shift with the days of the week that have it, since when and until when, and who wrote it."""

    shift: WeeklyHours
    days: list[str]
    written: Writing | None


@requires(Permission.STAFF_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def set_weekly_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Practitioner.objects.visible_to(request.user).select_related("resource__branch", "user")
    who = get_object_or_404(rows, pk=pk)
    if request.method == "GET":
        form = WeeklyForm(initial={"valid_from": _today(request)}, user=request.user)
        return _page(request, who, form, WeeklyFormSet(initial=_as_planned(request, who), prefix="shift"))
    sent = typed(request.POST)
    form, shifts = WeeklyForm(sent, user=request.user), WeeklyFormSet(sent, prefix="shift")
    if not (form.is_valid() and shifts.is_valid() and _saved(request, who, form, shifts)):
        return _page(request, who, form, shifts, status=422)
    messages.success(request, _("The weekly hours of %(name)s are saved.") % {"name": who})
    return redirect("person-detail", who.user_id)


def _saved(request: HttpRequest, who: Practitioner, form: WeeklyForm, shifts: Any) -> bool:
    try:
        domain.set_weekly_hours(
            by=request.user,
            practitioner=who,
            valid_from=form.cleaned_data["valid_from"],
            shifts=[row for each in shifts for row in each.rows],
            override=form.override_given,
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def _today(request: HttpRequest) -> Any:
    return timezone.localdate(timezone=request.branch.zone)


def _as_planned(request: HttpRequest, who: Practitioner) -> list[dict[str, Any]]:
    """The shifts as they will be at last, those that differ only in the day of the week together."""
    known = list(who.weekly_hours.all())
    last = max([_today(request), *(row.valid_from for row in known if row.valid_from)])
    lasting = [row for row in known if row.valid_to is None or row.valid_to >= last]
    return [
        {"weekdays": [row.weekday for row in rows], **{name: getattr(rows[0], name) for name in Shift.FIELDS}}
        for rows in _alike(lasting, Shift.FIELDS)
    ]


def _alike(rows: Iterable[WeeklyHours], names: Iterable[str]) -> list[list[WeeklyHours]]:
    found: dict[tuple[Any, ...], list[WeeklyHours]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    return list(found.values())


def _known(who: Practitioner) -> list[Known]:
    """All that were ever written, the latest first."""
    rows = sorted(who.weekly_hours.all(), key=lambda row: str(row.valid_from or ""), reverse=True)
    written = who_wrote(rows)
    together = _alike(rows, (*Shift.FIELDS, "valid_from", "valid_to"))
    return [
        Known(some[0], [row.get_weekday_display() for row in some], written.get(some[0].pk))
        for some in together
    ]


def _page(
    request: HttpRequest, who: Practitioner, form: WeeklyForm, shifts: Any, status: int = 200
) -> HttpResponse:
    context = {
        "who": who,
        "form": form,
        "shifts": shifts,
        "known": _known(who),
        "today": _today(request),
        "locked": absences.why_locked(request.branch, _today(request)),
    }
    return render(request, "appointments/availability_weekly.html", context, status=status)
