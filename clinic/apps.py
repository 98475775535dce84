from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    default = True
    name = "clinic"
    verbose_name = _("Clinic")

    def ready(self) -> None:
        from clinic import (
            celery,  # noqa: F401 - without it, web processes would publish to Celery's default broker
            registries,
        )
        from clinic.audit import verifying
        from clinic.backups import panels

        panels.register()
        registries.add_proof("seals of the audit", verifying.few)
        post_migrate.connect(guard_after_migrating, sender=self)


def guard_after_migrating(using: str, **kwargs: object) -> None:
    """Every table gets its grants and triggers as soon as it exists."""
    from clinic.database import guard  # models are loaded by then, not before

    if using == "owner" and kwargs.get("plan") is not None:
        guard(using)


class ClinicAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our own site in place of the default one."""

    default = False
    default_site = "clinic.admin_site.ClinicAdminSite"
