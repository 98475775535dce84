"""The page of backups: whether all is well, the one being made, those that are there."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from clinic import registries
from clinic.backups import alarms, domain, queries
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.limits import Cost, costs
from clinic.models import Backup
from clinic.permissions import Permission, requires

PER_PAGE = 20


@requires(Permission.SETTINGS_CONFIGURE)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    found = Backup.objects.visible_to(request.user).listed()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = queries.names_of(page.object_list)
    for backup in page.object_list:
        backup.asked_by = names.get(backup.asked_by_id, "")
    known = registries.settings_for(request.user)
    context = {
        "settings": known,
        "here": next(one for one in known if one.url_name == "backup-list"),
        "page": page,
        "alarms": alarms.current(),
        "all": queries.overview(),
    }
    return reply(request, "settings/backup-list.html", context, fragments={"backups": "backups"})


@requires(Permission.SETTINGS_CONFIGURE)
@require_POST
@costs(Cost.BATCH)
@once
def make(request: HttpRequest) -> HttpResponse:
    domain.ask(by=request.user)
    return go(request, "backup-list")
