"""Roles of the house: the list, the matrix of one, a new one, given to and taken from people, and why somebody may."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.forms import searched, typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from staff import domain, matrix
from staff.confirming import confirmed
from staff.house.forms import tell
from staff.models import Role, RoleHeld, User
from staff.team.roles import queries
from staff.team.roles.forms import GiveRoleForm, NewRoleForm, RoleForm

CONFIGURE = Permission.STAFF_CONFIGURE


@requires(CONFIGURE)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    may_add = request.user.may_everywhere(CONFIGURE)
    return render(request, "staff/team/roles.html", {"roles": queries.roles(), "may_add": may_add})


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
@confirmed
@once
def new(request: HttpRequest) -> HttpResponse:
    form = NewRoleForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            role = domain.add_role(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(role)s is there. Choose what it may do.") % {"role": role})
            return redirect("role-edit", role.pk)
    return render(request, "staff/team/role_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
@confirmed
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The matrix of one role. `?preset=` ticks what somebody's matrix gives it, for looking and saving."""
    role = get_object_or_404(Role.objects.visible_to(request.user), pk=pk)
    saved = {grant.permission for grant in role.grants.all()}
    form = RoleForm(typed(request.POST) if request.method == "POST" else None, role=role)
    if form.is_bound and form.is_valid() and _saved(request, role, form):
        messages.success(request, _("%(role)s may do this from now on.") % {"role": role})
        return redirect("role-edit", role.pk)
    chosen = matrix.preset(request.GET.get("preset", ""))
    wanted = saved
    if form.is_bound:
        wanted = set(form.data.getlist("permissions"))
    elif chosen and role.code in chosen.roles:
        wanted = set(chosen.roles[role.code])
    context = {
        "role": role,
        "form": form,
        "lines": matrix.lines(wanted, saved),
        "actions": matrix.ACTIONS.values(),
        "presets": [each for each in matrix.presets() if role.code in each.roles],
        "chosen": chosen,
        "fixed": domain.why_fixed(by=request.user, role=role),
        "holders": RoleHeld.objects.visible_to(request.user)
        .filter(role=role)
        .select_related("user", "branch"),
    }
    return render(request, "staff/team/role.html", context, status=422 if form.is_bound else 200)


def _saved(request: HttpRequest, role: Role, form: RoleForm) -> bool:
    given = form.cleaned_data | {"permissions": set(form.cleaned_data["permissions"])}
    try:
        domain.change_role(by=request.user, role=role, **given)
    except Stale as stale:
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        role.refresh_from_db(fields=["version"])
        form.data["version"] = str(role.version)
        return False
    except Refusal as refusal:
        tell(form, refusal)
        return False
    return True


@requires(CONFIGURE)
@require_POST
@confirmed
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Off where it is on, on where it is off; what the page showed is sent along."""
    role = get_object_or_404(Role.objects.visible_to(request.user), pk=pk)
    is_active = request.POST.get("to") == "on"
    if role.is_active != is_active:
        domain.switch_role(by=request.user, role=role, is_active=is_active, version=role.version)
    messages.success(request, _("%(role)s is switched on.") % {"role": role} if is_active else _("%(role)s is switched off.") % {"role": role})  # fmt: skip
    return redirect("role-edit", role.pk)


@requires(CONFIGURE)
@require_POST
@confirmed
@once
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    form = GiveRoleForm(typed(request.POST), by=request.user)
    if not form.is_valid():
        raise Refusal(_("Choose a role and where it counts."))
    role = form.cleaned_data["role"]
    own_only = form.cleaned_data["own_only"]
    domain.give_role(by=request.user, person=person, role=role, branch=form.branch, own_only=own_only)
    messages.success(request, _("%(name)s holds the role %(role)s now.") % {"name": person, "role": role})
    return redirect("person-detail", person.pk)


@requires(CONFIGURE)
@require_POST
@confirmed
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    held = get_object_or_404(
        RoleHeld.objects.visible_to(request.user).select_related("role", "user", "branch"), pk=pk
    )
    person: Any = domain.take_role(by=request.user, held=held)
    messages.success(
        request, _("%(name)s no longer holds the role %(role)s.") % {"name": person, "role": held.role}
    )
    if User.objects.visible_to(request.user).filter(pk=person.pk).exists():
        return redirect("person-detail", person.pk)
    return redirect("person-list")


@requires(CONFIGURE)
@require_GET
def why(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which role at which branch lets this person do what, and what would."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    only = request.GET.get("only", "")
    words = searched(request.GET)
    context = {
        "person": person,
        "found": queries.why(person=person, branch=request.branch, words=words, only=only),
        "words": words,
        "only": only if only in ("may", "may_not") else "",
    }
    return render(request, "staff/team/why.html", context)
