"""What an organisation decides about signing in; a page among the settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import registries
from clinic.forms import typed
from clinic.permissions import Permission, requires
from clinic.refusals import Stale
from staff import domain
from staff.confirming import confirmed
from staff.house.history import changes
from staff.models import SignInRules
from staff.sign_in.forms import RulesForm


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "POST"])
@confirmed
def rules(request: HttpRequest) -> HttpResponse:
    kept = SignInRules.of(request.user)
    form = RulesForm(typed(request.POST) if request.method == "POST" else None, rules=kept)
    if form.is_valid():
        try:
            if any(
                getattr(SignInRules.of(request.user), name) != value for name, value in form.given.items()
            ):
                domain.change_sign_in_rules(
                    by=request.user,
                    rules=SignInRules.of(request.user),
                    version=form.cleaned_data["version"],
                    **form.given,
                )
        except Stale as stale:
            form.add_error(None, stale.message)
        else:
            messages.success(
                request, _("Saved. Shorter times count at once, longer ones for who signs in from now on.")
            )
            return redirect("sign-in-rules")
    settings = registries.settings_for(request.user)
    context = {
        "form": form,
        "settings": settings,
        "here": next(each for each in settings if each.url_name == "sign-in-rules"),
        "changes": [] if kept._state.adding else changes(kept, form._meta.fields),
    }
    return render(request, "settings/sign-in-rules.html", context, status=422 if form.is_bound else 200)
