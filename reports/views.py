"""The dashboard: what a person may see of today, the money and the stock of the branch they work at."""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from appointments.panels import dress
from clinic import charts, money, registries
from clinic.htmx import reply
from clinic.money import round2
from clinic.permissions import Permission, requires
from inventory import queries as stock_queries
from inventory.models import Item
from reports import figures, queries

PER_PAGE = 50
MOST_CARDS = 4
Status = Appointment.Status
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


def _card(name: str, value: Any, note: str, tone: str = "") -> dict[str, Any]:
    """A figure that opens its rows."""
    figure = figures.FIGURES[name]
    url = reverse("figure-rows", args=[name])
    return {"label": figure.title, "value": value, "note": note, "tone": tone, "url": url}


def _day(context: dict[str, Any], user: Any, today: datetime.date) -> None:
    schedule = queries.schedule(user, user.branch, today)
    standing = sum(visit.status != Status.NO_SHOW for visit in schedule)
    before = figures.FIGURES["visits-yesterday"].total(user, user.branch, today)
    for visit in schedule:
        dress(visit)
    context["schedule"] = schedule[: queries.SCHEDULE_SHOWN]
    context["more_visits"] = max(len(schedule) - queries.SCHEDULE_SHOWN, 0)
    context["cards"].append(_card("visits", standing, _difference(standing - int(before))))
    if not user.may(Permission.MONEY_VIEW):
        context["cards"] += _of_those_who_work(schedule)


def _of_those_who_work(schedule: list[Appointment]) -> list[dict[str, Any]]:
    """The desk's and the practitioners' own figures: who waits, who has not said that they come, what is done."""
    waiting = [visit for visit in schedule if visit.status in (Status.ARRIVED, Status.IN_QUEUE)]
    longest = max((visit.waiting_minutes or 0 for visit in waiting), default=0)
    note = _("longest %(minutes)s min") % {"minutes": longest} if waiting else _("nobody waits")
    unconfirmed = sum(visit.status == Status.SCHEDULED for visit in schedule)
    done = sum(visit.status == Status.COMPLETED for visit in schedule)
    to_do = sum(visit.status not in (Status.COMPLETED, Status.NO_SHOW) for visit in schedule)
    return [
        _card("waiting", len(waiting), note),
        _card("unconfirmed", unconfirmed, _("not confirmed yet") if unconfirmed else _("all confirmed")),
        _card("completed", done, _("%(count)s to go") % {"count": to_do}),
    ]


def _difference(more: int) -> str:
    if more == 0:
        return _("as many as yesterday")
    if more > 0:
        return _("%(count)s more than yesterday") % {"count": more}
    return _("%(count)s fewer than yesterday") % {"count": -more}


def _money(context: dict[str, Any], user: Any, today: datetime.date) -> None:
    (billed, received), pending = queries.money_of(user, user.branch, today), queries.pending(user)
    points = [
        charts.Point(date_format(day, "j M"), amount, money.rupees(amount)) for day, amount in billed.by_day
    ]
    context["pending"] = pending
    context["sales"] = {
        "sum": billed.sum,
        "bars": charts.bars(points, current=len(points) - 1),
        "axis": charts.axis(points),
    }
    context["received"] = received
    open_bills = ngettext("%(count)s invoice outstanding", "%(count)s invoices outstanding", pending.count)
    context["cards"] += [
        _card(
            "billed",
            money.rupees(billed.month),
            _change(billed),
            "bad" if (billed.change_percent or 0) < 0 else "good",
        ),
        _card(
            "pending",
            money.rupees(pending.sum),
            open_bills % {"count": pending.count},
            "warn" if pending.count else "",
        ),
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
    note = _("needs attention") if low else _("nothing under its level")
    low_card = _card("low-stock", len(low), note, "bad" if low else "good")
    if user.may(Permission.APPOINTMENTS_VIEW):
        context["cards"] = [*context["cards"][:3], low_card, *context["cards"][3:]][:MOST_CARDS]
    else:
        context["cards"] += [low_card, *_of_the_stock_keeper(context, user, today)]


def _of_the_stock_keeper(context: dict[str, Any], user: Any, today: datetime.date) -> list[dict[str, Any]]:
    """Who sees no visits keeps the stock: what is gone, what expires, what it is all worth."""
    out = figures.FIGURES["out-of-stock"].total(user, user.branch, today)
    stock = stock_queries.figures(user.branch, today, Item.objects.visible_to(user))
    expiring = figures.FIGURES["expiring"].rows(user, user.branch, today)
    context["expiring"] = expiring[: queries.LOW_SHOWN]
    count = stock.expiring_count
    cards = [
        _card(
            "out-of-stock",
            out,
            _("order them") if out else _("everything is there"),
            "bad" if out else "good",
        ),
        _card(
            "expiring", count, _("use or return them") if count else _("nothing"), "warn" if count else "good"
        ),
    ]
    if user.may(Permission.INVENTORY_EXPORT):
        value = {
            "label": _("Stock at cost"),
            "value": money.rupees(round2(stock.value)),
            "note": user.branch.trade_name,
        }
        cards.append(value | {"tone": "", "url": reverse("item-list")})
    return cards


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def figure_rows(request: HttpRequest, figure: str) -> HttpResponse:
    """The rows behind one figure and what they come to, the same that the dashboard shows."""
    user = request.user
    about = figures.FIGURES.get(figure)
    if about is None or not user.may(about.permission):
        raise Http404  # a figure of somebody else's dashboard
    rows = about.rows(user, user.branch, timezone.localdate())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "figure": about,
        "total": about.shown(about.total_of(rows)),
        "page": page,
        "lines": [(line, _cells(about, line)) for line in map(about.cells, page)],
    }
    return reply(request, "reports/figure.html", context, fragments={"figure": "rows"})


def _cells(figure: figures.Figure, line: figures.Row) -> list[tuple[str, Any, bool]]:
    """Each cell with the head of its column and whether that holds numbers."""
    return [(cell, *column) for cell, column in zip(line.cells, figure.columns, strict=True)]
