"""Taking the list of bills out of the house."""

from django.db import transaction

from clinic import events
from clinic.models import Branch
from staff.models import User


@transaction.atomic
def note_export(*, by: User, branch: Branch, count: int) -> None:
    """Leave a trace of who took how many bills out as a file."""
    events.record("invoice.exported", subject=branch, by=by, branch_id=branch.pk, count=count)
