from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from billing import (
            colleagues,
            demo,
            demo_money,
            imports,
            money_proofs,
            panels,
            warming,
        )  # models are loaded by then, not before
        from clinic import registries

        panels.register()
        warming.subscribe()
        demo.register()
        demo_money.register()
        imports.register()
        registries.add_assigned("bills", colleagues.assigned)
        registries.add_proof("payments", money_proofs.payments)
        registries.add_proof("stored values", money_proofs.stored_values)
