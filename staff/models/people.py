"""People who work here: logins, practitioners and their weekly hours."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Deactivatable, Editable, Resource, Row
from clinic.models.organisation import WEEKDAYS, check_time_zone
from clinic.permissions import Permission
from clinic.privacy import Privacy

from .departments import Department
from .roles import OWN, Grant, RoleHeld


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Colleagues who hold a role at the branch this person works at, or are or were posted there."""
        held = RoleHeld.objects.filter(models.Q(branch=None) | models.Q(branch=user.branch))
        posted = self.model.objects.filter(postings__branch=user.branch)
        here = models.Q(pk__in=held.values("user_id")) | models.Q(pk__in=posted.values("pk"))
        if user.is_everywhere:  # who holds no role and is posted nowhere belongs to no branch
            nowhere = self.model.objects.filter(roles_held=None, postings=None)
            here |= models.Q(pk__in=nowhere.values("pk"))
        return self.filter(here)

    def named(self, typed: str) -> "User | None":
        """Whose user name or e-mail address this is, whatever the letter case."""
        typed = typed.replace("\0", "").strip()
        found = self.filter(models.Q(username__iexact=typed) | models.Q(email__iexact=typed))
        return found.first() if typed else None


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username: str) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser, Editable, Deactivatable):
    """One login. What it may do follows from the roles it holds, at one branch or at all of them."""

    username = models.CharField(_("user name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    full_name = models.CharField(_("full name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    language = models.CharField(
        _("language"), max_length=5, blank=True, choices=settings.LANGUAGES,
        help_text=_("Empty: what the browser asks for, or what was chosen on the sign-in page."),
    )  # fmt: skip
    time_zone = models.CharField(
        _("own time zone"), max_length=40, blank=True, validators=[check_time_zone],
        help_text=_("Empty: the branch's. The calendar always shows the branch's time."),
    )  # fmt: skip
    must_change_password = models.BooleanField(_("must choose another password"), default=False)
    password_set_at = models.DateTimeField(_("password set"), null=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    privacy = Privacy(
        path=None,
        retention="staff",
        columns=("full_name", "email", "phone", "username"),
        secret=("password",),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_once",
                violation_error_message=_("Somebody has this user name already."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                condition=~models.Q(email=""),
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    @cached_property
    def _held(self) -> "list[RoleHeld]":
        """Each with `permissions`, what its role grants; in one query, because every page asks it."""
        grants = Grant.objects.filter(role=models.OuterRef("role")).order_by().values("permission")
        held = self.roles_held.filter(role__is_active=True).select_related("role", "branch")
        found = list(held.annotate(permissions=ArraySubquery(grants)))
        for one in found:
            if one.own_only:
                one.permissions = [each for each in one.permissions if each in OWN]
        return found

    @property
    def is_everywhere(self) -> bool:
        """Whether a role is held at every branch, those opened later too."""
        return any(held.branch_id is None for held in self._held)

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the roles held, wherever, asks for a second factor."""
        return any(held.role.requires_second_factor for held in self._held)

    @property
    def granted(self) -> set[str]:
        """Every permission held, at whichever branch."""
        return {permission for held in self._held for permission in held.permissions}

    def granted_at(self, branch: "Branch | None") -> set[str]:
        """What is held over all of this branch, those roles included that count everywhere; of None, only the latter."""
        here = (
            held for held in self._held if held.branch_id is None or (branch and held.branch_id == branch.pk)
        )
        return {permission for held in here for permission in held.permissions}

    def covers(self, person: "User") -> bool:
        """Whether everything that `person` may do, wherever, this person may do there too."""
        return all(set(held.permissions) <= self.granted_at(held.branch) for held in person._held)

    @cached_property
    def branches(self) -> list[Branch]:
        """The active branches where this person holds a role.

        With every branch closed, who holds a role at all of them still gets in: somebody has to open one again.
        """
        if not self._held:
            return []
        known = Branch.objects.select_related("registration", "organisation")
        active = known.filter(is_active=True)
        if self.is_everywhere:
            return list(active) or list(known)
        return list(active.filter(pk__in={held.branch_id for held in self._held}))

    @cached_property
    def branch(self) -> Branch | None:
        """The branch this person works at now; `work_at` sets it from the session."""
        return self.branches[0] if self.branches else None

    def work_at(self, branch_id: str | None) -> Branch | None:
        chosen = next((branch for branch in self.branches if str(branch.pk) == branch_id), None)
        if chosen:
            self.branch = chosen
        return self.branch

    @property
    def branch_id(self) -> UUID | None:
        return self.branch.pk if self.branch else None

    @property
    def zone(self) -> ZoneInfo:
        """What is about the person themselves is shown in it, named beside it; the rest in the branch's."""
        if self.time_zone:
            return ZoneInfo(self.time_zone)
        return self.branch.zone if self.branch else ZoneInfo(settings.TIME_ZONE)

    @property
    def role_names(self) -> list[str]:
        return sorted({held.role.name for held in self._here()})

    def _here(self) -> "Iterable[RoleHeld]":
        return (held for held in self._held if held.branch_id in (None, self.branch_id))

    def may(self, permission: str) -> bool:
        """Whether a role held at the branch worked at grants `permission`."""
        return (
            self.is_active
            and self.branch is not None
            and any(permission in held.permissions for held in self._here())
        )

    def only_own(self, permission: str) -> bool:
        """Whether what `permission` shows is narrowed to one's own records: a role held for these, and none for all of the
        branch that grants it."""
        here = list(self._here())
        return any(held.own_only for held in here) and not any(
            permission in held.permissions for held in here if not held.own_only
        )

    @property
    def discount_cap(self) -> Decimal:
        """The largest discount in percent this person may give at the branch worked at: the widest of their roles."""
        return self.discount_cap_at(self.branch)

    def discount_cap_at(self, branch: "Branch | None") -> Decimal:
        """The same at any branch; of None, by the roles that count everywhere."""
        caps = [
            held.role.discount_cap
            for held in self._held
            if held.branch_id is None or (branch and held.branch_id == branch.pk)
        ]
        return max((Decimal(100) if cap is None else cap for cap in caps), default=Decimal(0))

    def may_everywhere(self, permission: str) -> bool:
        """Whether a role held at every branch grants `permission`."""
        return self.is_active and any(
            permission in held.permissions for held in self._held if held.branch_id is None
        )

    def may_manage(self, person: "User") -> bool:
        """Whether this person may say when `person` works.

        A doctor speaks for themselves (`availability.manage`). For somebody else it takes the right to administer people
        besides, which owner and administrator hold: nobody is marked off by a colleague.
        """
        return self.may(Permission.AVAILABILITY_MANAGE) and (
            self.pk == person.pk or self.may(Permission.STAFF_CONFIGURE)
        )

    # What Django's admin asks of a user.
    @property
    def is_staff(self) -> bool:
        return self.may(Permission.SETTINGS_CONFIGURE) or self.may(Permission.STAFF_CONFIGURE)

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


#: Who may be booked. An inactive department takes those who belong to it along.
WORKING = models.Q(resource__is_active=True, user__is_active=True) & (
    models.Q(department=None) | models.Q(department__is_active=True)
)


class PractitionerQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "PractitionerQuerySet":
        return self.filter(resource__branch=user.branch)

    def active(self) -> "PractitionerQuerySet":
        return self.filter(WORKING)

    def gone(self) -> "PractitionerQuerySet":
        """Those who take no bookings: they left, or their department was closed."""
        return self.exclude(WORKING)


class Practitioner(Editable):
    """A person who treats, at one branch: a doctor or a therapist. The resource is what appointments hold."""

    user = models.ForeignKey(User, models.PROTECT, related_name="practices", verbose_name=_("person"))
    resource = models.OneToOneField(Resource, models.PROTECT, related_name="practitioner")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="practitioners",
        verbose_name=_("department"),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=20, blank=True)
    speciality = models.CharField(_("speciality"), max_length=80, blank=True)
    registration_number = models.CharField(_("council registration"), max_length=60, blank=True)
    is_available = models.BooleanField(
        _("available now"),
        default=True,
        help_text=_("Off: takes no walk-ins and calls nobody in; bookings stay."),
    )
    daily_cap = models.PositiveSmallIntegerField(_("most visits a day"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(
        _("place in a chain"), null=True, blank=True, help_text=_("1 sees people first, then 2, then 3.")
    )

    objects = PractitionerQuerySet.as_manager()
    privacy = Privacy(path=None, retention="staff", columns=("registration_number",))

    class Meta:
        verbose_name = _("practitioner")
        ordering = ["resource__name"]

    def __str__(self) -> str:
        return self.resource.name

    @property
    def is_working(self) -> bool:
        """What `active()` asks of the database."""
        open_ = self.department is None or self.department.is_active
        return self.resource.is_active and self.user.is_active and open_


class Shift(Row):
    """Working time of one day, local time of the branch, with one break, and how its visits are given out.

    *slot*: each visit at a time of its own. *serial*: `per_slot` people share each slot of `slot_minutes`, numbered from
    1 on. *queue*: nobody has a time; who comes is served in order. Empty `slot_minutes`: the branch's.
    """

    class Mode(models.TextChoices):
        SLOT = "slot", _("Times")
        SERIAL = "serial", _("Serial numbers")
        QUEUE = "queue", _("Open queue")

    class Overflow(models.TextChoices):
        """What happens to whoever comes after the cap is reached."""

        LAST = "last", _("Last slot")
        WAITLIST = "waitlist", _("Waitlist")
        STOP = "stop", _("No more bookings")

    #: What two shifts have in common that differ only in the day.
    FIELDS = (
        "name", "starts", "ends", "break_starts", "break_ends", "mode", "per_slot", "cap", "overflow", "slot_minutes",
        "minutes_before", "minutes_after",
    )  # fmt: skip
    deletable = True

    name = models.CharField(_("shift"), max_length=40, blank=True)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    break_starts = models.TimeField(_("break from"), null=True, blank=True)
    break_ends = models.TimeField(_("break to"), null=True, blank=True)
    mode = models.CharField(_("given out by"), max_length=6, choices=Mode, default=Mode.SLOT)
    slot_minutes = models.PositiveSmallIntegerField(_("slot length, minutes"), null=True, blank=True)
    minutes_before = models.PositiveSmallIntegerField(_("minutes before each visit"), default=0)
    minutes_after = models.PositiveSmallIntegerField(_("minutes after each visit"), default=0)
    per_slot = models.PositiveSmallIntegerField(_("people per slot (serial numbers)"), default=1)
    cap = models.PositiveSmallIntegerField(_("most people in the shift"), null=True, blank=True)
    overflow = models.CharField(_("after that"), max_length=8, choices=Overflow, default=Overflow.STOP)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_in_order",
                condition=models.Q(starts__lt=models.F("ends"))
                & (
                    models.Q(break_starts__isnull=True, break_ends__isnull=True)
                    | models.Q(
                        break_starts__isnull=False,
                        break_ends__isnull=False,
                        break_starts__gte=models.F("starts"),
                        break_ends__gt=models.F("break_starts"),
                        break_ends__lte=models.F("ends"),
                    )
                ),
                violation_error_message=_("The hours must be in order, and the break inside them."),
            ),
            models.CheckConstraint(
                name="%(class)s_numbers",
                condition=models.Q(per_slot__gte=1)
                & (models.Q(cap__isnull=True) | models.Q(cap__gte=1))
                & (
                    models.Q(slot_minutes__isnull=True) | models.Q(slot_minutes__gte=5, slot_minutes__lte=720)
                ),
                violation_error_message=_(
                    "A slot lasts 5 to 720 minutes, and at least one person fits into a slot and a shift."
                ),
            ),
        ]


class WeeklyHours(Shift):
    """A shift of every week on one weekday; valid between two dates. A day may have several."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True)

    class Meta(Shift.Meta):
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["weekday", "starts"]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class DayHours(Shift):
    """A shift of one date. Where a date has any, they stand in place of that day's weekly hours."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="day_hours")
    day = models.DateField(_("day"))

    class Meta(Shift.Meta):
        verbose_name = _("hours of one day")
        verbose_name_plural = _("hours of single days")
        ordering = ["day", "starts"]

    def __str__(self) -> str:
        return f"{self.day} {self.starts:%H:%M}-{self.ends:%H:%M}"


class TimeOffQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TimeOffQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))

    def approved(self) -> "TimeOffQuerySet":
        return self.filter(status=TimeOff.Status.APPROVED)

    def leave(self) -> "TimeOffQuerySet":
        """What was asked for, not what somebody marked at once."""
        return self.filter(days__isnull=False)

    def pending(self) -> "TimeOffQuerySet":
        return self.filter(status=TimeOff.Status.PENDING)


class TimeOff(Editable):
    """Days on which a person doesn't work, both included; `part` of each day. Only approved ones close the calendar."""

    class Part(models.TextChoices):
        FULL_DAY = "full_day", _("Whole day")
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")

    class Status(models.TextChoices):
        PENDING = "pending", _("Asked for")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    person = models.ForeignKey(User, models.PROTECT, related_name="time_off", verbose_name=_("person"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    part = models.CharField(_("part of the day"), max_length=10, choices=Part, default=Part.FULL_DAY)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.CharField(_("comment"), max_length=200, blank=True)
    days = models.DecimalField(
        _("days"), max_digits=5, decimal_places=1, null=True,
        help_text=_("Of leave that was asked for: working days of the branch it was asked at, half ones as 0.5."),
    )  # fmt: skip

    objects = TimeOffQuerySet.as_manager()
    privacy = Privacy(path=None, retention="staff", columns=("reason", "comment"))

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["-first_day", "id"]
        indexes = [models.Index(name="timeoff_by_person", fields=["person", "last_day"])]
        constraints = [
            models.CheckConstraint(
                name="timeoff_days_in_order",
                condition=models.Q(last_day__gte=models.F("first_day")),
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                name="timeoff_decided_pair",
                condition=models.Q(status="pending", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    ~models.Q(status="pending") & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="timeoff_leave_is_decided_by_others",
                condition=models.Q(days__isnull=True)
                | ~models.Q(status__in=["approved", "rejected"])
                | ~models.Q(decided_by=models.F("person")),
                violation_error_message=_("Nobody decides their own leave."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.first_day} - {self.last_day}"


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        return self.filter(user_id=user.pk)


class SavedView(Row):
    """How one person likes to see a list: the filters and the order, under a name. Never what was searched for."""

    deletable = True

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=500)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "page", Lower("name"), name="savedview_name_once_per_page")
        ]
