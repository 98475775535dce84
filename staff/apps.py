from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from staff import demo, panels, sign_ins  # models are loaded by then, not before

        panels.register()
        demo.register()
        sign_ins.register()
