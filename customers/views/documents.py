"""Files and photographs of a customer: lists, adding, what is said of them, and the files themselves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from customers import domain
from customers.document_forms import MOST_AT_ONCE, AddDocumentForm, ChangeDocumentForm
from customers.models import Consent, Customer, Document

PER_PAGE = 24


def person_of(request: HttpRequest, pk: UUID) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def uuid_asked(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@requires(Permission.FILES_VIEW)
@require_safe
@notes.reads(Customer, "customer")
def document_list(request: HttpRequest, customer: UUID) -> HttpResponse:
    """A tab of the customer's page, and a page. `?kind=` papers, photos or removed; `?session=` or `?appointment=` of one."""
    person = person_of(request, customer)
    kind = request.GET.get("kind", "")
    found = _asked(request, person, kind)
    about = {name: value for name in ("session", "appointment") if (value := uuid_asked(request, name))}
    if about:
        found = found.filter(**{f"{name}_id": value for name, value in about.items()})
    return _drawn(request, "customers/files.html", person, found, {"kind": kind, "about": about})


@requires(Permission.FILES_VIEW)
@require_safe
@notes.reads(Customer, "customer")
def photo_list(request: HttpRequest, customer: UUID) -> HttpResponse:
    """Photographs by area, for looking at side by side."""
    consents = Consent.in_force_for_photos(OuterRef("pk"))
    people = Customer.objects.visible_to(request.user).annotate(is_allowed=Exists(consents))
    person = get_object_or_404(people, pk=customer)
    areas = _areas(request, person)
    area = request.GET.get("area", "")
    found = _asked(request, person, "photos")
    if area in areas:
        found = found.filter(body_area=area)
    context = {"areas": areas, "area": area if area in areas else "", "is_allowed": person.is_allowed}
    return _drawn(request, "customers/photos.html", person, found, context)


def _asked(request: HttpRequest, person: Customer, kind: str) -> QuerySet[Document]:
    if kind == "removed":
        gone = Document.objects.visible_to(request.user, removed=True)
        return gone.filter(customer=person).order_by("-removed_at")
    found = Document.objects.visible_to(request.user).filter(customer=person)
    narrow = {"papers": found.papers, "photos": found.photographs}.get(kind)
    return narrow() if narrow else found


def _drawn(
    request: HttpRequest, template: str, person: Customer, found: QuerySet[Document], context: dict[str, Any]
) -> HttpResponse:
    page = Paginator(found.select_related("added_by"), PER_PAGE).get_page(request.GET.get("page"))
    undo = uuid_asked(request, "removed")
    gone = Document.objects.visible_to(request.user, removed=True).filter(customer=person)
    removed = gone.filter(pk=undo).first() if undo else None
    waits = any(document.state == Document.State.WAITING for document in page)
    context |= {"customer": person, "page": page, "removed": removed, "waits": waits}
    name = f"{template}#panel" if request.htmx else template
    return reply(request, name, context)


def _areas(request: HttpRequest, person: Customer) -> list[str]:
    """Of this person's photographs, for the filter and for typing."""
    found = Document.objects.visible_to(request.user).filter(customer=person).exclude(body_area="")
    return list(found.order_by("body_area").values_list("body_area", flat=True).distinct()[:40])


@requires(Permission.FILES_ADD)
@require_http_methods(["GET", "POST"])
@notes.reads(Customer, "customer", part=True)
@once
def add_document(request: HttpRequest, customer: UUID) -> HttpResponse:
    """Several at once from a form; one after the other, with progress, where js/upload.js sends them."""
    person = person_of(request, customer)
    if request.method == "GET":
        given = request.GET.get("kind", "")
        initial = {
            "kind": given if given in Document.Kind else Document.Kind.OTHER,
            "taken_on": timezone.localdate(),
            "session": uuid_asked(request, "session"),
            "appointment": uuid_asked(request, "appointment"),
            "body_area": request.GET.get("area", "").replace("\0", "")[:60],
        }
        return _adding(request, person, AddDocumentForm(initial=initial))
    form = AddDocumentForm(typed(request.POST), request.FILES)
    if not form.is_valid():
        return _adding(request, person, form, status=422)
    try:
        for upload in form.cleaned_data["files"]:
            domain.add_document(
                by=request.user, customer=person, upload=upload, session_id=form.cleaned_data["session"],
                appointment_id=form.cleaned_data["appointment"], **form.given,
            )  # fmt: skip
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return _adding(request, person, form, status=422)
    count = len(form.cleaned_data["files"])
    messages.success(request, ngettext("%(count)s file is added.", "%(count)s files are added.", count) % {"count": count})  # fmt: skip
    return go(request, _list_of(person, form.cleaned_data["kind"]))


def _adding(request: HttpRequest, person: Customer, form: AddDocumentForm, status: int = 200) -> HttpResponse:
    kind = form["kind"].value() or ""
    context = {
        "customer": person, "form": form, "areas": _areas(request, person), "most": MOST_AT_ONCE,
        "back": _list_of(person, kind),
    }  # fmt: skip
    name = "customers/files_add.html#wrong" if request.htmx and status == 422 else "customers/files_add.html"
    return render(request, name, context, status=status)


def _list_of(person: Customer, kind: str) -> str:
    return reverse("photo-list" if kind in Document.PHOTOGRAPHS else "document-list", args=[person.pk])


@requires(Permission.FILES_VIEW)
@require_GET
@notes.reads(Document)
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file itself, to whoever may see it; a picture only once its notes are taken out. `?save` downloads it."""
    document = _document(request, pk)
    if document.state != Document.State.READY:
        raise Http404
    return _sent(document.file, document.content_type, document.download_name, save="save" in request.GET)


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The small picture. A portrait is shown to whoever sees the customer, others to those who see files."""
    document = _document(request, pk)
    if document.state != Document.State.READY or not document.thumbnail:
        raise Http404
    return _sent(document.thumbnail, "image/webp", "", save=False)


def _document(request: HttpRequest, pk: UUID) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.user), pk=pk)


def _sent(stored: Any, content_type: str, name: str, *, save: bool) -> FileResponse:
    try:
        opened = stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=save, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.FILES_ADD)
@require_http_methods(["GET", "POST"])
@notes.reads(Document)
def change_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    document = _document(request, pk)
    if request.method == "GET":
        form = ChangeDocumentForm(instance=document, initial={"version": document.version})
        return _changing(request, document, form)
    form = ChangeDocumentForm(typed(request.POST), instance=_document(request, pk))
    if not form.is_valid():
        return _changing(request, document, form, status=422)
    try:
        domain.change_document(
            by=request.user, document=document, version=form.cleaned_data["version"], **form.given
        )
    except Stale as stale:
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        form.data["version"] = str(_document(request, pk).version)
        return _changing(request, document, form, status=422)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return _changing(request, document, form, status=422)
    messages.success(request, _("The changes are saved."))
    return go(request, _list_of(document.customer, document.kind))


def _changing(
    request: HttpRequest, document: Document, form: ChangeDocumentForm, status: int = 200
) -> HttpResponse:
    person = document.customer
    context = {
        "customer": person, "document": document, "form": form, "areas": _areas(request, person),
        "back": _list_of(person, document.kind),
    }  # fmt: skip
    return render(request, "customers/files_change.html", context, status=status)


@requires(Permission.FILES_ADD)
@require_POST
def remove_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Out of sight; the list that follows offers to take it back."""
    document = domain.remove_document(by=request.user, document=_document(request, pk))
    return redirect(f"{_list_of(document.customer, document.kind)}?removed={document.pk}")


@requires(Permission.FILES_ADD)
@require_POST
def restore_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    gone = Document.objects.visible_to(request.user, removed=True)
    document = domain.restore_document(by=request.user, document=get_object_or_404(gone, pk=pk))
    return redirect(_list_of(document.customer, document.kind))


@requires(Permission.FILES_ADD)
@require_POST
def choose_portrait(request: HttpRequest, pk: UUID) -> HttpResponse:
    document = _document(request, pk)
    person = domain.choose_portrait(by=request.user, document=document)
    messages.success(request, _("This portrait is shown beside the name now."))
    return go(request, "customer-detail", person.pk)


@requires(Permission.FILES_VIEW)
@require_safe
@notes.reads(Customer, "customer")
def compare(request: HttpRequest, customer: UUID) -> HttpResponse:
    """Two photographs over or beside each other: those asked for, else the first and the last of an area."""
    person = person_of(request, customer)
    areas, area = _areas(request, person), request.GET.get("area", "")
    found = _asked(request, person, "photos").filter(state=Document.State.READY).exclude(kind="portrait")
    if area in areas:
        found = found.filter(body_area=area)
    photos = list(found.order_by("taken_on", "pk")[:200])
    by_id = {photo.pk: photo for photo in photos}
    first, last = (photos[0], photos[-1]) if len(photos) > 1 else (None, None)
    context = {
        "customer": person, "photos": photos, "areas": areas, "area": area if area in areas else "",
        "before": by_id.get(uuid_asked(request, "before"), first), "after": by_id.get(uuid_asked(request, "after"), last),
    }  # fmt: skip
    return render(request, "customers/photos_compare.html", context)
