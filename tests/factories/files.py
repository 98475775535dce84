"""Files that are sent in, and files on their way."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from clinic.models import Branch
from customers.models import Customer
from imports import domain as imports
from imports.models import Import
from staff.models import User


class Upload(SimpleUploadedFile):
    """A file that can be sent again and again: each sending begins at its beginning."""

    def read(self, *args: Any) -> bytes:
        self.seek(0)
        return super().read(*args)


def listed(name: str) -> bytes:
    """A list of one customer."""
    return f"Full name,Phone,Gender\n{name},98450 1{Customer.objects.count():04d},Female\n".encode()


def checked_import(at: Branch, by: User, name: str = "Priya Mehta") -> Import:
    """A list of one customer, checked and not yet written."""
    file = Upload(f"{name}.csv", listed(name))
    imported = Import(branch=at, kind="customers", name=file.name, sha256="0" * 64, by=by, rows=1)
    imported.file.save("list", file, save=False)
    imported.save(force_insert=True)
    imports.go_on(import_id=imported.pk)
    imported.refresh_from_db()
    return imported
