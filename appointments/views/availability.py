"""Who is in today and the coming two weeks; marking days off, other hours of a day, the available-now switch."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appointments import absences, domain
from appointments.availability import Rota, midnight
from appointments.availability import rota as read_rota
from appointments.forms import calendar_day
from appointments.forms.absences import DayForm, ShiftFormSet, TimeOffForm, WithdrawForm
from appointments.models import Appointment
from appointments.views.hits import says_off, says_out
from clinic.forms import typed, whole
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.models import OutOfService
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff import domain as staff
from staff.models import DayHours, Practitioner, TimeOff

DAYS = 14
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """A practitioner on a day: the shifts as worked, what is off, and how many visits stand of how many."""

    day: datetime.date
    name: str
    shifts: list[dict[str, Any]] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    holiday: str = ""
    is_off: bool = False
    is_special: bool = False
    visits: int = 0
    cap: int | None = None
    url: str = ""

    @property
    def is_full(self) -> bool:
        return self.cap is not None and self.visits >= self.cap


@dataclass(frozen=True)
class Line:
    """A practitioner's row of the grid; `may_manage` says that whoever looks may change it."""

    practitioner: Practitioner
    may_manage: bool
    cells: list[Cell]

    @property
    def today(self) -> Cell:
        return self.cells[0]


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def availability(request: HttpRequest) -> HttpResponse:
    """The page."""
    user, branch = request.user, request.branch
    today = timezone.localdate(timezone=branch.zone)
    days = [today + offset * ONE_DAY for offset in range(DAYS)]
    lines, rota = _lines(request, days)
    off = list(_time_off(request, today))
    outages = list(
        OutOfService.objects.visible_to(user)
        .not_over(timezone.now())
        .select_related("resource")
        .order_by("starts_at")
    )
    here = {line.practitioner.user_id for line in lines}
    locked = absences.why_locked(branch, today, rota.rules)
    unsettled = [
        *absences.unsettled_time_off(
            [one for one in off if one.person_id in here], user=user, branch=branch, rules=rota.rules
        ),
        *absences.unsettled_outages(outages, user=user, branch=branch),
        *absences.left_with_visits(user=user, branch=branch),
    ]
    context = {
        "days": [{"day": day, "holiday": rota.holidays.get(day, "")} for day in days],
        "lines": lines,
        "absent_tomorrow": [
            line.practitioner for line in lines if line.cells[1].is_off and line.cells[1].away
        ],
        "locked": absences.why_locked(branch, today + ONE_DAY, rota.rules),
        "time_off": [_shown(request, one, bool(locked)) for one in off],
        "outages": [{"outage": one, "sentence": says_out(one)} for one in outages],
        "warnings": [_warning(each) for each in unsettled],
        "may_manage": user.may(Permission.AVAILABILITY_MANAGE),
    }
    return render(request, "appointments/availability.html", context)


def _lines(request: HttpRequest, days: list[datetime.date]) -> tuple[list[Line], Rota]:
    staff_here = Practitioner.objects.visible_to(request.user).active().select_related("resource", "user")
    people = list(staff_here.order_by("resource__name"))
    rota = read_rota(branch=request.branch, practitioners=people, first=days[0], days=len(days))
    visits = _visits(request, days)
    names = {day: date_format(day, "D j M") for day in days}
    lines = []
    for who in people:
        may = request.user.may_manage(who.user)
        lines.append(Line(who, may, [_cell(rota, who, day, visits, may, names[day]) for day in days]))
    return lines, rota


def _visits(request: HttpRequest, days: list[datetime.date]) -> dict[tuple[UUID, datetime.date], int]:
    """How many visits stand, by practitioner and local day. One query."""
    zone = request.branch.zone
    begins = midnight(days[0], zone)
    ends = midnight(days[-1] + ONE_DAY, zone)
    rows = (
        Appointment.objects.visible_to(request.user)
        .standing()
        .filter(starts_at__gte=begins, starts_at__lt=ends)
    )
    counted = rows.order_by().annotate(day=TruncDate("starts_at", tzinfo=zone))
    counted = counted.values_list("practitioner_id", "day").annotate(count=Count("pk"))
    return {(who, day): count for who, day, count in counted}


def _cell(
    rota: Rota, who: Practitioner, day: datetime.date, visits: dict[Any, int], may: bool, name: str
) -> Cell:
    shifts, away = rota.shifts(who, day), rota.away(who, day)
    closed = day in rota.holidays or not rota.house(day).open_
    caps = [each.cap for each in shifts]
    own = who.daily_cap or rota.rules.daily_cap
    shared = sum(cap for cap in caps if cap) if caps and all(caps) else None
    return Cell(
        day=day,
        name=name,
        shifts=[] if closed else [_shift(each) for each in shifts],
        away=[each.label for each in away],
        holiday=rota.holidays.get(day, ""),
        is_off=closed or not shifts or not rota.hours(who, day).open_,
        is_special=rota.has_day_hours(who, day),
        visits=visits.get((who.pk, day), 0),
        cap=shared or own,
        url=f"{reverse('availability-day', args=[who.pk])}?day={day}" if may else "",
    )


def _shift(shift: Any) -> dict[str, Any]:
    mode = "" if shift.mode == shift.Mode.SLOT else shift.get_mode_display()
    return {"name": shift.name, "hours": f"{shift.starts:%H:%M}–{shift.ends:%H:%M}", "mode": mode}


def _time_off(request: HttpRequest, today: datetime.date) -> Any:
    people = Practitioner.objects.visible_to(request.user).values("user_id")
    rows = TimeOff.objects.visible_to(request.user).approved().filter(person__in=people, last_day__gte=today)
    return rows.select_related("person", "decided_by").order_by("first_day", "id")


def _shown(request: HttpRequest, off: TimeOff, is_locked: bool) -> dict[str, Any]:
    """Time off in the list, with the form to take it back for whoever may."""
    form = None
    if request.user.may_manage(off.person):
        form = WithdrawForm(user=request.user, is_locked=is_locked, auto_id=f"id_%s_{off.pk}")
    # Why somebody is away is theirs, and of those who decide it.
    says_why = (
        form is not None or off.person_id == request.user.pk or request.user.may(Permission.LEAVE_APPROVE)
    )
    return {"off": off, "sentence": says_off(off), "form": form, "says_why": says_why}


def _warning(each: absences.Unsettled) -> dict[str, Any]:
    """A standing notice: visits that are on a day off, need what is broken, or are with somebody who left."""
    cause = each.cause
    if isinstance(cause, TimeOff):
        return {
            "sentence": says_off(cause),
            "count": each.count,
            "url": reverse("time-off-hits", args=[cause.pk]),
        }
    if isinstance(cause, OutOfService):
        return {
            "sentence": says_out(cause),
            "count": each.count,
            "url": reverse("outage-hits", args=[cause.pk]),
        }
    gone = _("%(name)s treats here no longer.") % {"name": cause}
    return {"sentence": gone, "count": each.count, "url": reverse("practitioner-hits", args=[cause.pk])}


@requires(Permission.AVAILABILITY_MANAGE)
@require_POST
def switch_available(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Available now, or not."""
    who = _practitioner(request, pk)
    version = whole(request.POST.get("version", "")) or 0
    wanted = request.POST.get("is_available") == "yes"
    now = staff.switch_available(by=request.user, practitioner=who, is_available=wanted, version=version)
    said = _("%(name)s is available.") if now.is_available else _("%(name)s takes no walk-ins now.")
    if request.htmx:
        today = timezone.localdate(timezone=request.branch.zone)
        line = next(line for line in _lines(request, [today])[0] if line.practitioner.pk == pk)
        context = {"line": line, "said": said % {"name": now}}
        return render(request, "appointments/_availability_today.html", context)
    messages.success(request, said % {"name": now})
    return redirect("availability")


def _practitioner(request: HttpRequest, pk: UUID) -> Practitioner:
    rows = Practitioner.objects.visible_to(request.user).active().select_related("resource__branch", "user")
    return get_object_or_404(rows, pk=pk)


@requires(Permission.AVAILABILITY_MANAGE)
@require_http_methods(["GET", "POST"])
@once
def mark_off(request: HttpRequest) -> HttpResponse:
    """Mark days off; the page counts and lists the visits that this hits, before and after."""
    if request.method == "GET":
        asked = typed(request.GET)
        form = TimeOffForm(asked, user=request.user) if asked else TimeOffForm(user=request.user)
        hits = _would_hit(request, form) if asked and form.is_valid() else None
        initial = {name: asked[name] for name in form.fields if asked.get(name)}
        mine = {"person": request.user.pk} if not initial.get("person") else {}
        shown = TimeOffForm(initial=initial | mine, user=request.user)
        return _off_page(request, shown, hits)
    form = TimeOffForm(typed(request.POST), user=request.user)
    if not form.is_valid():
        return _off_page(request, form, None, status=422)
    given = form.cleaned_data
    try:
        off = domain.mark_off(
            by=request.user,
            branch=request.branch,
            person=given["person"],
            first_day=given["first_day"],
            last_day=given["last_day"],
            part=given["part"],
            reason=given["reason"],
            override=form.override_given,
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _off_page(request, form, _would_hit(request, form), status=422)
    messages.success(request, says_off(off))
    hits = absences.hit_by(off, user=request.user, branch=request.branch)
    return go(request, "time-off-hits", off.pk) if hits else go(request, "availability")


def _would_hit(request: HttpRequest, form: TimeOffForm) -> list[Appointment] | None:
    given = form.cleaned_data
    wanted = {name: given.get(name) for name in ("person", "first_day", "last_day", "part")}
    if not all(wanted.values()) or given["last_day"] - given["first_day"] > staff.LONGEST_TIME_OFF:
        return None
    return absences.hit_by_days(user=request.user, branch=request.branch, **wanted)


def _off_page(
    request: HttpRequest, form: TimeOffForm, hits: list[Appointment] | None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "hits": hits,
        "locked": absences.why_locked(
            request.branch, timezone.localdate(timezone=request.branch.zone) + ONE_DAY
        ),
    }
    return reply(
        request, "appointments/time_off.html", context, fragments={"would-hit": "would-hit"}, status=status
    )


@requires(Permission.AVAILABILITY_MANAGE)
@require_POST
def withdraw_time_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take time off back; the form stands on the page beside it."""
    off = get_object_or_404(TimeOff.objects.visible_to(request.user).select_related("person"), pk=pk)
    form = WithdrawForm(typed(request.POST), user=request.user)
    if not form.is_valid():
        raise Refusal(_("Say why %(name)s works after all.") % {"name": off.person.full_name})
    domain.withdraw_time_off(
        by=request.user,
        branch=request.branch,
        time_off=off,
        reason=form.cleaned_data["reason"],
        override=form.override_given,
    )
    messages.success(request, _("%(name)s works then after all.") % {"name": off.person.full_name})
    return redirect("availability")


@requires(Permission.AVAILABILITY_MANAGE)
@require_http_methods(["GET", "POST"])
@once
def set_day_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Other hours of one practitioner on one date (`?day=`); with all rows empty, those of every week again."""
    who = _practitioner(request, pk)
    if request.method == "GET":
        today = timezone.localdate(timezone=request.branch.zone)
        day = calendar_day(request.GET.get("day", "")) or today
        rota = read_rota(branch=request.branch, practitioners=[who], first=day)
        shifts = ShiftFormSet(initial=[_row_of(each) for each in rota.shifts(who, day)], prefix="shift")
        return _day_page(request, who, DayForm(initial={"day": day}, user=request.user), shifts)
    sent = typed(request.POST)
    form, shifts = DayForm(sent, user=request.user), ShiftFormSet(sent, prefix="shift")
    if not (form.is_valid() and shifts.is_valid()):
        return _day_page(request, who, form, shifts, status=422)
    day = form.cleaned_data["day"]
    try:
        domain.set_day_hours(
            by=request.user,
            practitioner=who,
            day=day,
            shifts=[DayHours(**each.cleaned_data) for each in shifts if each.is_filled],
            override=form.override_given,
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _day_page(request, who, form, shifts, status=422)
    words = {"name": who, "day": date_format(day, "l j F")}
    messages.success(request, _("The hours of %(name)s on %(day)s are changed.") % words)
    return go(request, "availability")


def _row_of(shift: Any) -> dict[str, Any]:
    return {name: getattr(shift, name) for name in ShiftFormSet.form.Meta.fields}


def _day_page(
    request: HttpRequest, who: Practitioner, form: DayForm, shifts: Any, status: int = 200
) -> HttpResponse:
    day = calendar_day(str(form["day"].value() or "")) or timezone.localdate(timezone=request.branch.zone)
    context = {
        "who": who,
        "day": day,
        "form": form,
        "shifts": shifts,
        "locked": absences.why_locked(request.branch, day),
    }
    return render(request, "appointments/availability_day.html", context, status=status)
