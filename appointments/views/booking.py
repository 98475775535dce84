"""Booking a visit and moving one: with whom, and the free times to choose from."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import availability, domain
from appointments.forms import BookingForm, MoveForm, TimeForm
from appointments.models import Appointment
from appointments.slots import Span
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from packages.models import Treatment
from staff.models import Practitioner

FRAGMENTS = {"times": "times", "what": "what"}


@requires(Permission.APPOINTMENTS_CREATE)
@require_http_methods(["GET", "POST"])
@once
def book(request: HttpRequest) -> HttpResponse:
    """The booking page; `?customer=&session=&practitioner=&day=&time=` preset it, `walk_in` ticks walk-in."""
    if request.method == "GET":
        return _booking(request, BookingForm(initial=_preset(request), user=request.user))
    form = BookingForm(typed(request.POST), user=request.user)
    if "show" in request.POST:
        return _booking(request, BookingForm(initial=request.POST.dict(), user=request.user))
    if not form.is_valid():
        return _booking(request, form, status=422)
    given = form.cleaned_data
    treatment, session = form.wanted
    try:
        appointment = domain.book(
            by=request.user,
            branch=request.branch,
            customer=given["customer"],
            practitioner=given["practitioner"],
            treatment=treatment,
            session=session,
            starts_at=given["starts_at"],
            note=given["note"],
            is_walk_in=given["is_walk_in"],
        )
    except Refusal as refusal:
        _blame(form, refusal)
        return _booking(request, form, status=422, offers=refusal.offers)
    messages.success(
        request,
        _("%(name)s is booked on %(when)s with %(who)s.")
        % {
            "name": appointment.customer.full_name,
            "when": _spoken(appointment.starts_at),
            "who": appointment.practitioner.resource.name,
        },
    )
    return go(request, "appointment-detail", appointment.pk)


@requires(Permission.APPOINTMENTS_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def reschedule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for another time, and move the visit there."""
    appointment = _visible(request, pk)
    if request.method == "GET":
        initial = {
            "practitioner": appointment.practitioner_id,
            "day": timezone.localdate(appointment.starts_at),
            "version": appointment.version,
            **{name: request.GET[name] for name in ("practitioner", "day") if request.GET.get(name)},
        }
        return _moving(request, appointment, MoveForm(initial=initial, user=request.user))
    form = MoveForm(typed(request.POST), user=request.user)
    if not form.is_valid() or "show" in request.POST:
        return _moving(request, appointment, form, status=422)
    given = form.cleaned_data
    try:
        moved = domain.reschedule(
            by=request.user,
            appointment=appointment,
            starts_at=given["starts_at"],
            practitioner=given["practitioner"],
            version=given["version"],
        )
    except Stale as stale:
        appointment = _visible(request, pk)
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        form.data["version"] = str(appointment.version)
        return _moving(request, appointment, form, status=422)
    except Refusal as refusal:
        _blame(form, refusal)
        return _moving(request, appointment, form, status=422, offers=refusal.offers)
    messages.success(request, _("The visit is now on %(when)s.") % {"when": _spoken(moved.starts_at)})
    return go(request, "appointment-detail", pk)


def _visible(request: HttpRequest, pk: UUID) -> Appointment:
    visits = Appointment.objects.visible_to(request.user)
    rows = visits.select_related("branch", "customer", "treatment", "practitioner__resource")
    return get_object_or_404(rows, pk=pk)


def _preset(request: HttpRequest) -> dict[str, Any]:
    """From the address, with today and the person themselves where they treat as the defaults."""
    known = ("customer", "what", "practitioner", "day", "time")
    given = {name: request.GET[name].replace("\0", "") for name in known if request.GET.get(name)}
    if request.GET.get("session"):
        given["what"] = f"session:{request.GET['session']}"
    if request.GET.get("treatment"):
        given["what"] = f"treatment:{request.GET['treatment']}"
    mine = Practitioner.objects.visible_to(request.user).active().filter(user=request.user).first()
    return {
        "day": timezone.localdate(),
        "practitioner": mine.pk if mine else "",
        "is_walk_in": "walk_in" in request.GET,
        **given,
    }


def _blame(form: TimeForm, refusal: Refusal) -> None:
    """Beside the field the refusal speaks of, where the form has it."""
    field_of = {"session": "what"}
    name = field_of.get(refusal.field or "", refusal.field)
    form.add_error(name if name in form.fields else None, refusal.message)


def _booking(request: HttpRequest, form: BookingForm, status: int = 200, offers: Any = ()) -> HttpResponse:
    treatment, _session = form.wanted
    preset = {name: form.shown(name) for name in ("what", "practitioner", "day", "time")}
    context = {
        "form": form,
        "customer": form.chosen_customer,
        "times": _times(form, treatment, request.path),
        "offers": _offered(offers),
        "here": f"{request.path}?{urlencode({name: value for name, value in preset.items() if value})}",
        "customer_error": " ".join(form.errors.get("customer", [])),
    }
    return reply(request, "appointments/book.html", context, fragments=FRAGMENTS, status=status)


def _moving(
    request: HttpRequest, appointment: Appointment, form: MoveForm, status: int = 200, offers: Any = ()
) -> HttpResponse:
    context = {
        "appointment": appointment,
        "form": form,
        "times": _times(form, appointment.treatment, request.path, appointment),
        "offers": _offered(offers),
        "why_not": appointment.why_not("reschedule"),
    }
    return reply(request, "appointments/reschedule.html", context, fragments=FRAGMENTS, status=status)


@dataclass(frozen=True)
class Times:
    """The free times of the day asked for. `why` says why the wished one, or any, isn't among them."""

    free: list[str] = field(default_factory=list)
    wished: str = ""
    why: str = ""
    other_days: list[dict[str, str]] = field(default_factory=list)


def _times(form: TimeForm, treatment: Treatment | None, path: str, moved: Appointment | None = None) -> Times:
    practitioner, day = form.chosen_practitioner, form.chosen_day
    if treatment is None or practitioner is None:
        return Times(wished=form.shown("time")[:5], why=_("Choose what and with whom to see the free times."))
    wish = {
        "branch": form.branch,
        "practitioner": practitioner,
        "treatment": treatment,
        "minutes": moved.minutes if moved else None,
        "first": day,
        "ignoring": moved.pk if moved else None,
    }
    diary = availability.read(**wish)
    now = timezone.now()
    free = [f"{start:%H:%M}" for start in diary.free_on(day, now)]
    wished = form.shown("time")[:5]
    if free:
        why = "" if not wished or wished in free else _why(diary, day, wished, now)
        return Times(free=free, wished=wished, why=why)
    later = availability.read(
        **wish | {"first": max(day, timezone.localdate(now)), "days": availability.DAYS_AHEAD}
    )
    why = _("No time is free on %(day)s.") % {"day": date_format(day, "l j F")}
    return Times(wished=wished, why=why, other_days=_days(form, path, later.next_free(now, 60)))


def _why(diary: availability.Diary, day: datetime.date, wished: str, now: datetime.datetime) -> str:
    """Why the time that was clicked on the board can't be had for this treatment."""
    try:
        start = availability.instant(day, datetime.time.fromisoformat(wished), diary.branch.zone)
    except ValueError:
        return ""
    visit = Span(start, start + diary.length)
    return diary.why_closed(visit, now) or diary.why_taken(visit) or ""


def _days(form: TimeForm, path: str, starts: list[datetime.datetime]) -> list[dict[str, str]]:
    """The next days that have a free time, to be looked at; what is chosen already goes along."""
    names = [name for name in ("customer", "what", "practitioner") if name in form.fields]
    kept = {name: form.shown(name) for name in names if form.shown(name)}
    days = list(dict.fromkeys(start.date() for start in starts))[:4]
    return [
        {"url": f"{path}?{urlencode(kept | {'day': day})}", "label": date_format(day, "D j M")}
        for day in days
    ]


def _offered(offers: Any) -> list[dict[str, str]]:
    return [{"value": start.isoformat(), "label": date_format(start, "D j M, H:i")} for start in offers]


def _spoken(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F, H:i")
