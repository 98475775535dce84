"""The dashboard: what a person may see of today, the money and the stock of the branch they work at."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from appointments.panels import dress
from clinic import charts, money, registries
from clinic.permissions import Permission, requires
from reports import queries

NOON, EVENING = 12, 17  # hours of the branch's day


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    user, now = request.user, timezone.localtime()
    context: dict[str, Any] = {
        "greeting": _greeting(now) % {"name": _first_name(user.full_name)},
        "today": now.date(),
        "cards": [],
        "panels": registries.panels_for(user, "dashboard"),
    }
    for permission, part in (
        (Permission.APPOINTMENTS_VIEW, _day),
        (Permission.MONEY_VIEW, _money),
        (Permission.INVENTORY_VIEW, _stock),
    ):
        if user.may(permission):
            part(context, user, now.date())
    return render(request, "reports/dashboard.html", context)


def _greeting(now: datetime.datetime) -> str:
    if now.hour < NOON:
        return _("Good morning, %(name)s")
    return _("Good afternoon, %(name)s") if now.hour < EVENING else _("Good evening, %(name)s")


def _first_name(full_name: str) -> str:
    """Without the title that a doctor's name may begin with."""
    words = full_name.split()
    return words[1] if len(words) > 1 and words[0].endswith(".") else words[0]


def _day(context: dict[str, Any], user: Any, today: datetime.date) -> None:
    schedule = queries.schedule(user, user.branch, today)
    standing = sum(visit.status != Appointment.Status.NO_SHOW for visit in schedule)
    before = queries.standing_count(user, user.branch, today - datetime.timedelta(days=1))
    waiting = [visit.waiting_minutes for visit in schedule if visit.waiting_minutes is not None]
    for visit in schedule:
        dress(visit)
    context["schedule"] = schedule[: queries.SCHEDULE_SHOWN]
    context["more_visits"] = max(len(schedule) - queries.SCHEDULE_SHOWN, 0)
    context["cards"].append(
        {"label": _("Appointments today"), "value": standing, "note": _difference(standing - before)}
    )
    if not user.may(Permission.MONEY_VIEW):
        note = _("longest %(minutes)s min") % {"minutes": max(waiting)} if waiting else _("nobody waits")
        context["cards"].append({"label": _("Waiting now"), "value": len(waiting), "note": note})


def _difference(more: int) -> str:
    if more == 0:
        return _("as many as yesterday")
    if more > 0:
        return _("%(count)s more than yesterday") % {"count": more}
    return _("%(count)s fewer than yesterday") % {"count": -more}


def _money(context: dict[str, Any], user: Any, today: datetime.date) -> None:
    billed, pending = queries.billed(user, today), queries.pending(user)
    points = [
        charts.Point(date_format(day, "j M"), amount, money.rupees(amount)) for day, amount in billed.by_day
    ]
    context["pending"] = pending
    context["sales"] = {
        "sum": billed.sum,
        "bars": charts.bars(points, current=len(points) - 1),
        "axis": charts.axis(points),
    }
    context["cards"] += [
        {
            "label": _("Billed this month, with tax"),
            "value": money.rupees(billed.month),
            "note": _change(billed),
            "tone": "bad" if (billed.change_percent or 0) < 0 else "good",
        },
        {
            "label": _("Pending payments"),
            "value": money.rupees(pending.sum),
            "note": ngettext("%(count)s invoice outstanding", "%(count)s invoices outstanding", pending.count)
            % {"count": pending.count},
            "tone": "warn" if pending.count else "",
        },
    ]


def _change(billed: queries.Billed) -> str:
    days = {"days": f"1–{date_format(billed.until_then, 'j M')}"}
    if billed.change_percent is None:
        return _("nothing billed %(days)s") % days
    change = days | {"percent": abs(billed.change_percent)}
    if billed.change_percent < 0:
        return _("%(percent)s%% below %(days)s") % change
    return _("%(percent)s%% above %(days)s") % change


def _stock(context: dict[str, Any], user: Any, today: datetime.date) -> None:
    low = queries.low_stock(user, user.branch, today)
    context["low_stock"] = low[: queries.LOW_SHOWN]
    context["cards"].append(
        {
            "label": _("Low stock"),
            "value": len(low),
            "note": _("needs attention") if low else _("nothing under its level"),
            "tone": "bad" if low else "good",
        }
    )
