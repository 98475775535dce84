"""Visits leaving the house as a file."""

from clinic import events
from clinic.models import Branch
from staff.models import User


def note_export(*, by: User, branch: Branch, count: int) -> None:
    """Leave a trace of who took how many visits out of the house as a file."""
    events.record("appointment.exported", subject=branch, by=by, branch_id=branch.pk, count=count)
