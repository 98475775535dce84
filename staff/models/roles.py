"""Roles: named sets of permissions, and who holds which where."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic import permissions
from clinic.models import Branch, Deactivatable, Editable, Row
from clinic.permissions import Permission

if TYPE_CHECKING:
    from .people import User


#: What a role that counts for one's own records alone still grants: rights over visits one gives and whom one sees in
#: them. All other rights are about things that are nobody's own, and such a role grants none of them.
OWN = frozenset(
    (
        Permission.DASHBOARD_VIEW, Permission.CUSTOMERS_VIEW, Permission.FILES_VIEW, Permission.FILES_ADD,
        Permission.APPOINTMENTS_VIEW, Permission.APPOINTMENTS_CHANGE, Permission.VISITS_COMPLETE, Permission.NOTES_VIEW,
        Permission.AVAILABILITY_MANAGE,
    )
)  # fmt: skip


class RoleQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "RoleQuerySet":
        """Roles are the house's, not a branch's: all of them, for who administers people anywhere."""
        return self if Permission.STAFF_CONFIGURE in user.granted else self.none()


class RoleHeldQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "RoleHeldQuerySet":
        """Held at the branch worked at or at every branch; all of them for who works everywhere."""
        if user.is_everywhere:
            return self
        return self.filter(models.Q(branch=None) | models.Q(branch=user.branch))


class Role(Editable, Deactivatable):
    """A named set of grants. System roles are seeded and can't be deleted."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=200, blank=True)
    is_system = models.BooleanField(_("system role"), default=False, editable=False)
    discount_cap = models.DecimalField(
        _("largest discount, percent"), max_digits=5, decimal_places=2, null=True, blank=True,
        help_text=_("Of a whole invoice, without somebody's approval. Empty: any."),
    )  # fmt: skip
    requires_second_factor = models.BooleanField(
        _("asks for a second factor"), default=False,
        help_text=_("Whoever holds the role signs in with an authenticator app besides the password."),
    )  # fmt: skip

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="role_discount_cap_is_a_percentage", violation_error_message=_("A percentage lies between 0 and 100."),
                condition=models.Q(discount_cap__isnull=True) | models.Q(discount_cap__range=(0, 100)),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Grant(Row):
    """One permission (`module.action`) of one role."""

    deletable = True

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(_("permission"), max_length=60, choices=permissions.choices)

    class Meta:
        verbose_name = _("permission")
        constraints = [models.UniqueConstraint(name="grant_once_per_role", fields=["role", "permission"])]

    def __str__(self) -> str:
        return self.get_permission_display()


class RoleHeld(Row):
    """A role held by a person: for their own records at a branch, for all of one branch, or at every branch where `branch`
    is empty."""

    deletable = True

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="roles_held")
    role = models.ForeignKey(Role, models.PROTECT, related_name="holders")
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, help_text=_("Empty: at every branch.")
    )

    own_only = models.BooleanField(
        _("own records only"), default=False, help_text=_("Only visits they give themselves, and whom they see in them.")
    )  # fmt: skip

    objects = RoleHeldQuerySet.as_manager()

    class Meta:
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        constraints = [
            models.UniqueConstraint(
                name="roleheld_once", fields=["user", "role", "branch"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="roleheld_own_at_one_branch",
                condition=models.Q(own_only=False) | models.Q(branch__isnull=False),
                violation_error_message=_("For their own visits a role is given at one branch."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
