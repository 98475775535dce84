"""The step of the first run that writes the menu."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clinic.forms import typed
from clinic.refusals import Refusal
from clinic.setup import draw, setup_page
from packages import domain
from packages.forms.setup import MenuLine, menu_of
from packages.models import Treatment
from staff import domain as staff


@setup_page
def setup_menu(request: HttpRequest) -> HttpResponse:
    """Put what is ticked on the menu; what is there already stays."""
    organisation = request.user.branch.organisation
    known = list(Treatment.objects.visible_to(request.user).active())
    data = typed(request.POST) if request.method == "POST" else None
    lines = menu_of("" if known else organisation.preset, data)
    if data is not None and _all_valid(lines):
        wanted = [line for line in lines if line.cleaned_data["is_on"]]
        if not (wanted or known):
            lines[0].add_error("name", _("Put at least one treatment on the menu."))
        elif all(_created(request, line) for line in wanted):
            return redirect(staff.go_on_with_setup(by=request.user, organisation=organisation, after="menu"))
    context = {"lines": lines, "forms": lines, "known": known}
    return draw(request, "packages/setup_menu.html", "menu", context)


def _created(request: HttpRequest, line: MenuLine) -> bool:
    try:
        domain.create_treatment(by=request.user, organisation=request.user.branch.organisation, **line.given)
    except Refusal as refusal:
        line.add_error(refusal.field if refusal.field in line.fields else "name", refusal.message)
        return False
    return True


def _all_valid(forms: list[Any]) -> bool:
    """All of them are looked at, so that everything that is wrong is said at once."""
    valid = [form.is_valid() for form in forms]
    return all(valid)
