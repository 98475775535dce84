"""Files of a customer: papers and photographs, kept private."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from clinic.models import Editable
from clinic.permissions import Permission
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User


def stored_at(document: "Document", filename: str) -> str:
    """A path that says nothing of the person or of the file's own name; the ending is what was recognised."""
    return f"documents/{document.customer_id}/{compat.uuid7()}{document.ending}"


def thumbnail_at(document: "Document", filename: str) -> str:
    return f"documents/{document.customer_id}/{compat.uuid7()}.webp"


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: "User", *, removed: bool = False) -> "DocumentQuerySet":
        """Those of customers whom the person may see; who may not see files sees the portraits alone.

        `removed`: instead those that somebody has taken away.
        """
        from .people import Customer

        customers = Customer.objects.visible_to(user)
        found = self.filter(customer__in=customers.values("pk"), removed_at__isnull=not removed)
        found = found.exclude(file="")  # erased
        return found if user.may(Permission.FILES_VIEW) else found.filter(kind=Document.Kind.PORTRAIT)

    def there(self) -> "DocumentQuerySet":
        return self.filter(removed_at__isnull=True)

    def photographs(self) -> "DocumentQuerySet":
        return self.filter(kind__in=Document.PHOTOGRAPHS)

    def papers(self) -> "DocumentQuerySet":
        return self.exclude(kind__in=Document.PHOTOGRAPHS)


class Document(Editable):
    """One file: what its content was recognised as, never what it was called. `state` follows the worker."""

    class Kind(models.TextChoices):
        PORTRAIT = "portrait", _("Portrait")
        BEFORE = "before", _("Photograph before")
        AFTER = "after", _("Photograph after")
        ID_PROOF = "id_proof", _("Proof of identity")
        INSURANCE = "insurance", _("Insurance card")
        LAB_REPORT = "lab_report", _("Lab report")
        CONSENT = "consent", _("Consent form")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Can't be read")

    PHOTOGRAPHS = ("portrait", "before", "after")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=120, blank=True)
    file = models.FileField(upload_to=stored_at)
    thumbnail = models.FileField(upload_to=thumbnail_at, blank=True)
    content_type = models.CharField(max_length=80)
    ending = models.CharField(max_length=8)
    size = models.PositiveIntegerField(_("size, bytes"))
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    taken_on = models.DateField(_("taken on"))
    body_area = models.CharField(_("area"), max_length=60, blank=True)
    appointment_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    session_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    added_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+", editable=False)

    objects = DocumentQuerySet.as_manager()
    privacy = Privacy(
        path="customer", retention="clinical", columns=("title", "body_area"), secret=("file", "thumbnail")
    )

    class Meta:
        verbose_name = _("file")
        ordering = ["-taken_on", "-id"]
        indexes = [models.Index(name="document_by_customer", fields=["customer", "kind", "-taken_on"])]
        constraints = [
            models.CheckConstraint(
                name="document_removed_pair",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def is_photograph(self) -> bool:
        return self.kind in self.PHOTOGRAPHS

    @property
    def download_name(self) -> str:
        """As a browser saves it: what it shows and when, never what it was called when it came."""
        words = slugify(f"{self.get_kind_display()} {self.body_area} {self.title}")
        return f"{words}-{self.taken_on:%Y-%m-%d}{self.ending}"
