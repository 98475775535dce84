"""From nothing to a clinic that can be booked: the clinic and its owner, what kind of house, hours, people."""

from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from clinic import registries
from clinic.forms import typed
from clinic.permissions import Permission, public, requires
from clinic.refusals import Refusal
from clinic.setup import draw, setup_page
from clinic.setup_code import code_of
from staff import domain, queries
from staff.house.first_run.forms import BeginForm, KindForm, PersonForm
from staff.house.forms import SlotsForm, days_of, tell
from staff.models import Practitioner
from staff.presets import PRESETS


@public("nobody has a login yet; it needs the code that was printed when the clinic was started")
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Begin, on an empty database alone; later this address leads to the step where it was left."""
    if not queries.is_empty():
        return redirect(_where_left(request))
    code = request.POST.get("setup_code") or request.GET.get("code", "")
    if not compare_digest(code.encode(), code_of(settings.SECRET_KEY).encode()):
        return render(request, "settings/setup_code.html", status=403)
    form = BeginForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _begun(request, form):
        return redirect("setup-kind")
    context = {"form": form, "code": code}
    return render(request, "settings/setup.html", context, status=422 if form.is_bound else 200)


def _where_left(request: HttpRequest) -> str:
    user = request.user
    if not user.is_authenticated or not user.may(Permission.SETTINGS_CONFIGURE):
        return settings.LOGIN_REDIRECT_URL
    reached = user.branch.organisation.setup_step
    return next((step.url_name for step in registries.setup_steps() if step.name == reached), "settings")


def _begun(request: HttpRequest, form: BeginForm) -> bool:
    try:
        owner = domain.begin_setup(by=None, clinic=form.clinic, owner=form.owner, today=timezone.localdate())
    except ValidationError as problem:
        form.add_error(None, " ".join(problem.messages))
        return False
    except Refusal as refusal:
        tell(form, refusal)
        return False
    login(request, owner, backend="staff.backends.EmailOrUsername")
    domain.note_sign_in(by=owner)
    return True


@setup_page
def kind(request: HttpRequest) -> HttpResponse:
    branch = queries.branch_now(request.user)
    form = KindForm(
        typed(request.POST) if request.method == "POST" else None,
        initial={"preset": branch.organisation.preset or "skin"},
    )
    if form.is_bound and form.is_valid():
        domain.choose_preset(by=request.user, branch=branch, preset=form.cleaned_data["preset"])
        return _go_on(request, "kind")
    return draw(request, "settings/setup_kind.html", "kind", {"form": form, "presets": PRESETS.values()})


def _go_on(request: HttpRequest, after: str) -> HttpResponse:
    organisation = request.user.branch.organisation
    return redirect(domain.go_on_with_setup(by=request.user, organisation=organisation, after=after))


@setup_page
def hours(request: HttpRequest) -> HttpResponse:
    branch = queries.branch_now(request.user)
    data = typed(request.POST) if request.method == "POST" else None
    form, days = SlotsForm(data, branch=branch), days_of(branch, data)
    if data is not None and _all_valid([form, *days]):
        try:
            domain.change_branch(
                by=request.user, branch=branch, version=form.cleaned_data["version"], **form.given
            )
            rows = [day.row for day in days if day.row]
            domain.set_hours(by=request.user, branch=branch, version=branch.version, hours=rows)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            return _go_on(request, "hours")
    return draw(request, "settings/setup_hours.html", "hours", {"form": form, "days": days, "forms": days})


@setup_page
def people(request: HttpRequest) -> HttpResponse:
    """Add those who work here one by one; at least one who treats is needed to go on."""
    branch = queries.branch_now(request.user)
    usual = PRESETS.get(branch.organisation.preset, PRESETS["skin"])
    known = list(Practitioner.objects.visible_to(request.user).active().select_related("resource"))
    initial = {"role": usual.role, "mode": usual.mode, "full_name": "" if known else request.user.full_name}
    form = PersonForm(typed(request.POST) if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        goes_on = "go_on" in request.POST
        if form.cleaned_data["full_name"].strip() or not goes_on:
            try:
                domain.take_on(by=request.user, branch=branch, **form.cleaned_data)
            except Refusal as refusal:
                tell(form, refusal)
            else:
                return _go_on(request, "people") if goes_on else redirect("setup-people")
        elif known:
            return _go_on(request, "people")
        else:
            form.add_error("full_name", _("Add at least one person who treats."))
    return draw(request, "settings/setup_people.html", "people", {"form": form, "known": known})


@requires(Permission.SETTINGS_CONFIGURE)
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """What can be done now."""
    return render(request, "settings/setup_done.html")


def _all_valid(forms: list[Any]) -> bool:
    """All of them are looked at, so that everything that is wrong is said at once."""
    valid = [form.is_valid() for form in forms]
    return all(valid)
