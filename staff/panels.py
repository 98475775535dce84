"""What staff shows on shared pages: the way to the settings, and its own among them."""

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from clinic.registries import (
    MenuEntry,
    Setting,
    SetupStep,
    add_menu,
    add_reader,
    add_setting,
    add_setup,
)

CONFIGURE = Permission.SETTINGS_CONFIGURE


def register() -> None:
    for step in (
        SetupStep(10, "kind", _("Kind of house"), "setup-kind"),
        SetupStep(20, "hours", _("Hours"), "setup-hours"),
        SetupStep(30, "people", _("People"), "setup-people"),
    ):
        add_setup(step)
    for label in ("staff.User", "staff.Employee", "staff.Practitioner", "staff.TimeOff", "staff.StaffCard"):
        add_reader(label, Permission.STAFF_CONFIGURE)
    add_menu(MenuEntry(85, _("Staff"), "person-list", "contact", Permission.STAFF_VIEW, desk=True))
    add_menu(MenuEntry(90, _("Settings"), "settings", "settings", CONFIGURE, desk=True))
    for setting in (
        Setting(
            10, _("Name and look"), _("Address, contact, logo, colours"), "branch-identity", "building-2", CONFIGURE
        ),
        Setting(
            20, _("Tax and numbers"), _("GSTIN, usual rate, UPI, number series"), "branch-tax", "receipt-indian-rupee",
            CONFIGURE,
        ),
        Setting(30, _("Hours"), _("Opening hours, slots, holidays"), "branch-hours", "clock", CONFIGURE),
        Setting(
            35, _("Departments"), _("What practitioners are grouped by in booking"), "department-list", "building",
            CONFIGURE,
        ),
        Setting(
            37, _("Roles"), _("Who may do what: a matrix for each role"), "role-list", "key-round",
            Permission.STAFF_CONFIGURE,
        ),
        Setting(60, _("Papers"), _("Top and foot of what is printed"), "branch-papers", "printer", CONFIGURE),
        Setting(
            70, _("Records and stock"), _("Reference numbers, how long records are kept"), "branch-records", "archive",
            CONFIGURE,
        ),
        Setting(80, _("Reasons"), _("What can be chosen where a reason is asked"), "reason-list", "list", CONFIGURE),
        Setting(85, _("Signing in"), _("When people are signed out, PINs at shared desks"), "sign-in-rules", "key-round", CONFIGURE),
        Setting(90, _("Audit"), _("Who did what, from where, and its seals"), "audit-list", "shield-check", Permission.AUDIT_VIEW),
        Setting(
            95, _("People, menu and the rest"), _("Logins, roles, treatments, rooms, taxes"), "admin:index",
            "settings-2", CONFIGURE,
        ),
    ):  # fmt: skip
        add_setting(setting)
