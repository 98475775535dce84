"""The sheet of a statement of account."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from billing.statements import Statement

SHEET = Path(settings.BASE_DIR) / "templates" / "billing" / "drawers" / "paper.css"


def draw(statement: Statement) -> bytes:
    """The PDF on A4, with the names and days of the branch."""
    branch = statement.branch
    facts = {"statement": statement, "branch": branch, "customer": statement.customer}
    with translation.override(settings.LANGUAGE_CODE), timezone.override(branch.zone):
        page = render_to_string("billing/statement_paper.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, colour=branch.brand_colour)
