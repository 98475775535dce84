"""What reports show in the menu."""

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from clinic.registries import MenuEntry, add_menu


def register() -> None:
    add_menu(MenuEntry(10, _("Dashboard"), "dashboard", "house", Permission.DASHBOARD_VIEW))
