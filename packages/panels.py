"""What packages add to shared pages: the menu, the customer's page, proofs."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic import registries
from clinic.permissions import Permission
from packages import person, proofs
from packages.models import Treatment
from staff.models import User


def register() -> None:
    registries.add_setup(registries.SetupStep(40, "menu", _("Menu"), "setup-menu"))
    registries.add_menu(
        registries.MenuEntry(
            40, _("Packages"), "package-list", "package", Permission.PACKAGES_VIEW, desk=True
        )
    )
    registries.add_panel(
        registries.Panel(
            "customer",
            20,
            _("Packages"),
            "customer-packages",
            Permission.PACKAGES_VIEW,
            tab="packages overview",
        )
    )
    registries.add_panel(
        registries.Panel("customer", 25, _("Before treatment"), "requirement-list", Permission.PACKAGES_VIEW)
    )
    registries.add_choices("treatments", treatments_named)
    for name, title, read in (
        ("packages", _("Packages"), person.of_packages),
        ("requirements", _("Before treatment"), person.of_requirements),
    ):
        registries.add_timeline(name, registries.TimelineProvider(title, Permission.PACKAGES_VIEW, read))
    registries.add_standing("packages", person.rederive)
    registries.add_objection("packages", person.objections)
    for label in ("packages.Enrolment", "packages.Session", "packages.RequirementMet"):
        registries.add_history(label, Permission.PACKAGES_VIEW)
    registries.add_proof("active packages of customers", proofs.standings)
    registries.add_proof("sessions of enrolments", proofs.sessions)
    registries.add_proof("ledgers of enrolments", proofs.ledgers)


def treatments_named(user: User) -> list[tuple[UUID, str]]:
    """What a consent can be for."""
    return list(Treatment.objects.visible_to(user).active().order_by("name").values_list("pk", "name"))
