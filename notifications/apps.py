from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications import appointments, billing, demo, packages, panels, staff

        for listener in (appointments, packages, billing, staff):
            listener.listen()
        panels.register()
        demo.register()
