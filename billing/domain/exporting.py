"""Taking lists of bills and money out of the house."""

from django.db import transaction

from clinic import events
from clinic.models import Branch
from staff.models import User


@transaction.atomic
def note_export(*, by: User, branch: Branch, count: int, what: str = "invoices") -> None:
    """Leave a trace of who took how many rows of which list out as a file."""
    events.record("invoice.exported", subject=branch, by=by, branch_id=branch.pk, count=count, what=what)
