"""The slip with a token: how many are ahead, and how long that has been taking today."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from appointments import floor, queue
from appointments.models import QueueEntry

SHEET = Path(settings.BASE_DIR) / "templates" / "appointments" / "paper" / "token.css"


def draw(entry: QueueEntry) -> bytes:
    """The PDF, in the clinic's language and time whoever asks for it."""
    branch = entry.queue.branch
    with translation.override(settings.LANGUAGE_CODE), timezone.override(branch.zone):
        page = render_to_string("appointments/paper/token.html", facts(entry))
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, cut=True)


def facts(entry: QueueEntry) -> dict[str, object]:
    """What stands on the slip. `ahead` and `minutes` are None for somebody who no longer waits today."""
    branch, practitioner = entry.queue.branch, entry.queue.practitioner
    line = floor.read(branch).lines.get(practitioner.pk)
    waits = line is not None and any(one.pk == entry.pk for one in line.waiting)
    ahead = line.ahead_of(entry) if line and waits else None
    minutes = None
    if ahead is not None:
        minutes = queue.estimated_minutes(floor.consultations(practitioner, branch), ahead)
    return {
        "entry": entry,
        "branch": branch,
        "practitioner": practitioner,
        "ahead": ahead,
        "minutes": minutes,
        "now": timezone.now(),
    }
