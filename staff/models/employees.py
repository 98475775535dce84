"""The employee's side of a person: numbers, post, qualification, where they are posted, their ID cards."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Row
from clinic.privacy import Privacy

from .cards import Card
from .departments import Department
from .people import User


class StaffCounter(Row):
    """The last serial of a series of staff numbers or employee codes, locked while the next is taken."""

    stem = models.CharField(max_length=8, unique=True)
    last_serial = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.stem


class Employee(Editable):
    """What a house knows of somebody who works in it, beside their login.

    `number` has 12 characters (`clinic/references.py`) and stands on the card; `code` is short: EMP01, EMP02.
    """

    BLOOD_GROUPS = [(group, group) for group in ("A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")]

    user = models.OneToOneField(User, models.PROTECT, related_name="employee")
    number = models.CharField(_("staff number"), max_length=12, unique=True)
    code = models.CharField(_("employee code"), max_length=10, unique=True)
    position = models.CharField(_("position"), max_length=80, blank=True)
    qualification = models.CharField(_("qualification"), max_length=200, blank=True)
    registration_authority = models.CharField(_("council"), max_length=120, blank=True)
    practising_since = models.PositiveSmallIntegerField(_("practising since, year"), null=True, blank=True)
    about = models.TextField(_("about"), max_length=1000, blank=True)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    blood_group = models.CharField(_("blood group"), max_length=3, choices=BLOOD_GROUPS, blank=True)
    emergency_name = models.CharField(_("in an emergency"), max_length=150, blank=True)
    emergency_phone = models.CharField(_("their phone"), max_length=16, blank=True)
    portrait = models.BinaryField(null=True)

    privacy = Privacy(
        path=None,
        retention="staff",
        columns=("about", "blood_group", "emergency_name", "emergency_phone", "qualification"),
        secret=("portrait",),
    )

    class Meta:
        verbose_name = _("employee")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="employee_dates_in_order",
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=models.F("joined_on")),
                violation_error_message=_("Nobody leaves before they join."),
            ),
            models.CheckConstraint(
                name="employee_year_is_one",
                condition=Q(practising_since__isnull=True) | Q(practising_since__range=(1930, 2100)),
                violation_error_message=_("Write the year with four digits."),
            ),
            models.CheckConstraint(
                name="employee_number_shape", condition=Q(number__regex=r"^[0-9A-Z]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.user}"


class PostingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "PostingQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))


class Posting(Editable):
    """Where somebody is posted, from one day to another, both included. It grants nothing: rights come from roles.

    The database refuses two at one branch that overlap (staff/migrations/sql/0021_people.sql).
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name=_("person"))
    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("department"),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to, inclusive"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="posting_dates_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.branch}"


class StaffCardQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "StaffCardQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))

    def live(self) -> "StaffCardQuerySet":
        return self.filter(revoked_at__isnull=True)


class StaffCard(Card):
    """One edition of an employee's card."""

    privacy = Privacy(
        path=None, retention="staff", columns=("snapshot", "revoked_because"), secret=("portrait",)
    )

    person = models.ForeignKey(User, models.PROTECT, related_name="cards")

    objects = StaffCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff card")
        ordering = ["person", "-edition"]
        constraints = [
            models.UniqueConstraint(
                name="staffcard_one_is_good", fields=["person"], condition=Q(revoked_at__isnull=True)
            ),
            models.CheckConstraint(
                name="staffcard_revoked_pair",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.edition}"
