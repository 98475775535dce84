"""The appointment slip: what the customer takes home, as a PDF. Drawn by clinic/press.py."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from appointments.models import Appointment
from appointments.queries import parts_of
from clinic import letterhead
from packages.models import Requirement

SHEETS = Path(settings.BASE_DIR) / "templates" / "appointments" / "paper"


def draw(visit: Appointment, form: str) -> bytes:
    """`form` is "a5" or "slip". In the customer's language and the branch's time, whoever asks for it."""
    sheet = form != "slip"  # a roll is printed black, by heat
    with translation.override(visit.customer.language), timezone.override(visit.branch.zone):
        page = render_to_string("appointments/paper/slip.html", facts(visit) | {"sheet": sheet})
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    colour = visit.branch.brand_colour if sheet else ""
    return press.draw(page, SHEETS / f"{form}.css", cut=not sheet, colour=colour)


def facts(visit: Appointment) -> dict[str, Any]:
    """All parts that still stand, their treatments' requirements, and where to come."""
    gone = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
    parts = [part for part in parts_of(visit) if part.status not in gone] or [visit]
    needed = Requirement.objects.filter(treatment__in={part.treatment_id for part in parts}, is_active=True)
    return letterhead.of(visit.branch) | {
        "visit": visit,
        "parts": parts,
        "customer": visit.customer,
        "needed": needed.order_by("kind", "name"),
    }
