"""Where files, photographs, consents and cards stand on the customer's page."""

from django.utils.translation import gettext_lazy as _

from clinic import registries
from clinic.permissions import Permission


def register() -> None:
    for order, title, name, permission in (
        (60, _("Photographs"), "photo-list", Permission.FILES_VIEW),
        (61, _("Files"), "document-list", Permission.FILES_VIEW),
        (62, _("Consents"), "consent-list", Permission.FILES_VIEW),
        (63, _("ID card"), "card-list", Permission.CUSTOMERS_VIEW),
    ):
        registries.add_panel(registries.Panel("customer", order, title, name, permission))
