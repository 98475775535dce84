"""What a branch has decided about itself besides its address: messages, fees, papers, how long it keeps records."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic import colours

COLOUR_SHAPE = r"^(#[0-9a-f]{6})?$"
LEAST_RETENTION = 3  # years: Regulation 1.3.1 of the Indian Medical Council's code of ethics (2002)


class HouseSettings(models.Model):
    """Columns of a branch that every page and verb knows with it; the daily cap is the calendar's (`BookingRules`)."""

    allows_walk_ins = models.BooleanField(_("takes walk-ins"), default=True)
    allows_emergencies = models.BooleanField(_("takes emergencies beside booked visits"), default=True)
    sends_whatsapp = models.BooleanField(_("messages by WhatsApp"), default=True)
    sends_sms = models.BooleanField(_("messages by SMS"), default=False)
    sends_email = models.BooleanField(_("messages by e-mail"), default=True)
    reminds_of_dues = models.BooleanField(
        _("remind of unpaid bills"), default=False,
        help_text=_("Puts a reminder among the messages to send, at most three for one bill."),
    )  # fmt: skip
    dues_reminder_days = models.PositiveSmallIntegerField(
        _("days after the due day, and between two reminders"), default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )  # fmt: skip
    consultation_fee = models.DecimalField(
        _("consultation fee, ₹ before tax"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Where neither the practitioner nor the house has a fee of its own. Empty: the price on the menu."),
    )  # fmt: skip
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free after each visit"), default=0, validators=[MaxValueValidator(120)],
        help_text=_("Where treatment, shift or room ask for longer, the longer time counts."),
    )  # fmt: skip
    default_tax_category = models.ForeignKey(
        "clinic.TaxCategory", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("usual tax category"), help_text=_("Preset for what is added to the menu."),
    )  # fmt: skip
    brand_colour = models.CharField(
        _("main colour"),
        max_length=7,
        blank=True,
        help_text=_("Of buttons and papers. Empty: the product's."),
    )
    accent_colour = models.CharField(_("second colour"), max_length=7, blank=True)
    print_header = models.TextField(_("top of every paper"), blank=True)
    print_footer = models.TextField(_("foot of every paper"), blank=True)
    retention_years = models.PositiveSmallIntegerField(
        _("records are kept, years"), default=7,
        validators=[MinValueValidator(LEAST_RETENTION), MaxValueValidator(100)],
        help_text=_("After the last visit. The law asks for at least 3."),
    )  # fmt: skip
    reference_start = models.PositiveIntegerField(
        _("reference numbers begin at"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(99_999)],
    )
    reference_neutral = models.CharField(
        _("letter instead of the gender"), max_length=1, blank=True,
        validators=[RegexValidator(r"^[A-Z]$", _("One capital letter."))],
        help_text=_("In new reference numbers. Empty: F, M or O."),
    )  # fmt: skip
    adjustment_limit = models.DecimalField(
        _("stock is adjusted without approval up to, ₹"), max_digits=12, decimal_places=2, default=0,
        validators=[MinValueValidator(0)],
    )  # fmt: skip

    class Meta:
        abstract = True

    def clean_colours(self) -> dict[str, str]:
        """Both as they are kept; what is wrong with them by field."""
        errors = {}
        for name in ("brand_colour", "accent_colour"):
            try:
                typed = getattr(self, name)
                setattr(self, name, colours.check(typed) if typed else "")
            except ValueError as problem:
                errors[name] = str(problem)
        return errors

    def clean(self) -> None:
        if errors := self.clean_colours():
            raise ValidationError(errors)


def house_constraints() -> list[models.BaseConstraint]:
    """That hold for the columns above, whoever writes them."""
    return [
        models.CheckConstraint(
            name="branch_house_numbers",
            condition=models.Q(
                buffer_minutes__lte=120, retention_years__gte=LEAST_RETENTION, reference_start__range=(1, 99_999),
                adjustment_limit__gte=0,
            )
            & (models.Q(consultation_fee__isnull=True) | models.Q(consultation_fee__gte=0)),
            violation_error_message=_("A number among the settings is out of its range."),
        ),
        models.CheckConstraint(
            name="branch_colours_are_hex",
            condition=models.Q(brand_colour__regex=COLOUR_SHAPE, accent_colour__regex=COLOUR_SHAPE),
            violation_error_message=_("Give the colour as # and six digits, such as #0f766e."),
        ),
    ]  # fmt: skip
