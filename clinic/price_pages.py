"""The page of a thing's own prices at the branch worked at: what counts when, and a form for another one."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import prices
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.refusals import Refusal


class PriceForm(forms.Form):
    """A price from a day on; empty goes back to the house's."""

    price = forms.DecimalField(
        label=gettext_lazy("Price here, ₹"), required=False, min_value=0, max_digits=12, decimal_places=2,
        help_text=gettext_lazy("Empty: that of the house again."), widget=forms.NumberInput({"inputmode": "decimal"}),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


def answer(request: Any, thing: Any, verb: Callable[..., Any], *, back: str) -> HttpResponse:
    """The page, or what became of the form. `verb` writes; `back` is the page that leads here."""
    branch = request.branch
    today = timezone.localdate(timezone=branch.zone)
    data = typed(request.POST) if request.method == "POST" else None
    form = PriceForm(data, initial={"valid_from": today})
    if form.is_bound and form.is_valid():
        try:
            verb(by=request.user, thing=thing, branch=branch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The price here is saved."))
            return go(request, request.path)
    context = {
        "form": form, "thing": thing, "rows": prices.rows_of(thing, branch), "now": prices.price_at(thing, branch, today),
        "today": today, "back": back,
    }  # fmt: skip
    return reply(request, "clinic/branch_prices.html", context, status=422 if form.is_bound else 200)
