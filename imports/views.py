"""Pages of imports: what can be imported, one file's report, and the lists to fill in."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic import spreadsheets
from clinic.audit import notes
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.limits import Cost, costs
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from imports import domain, importers, progress
from imports.forms import FileForm
from imports.importers import Importer
from imports.models import Import
from staff.confirming import confirmed

PER_PAGE = 20


@requires(Permission.IMPORTS_RUN)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    kinds = importers.all_for(request.user)
    found = Import.objects.visible_to(request.user).filter(kind__in=[each.kind for each in kinds])
    page = Paginator(found.select_related("by"), PER_PAGE).get_page(request.GET.get("page"))
    for imported in page:
        imported.title = next(each.title for each in kinds if each.kind == imported.kind)
    return render(request, "imports/list.html", {"kinds": kinds, "page": page})


@requires(Permission.IMPORTS_RUN)
@require_http_methods(["GET", "POST"])
@costs(Cost.BATCH)
@once
def new(request: HttpRequest, kind: str) -> HttpResponse:
    importer = _importer(request, kind)
    form = FileForm(request.POST or None, request.FILES or None)
    context = {
        "importer": importer,
        "form": form,
        "columns": importer.columns(request.branch),
        "shows": importer.shows_to(request.user),
    }
    if request.method != "POST":
        return render(request, "imports/new.html", context)
    if form.is_valid():
        try:
            imported = domain.receive(
                by=request.user, branch=request.branch, kind=kind, file=form.cleaned_data["file"]
            )
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, "import-detail", imported.pk)
    return render(request, "imports/new.html", context, status=422)


@requires(Permission.IMPORTS_RUN)
@require_GET
@notes.exports(Import)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list to fill in, with one example."""
    columns = _importer(request, kind).columns(request.branch)
    head, example = [str(each.title) for each in columns], [each.example for each in columns]
    return spreadsheets.csv_file(f"{kind}", head, [example])


@requires(Permission.IMPORTS_RUN)
@require_GET
@confirmed(reading=True)
@notes.exports(Import)
def present(request: HttpRequest, kind: str) -> HttpResponse:
    """What is there now as a file of this kind, CSV or XLSX: it can be changed and read elsewhere."""
    importer = _importer(request, kind)
    if importer.present is None or not importer.shows_to(request.user):
        raise Http404
    columns = importer.columns(request.branch)
    rows = ([row.get(column.name) for column in columns] for row in importer.present(request.branch))
    write = spreadsheets.xlsx_file if request.GET.get("as") == "xlsx" else spreadsheets.csv_file
    return write(f"{kind}-{timezone.localdate():%Y-%m-%d}", [str(column.title) for column in columns], rows)


@requires(Permission.IMPORTS_RUN)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    imported = _visible(request, pk)
    context = {
        "imported": imported,
        "importer": _importer(request, imported.kind),
        "done": progress.of(imported.pk) if imported.is_under_way else None,
    }
    return reply(request, "imports/detail.html", context, fragments={"import": "import"})


@requires(Permission.IMPORTS_RUN)
@require_GET
@notes.exports(Import)
def findings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is wrong, row by row, as a file."""
    imported = _visible(request, pk)
    head = [_("Row"), _("Column"), _("What is wrong")]
    return spreadsheets.csv_file("findings", head, [row[:3] for row in imported.findings])


@requires(Permission.IMPORTS_RUN)
@require_POST
@costs(Cost.BATCH)
@once
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    domain.start(by=request.user, imported=_visible(request, pk))
    return go(request, "import-detail", pk)


@requires(Permission.IMPORTS_RUN)
@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    domain.drop(by=request.user, imported=_visible(request, pk))
    messages.success(request, _("The file is dropped. Nothing of it was imported."))
    return go(request, "import-list")


def _importer(request: HttpRequest, kind: str) -> Importer:
    importer = importers.get(kind)
    if importer is None or not request.user.may(importer.permission):
        raise Http404
    return importer


def _visible(request: HttpRequest, pk: UUID) -> Import:
    imported = get_object_or_404(Import.objects.visible_to(request.user).select_related("by"), pk=pk)
    _importer(request, imported.kind)
    return imported
