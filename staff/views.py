"""Signing in and out, one's own password, the branch one works at, and the views one keeps of lists."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import public, signed_in
from clinic.refusals import Refusal
from staff import domain, queries
from staff.demo import DEMO_LOGINS
from staff.forms import OwnPasswordForm, SavedViewForm, SignInForm, ViewNameForm
from staff.models import SavedView


@public("whoever signs in has no login yet")
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Five wrong passwords lock the account for five minutes (axes answers then); whether it exists is never said."""
    if request.method == "GET":
        return redirect(_next(request)) if request.user.is_authenticated else _ask(request, SignInForm())
    form = SignInForm(typed(request.POST))
    if not form.is_valid():
        return _ask(request, form, status=422)
    user = authenticate(request, **form.cleaned_data)
    if user is None:
        form.add_error(None, _("User name and password don't match. Mind the letter case of the password."))
        return _ask(request, form, status=422)
    login(request, user)
    domain.note_sign_in(by=user)
    return redirect(_next(request))


def _ask(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_logins": DEMO_LOGINS if settings.DEMO and queries.is_demo() else (),
        "empty": queries.is_empty(),
    }
    return render(request, "staff/sign_in.html", context, status=status)


def _next(request: HttpRequest) -> str:
    """Where to go on, if it is a page of ours; else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without a slash in front it would be looked up as the name of a view.
    return wanted if allowed and wanted.startswith("/") else settings.LOGIN_REDIRECT_URL


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    domain.note_sign_out(by=request.user)
    logout(request)
    return redirect("sign-in")


@signed_in
@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """One's own password. Whoever else is signed in with the old one is signed out; this session gets a new key."""
    form = OwnPasswordForm(request.user, typed(request.POST) if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request, "staff/set_password.html", {"form": form}, status=422 if form.is_bound else 200
        )
    person = domain.set_password(by=request.user, person=request.user, password=form.password)
    update_session_auth_hash(request, person)
    messages.success(request, _("Your password is changed."))
    return redirect(settings.LOGIN_REDIRECT_URL)


@signed_in
@require_POST
def switch_branch(request: HttpRequest) -> HttpResponse:
    """Work at another branch from now on. The page one was on may belong to the old one, so lists only."""
    wanted = request.POST.get("branch", "")
    chosen = next((branch for branch in request.user.branches if str(branch.pk) == wanted), None)
    if chosen is None:
        raise Refusal(_("You hold no role at that branch."))
    request.session["branch"] = wanted
    messages.success(request, _("You work at %(branch)s now.") % {"branch": chosen.trade_name})
    return redirect(settings.LOGIN_REDIRECT_URL)


@signed_in
@require_POST
@once
def save_view(request: HttpRequest) -> HttpResponse:
    form = SavedViewForm(typed(request.POST))
    if not form.is_valid():
        return _ask_name(request, form, status=422)
    return _to_list(domain.save_view(by=request.user, **form.cleaned_data))


@signed_in
@require_http_methods(["GET", "POST"])
def rename_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    form = ViewNameForm(
        typed(request.POST) if request.method == "POST" else None, initial={"name": view.name}
    )
    if not form.is_valid():
        return _ask_name(request, form, status=422 if form.is_bound else 200)
    try:
        domain.rename_view(by=request.user, view=view, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return _ask_name(request, form, status=422)
    return _to_list(view)


@signed_in
@require_POST
def delete_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    domain.delete_view(by=request.user, view=view)
    messages.success(request, _("The view %(name)s is deleted.") % {"name": view.name})
    return _to_list(view)


def _ask_name(request: HttpRequest, form: ViewNameForm, status: int) -> HttpResponse:
    return render(request, "staff/saved_view.html", {"form": form}, status=status)


def _to_list(view: SavedView) -> HttpResponse:
    return redirect(f"{reverse(view.page)}?{view.query}")
