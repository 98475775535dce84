from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = _("Clinic")

    def ready(self) -> None:
        post_migrate.connect(guard_after_migrating, sender=self)


def guard_after_migrating(using: str, **kwargs: object) -> None:
    """Every table gets its grants and triggers as soon as it exists."""
    from clinic.database import guard  # models are loaded by then, not before

    if using == "owner" and kwargs.get("plan") is not None:
        guard(using)
