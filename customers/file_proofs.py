"""What must be true of files, for `manage.py prove`: the faces beside names, and that what is kept can be opened."""

from collections.abc import Iterator

from django.core.files.storage import FileSystemStorage
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from customers.models import Customer, Document


def faces() -> Iterator[str]:
    """Beside a name stands a portrait of that person that is ready and that nobody has taken away."""
    wrong = ~Q(photo__customer=F("pk")) | ~Q(photo__kind="portrait") | ~Q(photo__state="ready")
    shown = Customer.objects.filter(photo__isnull=False, merged_into__isnull=True)
    for person in shown.filter(wrong | Q(photo__removed_at__isnull=False)).order_by("pk")[:100]:
        yield _("Beside the name of %(reference)s stands a picture that isn't their portrait.") % {
            "reference": person.reference
        }


def stored() -> Iterator[str]:
    """What is ready has its file, a picture its small one too. Looked for on local disks only: elsewhere each costs a call."""
    ready = Document.objects.filter(state=Document.State.READY, customer__erased_at__isnull=True)
    for document in ready.order_by("pk").iterator(500):
        names = [document.file, *([document.thumbnail] if document.is_picture else [])]
        if not all(names) or any(_is_lost(name) for name in names):
            yield _("The file %(id)s of a customer is lost.") % {"id": document.pk}


def _is_lost(file: FieldFile) -> bool:
    return isinstance(file.storage, FileSystemStorage) and not file.storage.exists(str(file.name))
