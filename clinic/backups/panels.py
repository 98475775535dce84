"""What backups show elsewhere: their place among the settings."""

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from clinic.registries import Setting, add_setting


def register() -> None:
    add_setting(
        Setting(
            92, _("Backups"), _("When, whether they are whole, one now"), "backup-list", "database-backup",
            Permission.SETTINGS_CONFIGURE,
        )
    )  # fmt: skip
