"""The verbs on files: adding, putting right, taking away and back, and the portrait."""

import datetime
import hashlib
from typing import Any, TypeVar
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, images, versions
from clinic.refusals import Refusal
from customers.models import Customer, Document
from staff.models import User

Kept = TypeVar("Kept", Customer, Document)
CHANGEABLE = ("kind", "title", "body_area", "taken_on")


@transaction.atomic
def add_document(
    *,
    by: User,
    customer: Customer,
    kind: str,
    upload: File,
    taken_on: datetime.date,
    title: str = "",
    body_area: str = "",
    appointment_id: UUID | None = None,
    session_id: UUID | None = None,
) -> Document:
    """Keep a file of a customer. What it is decides its content, not its name; a picture waits for the worker.

    Until that has taken out where and when it was taken, nobody is shown it. Refuses what is no picture or PDF, is too
    large or cut short, and what is there already.
    """
    name = (upload.name or _("The file"))[-80:]
    try:
        images.check_size(upload.size, name)
        content = upload.read()
        found = images.recognise(content, name)
    except ValueError as problem:
        raise Refusal(str(problem), field="files") from None
    if kind in Document.PHOTOGRAPHS and not found.is_picture:
        raise Refusal(_("“%(name)s” is a PDF, not a photograph.") % {"name": name}, field="files")
    kept = _locked(Customer, customer.pk)
    if kept.erased_at or kept.merged_into_id:
        raise Refusal(_("This record takes no files any more: it was merged or erased."))
    document = Document(
        customer=kept, kind=kind, title=title.strip(), body_area=body_area.strip(), taken_on=taken_on,
        content_type=found.content_type, ending=found.ending, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), appointment_id=appointment_id, session_id=session_id, added_by=by,
        state=Document.State.WAITING if found.is_picture else Document.State.READY,
    )  # fmt: skip
    if Document.objects.there().filter(customer=kept, sha256=document.sha256, kind=kind).exists():
        raise Refusal(_("“%(name)s” is among the files already.") % {"name": name}, field="files")
    document.file.save(name, ContentFile(content), save=False)
    document.save(force_insert=True)
    _tell("document.added", document, by)
    return document


def _locked(model: type[Kept], pk: UUID) -> Kept:
    return model._base_manager.select_for_update(no_key=True).get(pk=pk)


def _tell(verb: str, document: Document, by: User | None) -> None:
    branch_id = by.branch_id if by else document.customer.home_branch_id
    events.record(verb, subject=document, by=by, branch_id=branch_id, customer_id=str(document.customer_id))


def prepare_document(*, by: None, document_id: UUID) -> Document | None:
    """The worker's part: replace a picture that waits by one without its notes, and draw the small one.

    The first portrait becomes the customer's photo. What can't be read is marked so, and its content forgotten.
    """
    document = Document.objects.filter(pk=document_id, state=Document.State.WAITING).first()
    if document is None:
        return None
    small = images.FACE if document.kind == Document.Kind.PORTRAIT else images.THUMBNAIL
    try:
        with document.file.open("rb") as source:
            made = images.prepare(source, thumbnail=small)
    except (ValueError, FileNotFoundError):
        made = None
    return _keep(document, made)


@transaction.atomic
def _keep(document: Document, made: images.Prepared | None) -> Document:
    """Decoding takes a second: the customer's line is held only for writing."""
    customer, kept = _locked(Customer, document.customer_id), _locked(Document, document.pk)
    if kept.state != Document.State.WAITING:
        return kept
    storage, raw = kept.file.storage, str(kept.file.name or "")
    if raw:
        transaction.on_commit(lambda: storage.delete(raw))
    if customer.erased_at:  # meanwhile
        made = None
    kept.state = Document.State.READY if made else Document.State.FAILED
    if made:
        kept.content_type, kept.ending, kept.size = (
            made.kind.content_type,
            made.kind.ending,
            len(made.content),
        )
        kept.file.save("", ContentFile(made.content), save=False)
        kept.thumbnail.save("", ContentFile(made.thumbnail), save=False)
    kept.save(update_fields=["state", "content_type", "ending", "size", "file", "thumbnail", "updated_at"])
    is_face = bool(made) and kept.kind == Document.Kind.PORTRAIT and not kept.removed_at
    if is_face and customer.photo_id is None:
        _show(customer, kept)
    return kept


@transaction.atomic
def change_document(*, by: User, document: Document, version: int, **fields: Any) -> Document:
    """Put right what is said about a file; `fields` are of CHANGEABLE."""
    if unknown := set(fields) - set(CHANGEABLE):
        raise ValueError(f"{unknown} are not for changing")
    if fields.get("kind", document.kind) in Document.PHOTOGRAPHS and not document.is_picture:
        raise Refusal(_("A PDF can't be a photograph."), field="kind")
    customer = _locked(Customer, document.customer_id)
    for name, value in fields.items():
        setattr(document, name, value)
    versions.save(document, fields=list(fields), version=version)
    if customer.photo_id == document.pk and document.kind != Document.Kind.PORTRAIT:
        _show(customer, None)
    _tell("document.changed", document, by)
    return document


@transaction.atomic
def remove_document(*, by: User, document: Document) -> Document:
    """Take a file out of sight; it is kept, and comes back by `restore_document`."""
    customer, kept = _locked(Customer, document.customer_id), _locked(Document, document.pk)
    if kept.removed_at:
        return kept
    kept.removed_at, kept.removed_by = timezone.now(), by
    versions.save(kept, fields=["removed_at", "removed_by"], version=kept.version)
    if customer.photo_id == kept.pk:
        _show(customer, None)
    _tell("document.removed", kept, by)
    return kept


@transaction.atomic
def restore_document(*, by: User, document: Document) -> Document:
    """Bring a file back that was taken away."""
    customer, kept = _locked(Customer, document.customer_id), _locked(Document, document.pk)
    if kept.removed_at is None:
        return kept
    if customer.erased_at:
        raise Refusal(_("The person's data is erased; nothing can be brought back."))
    kept.removed_at = kept.removed_by = None
    versions.save(kept, fields=["removed_at", "removed_by"], version=kept.version)
    _tell("document.restored", kept, by)
    return kept


@transaction.atomic
def choose_portrait(*, by: User, document: Document) -> Customer:
    """Make a photograph the one that is shown beside the name."""
    customer, kept = _locked(Customer, document.customer_id), _locked(Document, document.pk)
    if kept.kind != Document.Kind.PORTRAIT:
        raise Refusal(_("Only a portrait can be shown beside the name. Change its kind first."))
    if kept.removed_at or kept.state != Document.State.READY:
        raise Refusal(_("This photograph is not ready yet."))
    if customer.photo_id != kept.pk:
        _show(customer, kept)
        _tell("document.portrait_chosen", kept, by)
    return customer


def _show(customer: Customer, document: Document | None) -> None:
    Customer.objects.filter(pk=customer.pk).update(photo=document)
    customer.photo = document
