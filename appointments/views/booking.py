"""Booking at the desk: one page from "who" to "booked", and its parts as they are filled in."""

import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import advice, domain, openings, policies
from appointments.forms import BookingForm
from appointments.forms.booking import NEW, UNSENT
from appointments.forms.parts import MOST, parts_in
from appointments.models import Appointment
from appointments.steps import Overlap
from clinic.forms import typed, whole
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers import domain as customers
from customers.forms import guess
from staff.models import Practitioner

FRAGMENTS = {"times": "times", "who": "who", "parts": "parts"}
#: Buttons that change the form and save nothing.
REDRAWS = ("show", "add", "remove", "new_customer", "known_customer", "take")


@requires(Permission.APPOINTMENTS_CREATE)
@require_http_methods(["GET", "POST"])
@once
def book(request: HttpRequest) -> HttpResponse:
    """The booking page; `?customer=&session=&practitioner=&day=&time=` preset it, `walk_in` is for who is here now."""
    sent = typed(request.POST if request.method == "POST" else request.GET)
    if request.method == "GET" or any(name in sent for name in REDRAWS):
        return _page(request, BookingForm(initial=_redrawn(request, sent), user=request.user))
    form = BookingForm(sent, user=request.user)
    if not form.is_valid() or (form.newcomer and not form.newcomer.is_confirmed()):
        return _page(request, form, status=422)
    parts = form.settled()
    if not parts:
        return _page(request, form, status=422)
    try:
        visits = _book(request, form, parts)
    except Overlap as overlap:
        return _page(request, form, status=422, overlap=overlap.message)
    except Refusal as refusal:
        _blame(form, refusal)
        return _page(request, form, status=422, offers=refusal.offers)
    messages.success(request, _said(visits))
    return go(request, "appointment-detail", visits[0].pk)


def _book(request: HttpRequest, form: BookingForm, parts: list) -> list[Appointment]:
    """Register whoever is new, and book; should the booking be refused, nobody is registered either."""
    given = form.cleaned_data
    customer = given["customer"]
    if form.newcomer:
        customer = customers.register(by=request.user, branch=request.branch, **form.newcomer.given)
    wish: dict[str, Any] = {
        "by": request.user,
        "branch": request.branch,
        "customer": customer,
        "starts_at": given["starts_at"],
        "note": given["note"],
        "is_walk_in": given["is_walk_in"],
        "follows": given["follows"],
        "despite_overlap": "despite_overlap" in request.POST,
    }
    if len(parts) > 1:
        return domain.book_visit(**wish, parts=[domain.Part(*part) for part in parts])
    urgency = {
        "priority": given.get("priority") or Appointment.Priority.NORMAL,
        "priority_reason": given.get("priority_reason", ""),
    }
    return [domain.book(**wish, **parts[0]._asdict(), **urgency, room=given["room"])]


def _said(visits: list[Appointment]) -> str:
    first = visits[0]
    words = {
        "name": first.customer.full_name,
        "when": date_format(timezone.localtime(first.starts_at), "l j F, H:i"),
        "who": _(" and then ").join(dict.fromkeys(visit.practitioner.resource.name for visit in visits)),
        "serial": first.serial,
    }
    if first.is_walk_in:
        return _("%(name)s has arrived, for %(who)s.") % words
    if first.serial:
        return _("%(name)s is booked on %(when)s with %(who)s: serial %(serial)s.") % words
    return _("%(name)s is booked on %(when)s with %(who)s.") % words


def _redrawn(request: HttpRequest, sent: QueryDict) -> dict[str, Any]:
    """What the form shows: as it was sent, or as an address presets it, after the button that was pressed."""
    given = {name: value for name, value in sent.items() if value and name != "csrfmiddlewaretoken"}
    if given.get("session"):
        given["what"] = f"session:{given['session']}"
    if given.get("treatment"):
        given["what"] = f"treatment:{given['treatment']}"
    if "walk_in" in sent:
        given["is_walk_in"] = True
    if "practitioner" not in sent:
        mine = Practitioner.objects.visible_to(request.user).active().filter(user=request.user).first()
        given["practitioner"] = str(mine.pk) if mine else ""
    return _with_customer(_with_parts(given, sent), sent)


def _with_parts(given: dict[str, Any], sent: QueryDict) -> dict[str, Any]:
    count = parts_in(sent)
    for number in range(2, count + 1):  # a part stays though nothing is chosen in it yet
        given.setdefault(f"part{number}-what", "")
    if "add" in sent and count < MOST:
        given[f"part{count + 1}-what"] = ""
    removed = whole(sent.get("remove", ""))
    if removed is not None:
        for number in range(removed, count + 1):
            for name in ("what", "practitioner"):
                given[_name(number, name)] = given.pop(_name(number + 1, name), "")
        given.pop(_name(count, "what"), None)
    return given


def _name(number: int, name: str) -> str:
    return name if number == 1 else f"part{number}-{name}"


def _with_customer(given: dict[str, Any], sent: QueryDict) -> dict[str, Any]:
    if "new_customer" in sent:
        given["customer"] = NEW
    if "known_customer" in sent:
        given["customer"] = ""
    if "take" in sent:
        given["customer"] = sent["take"]
    if given.get("customer") == NEW:
        return guess(sent.get("q", "").strip()[:100]) | given
    return given


def _blame(form: BookingForm, refusal: Refusal) -> None:
    """Beside the field the refusal speaks of, where the form has it."""
    field = {"session": "what"}.get(refusal.field or "", refusal.field)
    part = form.parts[0]
    if field in part.fields:
        part.add_error(field, refusal.message)
    elif form.newcomer and field in form.newcomer.fields:
        form.newcomer.add_error(field, refusal.message)
    else:
        form.add_error(field if field in form.fields else None, refusal.message)


def _page(
    request: HttpRequest, form: BookingForm, *, status: int = 200, offers: Any = (), overlap: str = ""
) -> HttpResponse:
    wish = form.wish(_advised(form))
    found = openings.read(wish) if wish else None
    context = {
        "form": form,
        "customer": form.chosen_customer,
        "customer_error": " ".join(form.errors.get("customer", [])),
        "openings": found,
        "deposit": _deposit(form, found),
        "day_urls": _day_urls(form, request.path),
        "offers": [
            {"value": start.isoformat(), "label": date_format(start, "D j M, H:i")} for start in offers
        ],
        "overlap": overlap,
        "unsent": UNSENT,
        "words": request.POST.get("q", "") or request.GET.get("q", ""),
        "may_add": len(form.parts) < MOST,
    }
    return reply(request, "appointments/book.html", context, fragments=FRAGMENTS, status=status)


def _deposit(form: BookingForm, found: openings.Openings | None) -> Decimal:
    """What policies ask beforehand for all that is chosen, on the day of the time that is marked."""
    marked = openings.parse(found.chosen, form.branch) if found and found.chosen else None
    if marked is None:
        return Decimal(0)
    chosen = [part.treatment for part in form.parts if part.treatment]
    asked = [
        policies.deposit_for(branch=form.branch, treatment=treatment, day=marked[0].date())
        for treatment in chosen
    ]
    return sum(asked, Decimal(0))


def _advised(form: BookingForm) -> datetime.datetime | None:
    """Put beside each treatment what stands against it; from when on nothing does."""
    at = (
        datetime.datetime.combine(form.chosen_day, datetime.time.min, form.branch.zone)
        if form.chosen_day
        else None
    )
    now = timezone.now()
    if form.chosen_customer is None:
        return None
    for part in form.parts:
        if part.treatment:
            part.advice = advice.advise(
                form.branch, form.chosen_customer, part.treatment, max(at or now, now)
            )
    return max((part.advice.not_before for part in form.parts if part.advice.not_before), default=None)


def _day_urls(form: BookingForm, path: str) -> str:
    """The page with what is chosen already, to which a day is appended."""
    kept = {"customer": form.shown("customer")}
    for part in form.parts:
        kept |= {_name(part.number, name): part.shown(name) for name in ("what", "practitioner")}
    return f"{path}?{urlencode({name: value for name, value in kept.items() if value})}&day="
