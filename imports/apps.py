from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from clinic.permissions import Permission
        from clinic.registries import Setting, add_setting

        add_setting(
            Setting(
                90, _("Import"), _("Customers, items, stock and packages from files"), "import-list", "file-up",
                Permission.IMPORTS_RUN,
            )
        )  # fmt: skip
