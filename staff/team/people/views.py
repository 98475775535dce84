"""People who work here: the list, the page of one, taken on, changed, posted, switched off and on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from clinic import registries
from clinic.forms import typed
from clinic.htmx import reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires, signed_in
from clinic.refusals import Refusal, Stale
from staff import domain
from staff.confirming import confirmed
from staff.house.forms import tell
from staff.models import Posting, User
from staff.queries import saved_views
from staff.team.people import queries
from staff.team.people.forms import (
    FilterForm,
    LastDayForm,
    NewPersonForm,
    PortraitForm,
    PostingForm,
    RecordForm,
)
from staff.team.roles.forms import GiveRoleForm

PER_PAGE = 50
VIEW, CREATE, CHANGE = Permission.STAFF_VIEW, Permission.STAFF_CREATE, Permission.STAFF_CHANGE
CONFIGURE = Permission.STAFF_CONFIGURE


def person_of(request: HttpRequest, pk: UUID) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


@requires(VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(typed(request.GET), choices=queries.choices(request.user), orders=queries.ORDERS)
    wanted = filters.wanted
    pages = Paginator(queries.listed(user=request.user, wanted=wanted), PER_PAGE)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "filters": filters,
        "sort": wanted.get("sort") or "name",
        "saved": saved_views(user=request.user, page="person-list", asked=request.GET),
    }
    return reply(request, "staff/team/people.html", context, fragments={"people": "people"})


@requires(VIEW)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, person_of(request, pk))


@signed_in
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """One's own page: what is kept of oneself, and one's leave."""
    if request.branch is None:
        raise Http404
    return _page(request, request.user)


def _page(request: HttpRequest, person: User, status: int = 200, **forms: Any) -> HttpResponse:
    user = request.user
    page = queries.page(user=user, person=person)
    context = {
        "person": person,
        "shown": page,
        "own": person.pk == user.pk,
        "live_card": next((card for card in page.cards if card.revoked_at is None), None),
        "panels": registries.panels_for(user, "person", person.pk),
        "posting": PostingForm(by=user),
        "photo_form": PortraitForm(),
        "give": GiveRoleForm(by=user) if user.may(CONFIGURE) else None,
        **forms,
    }
    return render(request, "staff/team/person.html", context, status=status)


@requires(CREATE)
@require_http_methods(["GET", "POST"])
@confirmed
@once
def new(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(typed(request.POST) if request.method == "POST" else None, by=request.user)
    if form.is_bound and form.is_valid():
        try:
            person = domain.take_on_person(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(name)s works here now.") % {"name": person})
            return redirect("person-detail", person.pk)
    return render(request, "staff/team/person_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request, pk)
    employee = queries.employee_of(person)
    form = RecordForm(
        typed(request.POST) if request.method == "POST" else None, person=person, employee=employee
    )
    if form.is_bound and form.is_valid() and _saved(request, person, form):
        messages.success(request, _("Saved."))
        return redirect("person-detail", person.pk)
    context = {"form": form, "person": queries.as_saved(person)}
    return render(request, "staff/team/person_edit.html", context, status=422 if form.is_bound else 200)


def _saved(request: HttpRequest, person: User, form: RecordForm) -> bool:
    try:
        domain.change_person(by=request.user, person=person, **form.cleaned_data)
    except Stale as stale:
        form.add_error(None, stale.message)
        now, employee = queries.as_saved(person), queries.employee_of(person)
        form.data = form.data.copy()
        form.data["login_version"] = str(now.version)
        form.data["version"] = str(employee.version if employee else 0)
        return False
    except Refusal as refusal:
        tell(form, refusal)
        return False
    return True


@requires(CHANGE)
@require_POST
@once
def employ(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Numbers for somebody who has had only a login until now."""
    person = person_of(request, pk)
    employee = domain.employ(by=request.user, person=person, branch=request.branch, on=queries.today())
    messages.success(
        request, _("%(name)s has the number %(number)s.") % {"name": person, "number": employee.number}
    )
    return redirect("person-detail", person.pk)


@requires(CHANGE)
@require_POST
def set_portrait(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request, pk)
    form = PortraitForm(typed(request.POST), request.FILES)
    if form.is_valid():
        photo = form.cleaned_data["photo"]
        content, name = (photo.read(), photo.name) if photo else (None, "")
        try:
            domain.set_portrait(by=request.user, person=person, content=content, name=name)
        except ValueError as problem:
            form.add_error("photo", str(problem))
        else:
            messages.success(request, _("The photo is saved.") if photo else _("The photo is gone."))
            return redirect("person-detail", person.pk)
    return _page(request, person, status=422, photo_form=form)


@signed_in
@require_safe
def portrait(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own photo, or a colleague's for who may see people."""
    if pk != request.user.pk and not request.user.may(VIEW):
        raise Http404
    person = person_of(request, pk)
    employee = queries.employee_of(person)
    if employee is None or not employee.portrait:
        raise Http404
    return HttpResponse(bytes(employee.portrait), content_type="image/webp")


@requires(CHANGE)
@require_POST
@once
def post(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request, pk)
    form = PostingForm(typed(request.POST), by=request.user)
    if form.is_valid():
        try:
            domain.post(by=request.user, person=person, **form.cleaned_data)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(name)s is posted there.") % {"name": person})
            return redirect("person-detail", person.pk)
    return _page(request, person, status=422, posting=form)


@requires(CHANGE)
@require_POST
def end_posting(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Posting.objects.visible_to(request.user).select_related("branch", "person")
    posting = get_object_or_404(rows, pk=pk)
    form = LastDayForm(typed(request.POST))
    if not form.is_valid():
        raise Refusal(_("Say which day is the last."))
    domain.end_posting(by=request.user, posting=posting, **form.cleaned_data)
    messages.success(request, _("The posting has its last day."))
    return redirect("person-detail", posting.person_id)


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows first what still waits for the person; switching off ends what they have open."""
    person = person_of(request, pk)
    if request.method == "POST":
        domain.deactivate_person(by=request.user, person=person)
        messages.success(request, _("%(name)s can't sign in any more.") % {"name": person})
        return redirect("person-detail", person.pk)
    assigned = registries.assigned_to(request.user, person)
    return render(request, "staff/team/deactivate.html", {"person": person, "assigned": assigned})


@requires(CONFIGURE)
@require_POST
@confirmed
def activate(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request, pk)
    domain.activate_person(by=request.user, person=person)
    messages.success(request, _("%(name)s may sign in again.") % {"name": person})
    return redirect("person-detail", person.pk)
