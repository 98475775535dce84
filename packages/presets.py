"""What is usually on the menu of a house of one kind, for the first run. Prices in rupees before tax. Pure."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Usual(NamedTuple):
    """One treatment: its name, category (`Treatment.Category`), the code of its tax category, price, minutes."""

    name: Any
    category: str
    tax: str
    price: int
    minutes: int


MENUS: dict[str, list[Usual]] = {
    "skin": [
        Usual(_("Consultation"), "consultation", "health_care", 600, 15),
        Usual(_("Laser hair removal, full face"), "laser", "cosmetic_procedure", 3500, 45),
        Usual(_("Hair PRP"), "hair", "cosmetic_procedure", 6000, 60),
        Usual(_("Chemical peel"), "skin", "cosmetic_procedure", 3000, 45),
        Usual(_("HydraFacial"), "skin", "cosmetic_procedure", 4500, 60),
        Usual(_("Acne treatment"), "skin", "health_care", 1500, 30),
    ],
    "salon": [
        Usual(_("Haircut"), "hair", "hairdressing", 500, 30),
        Usual(_("Hair colour"), "hair", "hairdressing", 2500, 90),
        Usual(_("Hair spa"), "hair", "hairdressing", 1200, 60),
        Usual(_("Facial"), "skin", "beauty_service", 1500, 60),
        Usual(_("Threading"), "skin", "beauty_service", 100, 15),
        Usual(_("Manicure and pedicure"), "skin", "beauty_service", 900, 75),
    ],
    "outpatient": [
        Usual(_("Consultation"), "consultation", "health_care", 500, 10),
        Usual(_("Follow-up consultation"), "consultation", "health_care", 300, 10),
        Usual(_("Dressing"), "skin", "health_care", 250, 15),
        Usual(_("Minor procedure"), "skin", "health_care", 1500, 30),
    ],
}
