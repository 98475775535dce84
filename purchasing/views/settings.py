"""The settings of buying."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import registries
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from purchasing import domain
from purchasing.forms import BuyingRulesForm


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def buying_rules(request: HttpRequest) -> HttpResponse:
    """The limits of the branch worked at."""
    form = BuyingRulesForm(typed(request.POST) if request.method == "POST" else None, branch=request.branch)
    if form.is_bound and form.is_valid() and _changed(request, form):
        messages.success(request, _("Saved; it counts from now on."))
        return redirect("buying-rules")
    settings = registries.settings_for(request.user)
    here = next(one for one in settings if one.url_name == "buying-rules")
    context = {"form": form, "settings": settings, "here": here}
    return render(request, "purchasing/buying_rules.html", context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, form: BuyingRulesForm) -> bool:
    try:
        domain.change_buying_rules(by=request.user, branch=request.branch, **form.cleaned_data)
    except Stale as stale:
        form.data = form.data.copy()
        form.data["version"] = str(BuyingRulesForm(branch=request.branch).seen)
        form.add_error(None, stale.message)
        return False
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return False
    return True
