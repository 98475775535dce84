"""The menu: what we offer."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from packages import queries
from packages.models import Treatment

PAGE = 50
SORT_NAMES = [("name", _("Name")), ("price", _("Lowest price")), ("minutes", _("Shortest"))]


@requires(Permission.PACKAGES_VIEW)
@require_safe
def treatment_list(request: HttpRequest) -> HttpResponse:
    asked = {name: searched(request.GET, name) for name in ("q", "category", "sort")}
    today = timezone.localdate(timezone=request.branch.zone)
    found = queries.menu(Treatment.objects.visible_to(request.user).active(), request.branch, today)
    if asked["q"]:
        found = found.filter(name__icontains=asked["q"])
    if asked["category"]:
        found = found.filter(category=asked["category"])
    found = found.order_by(*queries.MENU_SORTS.get(asked["sort"], ["name", "pk"]))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return reply(
        request,
        "packages/treatments.html",
        {
            "page": page,
            "offers": [queries.offer(row, request.branch) for row in page],
            "categories": Treatment.Category.choices,
            "sorts": SORT_NAMES,
            **asked,
        },
    )
