from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from clinic import events
        from customers import (  # models are loaded by then, not before
            demo,
            demo_files,
            file_panels,
            imports,
            panels,
            tasks,
        )

        panels.register()
        file_panels.register()
        demo.register()
        demo_files.register()
        events.subscribe("document.added", "customers.prepare", tasks.prepare)
        imports.register()
