"""What a branch has decided about its calendar: settings, policies, and the charges that follow from them."""

import datetime
import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Deactivatable, Editable
from clinic.permissions import Permission
from clinic.privacy import Privacy
from packages.models import Treatment

from .appointment import Appointment

if TYPE_CHECKING:
    from staff.models import User


def new_display_key() -> str:
    """128 random bits, which a UUID doesn't have."""
    return secrets.token_urlsafe(16)


class BookingRules(Editable):
    """The calendar's settings of one branch. A branch that has decided nothing has the defaults (`BookingRules.of`)."""

    class StateNames(models.TextChoices):
        OWN = "own", _("This product's")
        CLINIC = "clinic", _("Skin clinic: scheduled, confirmed, completed")
        HOSPITAL = "hospital", _("Hospital: checked in, in queue, with doctor")
        OUTPATIENT = "outpatient", _("Outpatients by serial number: pending, arrived, consulting")

    branch = models.OneToOneField(
        Branch, models.PROTECT, related_name="booking_rules", verbose_name=_("branch")
    )
    state_names = models.CharField(
        _("names of a visit's states"), max_length=10, choices=StateNames, default=StateNames.OWN
    )
    daily_cap = models.PositiveSmallIntegerField(
        _("most visits a day per practitioner"), null=True, blank=True, default=40
    )
    half_day_at = models.TimeField(_("the afternoon begins"), default=datetime.time(13))
    availability_lock_at = models.TimeField(
        _("evening lock"), null=True, blank=True,
        help_text=_("From this time on nobody changes who works tomorrow, but in an emergency. Empty: no lock."),
    )  # fmt: skip
    follow_up_days = models.PositiveSmallIntegerField(_("free follow-up within days"), default=7)
    follow_up_visits = models.PositiveSmallIntegerField(_("free follow-ups per consultation"), default=1)
    offer_minutes = models.PositiveSmallIntegerField(
        _("minutes a freed time is kept for an offer"), default=30
    )
    queues_on_check_in = models.BooleanField(_("a token with every check-in"), default=False)
    priority_every = models.PositiveSmallIntegerField(
        _("one priority after so many others"), default=3, help_text=_("0: priority always goes first.")
    )
    priority_cap = models.PositiveSmallIntegerField(
        _("most priority visits a day per practitioner"), null=True, blank=True
    )
    # The waiting room's screen has nobody signed in; who knows this sees tokens and masked names.
    display_key = models.CharField(max_length=36, default=new_display_key, editable=False, unique=True)

    class Meta:
        verbose_name = _("calendar settings")
        verbose_name_plural = _("calendar settings")

    def __str__(self) -> str:
        return str(self.branch)

    @classmethod
    def of(cls, branch: Branch) -> "BookingRules":
        return cls.objects.filter(branch=branch).first() or cls(branch=branch)


class VisitPolicyQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "VisitPolicyQuerySet":
        return self.filter(branch__in=user.branches)

    def valid_on(self, day: datetime.date) -> "VisitPolicyQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, is_active=True)


class VisitPolicy(Editable, Deactivatable):
    """A deposit, or a fee for not coming or calling off late: an amount in rupees or a percentage of the price.

    The most specific one counts: of the treatment, else of its category, else the one for everything.
    """

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("Deposit")
        NO_SHOW = "no_show", _("Missed visit")
        LATE_CANCEL = "late_cancel", _("Late cancellation")

    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    kind = models.CharField(_("for"), max_length=12, choices=Kind)
    category = models.CharField(_("category"), max_length=12, choices=Treatment.Category, blank=True)
    treatment = models.ForeignKey(
        Treatment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("treatment")
    )
    amount = models.DecimalField(_("amount, ₹"), max_digits=12, decimal_places=2, null=True, blank=True)
    percent = models.DecimalField(
        _("or percent of the price"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    hours = models.PositiveSmallIntegerField(_("late means less than so many hours before"), default=24)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True)

    objects = VisitPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit policy")
        verbose_name_plural = _("visit policies")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="visitpolicy_amount_or_percent",
                condition=Q(amount__gte=0, percent__isnull=True)
                | Q(amount__isnull=True, percent__gte=0, percent__lte=100),
                violation_error_message=_("Give either an amount or a percentage up to 100."),
            ),
            models.CheckConstraint(
                name="visitpolicy_dates",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("The last day isn't before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount if self.percent is None else self.percent}"


class ChargeQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ChargeQuerySet":
        here = self.filter(appointment__branch=user.branch)
        if user.only_own(Permission.APPOINTMENTS_VIEW):
            return here.filter(appointment__practitioner__user=user)
        return here

    def due(self) -> "ChargeQuerySet":
        """Not waived, and the visit still is what the charge is for: a deposit of one to come, a fee of one missed."""
        over = [Appointment.Status.COMPLETED, Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW]
        kind = VisitPolicy.Kind
        applies = (
            Q(kind=kind.DEPOSIT) & ~Q(appointment__status__in=over)
            | Q(kind=kind.NO_SHOW, appointment__status=Appointment.Status.NO_SHOW)
            | Q(kind=kind.LATE_CANCEL, appointment__status=Appointment.Status.CANCELLED)
        )
        return self.filter(applies, status=Charge.Status.DUE)


class Charge(Editable):
    """What a policy asks for one visit, in rupees; due until it is billed, or waived by somebody with a reason."""

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        WAIVED = "waived", _("Waived")

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="charges")
    policy = models.ForeignKey(VisitPolicy, models.PROTECT, related_name="+")
    kind = models.CharField(_("for"), max_length=12, choices=VisitPolicy.Kind)
    amount = models.DecimalField(_("amount, ₹"), max_digits=12, decimal_places=2)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DUE)
    waived_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    waived_at = models.DateTimeField(null=True)
    waive_reason = models.CharField(_("why waived"), max_length=200, blank=True)

    objects = ChargeQuerySet.as_manager()
    privacy = Privacy(path="appointment__customer", retention="clinical", columns=("waive_reason",))

    class Meta:
        verbose_name = _("charge of a visit")
        constraints = [
            models.UniqueConstraint(name="charge_once_per_visit_and_kind", fields=["appointment", "kind"]),
            models.CheckConstraint(
                name="charge_waived_with_reason",
                condition=Q(status="waived", waived_by__isnull=False, waived_at__isnull=False)
                & ~Q(waive_reason="")
                | ~Q(status="waived") & Q(waived_by__isnull=True, waived_at__isnull=True, waive_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"
