"""What notifications show in the menu and on the dashboard."""

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from clinic.registries import (
    MenuEntry,
    Panel,
    Setting,
    TimelineProvider,
    add_menu,
    add_panel,
    add_setting,
    add_timeline,
)
from notifications import person


def register() -> None:
    add_menu(
        MenuEntry(70, _("Messages"), "message-list", "message-circle", Permission.MESSAGES_SEND, desk=True)
    )
    add_timeline("messages", TimelineProvider(_("Messages"), Permission.MESSAGES_SEND, person.of_messages))
    add_setting(
        Setting(
            50, _("Messages"), _("Ways they go, and what they say"), "message-channels", "message-square-text",
            Permission.SETTINGS_CONFIGURE,
        )
    )  # fmt: skip
    add_panel(Panel("visit", 10, _("Messages"), "appointment-messages", Permission.MESSAGES_SEND))
    add_panel(Panel("dashboard", 10, _("Alerts"), "alert-list", Permission.DASHBOARD_VIEW))
    add_panel(Panel("bar", 10, _("Alerts"), "alert-list", Permission.DASHBOARD_VIEW, icon="bell"))
