"""The menu: treatments with what they need, use up and note, and who may give them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Deactivatable, Editable, OfOrganisation, Organisation, Resource, Row, TaxCategory

LONGEST_OPTION = 60  # characters


class Treatment(Editable, Deactivatable):
    """Something on the menu that a practitioner does. Price in rupees, before tax unless `price_includes_tax`."""

    class Category(models.TextChoices):
        SKIN = "skin", _("Skin")
        HAIR = "hair", _("Hair")
        LASER = "laser", _("Laser")
        CONSULTATION = "consultation", _("Consultation")

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT, verbose_name=_("tax category"))
    price = models.DecimalField(_("price, ₹"), max_digits=12, decimal_places=2)
    price_includes_tax = models.BooleanField(_("price includes tax"), default=False)
    minutes = models.PositiveSmallIntegerField(_("duration, minutes"), default=30)
    minutes_before = models.PositiveSmallIntegerField(_("minutes to prepare"), default=0)
    minutes_after = models.PositiveSmallIntegerField(_("minutes to clean up"), default=0)
    min_interval_days = models.PositiveSmallIntegerField(
        _("days between two sessions, at least"), null=True, blank=True
    )

    objects = OfOrganisation.as_manager()

    class Meta:
        verbose_name = _("treatment")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="treatment_name_once", fields=["organisation", "name"], condition=Q(is_active=True)
            ),
            models.CheckConstraint(
                name="treatment_price_and_minutes",
                condition=Q(price__gte=0, minutes__gte=5, minutes__lte=720),
                violation_error_message=_(
                    "The price can't be negative, and a treatment lasts 5 to 720 minutes."
                ),
            ),
            models.CheckConstraint(
                name="treatment_buffers",
                condition=Q(minutes_before__lte=720, minutes_after__lte=720),
                violation_error_message=_("Preparing and cleaning up take at most 720 minutes each."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TreatmentResource(Row):
    """A room or device that can serve a treatment. Where several of a kind can, one of them is held."""

    deletable = True

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="resources")
    resource = models.ForeignKey(
        Resource, models.PROTECT, limit_choices_to=~Q(kind="practitioner"), verbose_name=_("room or device")
    )

    class Meta:
        verbose_name = _("room or device needed")
        verbose_name_plural = _("rooms and devices needed")
        constraints = [
            models.UniqueConstraint(name="treatmentresource_once", fields=["treatment", "resource"])
        ]

    def __str__(self) -> str:
        return str(self.resource)


class Consumable(Row):
    """What one session of a treatment uses up."""

    deletable = True

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="consumables")
    item = models.ForeignKey("inventory.Item", models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=9, decimal_places=3)

    class Meta:
        verbose_name = _("consumable")
        constraints = [
            models.UniqueConstraint(name="consumable_once_per_treatment", fields=["treatment", "item"]),
            models.CheckConstraint(
                name="consumable_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:g} {self.item}"


class Performer(Row):
    """A practitioner who may give a treatment. A treatment without any may be given by everybody."""

    deletable = True

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="performers")
    practitioner = models.ForeignKey(
        "staff.Practitioner", models.PROTECT, related_name="+", verbose_name=_("practitioner")
    )

    class Meta:
        verbose_name = _("who may give it")
        verbose_name_plural = _("who may give it (nobody named: everybody)")
        constraints = [
            models.UniqueConstraint(name="performer_once_per_treatment", fields=["treatment", "practitioner"])
        ]

    def __str__(self) -> str:
        return str(self.practitioner)


class Parameter(Editable, Deactivatable):
    """Something to note of each session of a treatment: device, setting, passes, area. The clinic defines them.

    `choices` are the answers allowed, one a line, for a choice; `unit` stands behind a number.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Words")
        NUMBER = "number", _("Number")
        CHOICE = "choice", _("Choice")

    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="parameters")
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = models.TextField(_("choices, one a line"), blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("session parameter")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                name="parameter_once_per_treatment", fields=["treatment", "name"], condition=Q(is_active=True),
                violation_error_message=_("This treatment has a parameter of that name already."),
            ),
            models.CheckConstraint(
                name="parameter_choice_has_choices",
                condition=Q(kind="choice", choices__regex=r"\S") | (~Q(kind="choice") & Q(choices="")),
                violation_error_message=_("A choice needs its choices, one a line; the other kinds have none."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def options(self) -> list[str]:
        """The answers of a choice, in their order."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    def clean(self) -> None:
        """Choices are kept trimmed; one alone or one twice is no choice."""
        options = self.options
        self.choices = "\n".join(options)
        if self.kind != self.Kind.CHOICE and options:
            raise ValidationError({"choices": _("Only a choice has choices; set its kind, or empty them.")})
        if self.kind == self.Kind.CHOICE and (len(options) < 2 or len(set(options)) < len(options)):
            raise ValidationError(
                {"choices": _("A choice needs at least two different choices, one a line.")}
            )
        if any(len(option) > LONGEST_OPTION for option in options):
            raise ValidationError({"choices": _("A choice is at most 60 characters long.")})
