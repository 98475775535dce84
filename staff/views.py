"""Signing out, one's own password, the branch one works at, and the views one keeps of lists."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import signed_in
from clinic.refusals import Refusal
from staff import domain
from staff.forms import OwnPasswordForm, SavedViewForm, ViewNameForm
from staff.models import SavedView
from staff.sign_in import entering


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
    entering.remember(request, person)
    messages.success(request, _("Your password is changed."))
    return entering.known_again(request, redirect(settings.LOGIN_REDIRECT_URL))


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
