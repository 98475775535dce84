"""The visits that an absence hits, and settling them: moved one by one in a single step, or called off."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from appointments import absences, domain
from appointments.domain import MOST_AT_ONCE, Settled, Settling
from appointments.models import Appointment, BookingRules
from appointments.panels import LOOKS, state_names
from appointments.proposals import propose
from appointments.slots import Span
from clinic.forms import typed, whole
from clinic.models import OutOfService
from clinic.permissions import Permission, requires
from clinic.plain import plain
from clinic.refusals import Refusal
from staff.models import Practitioner, TimeOff

CANCEL = "cancel"


@dataclass(frozen=True)
class Cause:
    """Why visits can't stay where they are. `spans` of the `absent` since when tell which have been moved away."""

    sentence: str
    reason: str
    stem: str  # of the names of its URLs
    pk: UUID
    hits: list[Appointment]
    absent: list[UUID] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    since: datetime.datetime | None = None


def _time_off(request: HttpRequest, pk: UUID) -> Cause:
    rows = TimeOff.objects.visible_to(request.user).select_related("person")
    off = get_object_or_404(rows, pk=pk)
    branch = request.branch
    rules = BookingRules.of(branch)
    spans = absences.spans_off(off.first_day, off.last_day, off.part, branch=branch, rules=rules)
    here = Practitioner.objects.visible_to(request.user).filter(user=off.person_id)
    sentence = says_off(off)
    if off.status != TimeOff.Status.APPROVED:
        sentence = _("This time off was taken back: nothing needs to move.")
    if off.status in (TimeOff.Status.PENDING, TimeOff.Status.REJECTED):
        sentence = _("This leave is not approved: nothing needs to move.")
    return Cause(
        sentence=sentence,
        reason=plain(gettext_lazy("%(name)s is not attending")) % {"name": off.person.full_name},
        stem="time-off",
        pk=pk,
        hits=absences.hit_by(off, user=request.user, branch=branch),
        absent=list(here.values_list("pk", flat=True)),
        spans=spans,
        since=off.created_at,
    )


def _outage(request: HttpRequest, pk: UUID) -> Cause:
    rows = OutOfService.objects.visible_to(request.user).select_related("resource")
    outage = get_object_or_404(rows, pk=pk)
    return Cause(
        sentence=says_out(outage),
        reason=plain(gettext_lazy("%(name)s is out of service")) % {"name": outage.resource},
        stem="outage",
        pk=pk,
        hits=absences.hit_by_outage(outage, user=request.user, branch=request.branch),
    )


def _practitioner(request: HttpRequest, pk: UUID) -> Cause:
    rows = Practitioner.objects.visible_to(request.user).select_related("resource", "user", "department")
    who = get_object_or_404(rows, pk=pk)
    gone = not who.is_working
    said = _("%(name)s treats here no longer.") if gone else _("%(name)s treats here: nothing needs to move.")
    return Cause(
        sentence=said % {"name": who},
        reason=plain(gettext_lazy("%(name)s treats here no longer")) % {"name": who},
        stem="practitioner",
        pk=pk,
        hits=absences.left_behind(who, user=request.user, branch=request.branch),
        absent=[pk] if gone else [],
        spans=[Span(timezone.now(), timezone.now() + datetime.timedelta(days=366))] if gone else [],
        since=who.updated_at,
    )


def says_off(off: TimeOff) -> str:
    first, last = date_format(off.first_day, "D j M"), date_format(off.last_day, "D j M")
    words = {
        "name": off.person.full_name,
        "first": first,
        "last": last,
        "part": off.get_part_display().lower(),
    }
    if off.part == TimeOff.Part.FULL_DAY:
        return (
            _("%(name)s is off on %(first)s.")
            if first == last
            else _("%(name)s is off from %(first)s to %(last)s.")
        ) % words
    return (
        _("%(name)s is off on %(first)s (%(part)s).")
        if first == last
        else _("%(name)s is off from %(first)s to %(last)s (%(part)s).")
    ) % words


def says_out(outage: OutOfService) -> str:
    until = outage.ends_at and date_format(timezone.localtime(outage.ends_at), "D j M, H:i")
    words = {
        "name": outage.resource,
        "from": date_format(timezone.localtime(outage.starts_at), "D j M, H:i"),
        "until": until,
    }
    if until:
        return _("%(name)s is out of service from %(from)s until %(until)s.") % words
    return _("%(name)s is out of service since %(from)s, until it is put back.") % words


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def time_off_hits(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _time_off(request, pk))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def move_off_time_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _move(request, _time_off(request, pk))


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def outage_hits(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _outage(request, pk))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def move_off_outage(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _move(request, _outage(request, pk))


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def practitioner_hits(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _practitioner(request, pk))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def move_off_practitioner(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _move(request, _practitioner(request, pk))


@dataclass
class Row:
    """A visit that is hit, with the times it could have. `error` says why the last try left it where it is."""

    visit: Appointment
    options: list[tuple[str, str]]
    chosen: str
    is_ticked: bool
    error: str = ""
    tone: str = ""

    @property
    def is_movable(self) -> bool:
        return self.visit.can("reschedule")


def _move(request: HttpRequest, cause: Cause) -> HttpResponse:
    """Settle the ticked ones. Sent again it changes nothing: each carries the version it was looked at with."""
    sent = typed(request.POST)
    ids = _ids(sent.getlist("visit"))
    if not ids:
        return _page(request, cause, sent=sent, error=_("Tick the visits that you want to settle."))
    wishes, errors = _wishes(request, sent, ids)
    reason = sent.get("reason", "").strip()[:200] or cause.reason
    try:
        done = domain.settle(by=request.user, settlings=wishes, reason=reason)
    except Refusal as refusal:
        return _page(request, cause, sent=sent, error=refusal.message)
    errors |= {str(each.appointment.pk): each.refusal for each in done if each.refusal}
    _report(request, done)
    if not errors:
        return redirect(f"{cause.stem}-hits", cause.pk)
    fresh = _CAUSES[cause.stem](request, cause.pk)
    return _page(request, fresh, sent=sent, errors=errors)


_CAUSES = {"time-off": _time_off, "outage": _outage, "practitioner": _practitioner}


def _ids(typed_ids: Iterable[str]) -> list[UUID]:
    found = []
    for each in typed_ids:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return list(dict.fromkeys(found))[: MOST_AT_ONCE + 1]


def _wishes(request: HttpRequest, sent: Any, ids: list[UUID]) -> tuple[list[Settling], dict[str, Refusal]]:
    """What is wished for each visit ticked, and what is wrong with the wishes that can't be read."""
    rows = Appointment.objects.visible_to(request.user).select_related(*absences.WITH_ALL)
    visits = {visit.pk: visit for visit in rows.filter(pk__in=ids)}
    staff = Practitioner.objects.visible_to(request.user).active().select_related("resource", "user")
    people = {str(one.pk): one for one in staff}
    wishes, errors = [], {}
    for visit in (visits[pk] for pk in ids if pk in visits):
        version = sent.get(f"version-{visit.pk}", "")
        choice = sent.get(f"to-{visit.pk}", "")
        wish = _wish(visit, version, choice, people)
        if wish:
            wishes.append(wish)
        else:
            errors[str(visit.pk)] = Refusal(_("Choose a time for this visit, or untick it."))
    return wishes, errors


def _wish(visit: Appointment, version: str, choice: str, people: dict[str, Practitioner]) -> Settling | None:
    seen = whole(version)
    if seen is None:
        return None
    if choice == CANCEL:
        return Settling(visit, seen)
    moment, _bar, who = choice.partition("|")
    try:
        starts_at = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return None
    if who not in people or timezone.is_naive(starts_at) or not 2000 <= starts_at.year < 2200:
        return None
    return Settling(visit, seen, starts_at, people[who])


def _report(request: HttpRequest, done: list[Settled]) -> None:
    """How many went well. What did not is said beside each."""
    well = [each.appointment for each in done if not each.refusal]
    off = sum(visit.status == Appointment.Status.CANCELLED for visit in well)
    if moved := len(well) - off:
        messages.success(
            request, ngettext("%(count)s visit moved.", "%(count)s visits moved.", moved) % {"count": moved}
        )
    if off:
        messages.success(
            request,
            ngettext("%(count)s visit cancelled.", "%(count)s visits cancelled.", off) % {"count": off},
        )


def _page(
    request: HttpRequest,
    cause: Cause,
    *,
    sent: Any = None,
    errors: dict[str, Refusal] | None = None,
    error: str = "",
) -> HttpResponse:
    shown = cause.hits[:MOST_AT_ONCE]
    movable = [visit for visit in shown if visit.can("reschedule")]
    names = state_names(request.branch)
    for visit in shown:
        visit.state = names[visit.status]
    offers = propose(movable, branch=request.branch, not_before=timezone.now())
    rows = [_row(visit, offers.get(visit.pk, []), sent, (errors or {}).get(str(visit.pk))) for visit in shown]
    moved = (
        absences.moved_away(
            user=request.user,
            branch=request.branch,
            since=cause.since,
            was_with=cause.absent,
            spans=cause.spans,
        )
        if cause.since
        else []
    )
    context = {
        "cause": cause,
        "rows": rows,
        "count": len(cause.hits),
        "more": len(cause.hits) - len(shown),
        "moved": moved,
        "move_url": reverse(f"{cause.stem}-move", args=[cause.pk]),
        "reason": sent.get("reason", "") if sent else cause.reason,
        "error": error,
        "refused": len(errors or {}),
        "can_move": request.user.may(Permission.APPOINTMENTS_CHANGE),
    }
    status = 422 if error or errors else 200
    return render(request, "appointments/availability_hits.html", context, status=status)


def _row(visit: Appointment, offers: list[Any], sent: Any, refusal: Refusal | None) -> Row:
    options = [
        (f"{free.starts_at.isoformat()}|{free.practitioner.pk}", _spoken(free.starts_at, free.practitioner))
        for free in offers
    ]
    chosen = options[0][0] if options else ""
    ticked = bool(options)
    if sent is not None:
        ticked = str(visit.pk) in sent.getlist("visit")
        wanted = sent.get(f"to-{visit.pk}", "")
        if wanted == CANCEL or wanted in dict(options):
            chosen = wanted
    tone = LOOKS[Appointment.Status(visit.status)][1]
    return Row(visit, options, chosen, ticked, refusal.message if refusal else "", tone)


def _spoken(starts_at: datetime.datetime, who: Practitioner) -> str:
    return _("%(when)s, %(who)s") % {
        "when": date_format(timezone.localtime(starts_at), "D j M, H:i"),
        "who": who.resource.name,
    }
