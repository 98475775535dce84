"""Organisation, its tax registrations, its branches with hours and holidays."""

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clinic import gst, upi

from .base import Deactivatable, Editable, Row
from .house import HouseSettings, house_constraints

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


# Python walks a folder of 600 files to name them.
_time_zones = cache(available_timezones)


def check_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise ValidationError(_("There is no such time zone; Asia/Kolkata is one."))


class Organisation(Editable):
    """The business as a whole. One row today; every other table leads to it, so that several can share a server."""

    class Preset(models.TextChoices):
        """What the first run sets up for; it presets hours, treatments and how visits are given out."""

        SKIN = "skin", _("Skin, hair and laser clinic")
        SALON = "salon", _("Salon")
        OUTPATIENT = "outpatient", _("Hospital outpatients with serial numbers")

    name = models.CharField(_("name"), max_length=150)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    preset = models.CharField(_("kind of house"), max_length=12, choices=Preset, blank=True, editable=False)
    setup_step = models.CharField(
        max_length=20,
        blank=True,
        editable=False,
        help_text=_("Where the first run goes on; empty: it is done."),
    )

    class Meta:
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return self.name


class Registration(Editable):
    """One standing under GST in one State, with its dates (facts of registration hang on the GSTIN, not the branch)."""

    class Scheme(models.TextChoices):
        REGULAR = "regular", _("Regular")
        COMPOSITION = "composition", _("Composition")
        UNREGISTERED = "unregistered", _("Not registered")

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    scheme = models.CharField(_("scheme"), max_length=12, choices=Scheme)
    gstin = models.CharField(_("GSTIN"), max_length=15, blank=True)
    state = models.CharField(_("State"), max_length=2, choices=gst.state_choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("GST registration")
        constraints = [
            models.CheckConstraint(
                name="registration_gstin_unless_unregistered",
                condition=models.Q(scheme="unregistered", gstin="")
                | (~models.Q(scheme="unregistered") & models.Q(gstin__regex=r"^[0-9]{2}[0-9A-Z]{13}$")),
                violation_error_message=_(
                    "A registered clinic needs its GSTIN; one that is not registered has none."
                ),
            ),
            models.CheckConstraint(
                name="registration_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                violation_error_message=_("The registration ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.gstin or f"{self.get_scheme_display()}, {self.get_state_display()}"

    def clean(self) -> None:
        """The GSTIN's own rules, and that it belongs to the State."""
        if not self.gstin:
            return
        try:
            checked = gst.check_gstin(self.gstin, kinds=[gst.GstinKind.REGULAR])
        except gst.Invalid as problem:
            raise ValidationError({"gstin": str(problem)}) from None
        if checked.state_code != self.state:
            raise ValidationError({"gstin": _("This GSTIN belongs to another State than the one chosen.")})
        self.gstin = checked.normalized

    @property
    def charges_tax(self) -> bool:
        return self.scheme == self.Scheme.REGULAR


class Branch(Editable, Deactivatable, HouseSettings):
    """A clinic, salon or hospital under one roof. An inactive branch takes no registration and no booking."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    registration = models.ForeignKey(Registration, models.PROTECT, verbose_name=_("GST registration"))
    code = models.CharField(
        _("code"),
        max_length=4,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9]{1,3}$", _("Two to four capital letters or digits, a letter first.")
            )
        ],
        help_text=_("Begins the numbers of this branch's documents."),
    )
    legal_name = models.CharField(_("legal name"), max_length=150)
    trade_name = models.CharField(_("trade name"), max_length=150)
    tagline = models.CharField(_("tagline"), max_length=150, blank=True)
    address = models.CharField(_("address"), max_length=250)
    city = models.CharField(_("city"), max_length=80)
    postal_code = models.CharField(_("PIN code"), max_length=10)
    state = models.CharField(_("State"), max_length=2, choices=gst.state_choices)
    country = models.CharField(_("country"), max_length=3, default="IND")
    currency = models.CharField(_("currency"), max_length=3, default="INR")
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Kolkata", validators=[check_time_zone]
    )
    phone = models.CharField(_("phone"), max_length=16)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    registration_number = models.CharField(_("government registration number"), max_length=60, blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    upi_id = models.CharField(
        _("UPI id"), max_length=80, blank=True, help_text=_("Printed as a QR code on unpaid bills.")
    )
    invoice_footer = models.TextField(_("invoice footer"), blank=True)
    slot_minutes = models.PositiveSmallIntegerField(_("slot length, minutes"), default=15)
    round_to_rupee = models.BooleanField(_("round totals to the rupee"), default=False)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]
        constraints = house_constraints()

    def __str__(self) -> str:
        return self.trade_name

    def clean(self) -> None:
        """That the UPI id can be one, and that the branch stands in the State of its registration (section 22 CGST)."""
        errors = self.clean_colours()
        try:
            self.upi_id = upi.check_vpa(self.upi_id) if self.upi_id else ""
        except ValueError as problem:
            errors["upi_id"] = str(problem)
        registration = Registration.objects.filter(pk=self.registration_id).first()
        if registration and registration.gstin and registration.state != self.state:
            errors["state"] = _(
                "The registration of this branch is for another State. Each State needs one of its own."
            )
        if errors:
            raise ValidationError(errors)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class BranchHours(Row):
    """Opening hours of one weekday, local time, with one break."""

    deletable = True

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    break_starts = models.TimeField(_("break from"), null=True, blank=True)
    break_ends = models.TimeField(_("break to"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(name="branchhours_one_per_weekday", fields=["branch", "weekday"]),
            models.CheckConstraint(
                name="branchhours_in_order",
                condition=models.Q(opens__lt=models.F("closes"))
                & (
                    models.Q(break_starts__isnull=True, break_ends__isnull=True)
                    | models.Q(
                        # Said because a comparison with nothing is neither true nor false, and would pass.
                        break_starts__isnull=False,
                        break_ends__isnull=False,
                        break_starts__gte=models.F("opens"),
                        break_ends__gt=models.F("break_starts"),
                        break_ends__lte=models.F("closes"),
                    )
                ),
                violation_error_message=_("The hours must be in order, and the break inside them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class OfBranch(models.QuerySet):
    def visible_to(self, user: Any) -> "OfBranch":
        return self.filter(branch_id=user.branch_id)


class Holiday(Row):
    """A day on which a branch is closed."""

    deletable = True

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100)

    objects = OfBranch.as_manager()

    class Meta:
        verbose_name = _("holiday")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(name="holiday_once_per_branch", fields=["branch", "day"])]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"
