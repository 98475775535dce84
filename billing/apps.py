from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from billing import demo, panels, tasks  # models are loaded by then, not before

        panels.register()
        tasks.subscribe()
        demo.register()
