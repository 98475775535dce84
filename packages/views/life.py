"""What changes a package in somebody's hands: each shows what it would come to, asks why, and is one verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clinic import money
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from packages import domain, previews, queries
from packages.forms import ExchangeForm, ExtendForm, FreezeForm, GiveBackForm, TransferForm
from packages.models import Enrolment


@dataclass(frozen=True)
class Change:
    """One kind of change: its words, its form, its preview from what is typed so far, and doing it.

    `do` answers the sentence to tell and the enrolment to show next.
    """

    title: Any
    lead: Any
    button: Any
    form: type[Any]
    preview: Callable[[Enrolment, Any], previews.Facts]
    do: Callable[[HttpRequest, Enrolment, dict[str, Any]], tuple[str, Enrolment]]
    danger: bool = False


@requires(Permission.PACKAGES_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def freeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _changed(request, pk, FREEZE)


@requires(Permission.PACKAGES_CHANGE)
@require_POST
@once
def unfreeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    enrolment = domain.unfreeze(by=request.user, enrolment=_visible(request, pk))
    messages.success(request, _("%(plan)s can be used again.") % {"plan": enrolment})
    return go(request, "enrolment-detail", pk)


@requires(Permission.PACKAGES_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def extend(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _changed(request, pk, EXTEND)


@requires(Permission.PACKAGES_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _changed(request, pk, TRANSFER)


@requires(Permission.PACKAGES_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def exchange(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _changed(request, pk, EXCHANGE)


@requires(Permission.PACKAGES_RETURN)
@require_http_methods(["GET", "POST"])
@once
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _changed(request, pk, GIVE_BACK)


def _changed(request: HttpRequest, pk: UUID, change: Change) -> HttpResponse:
    enrolment = _visible(request, pk)
    sent = request.method == "POST"
    form = change.form(typed(request.POST) if sent else None, user=request.user, enrolment=enrolment)
    so_far = form if sent else change.form(typed(request.GET), user=request.user, enrolment=enrolment)
    if sent and form.is_valid():
        try:
            sentence, shown = change.do(request, enrolment, form.given)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, sentence)
            return go(request, "enrolment-detail", shown.pk)
    so_far.is_valid()
    context = {
        "change": change,
        "enrolment": enrolment,
        "form": form,
        "customer": so_far.cleaned_data.get("customer"),
        "facts": change.preview(enrolment, so_far.cleaned_data.get),
    }
    return reply(
        request,
        "packages/change.html",
        context,
        fragments={"preview": "preview"},
        status=422 if sent else 200,
    )


def _visible(request: HttpRequest, pk: UUID) -> Enrolment:
    mine = Enrolment.objects.visible_to(request.user)
    return get_object_or_404(mine.select_related("branch__registration", "customer", "plan"), pk=pk)


def _today(enrolment: Enrolment) -> Any:
    return timezone.localdate(timezone=enrolment.branch.zone)


def _freeze(request: HttpRequest, enrolment: Enrolment, given: dict[str, Any]) -> tuple[str, Enrolment]:
    frozen = domain.freeze(by=request.user, enrolment=enrolment, **given)
    return _("%(plan)s is frozen.") % {"plan": frozen}, frozen


def _extend(request: HttpRequest, enrolment: Enrolment, given: dict[str, Any]) -> tuple[str, Enrolment]:
    longer = domain.extend(by=request.user, enrolment=enrolment, **given)
    day = date_format(longer.valid_until, "j M Y") if longer.valid_until else ""
    return _("%(plan)s is valid to %(day)s now.") % {"plan": longer, "day": day}, longer


def _transfer(request: HttpRequest, enrolment: Enrolment, given: dict[str, Any]) -> tuple[str, Enrolment]:
    new = domain.transfer(by=request.user, enrolment=enrolment, **given)
    words = {"plan": new, "name": new.customer.full_name}
    return _("What was left of %(plan)s belongs to %(name)s now.") % words, new


def _exchange(request: HttpRequest, enrolment: Enrolment, given: dict[str, Any]) -> tuple[str, Enrolment]:
    value = queries.quote(given["plan"], [], enrolment.branch, _today(enrolment)).value
    done = domain.exchange(by=request.user, enrolment=enrolment, value=value, **given)
    words = {"plan": done.enrolment, "amount": money.rupees(abs(done.difference))}
    if done.difference > 0:
        return _("Exchanged for %(plan)s. %(amount)s before tax is still to be paid.") % words, done.enrolment
    if done.difference < 0:
        return _("Exchanged for %(plan)s. %(amount)s before tax goes back.") % words, done.enrolment
    return _("Exchanged for %(plan)s.") % words, done.enrolment


def _give_back(request: HttpRequest, enrolment: Enrolment, given: dict[str, Any]) -> tuple[str, Enrolment]:
    worth = domain.give_back(by=request.user, enrolment=enrolment, **given)
    words = {"plan": enrolment, "amount": money.rupees(worth.refundable)}
    return _("%(plan)s is given back. %(amount)s before tax goes back to the customer.") % words, enrolment


FREEZE = Change(
    gettext_lazy("Freeze"),
    gettext_lazy("No session can be used while it rests; it is valid longer by the days it rested."),
    gettext_lazy("Freeze"),
    FreezeForm,
    lambda enrolment, typed: previews.freeze(enrolment, typed("until"), _today(enrolment)),
    _freeze,
)
EXTEND = Change(
    gettext_lazy("Extend"),
    gettext_lazy("One that has lapsed can be used again with what it had left."),
    gettext_lazy("Extend"),
    ExtendForm,
    lambda enrolment, typed: previews.extend(enrolment, typed("days")),
    _extend,
)
TRANSFER = Change(
    gettext_lazy("Transfer"),
    gettext_lazy("All that is left goes to another customer, on the same terms."),
    gettext_lazy("Transfer"),
    TransferForm,
    lambda enrolment, typed: previews.transfer(enrolment),
    _transfer,
)
EXCHANGE = Change(
    gettext_lazy("Exchange"),
    gettext_lazy("What is left counts toward another package."),
    gettext_lazy("Exchange"),
    ExchangeForm,
    lambda enrolment, typed: previews.exchange(enrolment, typed("plan"), _today(enrolment)),
    _exchange,
)
GIVE_BACK = Change(
    gettext_lazy("Give back"),
    gettext_lazy("The package is closed. What goes back is worked out here; the money follows by its bill."),
    gettext_lazy("Give back"),
    GiveBackForm,
    lambda enrolment, typed: previews.give_back(enrolment),
    _give_back,
    danger=True,
)
