"""What staff shows on shared pages: the way to the administration."""

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from clinic.registries import MenuEntry, add_menu


def register() -> None:
    add_menu(
        MenuEntry(
            90, _("Administration"), "admin:index", "settings", Permission.SETTINGS_CONFIGURE, desk=True
        )
    )
