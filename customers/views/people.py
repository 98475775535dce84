"""Pages of one customer: register, change, switch off and on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.audit import notes
from clinic.forms import searched, typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from customers import domain
from customers.forms import ChangeForm, CustomerForm, guess
from customers.likeness import Likeness, alike
from customers.models import Customer


@requires(Permission.CUSTOMERS_CREATE)
@require_http_methods(["GET", "POST"])
@once
def register(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(
            request,
            "customers/new.html",
            {"form": CustomerForm(initial=guess(searched(request.GET)), user=request.user)},
        )
    form = CustomerForm(typed(request.POST), user=request.user)
    known = _unconfirmed(request, form)
    if not form.is_valid() or known:
        return render(request, "customers/new.html", {"form": form, "known": known}, status=422)
    try:
        with transaction.atomic():
            customer = domain.register(by=request.user, branch=request.branch, **form.given)
            _join_household(request, customer)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return render(request, "customers/new.html", {"form": form}, status=422)
    messages.success(request, _("%(name)s is registered.") % {"name": customer.full_name})
    _warn_of_minor(request, customer)
    return go(request, _back(request, customer))


def _unconfirmed(request: HttpRequest, form: CustomerForm) -> Likeness | None:
    """Who is surely alike already, unless the person has been told of exactly these and wants it so."""
    if not form.is_valid():
        return None
    clean, changing = form.cleaned_data, not form.instance._state.adding
    if changing and not {"phone", "second_phone", "full_name", "born_on", "identity_number"} & {
        *form.changed_data
    }:
        return None
    known = alike(
        user=request.user,
        phones_typed=[clean["phone"], clean["second_phone"]] if _asks(form, "phone", "second_phone") else [],
        name=clean["full_name"] if _asks(form, "full_name", "born_on") else "",
        born_on=clean["born_on"] if not clean["birth_is_estimated"] else None,
        identity=form.given.get("identity"),
        without=form.instance.pk if changing else None,
    )
    if not known.is_sure or clean["anyway"] == known.token:
        return None
    form.data = form.data.copy()
    form.data["anyway"] = known.token
    return known


def _asks(form: CustomerForm, *names: str) -> bool:
    """What has stood in the record for long is no news."""
    return form.instance._state.adding or bool({*names} & {*form.changed_data})


def _join_household(request: HttpRequest, customer: Customer) -> None:
    """The button of the warning that registers somebody as one of the family."""
    chosen = request.POST.get("household_with", "")
    if chosen:
        other = _visible(request, _uuid(chosen))
        domain.join_household(by=request.user, customer=customer, other=other)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _warn_of_minor(request: HttpRequest, customer: Customer) -> None:
    if customer.is_minor and customer.guardian_id is None:
        sentence = _("%(name)s is under 18. Note a guardian, who signs for them.")
        messages.warning(request, sentence % {"name": customer.first_name})


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
@notes.reads(Customer)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    customer = _visible(request, pk)
    context: dict[str, Any] = {"customer": _visible(request, pk)}
    if request.method == "GET":
        form = ChangeForm(instance=customer, initial={"version": customer.version}, user=request.user)
        return render(request, "customers/edit.html", {**context, "form": form})
    form = ChangeForm(typed(request.POST), instance=customer, user=request.user)
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
    _warn_of_minor(request, customer)
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
