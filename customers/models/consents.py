"""What a customer agreed to: the exact text that was shown, the answer, who signed, and when it was taken back."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import OfOrganisation, Organisation, Row
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User

LANGUAGES = [
    ("en-in", "English"), ("hi", "हिन्दी"), ("kn", "ಕನ್ನಡ"), ("ta", "தமிழ்"), ("te", "తెలుగు"), ("ml", "മലയാളം"),
    ("mr", "मराठी"), ("gu", "ગુજરાતી"), ("bn", "বাংলা"), ("pa", "ਪੰਜਾਬੀ"),
]  # fmt: skip


class ConsentKind(models.TextChoices):
    REGISTRATION = "registration", _("Registration and privacy")
    TREATMENT = "treatment", _("Treatment")
    DATA_SHARING = "data_sharing", _("Sharing of data")
    PHOTO = "photo", _("Photographs")


class ConsentTextQuerySet(OfOrganisation):
    def latest(self) -> "ConsentTextQuerySet":
        """Of each kind and language the edition that holds now."""
        newest = self.order_by("kind", "language", "-edition").distinct("kind", "language")
        return self.filter(pk__in=newest.values("pk")).order_by("kind", "language")


class ConsentText(Row):
    """One edition of a text to be signed. It is never changed: a change of words is a new edition."""

    append_only = True

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES, default="en-in")
    edition = models.PositiveSmallIntegerField(_("edition"), editable=False)
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"), max_length=20_000)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent text")
        ordering = ["kind", "language", "-edition"]
        constraints = [
            models.UniqueConstraint(
                name="consenttext_edition_once", fields=["organisation", "kind", "language", "edition"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.edition})"


class ConsentQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ConsentQuerySet":
        from .people import Customer

        return self.filter(customer__in=Customer.objects.visible_to(user).values("pk"))

    def in_force(self) -> "ConsentQuerySet":
        """Accepted and not taken back."""
        return self.filter(is_accepted=True, withdrawal__isnull=True)


class Consent(Row):
    """One answer to one text. `treatment_id` and `appointment_id` are values: those tables stand above this app.

    `signature` is the drawn one as a PNG; empty where `signer` was typed instead. `about` is the treatment's name then.
    """

    append_only = True
    privacy = Privacy(
        path="customer",
        retention="clinical",
        columns=("signer", "relation", "ip", "user_agent"),
        secret=("signature",),
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    is_accepted = models.BooleanField(_("accepted"))
    signer = models.CharField(_("signed by"), max_length=100)
    relation = models.CharField(_("who is"), max_length=40, blank=True)
    signature = models.BinaryField(_("signature"), null=True)
    treatment_id = models.UUIDField(null=True, blank=True, db_index=True)
    about = models.CharField(_("for"), max_length=150, blank=True)
    appointment_id = models.UUIDField(null=True, blank=True, db_index=True)
    at = models.DateTimeField(_("when"))
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        ordering = ["-at", "-id"]
        indexes = [models.Index(name="consent_of_customer", fields=["customer", "-at"])]
        constraints = [
            models.CheckConstraint(
                name="consent_treatment_is_named",
                condition=Q(treatment_id__isnull=True) | ~Q(about=""),
            ),
        ]

    @classmethod
    def in_force_for_photos(cls, customer: Any) -> models.QuerySet:
        """What a customer (a key, or a reference to one) allows about photographs now."""
        return cls.objects.in_force().filter(customer=customer, text__kind="photo")

    def __str__(self) -> str:
        return f"{self.text}: {self.at:%Y-%m-%d}"

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")


class ConsentWithdrawal(Row):
    """That a consent was taken back: from then on it counts as declined. What was done before stays allowed."""

    append_only = True
    privacy = Privacy(path="consent__customer", retention="clinical", columns=("reason",))

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("withdrawal of a consent")

    def __str__(self) -> str:
        return f"withdrawal of {self.consent_id}"
