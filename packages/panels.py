"""What packages add to shared pages: the menu, the customer's page, proofs."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic import registries
from clinic.permissions import Permission
from packages.models import Treatment
from packages.queries import miscounted_enrolments, wrong_standings
from staff.models import User


def register() -> None:
    registries.add_menu(
        registries.MenuEntry(
            40, _("Packages"), "package-list", "package", Permission.PACKAGES_VIEW, desk=True
        )
    )
    registries.add_panel(
        registries.Panel("customer", 20, _("Packages"), "customer-packages", Permission.PACKAGES_VIEW)
    )
    registries.add_panel(
        registries.Panel("customer", 25, _("Before treatment"), "requirement-list", Permission.PACKAGES_VIEW)
    )
    registries.add_choices("treatments", treatments_named)
    registries.add_proof("active packages of customers", wrong_standings)
    registries.add_proof("sessions of enrolments", miscounted_enrolments)


def treatments_named(user: User) -> list[tuple[UUID, str]]:
    """What a consent can be for."""
    return list(Treatment.objects.visible_to(user).active().order_by("name").values_list("pk", "name"))
