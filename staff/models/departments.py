"""Departments: what the people who treat at a branch are grouped by."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Deactivatable, Editable
from clinic.models.organisation import OfBranch


class Department(Editable, Deactivatable):
    """A part of one branch. Once inactive it is hidden in booking, and nobody who belongs to it is booked."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="departments")
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(
        _("code"),
        max_length=8,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]*$", _("Capital letters and digits, a letter first."))],
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    head = models.ForeignKey(
        "staff.Practitioner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("head"),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(
        _("place in lists"), default=1, help_text=_("Small numbers first.")
    )

    objects = OfBranch.as_manager()

    class Meta:
        verbose_name = _("department")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                "branch", Lower("name"), name="department_name_once",
                violation_error_message=_("There is a department of that name already."),
            ),
            models.UniqueConstraint(
                name="department_code_once", fields=["branch", "code"],
                violation_error_message=_("Another department has that code."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
