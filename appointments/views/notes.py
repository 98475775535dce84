"""Writing down a visit, and completing it. One form for both: what was typed goes along with either button."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from appointments import consulting, domain
from appointments.forms.visit import WriteUpForm
from appointments.models import Appointment, FollowUp
from appointments.views.life import done
from appointments.views.visit import Typed, page, visible, write_form
from clinic.audit.notes import reads
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.plain import plain
from clinic.refusals import Refusal, Stale


@requires(Permission.VISITS_COMPLETE)
@require_POST
@reads(Appointment, part=True)
@once
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was written so far; the visit goes on as it is."""
    return _write(request, pk, completing=False)


@requires(Permission.VISITS_COMPLETE)
@require_POST
@reads(Appointment, part=True)
@once
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _write(request, pk, completing=True)


def _write(request: HttpRequest, pk: UUID, *, completing: bool) -> HttpResponse:
    visit = visible(request, pk)
    form = write_form(request, visit, typed(request.POST))
    if not form.is_valid():
        return page(request, visit, Typed(write_form=form), status=422)
    try:
        with transaction.atomic():  # all or nothing, and the page drawn after a refusal shows what is kept
            written = domain.write_up(by=request.user, appointment=visit, written=form.written)
            if completing:
                written = domain.complete(by=request.user, appointment=visit, note=form.written.visit_note)
            _ask_back(request, written, form)
    except Stale as stale:
        return _stale(request, pk, form, stale)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return page(request, visible(request, pk), Typed(write_form=form), status=422)
    said = (
        _("The visit of %(name)s is completed.") if completing else _("What you wrote of %(name)s is saved.")
    )
    return done(request, written, said)


def _ask_back(request: HttpRequest, visit: Appointment, form: WriteUpForm) -> None:
    """Plan the follow-up that was chosen; take back one that no longer is."""
    if "come_back" not in form.fields:
        return
    if form.due_on:
        reason = form.cleaned_data["come_back_reason"]
        domain.plan_follow_up(by=request.user, appointment=visit, due_on=form.due_on, reason=reason)
        return
    asked = FollowUp.objects.visible_to(request.user).open().filter(appointment=visit).first()
    if asked and form.initial.get("come_back"):
        domain.drop_follow_up(
            by=request.user,
            follow_up=asked,
            reason=plain(gettext_lazy("Not planned any more")),
            version=asked.version,
        )


def _stale(request: HttpRequest, pk: UUID, form: WriteUpForm, stale: Stale) -> HttpResponse:
    """What the other one wrote is shown beside what was typed; the next save is of that version."""
    visit = visible(request, pk)
    form.add_error(None, stale.message)
    form.data = form.data.copy()
    now = consulting.note_of(visit)
    form.data["version"] = str(now.version if now else 0)
    return page(request, visit, Typed(write_form=form, stale_note=True), status=422)
