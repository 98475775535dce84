"""Coming in: by password, then by a code if one is owed; by PIN; by a link where the password is unknown."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from clinic.client_address import client_address
from clinic.forms import typed
from clinic.gateways import mail
from clinic.permissions import public
from clinic.refusals import Refusal
from staff import domain, queries
from staff.backends import account_typed
from staff.demo import DEMO_LOGINS
from staff.forms import SignInForm
from staff.models import User
from staff.sign_in import entering, guesses
from staff.sign_in.forms import ChosenPasswordForm, CodeForm, ForgottenForm, PinSignInForm

FIRST_STEP = "whoever signs in has no login yet"


#: Of whoever isn't signed in, in a cookie; a person's own is kept with their login.
language = public("whoever signs in has no language of their own yet")(require_POST(set_language))


@public(FIRST_STEP)
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Five wrong passwords lock the account for five minutes (axes answers then); whether it exists is never said."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(entering.leads_to(request))
        return _ask(request, SignInForm())
    form = SignInForm(typed(request.POST))
    if not form.is_valid():
        return _ask(request, form, status=422)
    if guesses.address_is_shut(request, form.cleaned_data["username"], entering.cookie(request)):
        return guesses.shut(request)
    with guesses.one_at_a_time(account_typed(request, form.cleaned_data)):
        user = authenticate(request, **form.cleaned_data)
    if not isinstance(user, User):
        form.add_error(None, _("User name and password don't match. Mind the letter case of the password."))
        return _ask(request, form, status=422)
    if entering.has_authenticator(user):
        entering.owe_code(request, user)
        return redirect(entering.with_next("sign-in-code", request))
    entering.enter(request, user, second_factor=False)
    return entering.known_again(request, redirect(entering.leads_to(request)))


def _ask(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_logins": DEMO_LOGINS if settings.DEMO and queries.is_demo() else (),
        "empty": queries.is_empty(),
        "by_pin": bool(entering.desk(request)),
    }
    return render(request, "staff/sign_in.html", context, status=status)


@public(FIRST_STEP)
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step of whoever has an authenticator app; a recovery code serves in its place, once."""
    user = entering.owing(request)
    if user is None:
        return redirect(entering.with_next("sign-in", request))
    form = CodeForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_valid():
        with guesses.one_at_a_time(user.username.lower()):
            if guesses.is_shut(request, user):
                return guesses.shut(request)
            right = domain.use_code(by=user, code=form.cleaned_data["code"])
            if not right:
                guesses.count_wrong(request, user)
        if right:
            entering.enter(request, user, second_factor=True)
            return entering.known_again(request, redirect(entering.leads_to(request)))
        form.add_error("code", _("That code doesn't fit, or was used before."))
    context = {"form": form, "next": entering.leads_to(request)}
    return render(request, "staff/sign_in_code.html", context, status=422 if form.is_bound else 200)


@public("whoever changes over has no session yet, or another person's")
@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """Who is known in this browser changes over: what was open is ended, a new session begins."""
    desk = entering.desk(request)
    if request.method == "POST" and not desk:
        return redirect("sign-in")
    form = PinSignInForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_valid():
        browser = next((each for each in desk if each.user_id == form.cleaned_data["person"]), None)
        if browser and guesses.is_shut(request, browser.user):
            return guesses.shut(request)
        if browser and domain.use_pin(by=browser.user, browser=browser, pin=form.cleaned_data["pin"]):
            entering.enter_by_pin(request, browser)
            return redirect(settings.LOGIN_REDIRECT_URL)
        if browser:
            guesses.count_wrong(request, browser.user)
        form.add_error(
            "pin", _("That PIN doesn't fit. After five wrong ones the password is asked for here.")
        )
        desk = entering.desk(request)
    shown = DEMO_LOGINS if settings.DEMO and queries.is_demo() else []
    demo = {each["username"]: each["pin"] for each in shown}
    chosen = str(form.data.get("person", ""))
    context = {
        "form": form,
        "is_gone": form.is_bound and chosen not in [str(each.user_id) for each in desk],
        "desk": [(each.user, demo.get(each.user.username, "")) for each in desk],
        "chosen": chosen,
    }
    return render(request, "staff/pin.html", context, status=422 if form.is_bound else 200)


@public("whoever forgot the password can't sign in")
@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. The answer is the same whatever was typed; a job looks it up."""
    form = ForgottenForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_valid():
        try:
            domain.ask_for_link(by=None, typed=form.cleaned_data["username"], ip=client_address(request))
        except Refusal:
            return guesses.shut(request)
    context = {"form": form, "by_mail": mail.is_configured(), "asked": form.is_bound and form.is_valid()}
    return render(
        request, "staff/forgotten.html", context, status=422 if form.is_bound and form.errors else 200
    )


@public("the key in the address says whose password may be set")
@sensitive_post_parameters("password1", "password2", "key")
@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Set a password with a link that serves once. Looking at it doesn't use it: mail programs look at links too."""
    key = (request.POST.get("key") or request.GET.get("key", ""))[:100]
    found = entering.link_of(key)
    if found is None:
        return render(request, "staff/link_over.html", status=404)
    form = ChosenPasswordForm(typed(request.POST) if request.method == "POST" else None, person=found.user)
    if form.is_valid():
        try:
            domain.use_link(by=None, token=key, password=form.cleaned_data["password1"])
        except Refusal:
            return render(request, "staff/link_over.html", status=404)
        messages.success(request, _("Your password is set; sign in with it."))
        return redirect("sign-in")
    context = {"form": form, "key": key, "person": found.user}
    return render(request, "staff/password_link.html", context, status=422 if form.is_bound else 200)
