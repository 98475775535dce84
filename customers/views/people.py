"""Pages of customers: list, register, detail, change, and what pickers and warnings ask."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic import spreadsheets
from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from customers import domain, queries
from customers.forms import ChangeForm, CustomerForm, FilterForm, guess
from customers.models import Customer

PER_PAGE = 50


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    filters, wanted = _narrowed(request)
    found = queries.listed(user=request.user, **wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return reply(
        request,
        "customers/list.html",
        {"page": page, "filters": filters, **wanted},
        fragments={"customers": "customers"},
    )


def _narrowed(request: HttpRequest) -> tuple[FilterForm, dict[str, str]]:
    """The filters as drawn and as applied: who may not see money can't sift or sort by it either."""
    money = request.user.may(Permission.BILLING_VIEW)
    filters = FilterForm(typed(request.GET), initial={"show": "active"}, money=money)
    return filters, filters.wanted()


@requires(Permission.CUSTOMERS_CREATE)
@require_http_methods(["GET", "POST"])
@once
def register(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(
            request, "customers/new.html", {"form": CustomerForm(initial=guess(searched(request.GET)))}
        )
    form = CustomerForm(typed(request.POST))
    known = _unconfirmed(request, form)
    if not form.is_valid() or known:
        return render(request, "customers/new.html", {"form": form, "known": known}, status=422)
    try:
        customer = domain.register(by=request.user, branch=request.branch, **form.given)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return render(request, "customers/new.html", {"form": form}, status=422)
    messages.success(request, _("%(name)s is registered.") % {"name": customer.full_name})
    return go(request, _back(request, customer))


def _unconfirmed(request: HttpRequest, form: CustomerForm) -> queries.Known | None:
    """Who has this phone already, unless the person has been told and wants it so."""
    if not form.is_valid():
        return None
    phone = form.cleaned_data["phone"]
    without = None if form.instance._state.adding else form.instance.pk
    if without and "phone" not in form.changed_data:
        return None
    known = queries.known_by_phone(user=request.user, typed=phone, without=without)
    if not known or form.cleaned_data["anyway"] == phone:
        return None
    form.data = form.data.copy()
    form.data["anyway"] = phone
    return known


def _back(request: HttpRequest, customer: Customer) -> str:
    """To where registering was asked for, with the new customer chosen; else to the customer's page."""
    back = request.GET.get("next", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return reverse("customer-detail", args=[customer.pk])
    return f"{back}{'&' if '?' in back else '?'}{urlencode({'customer': customer.pk})}"


def _visible(request: HttpRequest, pk: UUID) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user).select_related("standing"), pk=pk)


@requires(Permission.CUSTOMERS_CHANGE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    customer = _visible(request, pk)
    context: dict[str, Any] = {"customer": _visible(request, pk)}
    if request.method == "GET":
        form = ChangeForm(instance=customer, initial={"version": customer.version})
        return render(request, "customers/edit.html", {**context, "form": form})
    form = ChangeForm(typed(request.POST), instance=customer)
    known = _unconfirmed(request, form)
    if not form.is_valid() or known:
        return render(request, "customers/edit.html", {**context, "form": form, "known": known}, status=422)
    try:
        domain.change(by=request.user, customer=customer, version=form.cleaned_data["version"], **form.given)
    except Stale as stale:
        theirs = _visible(request, pk)
        differing = _differing(form, theirs)
        if differing:
            compared = _compare(form, theirs, differing, stale)
            return render(request, "customers/edit.html", compared, status=422)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return render(request, "customers/edit.html", {**context, "form": form}, status=422)
    messages.success(request, _("The changes are saved."))
    return go(request, "customer-detail", pk)


def _differing(form: ChangeForm, theirs: Customer) -> list[tuple[str, str]]:
    """What stands in the record otherwise than typed; nothing after a double click of one's own."""
    return [
        (form[name].label, _shown(theirs, name))
        for name in form._meta.fields
        if getattr(theirs, name) != form.cleaned_data.get(name)
    ]


def _compare(
    form: ChangeForm, theirs: Customer, differing: list[tuple[str, str]], stale: Stale
) -> dict[str, Any]:
    """What the other person saved, beside what is typed here; saving once more is then a decision."""
    form.add_error(None, stale.message)
    form.data = form.data.copy()
    form.data["version"] = str(theirs.version)
    return {"form": form, "theirs": differing, "customer": theirs}


def _shown(customer: Customer, name: str) -> str:
    show = getattr(customer, f"get_{name}_display", None)
    return str(show() if show else getattr(customer, name) or _("nothing"))


@requires(Permission.CUSTOMERS_CHANGE)
@require_POST
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _switch(request, pk, domain.deactivate, _("%(name)s is deactivated and hidden from search."))


@requires(Permission.CUSTOMERS_CHANGE)
@require_POST
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _switch(request, pk, domain.reactivate, _("%(name)s is active again."))


def _switch(request: HttpRequest, pk: UUID, verb: Callable[..., Customer], sentence: str) -> HttpResponse:
    customer = verb(by=request.user, customer=_visible(request, pk))
    messages.success(request, sentence % {"name": customer.full_name})
    return go(request, "customer-detail", pk)


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
def options(request: HttpRequest) -> HttpResponse:
    """The few customers a picker offers for what was typed."""
    words = searched(request.GET)
    found = queries.choices(user=request.user, words=words) if words else []
    back = request.GET.get("next", "")[:300]
    inline = "inline" in request.GET and words and request.user.may(Permission.CUSTOMERS_CREATE)
    context = {"words": words, "found": found, "next": back, "inline": inline}
    return render(request, "customers/_options.html", context)


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
def known(request: HttpRequest) -> HttpResponse:
    """The warning under the phone while it is typed."""
    try:
        without = UUID(request.GET["without"]) if request.GET.get("without") else None
    except ValueError:
        without = None
    phone = request.GET.get("phone", "").replace("\0", "")[:60]
    found = queries.known_by_phone(user=request.user, typed=phone, without=without)
    return render(request, "customers/_known.html", {"known": found})


@requires(Permission.CUSTOMERS_EXPORT)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV file. Who took it, and how many, is kept."""
    _filters, wanted = _narrowed(request)
    money = request.user.may(Permission.BILLING_VIEW)
    columns = [name for name in queries.EXPORTED if money or name != "standing__due"]
    rows = queries.listed(user=request.user, **wanted).values_list(*columns)
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    name = f"customers-{timezone.localdate():%Y-%m-%d}"
    return spreadsheets.csv_file(name, [column.split("__")[-1] for column in columns], rows.iterator(500))
