"""One's own account: the authenticator app, recovery codes, PIN, what is open where; and confirming that it is oneself."""

from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.forms import typed
from clinic.htmx import go
from clinic.permissions import signed_in
from staff import confirming, domain, one_time_codes
from staff.confirm_form import PROOF, ProofForm, is_right
from staff.confirming import confirmed
from staff.forms import PreferencesForm
from staff.models import Browser, Session
from staff.sign_in import entering, guesses, own
from staff.sign_in.forms import CodeForm, OwnPinForm


@signed_in
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, form: PreferencesForm | None = None) -> HttpResponse:
    user = request.user
    context = own.account(user, request.session.session_key)
    chosen = {"language": user.language, "time_zone": user.time_zone}
    context["form"] = form or PreferencesForm(initial=chosen)
    return render(request, "staff/account.html", context, status=422 if form else 200)


@signed_in
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """One's own language and time zone; the next page is in it already."""
    form = PreferencesForm(typed(request.POST))
    if not form.is_valid():
        return _page(request, form)
    domain.change_preferences(by=request.user, **form.cleaned_data)
    return go(request, "account")


@signed_in
@sensitive_post_parameters(PROOF)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Before a page or file that only whoever sits here may have; then on to it."""
    form = ProofForm(typed(request.POST) if request.method == "POST" else None, person=request.user)
    wanted = entering.leads_to(request)
    if form.is_bound and form.is_valid() and is_right(request, form):
        confirming.note(request)
        return render(request, "staff/confirmed.html", {"next": wanted}) if wanted != "/" else redirect("/")
    context = {"form": form, "typed": [("next", wanted)], "action": request.path}
    return render(request, "staff/confirm.html", context, status=422 if form.is_bound else 200)


@signed_in
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """Set the app up, or, where a role has come to ask for it since, give a code of it."""
    form = CodeForm(typed(request.POST) if request.method == "POST" else None)
    if entering.has_authenticator(request.user):
        if request.session.get(entering.SECOND_FACTOR):
            return redirect("account")
        return _give_code(request, form)
    if form.is_bound and not own.pending_secret(request.user):
        return redirect("authenticator")  # it begins with scanning
    if form.is_valid():
        codes = domain.confirm_authenticator(
            by=request.user, code=form.cleaned_data["code"], keeping=request.session.session_key
        )
        if codes:
            request.session[entering.SECOND_FACTOR] = True
            return render(request, "staff/recovery_codes.html", {"codes": codes})
        form.add_error("code", _("That code doesn't fit. Does the phone's clock go right?"))
    return _set_up(request, form)


def _give_code(request: HttpRequest, form: CodeForm) -> HttpResponse:
    if form.is_valid():
        with guesses.one_at_a_time(request.user.username.lower()):
            if guesses.is_shut(request, request.user):
                return guesses.shut(request)
            right = domain.use_code(by=request.user, code=form.cleaned_data["code"])
            if not right:
                guesses.count_wrong(request, request.user)
        if right:
            request.session[entering.SECOND_FACTOR] = True
            return redirect("/")
        form.add_error("code", _("That code doesn't fit, or was used before."))
    return render(
        request,
        "staff/authenticator.html",
        {"form": form, "has_one": True},
        status=422 if form.is_bound else 200,
    )


def _set_up(request: HttpRequest, form: CodeForm) -> HttpResponse:
    secret = own.pending_secret(request.user)
    context = {"form": form, "secret": secret, "asked_for": request.user.needs_second_factor}
    if secret:
        address = one_time_codes.address(secret, request.user.username, own.house(request.user))
        context["picture"] = segno.make(address, error="m", micro=False).svg_data_uri(
            scale=5, border=4, light="white"
        )
    return render(request, "staff/authenticator.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
@confirmed
def begin_authenticator(request: HttpRequest) -> HttpResponse:
    if entering.has_authenticator(request.user):
        return redirect("account")
    domain.begin_authenticator(by=request.user)
    return redirect("authenticator")


@signed_in
@require_POST
@confirmed
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    domain.remove_authenticator(by=request.user)
    messages.success(request, _("The password alone signs you in from now on."))
    return redirect("account")


@signed_in
@require_POST
@confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New ones, shown this once."""
    if not entering.has_authenticator(request.user):
        return redirect("account")
    return render(
        request, "staff/recovery_codes.html", {"codes": domain.renew_recovery_codes(by=request.user)}
    )


@signed_in
@sensitive_post_parameters("pin", "again", PROOF)
@require_http_methods(["GET", "POST"])
@confirmed
def set_pin(request: HttpRequest) -> HttpResponse:
    form = OwnPinForm(typed(request.POST) if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "staff/pin_set.html", {"form": form}, status=422 if form.is_bound else 200)
    domain.set_pin(by=request.user, pin=form.cleaned_data["pin"])
    messages.success(request, _("Your PIN serves in the browsers where you signed in with your password."))
    return redirect("account")


@signed_in
@require_POST
def remove_pin(request: HttpRequest) -> HttpResponse:
    domain.remove_pin(by=request.user)
    messages.success(request, _("Your PIN is taken away."))
    return redirect("account")


@signed_in
@require_POST
def end_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = get_object_or_404(Session.objects.visible_to(request.user), handle=pk)
    if session.session_key == request.session.session_key:
        return redirect("account")  # that is what signing out is for
    domain.end_session(by=request.user, session=session)
    messages.success(request, _("That session is ended."))
    return redirect("account")


@signed_in
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Everywhere but here."""
    domain.end_sessions(by=request.user, person=request.user, keeping=request.session.session_key)
    messages.success(request, _("You are signed in only here now."))
    return redirect("account")


@signed_in
@require_POST
def forget_browser(request: HttpRequest, pk: UUID) -> HttpResponse:
    browser = get_object_or_404(Browser.objects.visible_to(request.user), pk=pk)
    domain.forget_browser(by=request.user, browser=browser)
    return redirect("account")
