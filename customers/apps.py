from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from customers import demo, imports, panels  # models are loaded by then, not before

        panels.register()
        demo.register()
        imports.register()
