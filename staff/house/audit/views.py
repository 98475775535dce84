"""The audit under Settings: who did what. Looking at somebody's personal values here is a look at their record, and told."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clinic import registries, spreadsheets
from clinic.audit import notes, seals, values
from clinic.audit.telling import columns, tell
from clinic.models import AuditRow
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff.confirming import confirmed
from staff.house.audit import queries
from staff.house.audit.forms import AuditFilters


@requires(Permission.AUDIT_VIEW)
@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """What happened, the newest first, with how many rows wait for their seal."""
    branches = queries.branches(request.user)
    filters = AuditFilters(request.GET, user=request.user, branches=branches)
    found, since = queries.rows(user=request.user, asked=filters.asked)
    named, before = {branch.pk: branch.trade_name for branch in branches}, request.GET.get("before", "")
    last = seals.last()
    context = {
        "filters": filters,
        "page": queries.page(found, user=request.user, before=before, since=since, branches=named),
        "lag": seals.lag(last),
        "seal": seals.printed(last) if last else "",
    }
    return _page(request, "settings/audit.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    pages = registries.settings_for(request.user)
    here = next(one for one in pages if one.url_name == "audit-list")
    return render(request, template, {"settings": pages, "here": here, **context})


@requires(Permission.AUDIT_VIEW)
@require_safe
def detail(request: HttpRequest, audit: str) -> HttpResponse:
    """One row: before and after of each column, from where, and its seal."""
    row = queries.one(user=request.user, key=audit)
    if row is None:
        raise Http404
    fields = columns([row], user=request.user).get(row.pk, [])
    model = values.models_by_table().get(row.table_name)
    if fields and _is_of_somebody(model):
        notes.read(request, model, row.row_id)
    context = {
        "told": tell([row], user=request.user)[0],
        "fields": fields,
        "facts": _facts(row),
    }
    return _page(request, "settings/audit_row.html", context)


def _is_of_somebody(model: Any) -> bool:
    """A customer's record."""
    privacy = getattr(model, "privacy", None)
    return privacy is not None and privacy.path is not None


def _facts(row: AuditRow) -> list[tuple[str, Any]]:
    told, names = {} if row.is_change else row.changed, _names()
    more = [(names.get(name, name), value) for name, value in told.items() if not isinstance(value, dict)]
    seal = seals.covering(row)
    return [
        (_("Kind"), values.kind_of(row.table_name) if row.table_name else ""),
        (_("Record"), row.row_id),
        (_("Address"), row.ip),
        (_("Browser"), row.agent),
        (_("Path"), row.path),
        (_("Request"), row.request_id),
        *more,
        *told.get("ids", {}).items(),
        (_("Seal"), seals.printed(seal) if seal else _("Not sealed yet; that happens every minute.")),
    ]


def _names() -> dict[str, str]:
    """Of what a row that changed nothing tells (`clinic.audit.notes`)."""
    return {
        "view": _("Page"), "status": _("Answer"), "method": _("Method"), "rows": _("Rows"), "before": _("Before"),
        "typed": _("Typed name, only a hash"),
    }  # fmt: skip


@requires(Permission.AUDIT_VIEW)
@require_safe
def record(request: HttpRequest, table: str, record: str) -> HttpResponse:
    """The history of one record: who made, changed and looked at it."""
    found = queries.about(user=request.user, table=table, record=record)
    page = queries.page(found, user=request.user, before=request.GET.get("before", ""))
    if not page.told:
        raise Http404
    model = values.models_by_table()[table]
    if _is_of_somebody(model):
        notes.read(request, model, record)
    own = next((told.what for told in page.told if told.row.table_name == table), values.kind_of(table))
    return _page(request, "settings/audit_record.html", {"page": page, "what": own})


@requires(Permission.AUDIT_EXPORT)
@require_safe
@confirmed(reading=True)
@notes.exports(AuditRow)
def export(request: HttpRequest) -> HttpResponse:
    """What is listed, as CSV or XLSX."""
    filters = AuditFilters(request.GET, user=request.user, branches=queries.branches(request.user))
    found, _since = queries.rows(user=request.user, asked=filters.asked)
    if found.order_by()[: queries.MOST_IN_FILE + 1].count() > queries.MOST_IN_FILE:
        most = queries.MOST_IN_FILE
        raise Refusal(
            ngettext(
                "More than %(count)s row matches. Choose days, a person or a kind of record first.",
                "More than %(count)s rows match. Choose days, a person or a kind of record first.",
                most,
            )
            % {"count": most}
        )
    file = spreadsheets.xlsx_file if request.GET.get("format") == "xlsx" else spreadsheets.csv_file
    name = f"audit-{timezone.localdate():%Y-%m-%d}"
    return file(name, queries.head(), queries.in_file(found, user=request.user))
