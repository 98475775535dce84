"""One session of a package: used at the desk, its code sent, taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.forms import typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from packages import domain
from packages.forms import ProofForm, RedeemForm, UndoForm
from packages.models import Enrolment, Session
from packages.proving import Proof


@requires(Permission.VISITS_COMPLETE)
@require_http_methods(["GET", "POST"])
@once
def redeem(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A session given without a visit. One that is booked is completed by its visit alone."""
    session = _visible(request, pk)
    sent = request.method == "POST"
    form = RedeemForm(typed(request.POST) if sent else None, user=request.user, session=session)
    if not sent or not form.is_valid():
        return _redeem_form(request, session, form)
    try:
        done = domain.redeem_session(
            by=request.user,
            session=session,
            practitioner=form.cleaned_data["practitioner"],
            note=form.cleaned_data["note"],
            proof=form.proof,
            consumables=form.wanted,
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _redeem_form(request, session, form)
    sentence = _("Session %(number)s of %(plan)s is completed.")
    messages.success(request, sentence % {"number": done.number, "plan": session.enrolment.plan_name})
    return go(request, "enrolment-detail", session.enrolment_id)


@requires(Permission.VISITS_COMPLETE)
@require_http_methods(["GET", "POST"])
@once
def give_proof(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The proof of a session that its visit completes later that day."""
    session = _visible(request, pk)
    sent = request.method == "POST"
    form = ProofForm(typed(request.POST) if sent else None, session=session)
    if not sent or not form.is_valid():
        return _proof_form(request, session, form)
    try:
        domain.give_proof(by=request.user, session=session, proof=form.proof or Proof())
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _proof_form(request, session, form)
    messages.success(request, _("Session %(number)s is proven for today.") % {"number": session.number})
    return go(request, "enrolment-detail", session.enrolment_id)


@requires(Permission.VISITS_COMPLETE)
@require_POST
@once
def send_code(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Back to where the code is typed: the form of a booked session is that of its proof alone."""
    session = _visible(request, pk)
    is_booked = session.status == Session.Status.RESERVED
    try:
        domain.send_code(by=request.user, session=session)
    except Refusal as refusal:
        if is_booked:
            return _proof_form(request, session, ProofForm(session=session), refusal.message)
        form = RedeemForm(user=request.user, session=session)
        return _redeem_form(request, session, form, refusal.message)
    messages.success(request, _("A code is on its way to %(name)s.") % {"name": session.enrolment.customer})
    return go(request, "session-give-proof" if is_booked else "session-redeem", pk)


@requires(Permission.SESSIONS_UNDO)
@require_http_methods(["GET", "POST"])
@once
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On the day itself only, for a reason."""
    session = _visible(request, pk)
    sent = request.method == "POST"
    form = UndoForm(typed(request.POST) if sent else None)
    if sent and form.is_valid():
        try:
            domain.undo_session(by=request.user, session=session, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Session %(number)s is taken back.") % {"number": session.number})
            return go(request, "enrolment-detail", session.enrolment_id)
    context = {"session": session, "enrolment": session.enrolment, "form": form}
    return render(request, "packages/undo.html", context, status=422 if sent else 200)


def _visible(request: HttpRequest, pk: UUID) -> Session:
    mine = Enrolment.objects.visible_to(request.user).select_related("branch", "customer", "plan__treatment")
    enrolment = get_object_or_404(mine, sessions=pk)
    session = enrolment.sessions.get(pk=pk)
    session.enrolment = enrolment
    return session


def _redeem_form(
    request: HttpRequest, session: Session, form: RedeemForm, not_sent: str = ""
) -> HttpResponse:
    return _form(request, "packages/redeem.html", session, form, not_sent)


def _proof_form(request: HttpRequest, session: Session, form: ProofForm, not_sent: str = "") -> HttpResponse:
    return _form(request, "packages/proof.html", session, form, not_sent)


def _form(
    request: HttpRequest, template: str, session: Session, form: ProofForm, not_sent: str
) -> HttpResponse:
    """`not_sent`: why no code could be sent."""
    context = {"session": session, "enrolment": session.enrolment, "form": form, "not_sent": not_sent}
    return render(request, template, context, status=422 if form.is_bound or not_sent else 200)
