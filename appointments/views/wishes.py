"""One wish: written down, changed, given a time or offered one."""

import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments import availability, domain, freed
from appointments.forms.times import calendar_day
from appointments.forms.waitlist import JoinForm, PlaceForm, WishForm
from appointments.matching import When
from appointments.menu import Menu
from appointments.models import Appointment, Wish
from appointments.openings import Opening
from appointments.steps import Overlap
from appointments.views.times import spoken
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from customers.models import Customer
from packages.models import Session

SHOWN, MOST = 24, 300  # free times shown, and read to find those that suit
TWO_WEEKS = datetime.timedelta(days=14)


@requires(Permission.APPOINTMENTS_CREATE)
@require_http_methods(["GET", "POST"])
@once
def join_waitlist(request: HttpRequest) -> HttpResponse:
    """`?customer=&what=&practitioner=&day=` preset it. The booking page sends what was typed there, to go on here."""
    sent = typed(request.POST if request.method == "POST" else request.GET)
    if "first_day" not in sent:
        status = 422 if request.method == "POST" else 200
        form = JoinForm(initial=_begun(request, sent), user=request.user)
        return _join_page(request, form, status, sent.get("q", "") or sent.get("full_name", ""))
    form = JoinForm(sent, user=request.user)
    if request.method == "GET" or not form.is_valid():
        return _join_page(request, form, 422 if request.method == "POST" else 200, sent.get("q", ""))
    given = form.cleaned_data
    try:
        visit = domain.join_waitlist(
            by=request.user, branch=request.branch, when=form.when,
            **{name: given[name] for name in ("customer", "treatment", "practitioner", "anybody", "note")},
        )  # fmt: skip
    except Refusal as refusal:
        _blame(form, refusal)
        return _join_page(request, form, 422, "")
    messages.success(request, _("%(name)s is on the waitlist.") % {"name": visit.customer.full_name})
    return go(request, f"{_waitlist_url()}?show=waiting")


@requires(Permission.APPOINTMENTS_CHANGE)
@require_http_methods(["GET", "POST"])
def change_wish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The version makes a second press harmless."""
    visit, wish = _waiting(request, pk)
    if request.method == "GET":
        return _wish_page(request, visit, WishForm(initial=WishForm.of(visit, wish), user=request.user))
    form = WishForm(typed(request.POST), user=request.user)
    if not form.is_valid():
        return _wish_page(request, visit, form, 422)
    given = form.cleaned_data
    try:
        domain.change_wish(
            by=request.user, appointment=visit, when=form.when, practitioner=given["practitioner"],
            anybody=given["anybody"], version=given["version"] or 0,
        )  # fmt: skip
    except Refusal as refusal:
        visit, wish = _waiting(request, pk)
        if isinstance(refusal, Stale):
            form.data = form.data.copy()
            form.data["version"] = str(visit.version)
        _blame(form, refusal)
        return _wish_page(request, visit, form, 422)
    messages.success(request, _("The wish of %(name)s is changed.") % {"name": visit.customer.full_name})
    return go(request, _list_of(visit))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def schedule_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The free times that suit a wish, or those of `?day=`; one of them given."""
    visit, wish = _waiting(request, pk)
    if request.method == "GET":
        return _times_page(request, visit, wish, PlaceForm(user=request.user))
    form = PlaceForm(typed(request.POST), user=request.user)
    if not form.is_valid():
        return _times_page(request, visit, wish, form, status=422)
    given = form.cleaned_data
    try:
        booked = domain.schedule(
            by=request.user, appointment=visit, practitioner=given["practitioner"], starts_at=given["starts_at"],
            session=_session(visit, given["starts_at"]), despite_overlap="despite_overlap" in request.POST,
        )  # fmt: skip
    except Refusal as refusal:
        return _times_page(request, visit, wish, form, refusal, status=422)
    words = {"name": booked.customer.full_name, "when": spoken(booked.starts_at)}
    messages.success(request, _("%(name)s is booked on %(when)s.") % words)
    return go(request, "appointment-detail", booked.pk)


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
@once
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the time chosen for who waits, until they have been asked."""
    visit, wish = _waiting(request, pk)
    form = PlaceForm(typed(request.POST), user=request.user)
    if not form.is_valid():
        return _times_page(request, visit, wish, form, status=422)
    given = form.cleaned_data
    try:
        made = domain.offer(
            by=request.user, branch=request.branch, appointment=visit, practitioner=given["practitioner"],
            starts_at=given["starts_at"],
        )  # fmt: skip
    except Refusal as refusal:
        return _times_page(request, visit, wish, form, refusal, status=422)
    words = {"name": visit.customer.full_name, "until": f"{timezone.localtime(made.held_until):%H:%M}"}
    messages.success(request, _("The time is kept for %(name)s until %(until)s.") % words)
    return go(request, f"{_waitlist_url()}?show=offers")


def _waiting(request: HttpRequest, pk: UUID) -> tuple[Appointment, Wish]:
    """A visit that has, or had, a wish; one booked meanwhile is told by the verb. Without a wish: today and on."""
    rows = Appointment.objects.visible_to(request.user).select_related(
        "branch", "customer", "treatment", "practitioner__resource", "practitioner__user", "wish"
    )
    visit = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    return visit, getattr(visit, "wish", None) or Wish(first_day=today, last_day=today + TWO_WEEKS)


def _session(visit: Appointment, starts_at: datetime.datetime) -> Session | None:
    return freed.session_for(visit, timezone.localdate(starts_at))


def _begun(request: HttpRequest, sent: Any) -> dict[str, Any]:
    """The form as the booking page, or an address, begins it."""
    user = request.user
    day = calendar_day(sent.get("day", "")) or timezone.localdate()
    kind, _colon, key = sent.get("what", "").partition(":")
    menu = Menu.of(user, _customer(request, sent.get("customer", "")))
    treatment = key if kind == "treatment" else None
    if kind == "session":
        treatment = next((one.enrolment.plan.treatment_id for one in menu.due if str(one.pk) == key), None)
    who = next((one.pk for one in menu.practitioners if str(one.pk) == sent.get("practitioner", "")), None)
    return {
        "customer": sent.get("customer", ""), "treatment": treatment, "practitioner": who,
        "first_day": day, "last_day": min(day + TWO_WEEKS, datetime.date.max), "note": sent.get("note", ""),
    }  # fmt: skip


def _customer(request: HttpRequest, key: str) -> Customer | None:
    try:
        return Customer.objects.visible_to(request.user).active().filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _blame(form: WishForm, refusal: Refusal) -> None:
    field = {"what": "treatment"}.get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, refusal.message)


def _join_page(request: HttpRequest, form: JoinForm, status: int, words: str) -> HttpResponse:
    context = {
        "form": form,
        "customer": _customer(request, str(form["customer"].value() or "")),
        "customer_error": " ".join(form.errors.get("customer", [])),
        "words": words[:100],
    }
    return reply(request, "appointments/waitlist_join.html", context, status=status)


def _wish_page(request: HttpRequest, visit: Appointment, form: WishForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "visit": visit, "back": _list_of(visit), "why_not": visit.why_not("schedule")}
    return reply(request, "appointments/waitlist_wish.html", context, status=status)


def _times_page(
    request: HttpRequest,
    visit: Appointment,
    wish: Wish,
    form: PlaceForm,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Under the field of a refusal the times it offers, each with whom."""
    day = calendar_day(request.GET.get("day", ""))
    who = form.cleaned_data.get("practitioner") if form.is_bound else None
    found, none_suits = _found(request, visit, wish, day)
    context = {
        "visit": visit,
        "wish": wish,
        "day": day,
        "days": [(on, list(some)) for on, some in groupby(found, lambda one: one.starts_at.date())],
        "none_suits": none_suits,
        "error": refusal.message if refusal else " ".join(form.errors.get("slot", [])),
        "overlap": isinstance(refusal, Overlap),
        "chosen": form.data.get("offer") or form.data.get("slot", ""),
        "offers": [
            {"value": f"{at.isoformat()}|{who.pk}", "label": date_format(at, "D j M, H:i")}
            for at in (refusal.offers if refusal and who else [])
        ],
        "back": _list_of(visit),
        "why_not": visit.why_not("schedule"),
        "may_offer": visit.status == Appointment.Status.WAITLISTED,
    }
    return reply(request, "appointments/waitlist_schedule.html", context, status=status)


def _found(
    request: HttpRequest, visit: Appointment, wish: Wish, day: datetime.date | None
) -> tuple[list[Opening], bool]:
    """The free times of a day, or the soonest that suit; whether none does, so that these are the next there are."""
    able = Menu.of(request.user, None).may_give(visit.treatment)
    givers = [one for one in able if wish.any_practitioner or one.pk == visit.practitioner_id]
    zone, first = visit.branch.zone, max(day or wish.first_day, timezone.localdate())
    free = availability.first_free(
        branch=visit.branch, treatment=visit.treatment, practitioners=givers, first=first,
        not_before=timezone.now(), count=MOST, days=1 if day else availability.DAYS_AHEAD,
    )  # fmt: skip
    found = [Opening(one.starts_at.astimezone(zone), (one.practitioner,), one.window) for one in free]
    when = When(wish.first_day, wish.last_day, wish.earliest, wish.latest)
    suiting = [one for one in found if when.suits(one.starts_at)]
    return (found, False) if day else ((suiting or found)[:SHOWN], not suiting)


def _list_of(visit: Appointment) -> str:
    show = "requests" if visit.status == Appointment.Status.REQUESTED else "waiting"
    return f"{_waitlist_url()}?show={show}"


def _waitlist_url() -> str:
    return reverse("waitlist")
