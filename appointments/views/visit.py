"""One visit as it is looked at, and all visits of a customer."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appointments import consulting, fees, policies, queries
from appointments.domain.notes import WRITABLE
from appointments.forms.visit import CancelForm, CheckInForm, LetGoForm, WriteUpForm, shown
from appointments.models import Appointment, Charge, ConsultationNote, FollowUp
from appointments.panels import dress
from appointments.views.actions import OTHERS, STEPS, possible
from clinic import money, registries
from clinic.audit import notes
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Session
from packages.queries import Readiness, unmet

LATEST = 8  # visits in the panel of the customer's page
PER_PAGE = 50


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
@notes.reads(Appointment)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The visit; asked for by the region "parameters", that region with the values of the last such visit."""
    visit = visible(request, pk)
    if request.htmx.target == "parameters":
        return reply(
            request, "appointments/_parameters.html", {"visit": visit} | _writing(request, visit, None)
        )
    return page(request, visit)


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
@notes.reads(Customer, part=True)
def of_customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A customer's visits: a panel of their page, and a page of its own with all of them."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    visits = queries.of_customer(customer.pk, user=request.user)
    listed = Paginator(visits, LATEST if request.htmx else PER_PAGE).get_page(request.GET.get("page"))
    for visit in listed:
        dress(visit)
    context = {"customer": customer, "page": listed}
    fragments = {"customer-appointments": "panel"}
    return reply(request, "appointments/of_customer.html", context, fragments=fragments)


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
@notes.reads(Customer, part=True)
def open_of_customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the desk should know when the customer is before it: charges due, free follow-ups, who is to come back."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    context = {
        "customer": customer,
        "rights": fees.open_rights(customer.pk, timezone.localdate()).filter(
            first_visit__branch=request.branch
        ),
        "due": Charge.objects.visible_to(request.user).due().filter(appointment__customer=customer),
        "asked": FollowUp.objects.visible_to(request.user).open().filter(appointment__customer=customer),
    }
    fragments = {"customer-open": "panel"}
    return reply(request, "appointments/open_of_customer.html", context, fragments=fragments)


def visible(request: HttpRequest, pk: UUID) -> Appointment:
    visits = queries.with_sessions(Appointment.objects.visible_to(request.user))
    rows = visits.select_related(
        "branch", "customer", "treatment", "practitioner__resource", "booked_by", "follows", "queue_entry"
    )
    return get_object_or_404(rows, pk=pk)


@dataclass(frozen=True)
class Typed:
    """Forms that were sent and are shown again, and what was said no to. `charge` is that of `waive_form`."""

    write_form: WriteUpForm | None = None
    cancel_form: CancelForm | None = None
    check_in_form: CheckInForm | None = None
    waive_form: LetGoForm | None = None
    charge: UUID | None = None
    refusal: Refusal | None = None
    stale_note: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def page(
    request: HttpRequest, visit: Appointment, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    typed = typed or Typed()
    parts = queries.parts_of(visit) if visit.first_part_id or visit.later_parts.exists() else []
    context = {
        "visit": dress(visit),
        "customer": visit.customer,
        "parts": [dress_part(part, visit) for part in parts],
        "history": queries.history_of(visit),
        "panels": registries.panels_for(request.user, "visit", visit.pk),
        "refusal": typed.refusal,
        "offers": _offers(visit, typed.refusal),
        "stale_note": typed.stale_note,
        **_treatment(visit),
        **_life(request, visit, parts, typed),
        **_writing(request, visit, typed.write_form),
        **_money(visit, typed),
        **_around(request, visit),
    }
    return render(request, "appointments/detail.html", context, status=status)


def dress_part(part: Appointment, visit: Appointment) -> Appointment:
    part.naming, part.session_number, part.session_count = visit.naming, None, None
    return dress(part)


def _treatment(visit: Appointment) -> dict[str, Any]:
    session = queries.session_of(visit)
    done = visit.status == Appointment.Status.COMPLETED
    off = visit.status in (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
    return {
        "session": session,
        "dots": _dots(session) if session else [],
        "unmet": _unmet(visit),
        "resources": visit.holds.filter(released_at=None)
        .exclude(resource__kind="practitioner")
        .select_related("resource"),
        "uses": [] if done or off else queries.consumables_of(visit, timezone.localdate()),
        "used": queries.used_in(visit) if done else [],
    }


def _unmet(visit: Appointment) -> list[Readiness]:
    """What the treatment needs beforehand and this visit, once it has its time and until it begins, goes without."""
    if visit.status not in Appointment.NOT_BEGUN - Appointment.UNPLACED:
        return []
    return unmet(visit.customer_id, visit.treatment, visit.starts_at.astimezone(visit.branch.zone))


def _life(request: HttpRequest, visit: Appointment, parts: list[Appointment], typed: Typed) -> dict[str, Any]:
    """The buttons that state, day and rights allow; what calling the visit off would cost now."""
    steps = {step["verb"]: step for step in possible(request.user, visit, STEPS)}
    others = {other["verb"]: other for other in possible(request.user, visit, OTHERS)}
    if "mark_no_show" in others and (cost := policies.cost_of_missing(visit)):
        others["mark_no_show"]["ask"] = _("%(ask)s %(cost)s falls due.") % {
            "ask": others["mark_no_show"]["ask"],
            "cost": money.rupees(cost),
        }
    cancel = others.pop("cancel", None)
    return {
        "check_in": steps.pop("check_in", None),
        "complete": steps.pop("complete", None),
        "steps": list(steps.values()),
        "others": list(others.values()),
        "cancel": cancel,
        "cancel_cost": policies.cost_of_cancelling([visit]) if cancel else 0,
        "cancel_all_cost": policies.cost_of_cancelling(parts) if cancel and parts else 0,
        "check_in_form": typed.check_in_form or _form(CheckInForm, "arrival", parts, whole_visit=True),
        "cancel_form": typed.cancel_form or _form(CancelForm, "cancel", parts),
    }


def _form(kind: type[forms.Form], name: str, parts: list[Appointment], **initial: Any) -> forms.Form:
    return kind(auto_id=f"{name}-%s", initial=initial if parts else {})


def _writing(request: HttpRequest, visit: Appointment, form: WriteUpForm | None) -> dict[str, Any]:
    """What is written, for those who may read it, and the form for those who may write."""
    readable = visit.status in WRITABLE or visit.visit_note
    note = consulting.note_of(visit) if readable else None
    values = consulting.values_of(visit) if readable else []
    context: dict[str, Any] = {
        "consultation": note if request.user.may(Permission.NOTES_VIEW) else None,
        "reads_private": note is not None and note.by_id == request.user.pk,
        "values": values,
        "is_written": visit.status == Appointment.Status.COMPLETED,
    }
    if visit.status not in WRITABLE or not request.user.may(Permission.VISITS_COMPLETE):
        return context | {"write_form": form}
    last = consulting.last_values(visit)
    context["has_last"] = bool(last)
    context["write_form"] = form or write_form(
        request, visit, note=note, values=last if "last" in request.GET else None
    )
    return context


def write_form(
    request: HttpRequest,
    visit: Appointment,
    data: Any = None,
    note: ConsultationNote | None = None,
    values: dict[UUID, str] | None = None,
) -> WriteUpForm:
    """`values`, of the last visit, fill parameters instead of those that are kept."""
    note = note or consulting.note_of(visit)
    asked = FollowUp.objects.visible_to(request.user).filter(appointment=visit).first()
    kept = {value.parameter_id: value.value for value in consulting.values_of(visit)}
    return WriteUpForm(
        data,
        initial=shown(note, visit.visit_note, visit.chief_complaint, kept | (values or {}), asked),
        user=request.user,
        day=timezone.localdate(visit.starts_at),
        note=note,
        parameters=consulting.parameters_of(visit),
        asked=asked,
    )


def _money(visit: Appointment, typed: Typed) -> dict[str, Any]:
    charges = list(visit.charges.select_related("waived_by"))
    due = set(visit.charges.due().values_list("pk", flat=True)) if charges else set()
    for charge in charges:
        charge.is_due = charge.pk in due
        mine = typed.waive_form if typed.charge == charge.pk else None
        charge.form = mine or LetGoForm(auto_id=f"waive-{charge.pk}-%s", initial={"version": charge.version})
    return {"charges": [charge for charge in charges if charge.is_due or charge.waived_by_id]}


def _around(request: HttpRequest, visit: Appointment) -> dict[str, Any]:
    """The visits before and after, what was asked for after it, and the free follow-ups it entitles to."""
    followed_by = Appointment.objects.visible_to(request.user).filter(follows=visit).order_by("starts_at")
    today = timezone.localdate()
    done = visit.status == Appointment.Status.COMPLETED
    return {
        "followed_by": followed_by,
        "asked": FollowUp.objects.visible_to(request.user)
        .filter(appointment=visit)
        .select_related("booked")
        .first(),
        "rights": visit.free_follow_ups.filter(used_by=None, valid_until__gte=today) if done else [],
    }


def _offers(visit: Appointment, refusal: Refusal | None) -> list[dict[str, str]]:
    """The times that a refusal offers, as ways to book the same anew."""
    same = {
        "customer": visit.customer_id,
        "treatment": visit.treatment_id,
        "practitioner": visit.practitioner_id,
    }
    return [
        {
            "label": date_format(start, "D j M, H:i"),
            "query": urlencode(same | {"day": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}"}),
        }
        for start in (refusal.offers if refusal else [])
    ]


def _dots(session: Session) -> list[str]:
    """Each session of the package: done, this one, booked for another visit, or to come."""
    names = {Session.Status.COMPLETED: "done", Session.Status.RESERVED: "booked", Session.Status.PENDING: ""}
    return [
        "next" if one.pk == session.pk and one.status != Session.Status.COMPLETED else names[one.status]
        for one in session.enrolment.sessions.all()
    ]
