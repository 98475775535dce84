"""The sheet of a closed drawer: what was counted beside what came in, to be signed by both. The seal of the audit at its foot
leaves the house with it (docs/audit.md)."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from billing import drawers
from billing.models import Drawer
from billing.paper import parts
from clinic import audit

SHEET = Path(settings.BASE_DIR) / "templates" / "billing" / "drawers" / "paper.css"


def draw(drawer: Drawer) -> bytes:
    """The PDF, in the branch's time."""
    branch = drawer.branch
    facts = {
        "drawer": drawer,
        "branch": branch,
        "logo": parts.picture(branch.logo.name or ""),
        "rows": drawers.compared(drawer),
        "notes": [(drawers.told(worth), count, sum_) for worth, count, sum_ in drawers.counted(drawer)],
        "seal": audit.last_seal(),
        "movements": drawer.movements.select_related("by", "practitioner__resource"),
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(branch.zone):
        page = render_to_string("billing/drawers/paper.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, colour=branch.brand_colour)
